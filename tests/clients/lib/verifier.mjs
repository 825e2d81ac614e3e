// The verdict on one credential by Digital Bazaar's libraries, and on its status by them and by two checks of our own.
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { createVerifyCryptosuite } from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import { cryptosuite as rdfc } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { checkStatus, decodeList } from '@digitalbazaar/vc-bitstring-status-list';
import { verifyCredential } from '@digitalbazaar/vc';
import jsigs from 'jsonld-signatures';

/** Bitstring Status List v1.0, section 2.2: a list has at least 16 kB. */
const MIN_LIST_BITS = 131_072;
/** A set bit of these purposes takes a credential's validity; `refresh` and `message` only say something. */
const INVALIDATING = new Set(['revocation', 'suspension']);
/** The suites, each of which leaves proofs of the other alone. */
const SUITES = [rdfc, createVerifyCryptosuite()].map((cryptosuite) => new DataIntegrityProof({ cryptosuite }));

function messages(error) {
  if (!error) return null;
  const inner = error.errors ?? error.cause?.errors ?? (error.cause ? [error.cause] : []);
  const all = [error.message, ...inner.map((each) => messages(each))].filter(Boolean);
  return [...new Set(all)].join('; ');
}

/**
 * The library's checkStatus answers "verified" for a set bit and does not look at the list's length; both are done here.
 * Answers `{valid, error, entries: [{purpose, index, set}]}`.
 */
async function statusOf(credential, { suite, documentLoader }) {
  const result = await checkStatus({ credential, suite, documentLoader });
  if (!result.verified) return { valid: false, error: messages(result.error) ?? 'status not verified', entries: [] };
  const entries = [];
  const errors = [];
  for (const { credentialStatus, status } of result.results) {
    const { statusPurpose: purpose, statusListIndex: index, statusListCredential } = credentialStatus;
    entries.push({ purpose, index, set: status });
    const { document } = await documentLoader(statusListCredential);
    const { length } = await decodeList({ encodedList: document.credentialSubject.encodedList });
    if (length < MIN_LIST_BITS) errors.push(`${statusListCredential} has ${length} entries, fewer than ${MIN_LIST_BITS}`);
    if (typeof index !== 'string' || !/^\d+$/.test(index)) errors.push('statusListIndex is not a decimal string');
    if (status && INVALIDATING.has(purpose)) errors.push(`the ${purpose} bit is set`);
  }
  return { valid: errors.length === 0, error: errors.join('; ') || null, entries };
}

/**
 * Verifies proof, dates and issuer (`verified`), then the status (`statusValid`: null when the credential names none).
 * `proofOnly` leaves out dates and that the key is the issuer's: some official vectors sign for an issuer without keys.
 * Never throws for a bad credential.
 */
export async function verdictOn(credential, { documentLoader, now, proofOnly = false }) {
  const suite = SUITES;
  let result;
  try {
    result = proofOnly
      ? await jsigs.verify(credential, { suite, documentLoader, purpose: new jsigs.purposes.AssertionProofPurpose() })
      : await verifyCredential({
        credential, suite, documentLoader, now,
        // The status is judged below, where its reasons are kept apart from the proof's.
        checkStatus: async () => ({ verified: true }),
      });
  } catch (error) {
    result = { verified: false, error };
  }
  const verdict = { verified: result.verified === true, error: messages(result.error), statusValid: null };
  if (!verdict.verified) {
    verdict.error ??= 'not verified';
    return verdict;
  }
  if (credential.credentialStatus && !proofOnly) {
    let status;
    try {
      status = await statusOf(credential, { suite, documentLoader });
    } catch (error) {
      status = { valid: false, error: messages(error), entries: [] };
    }
    verdict.statusValid = status.valid;
    verdict.status = status.entries;
    verdict.error = status.error;
  }
  return verdict;
}
