// The checks themselves, on credentials signed here: a verifier that accepts everything would prove nothing.
// The official vectors are added where CAIRN_CONFORMANCE_DIR names them.
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { BitstringStatusList } from '@digitalbazaar/vc-bitstring-status-list';
import { issue } from '@digitalbazaar/vc';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { didWebAddress, makeLoader } from './lib/loader.mjs';

const run = promisify(execFile);
const here = import.meta.url;
const CREDENTIALS = 'https://www.w3.org/ns/credentials/v2';
const OPEN_BADGES = 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json';

let folder;
let server;
let issuer; // { did, key, base, documents }

/** Runs one of the tools on a document; answers its exit code and its one JSON line. */
async function tool(script, document, ...options) {
  const file = path.join(folder, 'credential.json');
  await writeFile(file, JSON.stringify(document));
  const result = await run(process.execPath, [new URL(script, here).pathname, ...options, file]).catch((error) => error);
  return { code: result.code ?? 0, ...JSON.parse(result.stdout || 'null') };
}

async function sign(credential) {
  const suite = new DataIntegrityProof({ cryptosuite, signer: issuer.key.signer() });
  return issue({ credential, suite, documentLoader: makeLoader() });
}

async function publishList(name, { bits = 131_072, set = [] } = {}) {
  const list = new BitstringStatusList({ length: bits });
  for (const index of set) list.setStatus(index, true);
  const id = `${issuer.base}/status/${name}`;
  issuer.documents.set(`/status/${name}`, await sign({
    '@context': [CREDENTIALS],
    id,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer: issuer.did,
    validFrom: '2024-01-01T00:00:00Z',
    credentialSubject: {
      id: `${id}#list`, type: 'BitstringStatusList', statusPurpose: 'revocation', encodedList: await list.encode(),
    },
  }));
  return { id: `${id}#7`, type: 'BitstringStatusListEntry', statusPurpose: 'revocation', statusListIndex: '7', statusListCredential: id };
}

function badge(extra = {}) {
  return {
    '@context': [CREDENTIALS, OPEN_BADGES],
    id: 'urn:uuid:0192f0c1-0000-7000-8000-000000000001',
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    name: 'Analyse de données',
    issuer: { id: issuer.did, type: ['Profile'], name: 'Hochschule Übersee' },
    validFrom: '2024-06-01T00:00:00Z',
    credentialSubject: {
      id: 'urn:uuid:0192f0c1-0000-7000-8000-000000000002',
      type: ['AchievementSubject'],
      achievement: {
        id: 'urn:uuid:0192f0c1-0000-7000-8000-000000000003',
        type: ['Achievement'],
        name: 'Data analysis',
        description: 'Clean, join and chart data.',
        criteria: { narrative: 'Pass the final assessment.' },
      },
    },
    ...extra,
  };
}

before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cairn-clients-'));
  const documents = new Map();
  server = http.createServer((request, response) => {
    const document = documents.get(request.url);
    response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(document ?? {}));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  const did = `did:web:localhost%3A${port}:issuers:test`;
  const key = await Ed25519Multikey.generate({ controller: did });
  key.id = `${did}#key-1`;
  issuer = { did, key, documents, base: `http://localhost:${port}` };
  const method = await key.export({ publicKey: true, includeContext: false });
  documents.set('/issuers/test/did.json', {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did,
    verificationMethod: [method],
    assertionMethod: [method.id],
  });
});

