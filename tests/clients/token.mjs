// Verifies credentials that are compact tokens with npm `jose`, by the keys that their issuers publish; one JSON line per token.
import * as jose from 'jose';
import { ECDH } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { giveUp, readOptions, SHARED_OPTIONS } from './lib/options.mjs';

const USAGE = `usage: node token.mjs [option]... FILE-OR-URL...

Prints per token {"source", "verified", "error", "header", "tampered"}.
  verified   the signature is good by the key that "kid" names, which the issuer publishes for assertions
  tampered   how many of the changes tried were accepted all the same; 0 is right
Exit code: 0 all were judged, whatever the verdict; 2 one could not be read.

${SHARED_OPTIONS}

example: node token.mjs http://localhost:8080/credentials/TOKEN.jwt`;

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

function base58(text) {
  let number = 0n;
  for (const letter of text) number = number * 58n + BigInt(ALPHABET.indexOf(letter));
  const hex = number.toString(16);
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
}

/** A Multikey as a JSON Web Key (Controlled Identifiers 1.0, section 2.2.2). */
function jwkOf(multikey) {
  const bytes = base58(multikey.slice(1));
  const [kind, key] = [bytes.subarray(0, 2).toString('hex'), bytes.subarray(2)];
  if (kind === 'ed01') return { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url') };
  if (kind !== '8024') throw new Error(`no key for tokens: ${multikey}`);
  const point = ECDH.convertKey(key, 'prime256v1', undefined, undefined, 'uncompressed');
  return { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') };
}

async function verified(token, header, load) {
  const controller = header.kid.split('#')[0];
  const { document } = await load(controller);
  if (!document.assertionMethod.includes(header.kid)) throw new Error(`${header.kid} is not published for assertions`);
  const method = document.verificationMethod.find(({ id }) => id === header.kid);
  const jwk = jwkOf(method.publicKeyMultibase);
  if (header.jwk && !isDeepStrictEqual({ ...header.jwk }, jwk)) throw new Error('the key in the header is another');
  const { payload } = await jose.compactVerify(token, await jose.importJWK(jwk, header.alg), { algorithms: ['EdDSA', 'ES256'] });
  const claims = JSON.parse(new TextDecoder().decode(payload));
  const issuer = claims.issuer.id ?? claims.issuer;
  if (issuer !== controller) throw new Error(`${issuer} did not sign it`);
}

/** The token with another value for each member of its payload in turn, and with another algorithm. */
function* tamperings(token) {
  const [header, payload, signature] = token.split('.');
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = JSON.parse(Buffer.from(payload, 'base64url'));
  for (const name of Object.keys(claims)) yield [header, encode({ ...claims, [name]: 'other' }), signature].join('.');
  const protectedHeader = JSON.parse(Buffer.from(header, 'base64url'));
  yield [encode({ ...protectedHeader, alg: 'none' }), payload, ''].join('.');
  yield [encode({ ...protectedHeader, typ: 'other' }), payload, signature].join('.');
}

async function read(source) {
  if (!/^https?:/.test(source)) return (await readFile(source, 'utf8')).trim();
  const answer = await fetch(source, { redirect: 'error', signal: AbortSignal.timeout(10_000) });
  if (answer.status !== 200) throw new Error(`it answered ${answer.status}`);
  return answer.text();
}

const { sources, settings } = await readOptions(USAGE);
for (const source of sources) {
  const token = await read(source).catch((error) => giveUp(`${source}: ${error.message}`));
  const header = jose.decodeProtectedHeader(token);
  const judge = (text) => verified(text, header, settings.documentLoader).then(() => null, (error) => error.message);
  const error = await judge(token);
  let tampered = 0;
  for (const changed of tamperings(token)) if ((await judge(changed)) === null) tampered += 1;
  console.log(JSON.stringify({ source, verified: error === null, error, header, tampered }));
}
