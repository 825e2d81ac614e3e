// The verdict on one credential by libraries that share no code with the first verifier's: jsonld-streaming-parser (Comunica) reads
// JSON-LD, rdfjs-c14n (W3C) makes RDFC-1.0, json-canonicalize makes JCS, Node's own crypto checks Ed25519. Data Integrity
// (eddsa-rdfc-2022, eddsa-jcs-2022) and the status list are followed here, step by step.
import { canonicalize } from 'json-canonicalize';
import { JsonLdParser } from 'jsonld-streaming-parser';
import { createHash, createPublicKey, verify, webcrypto } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { Writer } from 'n3';
import { RDFC10 } from 'rdfjs-c14n';

// rdfjs-c14n expects it, and Node 18 keeps it to its module.
globalThis.crypto ??= webcrypto;

// The canonical form escapes these alone (RDF Dataset Canonicalization, section 5.2); n3, by which rdfjs-c14n writes, escapes everything
// beyond the first 65,536 characters as well.
const ESCAPES = { '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r', '"': '\\"', '\\': '\\\\' };
const escaped = (letter) => ESCAPES[letter] ?? `\\u${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
Writer.prototype._encodeLiteral = function encodeLiteral(literal) {
  const value = `"${literal.value.replace(/["\\\u0000-\u001f\u007f]/g, escaped)}"`;
  if (literal.language) return `${value}@${literal.language}`;
  const { value: kind } = literal.datatype;
  return kind === 'http://www.w3.org/2001/XMLSchema#string' ? value : `${value}^^${this._encodeIriOrBlank(literal.datatype)}`;
};

const CREDENTIALS = 'https://www.w3.org/ns/credentials/v2';
/** What no context defines falls here, and is refused: it would not be signed. */
const UNDEFINED = 'urn:undefined-term:';
/** What is no absolute identifier falls here, and is refused as well. */
const RELATIVE = 'http://relative.invalid/';
const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
/** Multicodec of an Ed25519 public key, as Multikey has it before the key. */
const ED25519 = [0xed, 0x01];
const SUITES = new Set(['eddsa-rdfc-2022', 'eddsa-jcs-2022']);
const MIN_LIST_BITS = 131_072;
const MAX_LIST_BYTES = 16 * 1024 * 1024;
const INVALIDATING = new Set(['revocation', 'suspension']);

class Refused extends Error {}

function demand(fine, message) {
  if (!fine) throw new Refused(message);
}

const list = (value) => (value === undefined ? [] : [].concat(value));

function base58(text) {
  demand(typeof text === 'string' && text.startsWith('z'), 'a value is not base58btc');
  const bytes = [];
  for (const letter of text.slice(1)) {
    let carry = ALPHABET.indexOf(letter);
    demand(carry >= 0, 'a value is not base58btc');
    for (let place = 0; place < bytes.length; place += 1) {
      carry += bytes[place] * 58;
      bytes[place] = carry & 0xff;
      carry >>= 8;
    }
    for (; carry > 0; carry >>= 8) bytes.push(carry & 0xff);
  }
  for (const letter of text.slice(1)) {
    if (letter !== '1') break;
    bytes.push(0);
  }
  return Buffer.from(bytes.reverse());
}

function publicKey(method) {
  demand(list(method.type).includes('Multikey'), 'the verification method is no Multikey');
  const bytes = base58(method.publicKeyMultibase);
  demand(bytes.length === 34 && ED25519.every((byte, place) => bytes[place] === byte), 'the key is not Ed25519');
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: bytes.subarray(2).toString('base64url') };
  return createPublicKey({ key: jwk, format: 'jwk' });
}

/**
 * The same statements with contexts, types and ids first, the order that a parser wants which reads as it goes (Streaming JSON-LD,
 * section 2), and without the array around a single proof: version 5.0.1 puts the graph of a proof in an array into the default graph.
 */
const FIRST = ['@context', 'type', 'id'];
function streamed(value) {
  if (Array.isArray(value)) return value.map(streamed);
  if (value === null || typeof value !== 'object') return value;
  const names = [...FIRST.filter((name) => name in value), ...Object.keys(value).filter((name) => !FIRST.includes(name))];
  const only = (name) => (name === 'proof' && Array.isArray(value.proof) && value.proof.length === 1 ? value.proof[0] : value[name]);
  return Object.fromEntries(names.map((name) => [name, name === '@context' ? value[name] : streamed(only(name))]));
}

async function quadsOf(document, documentLoader) {
  const parser = new JsonLdParser({
    // Without it version 5.0.1 loses quads of objects whose id comes before their type.
    streamingProfile: true,
    baseIRI: RELATIVE,
    documentLoader: { load: async (address) => (await documentLoader(address)).document },
  });
  const marked = streamed({ ...document, '@context': [{ '@vocab': UNDEFINED }, ...list(document['@context'])] });
  const quads = [];
  await new Promise((resolve, reject) => {
    parser.on('data', (quad) => quads.push(quad)).on('end', resolve).on('error', reject);
    parser.end(JSON.stringify(marked));
  });
  for (const quad of quads) {
    for (const term of [quad.subject, quad.predicate, quad.object, quad.graph]) {
      const iri = term.termType === 'NamedNode' ? term.value : term.datatype?.value ?? '';
      demand(!iri.startsWith(UNDEFINED), `no context defines ${iri.slice(UNDEFINED.length)}`);
      demand(!iri.startsWith(RELATIVE), `${iri.slice(RELATIVE.length)} is no absolute identifier`);
    }
  }
  return quads;
}

/** Hashes of the last documents: whoever changes one member leaves either the document or the proof's options as they were. */
const hashes = new Map();
const MOST_HASHES = 64;