after(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

test('a good credential without status verifies', async () => {
  const { code, verified, error, statusValid } = await tool('verify.mjs', await sign(badge()));
  assert.deepEqual({ code, verified, error, statusValid }, { code: 0, verified: true, error: null, statusValid: null });
});

test('every change of a good credential is refused', async () => {
  const credentialStatus = await publishList('1');
  const result = await tool('tamper.mjs', await sign(badge({ credentialStatus })));
  assert.equal(result.verified, true, result.error);
  assert.deepEqual(result.accepted, []);
  assert.ok(result.mutations > 50, `${result.mutations} mutations`);
  assert.equal(result.code, 0);
});

test('a change that goes through is reported', async () => {
  // No signature covers a context that defines nothing in use: a hole on purpose.
  const context = [CREDENTIALS, OPEN_BADGES, { unused: 'urn:unused' }];
  const result = await tool('tamper.mjs', await sign(badge({ '@context': context })));
  assert.equal(result.verified, true, result.error);
  assert.ok(result.accepted.includes('remove /@context/2'), JSON.stringify(result.accepted));
  assert.equal(result.code, 1);
});

test('an unsigned credential is refused', async () => {
  const { verified, code } = await tool('verify.mjs', badge());
  assert.deepEqual({ verified, code }, { verified: false, code: 0 });
});

test('a clear status bit is valid, a set one is not', async () => {
  const clear = await tool('verify.mjs', await sign(badge({ credentialStatus: await publishList('2', { set: [6, 8] }) })));
  assert.equal(clear.statusValid, true, clear.error);
  const revoked = await tool('verify.mjs', await sign(badge({ credentialStatus: await publishList('3', { set: [7] }) })));
  assert.equal(revoked.verified, true);
  assert.equal(revoked.statusValid, false);
  assert.match(revoked.error, /revocation bit is set/);
  assert.deepEqual(revoked.status, [{ purpose: 'revocation', index: '7', set: true }]);
});

test('a list that is too short or missing is not valid', async () => {
  const short = await tool('verify.mjs', await sign(badge({ credentialStatus: await publishList('4', { bits: 1024 }) })));
  assert.equal(short.statusValid, false);
  assert.match(short.error, /1024 entries/);
  const entry = await publishList('5');
  issuer.documents.delete('/status/5');
  const missing = await tool('verify.mjs', await sign(badge({ credentialStatus: entry })));
  assert.equal(missing.statusValid, false);
  assert.match(missing.error, /answered 404/);
});

test('a key that the issuer does not list is refused', async () => {
  const signed = await sign(badge());
  const document = issuer.documents.get('/issuers/test/did.json');
  issuer.documents.set('/issuers/test/did.json', { ...document, assertionMethod: [] });
  const result = await tool('verify.mjs', signed);
  issuer.documents.set('/issuers/test/did.json', document);
  assert.equal(result.verified, false);
  assert.match(result.error, /not authorized/);
});

test('an expired credential, and one of the future, is refused', async () => {
  const signed = await sign(badge({ validUntil: '2090-01-01T00:00:00Z' }));
  assert.equal((await tool('verify.mjs', signed)).verified, true);
  assert.equal((await tool('verify.mjs', signed, '--now', '2091-01-01T00:00:00Z')).verified, false);
  assert.equal((await tool('verify.mjs', signed, '--now', '2024-05-01T00:00:00Z')).verified, false);
});

test('did:web addresses follow its specification', () => {
  assert.equal(didWebAddress('did:web:localhost%3A8080:issuers:acme'), 'http://localhost:8080/issuers/acme/did.json');
  assert.equal(didWebAddress('did:web:example.org'), 'https://example.org/.well-known/did.json');
  assert.throws(() => didWebAddress('did:web:127.0.0.1%3A80'), /no IP addresses/);
});

test('nothing beyond this machine is fetched', async () => {
  const loader = makeLoader();
  await assert.rejects(loader('did:web:example.org'), /not served from this machine/);
  await assert.rejects(loader('https://www.w3.org/ns/unknown'), /not served from this machine/);
});

const data = process.env.CAIRN_CONFORMANCE_DIR;
const vectors = data && path.join(data, 'standards');
test('the official eddsa-rdfc-2022 vector verifies and resists tampering', { skip: !data && 'CAIRN_CONFORMANCE_DIR is not set' }, async () => {
  const document = JSON.parse(await readFile(path.join(vectors, 'vc-di-eddsa/TestVectors/eddsa-rdfc-2022/signedDataInt.json'), 'utf8'));
  const context = `https://www.w3.org/ns/credentials/examples/v2=${path.join(vectors, 'contexts/credentials-examples-v2.json')}`;
  const result = await tool('tamper.mjs', document, '--proof-only', '--context', context);
  assert.equal(result.verified, true, result.error);
  assert.deepEqual(result.accepted, []);
});

// The second verifier, by the same documents: one that accepts everything would prove nothing either.
const SECOND = ['--by', 'second'];

test('the second verifier accepts a good credential and refuses every change of it', async () => {
  const credentialStatus = await publishList('11', { set: [8] });
  const signed = await sign(badge({ credentialStatus }));
  const good = await tool('verify.mjs', signed, ...SECOND);
  assert.deepEqual([good.verified, good.statusValid, good.error], [true, true, null]);
  const result = await tool('tamper.mjs', signed, ...SECOND);
  assert.deepEqual([result.verified, result.accepted], [true, []]);
  assert.ok(result.mutations > 50, `${result.mutations} mutations`);
});

test('the second verifier finds a set bit and a list that is too short', async () => {
  const set = await tool('verify.mjs', await sign(badge({ credentialStatus: await publishList('12', { set: [7] }) })), ...SECOND);
  assert.deepEqual([set.verified, set.statusValid], [true, false]);
  const short = await tool('verify.mjs', await sign(badge({ credentialStatus: await publishList('13', { bits: 1024 }) })), ...SECOND);
  assert.deepEqual([short.verified, short.statusValid], [true, false]);
});

test('the second verifier refuses a key that is not listed and what is out of date', async () => {
  const signed = await sign(badge({ validUntil: '2090-01-01T00:00:00Z' }));
  const document = issuer.documents.get('/issuers/test/did.json');
  issuer.documents.set('/issuers/test/did.json', { ...document, assertionMethod: [] });
  const unlisted = await tool('verify.mjs', signed, ...SECOND);
  issuer.documents.set('/issuers/test/did.json', document);
  assert.deepEqual([unlisted.verified, unlisted.error], [false, 'the key may not sign credentials']);
  assert.equal((await tool('verify.mjs', signed, ...SECOND)).verified, true);
  for (const now of ['2091-01-01T00:00:00Z', '2024-05-01T00:00:00Z']) {
    assert.equal((await tool('verify.mjs', signed, ...SECOND, '--now', now)).verified, false);
  }
});

test('the second verifier takes the official vector', { skip: !data && 'CAIRN_CONFORMANCE_DIR is not set' }, async () => {
  const document = JSON.parse(await readFile(path.join(vectors, 'vc-di-eddsa/TestVectors/eddsa-rdfc-2022/signedDataInt.json'), 'utf8'));
  const context = `https://www.w3.org/ns/credentials/examples/v2=${path.join(vectors, 'contexts/credentials-examples-v2.json')}`;
  const result = await tool('tamper.mjs', document, '--proof-only', '--context', context, ...SECOND);
  assert.deepEqual([result.verified, result.accepted], [true, []]);
});