async function hashOf(document, suite, documentLoader) {
  if (suite === 'eddsa-jcs-2022') return createHash('sha256').update(canonicalize(document)).digest();
  const text = JSON.stringify(document);
  if (!hashes.has(text)) {
    const canonical = await new RDFC10().canonicalize(await quadsOf(document, documentLoader));
    if (hashes.size >= MOST_HASHES) hashes.delete(hashes.keys().next().value);
    hashes.set(text, createHash('sha256').update(canonical).digest());
  }
  return hashes.get(text);
}

async function methodOf(proof, issuer, documentLoader) {
  const { verificationMethod: id } = proof;
  demand(typeof id === 'string' && id.startsWith(`${issuer}#`), 'the key is not the issuer\'s');
  const { document } = await documentLoader(issuer);
  demand(document.id === issuer, 'the DID document is another\'s');
  demand(list(document.assertionMethod).some((one) => (one.id ?? one) === id), 'the key may not sign credentials');
  const method = list(document.verificationMethod).find((one) => one.id === id);
  demand(method && method.controller === issuer, 'the DID document has no such key');
  demand(!(method.revoked && new Date(method.revoked) <= new Date(proof.created)), 'the key was revoked before');
  return method;
}

/** Data Integrity EdDSA Cryptosuites 1.0, sections 3.2.2 and 3.3.2: the proof's options have the document's contexts. */
async function checkProof(credential, proof, issuer, documentLoader) {
  demand(proof.type === 'DataIntegrityProof' && SUITES.has(proof.cryptosuite), 'the proof is of another kind');
  demand(proof.proofPurpose === 'assertionMethod', 'the proof is for another purpose');
  demand(!Number.isNaN(Date.parse(proof.created)), 'the proof has no moment');
  const { proof: _, ...document } = credential;
  const { proofValue, ...options } = proof;
  const signature = base58(proofValue);
  demand(signature.length === 64, 'the signature is not of 64 bytes');
  const { '@context': contexts } = credential;
  demand(proof['@context'] === undefined || isDeepStrictEqual(proof['@context'], contexts), 'the proof is for other contexts');
  const suite = proof.cryptosuite;
  const signed = await hashOf({ '@context': contexts, ...options }, suite, documentLoader);
  const data = Buffer.concat([signed, await hashOf(document, suite, documentLoader)]);
  const key = publicKey(await methodOf(proof, issuer, documentLoader));
  demand(verify(null, data, key, signature), 'the signature does not match');
}

function checkForm(credential, now) {
  demand(list(credential['@context'])[0] === CREDENTIALS, 'the first context is not that of Verifiable Credentials 2.0');
  demand(list(credential.type).includes('VerifiableCredential'), 'it is no verifiable credential');
  demand(typeof credential.credentialSubject === 'object' && credential.credentialSubject, 'it has no subject');
  const moment = (name) => {
    if (credential[name] === undefined) return undefined;
    const at = Date.parse(credential[name]);
    demand(!Number.isNaN(at), `${name} is no moment`);
    return at;
  };
  const [from, until] = [moment('validFrom'), moment('validUntil')];
  demand(!(from > now.getTime()), 'it is not valid yet');
  demand(!(until < now.getTime()), 'it has expired');
}

async function check(credential, { documentLoader, now, proofOnly = false }) {
  demand(credential && typeof credential === 'object' && !Array.isArray(credential), 'it is no object');
  const proofs = list(credential.proof);
  demand(proofs.length > 0, 'it has no proof');
  const issuer = proofOnly ? proofs[0].verificationMethod?.split('#')[0] : (credential.issuer?.id ?? credential.issuer);
  demand(typeof issuer === 'string', 'it has no issuer');
  if (!proofOnly) checkForm(credential, now);
  for (const proof of proofs) await checkProof(credential, proof, issuer, documentLoader);
}

/** Bitstring Status List 1.0, section 3.2: answers whether the bit is set. */
async function bitOf(entry, issuer, settings) {
  const { document } = await settings.documentLoader(entry.statusListCredential);
  await check(document, settings);
  demand((document.issuer?.id ?? document.issuer) === issuer, 'the status list is another\'s');
  const subject = document.credentialSubject;
  demand(list(subject.statusPurpose).includes(entry.statusPurpose), 'the status list is for another purpose');
  demand(subject.encodedList?.startsWith('u'), 'the status list is not base64url');
  const bits = gunzipSync(Buffer.from(subject.encodedList.slice(1), 'base64url'), { maxOutputLength: MAX_LIST_BYTES });
  demand(bits.length * 8 >= MIN_LIST_BITS, `the status list has fewer than ${MIN_LIST_BITS} entries`);
  demand(/^\d+$/.test(entry.statusListIndex) && entry.statusListIndex < bits.length * 8, 'the status list has no such entry');
  const index = Number(entry.statusListIndex);
  return (bits[index >> 3] >> (7 - (index & 7)) & 1) === 1;
}

/** As `verdictOn` of verifier.mjs. Never throws for a bad credential. */
export async function verdictOn(credential, settings) {
  const verdict = { verified: false, error: null, statusValid: null };
  try {
    await check(credential, settings);
    verdict.verified = true;
    if (!credential.credentialStatus || settings.proofOnly) return verdict;
    verdict.statusValid = false;
    verdict.status = [];
    for (const entry of list(credential.credentialStatus)) {
      const set = await bitOf(entry, credential.issuer.id ?? credential.issuer, settings);
      verdict.status.push({ purpose: entry.statusPurpose, index: entry.statusListIndex, set });
      demand(!(set && INVALIDATING.has(entry.statusPurpose)), `the ${entry.statusPurpose} bit is set`);
    }
    verdict.statusValid = true;
  } catch (error) {
    verdict.error = error.message;
  }
  return verdict;
}
