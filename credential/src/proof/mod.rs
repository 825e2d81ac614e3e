//! Data Integrity proofs (Verifiable Credential Data Integrity 1.0): made for and checked on any JSON-LD document.
//! Whether the key is the issuer's is the verification engine's question.

mod jcs;
mod rdfc;

pub use jcs::canonical_json;
pub use rdfc::DocumentHash;

use crate::canon::CanonError;
use crate::date;
use crate::key::{Algorithm, KeyError, PublicKey, Signer};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};

/// The purpose of every proof made here.
pub const ASSERTION_METHOD: &str = "assertionMethod";
const TYPE: &str = "DataIntegrityProof";
/// The longest proof value read, in characters; an Ed25519 signature has 88 or 89.
const MAX_PROOF_VALUE: usize = 256;

/// How a proof is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cryptosuite {
    /// Ed25519 over RDFC-1.0 (Data Integrity EdDSA Cryptosuites 1.0, section 3.2).
    EddsaRdfc2022,
    /// Ed25519 over the JSON Canonicalization Scheme (the same, section 3.3).
    EddsaJcs2022,
}

impl Cryptosuite {
    /// The suite's name in a proof.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::EddsaRdfc2022 => "eddsa-rdfc-2022",
            Self::EddsaJcs2022 => "eddsa-jcs-2022",
        }
    }

    /// The suite of that name, where it is known.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::EddsaRdfc2022, Self::EddsaJcs2022].into_iter().find(|suite| suite.name() == name)
    }

    fn algorithm(self) -> Algorithm {
        match self {
            Self::EddsaRdfc2022 | Self::EddsaJcs2022 => Algorithm::Ed25519,
        }
    }
}

/// Why a proof was not made or does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The document or the proof has no canonical form.
    #[error(transparent)]
    Canon(#[from] CanonError),
    /// The key does not fit, the signer failed, or the signature does not match.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The proof lacks a member or holds an unusable one.
    #[error("the proof's {0} {1}")]
    Member(&'static str, &'static str),
    /// A suite that is not known here.
    #[error("the cryptosuite {0:?} is not known")]
    Suite(String),
    /// The key is of another kind than the suite needs.
    #[error("{0} does not sign with this kind of key")]
    Algorithm(&'static str),
}

/// A proof, in the order in which it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Proof {
    #[serde(rename = "type")]
    kind: &'static str,
    cryptosuite: &'static str,
    created: String,
    verification_method: String,
    proof_purpose: &'static str,
    /// The document's own, where the suite covers text and not meaning.
    #[serde(rename = "@context", skip_serializing_if = "Option::is_none")]
    context: Option<Value>,
    proof_value: String,
}

/// Makes a proof over `document`, whose own `proof`, if any, is not covered (a proof set).
///
/// # Errors
/// [`ProofError`] where the document has no canonical form or the signer is of the wrong kind or fails.
pub fn create(
    suite: Cryptosuite,
    document: &Value,
    signer: &dyn Signer,
    created: DateTime<Utc>,
) -> Result<Proof, ProofError> {
    let options = Options::new(suite, document, signer, created)?;
    let data = hash_data(suite, document, &options.value)?;
    options.sign(signer, &data)
}

/// As [`create`] with `eddsa-rdfc-2022`, for a document whose hash is known.
pub(crate) fn create_over(
    document: &Value,
    hash: DocumentHash,
    signer: &dyn Signer,
    created: DateTime<Utc>,
) -> Result<Proof, ProofError> {
    let options = Options::new(Cryptosuite::EddsaRdfc2022, document, signer, created)?;
    let data = hash.with_options(document, &options.value)?;
    options.sign(signer, &data)
}

/// A proof before it is signed.
struct Options {
    suite: Cryptosuite,
    created: String,
    context: Option<Value>,
    value: Value,
}

impl Options {
    fn new(
        suite: Cryptosuite,
        document: &Value,
        signer: &dyn Signer,
        created: DateTime<Utc>,
    ) -> Result<Self, ProofError> {
        if signer.algorithm() != suite.algorithm() {
            return Err(ProofError::Algorithm(suite.name()));
        }
        let created = date::write(created);
        let mut value = json!({
            "type": TYPE,
            "cryptosuite": suite.name(),
            "created": created,
            "verificationMethod": signer.verification_method(),
            "proofPurpose": ASSERTION_METHOD,
        });
        let context = document.get("@context").filter(|_| suite == Cryptosuite::EddsaJcs2022).cloned();
        if let Some(context) = &context {
            value["@context"] = context.clone();
        }
        Ok(Self { suite, created, context, value })
    }

    fn sign(self, signer: &dyn Signer, data: &[u8]) -> Result<Proof, ProofError> {
        let signature = signer.sign(data)?;
        Ok(Proof {
            kind: TYPE,
            cryptosuite: self.suite.name(),
            created: self.created,
            verification_method: signer.verification_method().to_owned(),
            proof_purpose: ASSERTION_METHOD,
            context: self.context,
            proof_value: format!("z{}", bs58::encode(signature).into_string()),
        })
    }
}

/// What the suite signs: the 64 bytes of both hashes, the proof's first.
///
/// # Errors
/// [`ProofError`] where document or options have no canonical form, or the options' context is not the document's.
pub fn hash_data(suite: Cryptosuite, document: &Value, options: &Value) -> Result<Vec<u8>, ProofError> {
    let document = &covered(document, options)?;
    match suite {
        Cryptosuite::EddsaRdfc2022 => {
            Ok(DocumentHash::of(document)?.with_options(document, options)?.to_vec())
        }
        Cryptosuite::EddsaJcs2022 => Ok(jcs::hash_data(document, options)?.to_vec()),
    }
}

/// Checks one proof of a document against a key. The caller has made sure that the key is the one the proof names, and that its
/// purpose and dates are right.
///
/// # Errors
/// [`ProofError`] where the proof is of an unknown suite, malformed, or does not match.
pub fn verify(document: &Value, proof: &Value, key: &PublicKey) -> Result<(), ProofError> {
    verify_with(document, || DocumentHash::of(&unsecured(document)), proof, key)
}

/// As [`verify`], with a document hash that may be known already.
pub(crate) fn verify_with(
    document: &Value,
    hash: impl FnOnce() -> Result<DocumentHash, CanonError>,
    proof: &Value,
    key: &PublicKey,
) -> Result<(), ProofError> {
    let (suite, signature) = parts(proof)?;
    if key.algorithm() != suite.algorithm() {
        return Err(ProofError::Algorithm(suite.name()));
    }
    let chained = proof.get("previousProof").is_some();
    let data = match suite {
        Cryptosuite::EddsaRdfc2022 if !chained => hash()?.with_options(document, proof)?.to_vec(),
        Cryptosuite::EddsaRdfc2022 | Cryptosuite::EddsaJcs2022 => hash_data(suite, document, proof)?,
    };
    Ok(key.verify(&data, &signature)?)
}

/// Whether the proof is well-formed and of a known suite.
pub(crate) fn check_form(proof: &Value) -> Result<(), ProofError> {
    parts(proof).map(drop)
}

/// The suite of a proof and its signature, once both are well-formed.
fn parts(proof: &Value) -> Result<(Cryptosuite, Vec<u8>), ProofError> {
    let text = |name: &'static str| {
        proof.get(name).and_then(Value::as_str).ok_or(ProofError::Member(name, "is missing or not a text"))
    };
    if text("type")? != TYPE {
        return Err(ProofError::Suite(text("type")?.to_owned()));
    }
    let name = text("cryptosuite")?;
    let suite = Cryptosuite::from_name(name).ok_or_else(|| ProofError::Suite(name.to_owned()))?;
    let value = text("proofValue")?;
    if value.len() > MAX_PROOF_VALUE {
        return Err(ProofError::Member("proofValue", "is too long"));
    }
    let signature = value
        .strip_prefix('z')
        .and_then(|encoded| bs58::decode(encoded).into_vec().ok())
        .ok_or(ProofError::Member("proofValue", "is not base58-btc"))?;
    if signature.len() != 64 {
        return Err(ProofError::Member("proofValue", "does not hold 64 bytes"));
    }
    Ok((suite, signature))
}

/// What a proof covers: the document without its proofs, but with those that it names as previous (a proof chain; Data Integrity
/// 1.0, section 4.3).
///
/// # Errors
/// [`ProofError::Member`] where a previous proof is not there.
fn covered(document: &Value, options: &Value) -> Result<Value, ProofError> {
    let mut covered = unsecured(document);
    let Some(previous) = options.get("previousProof") else {
        return Ok(covered);
    };
    let proofs = match document.get("proof") {
        Some(Value::Array(proofs)) => proofs.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let ids = match previous {
        Value::Array(ids) => ids.as_slice(),
        one => std::slice::from_ref(one),
    };
    let find = |id: &Value| {
        let found = proofs.iter().find(|proof| id.is_string() && proof.get("id") == Some(id));
        found.cloned().ok_or(ProofError::Member("previousProof", "is not there"))
    };
    let found = ids.iter().map(find).collect::<Result<Vec<_>, _>>()?;
    covered["proof"] = Value::Array(found);
    Ok(covered)
}

/// The document without its proofs.
pub(crate) fn unsecured(document: &Value) -> Value {
    let mut document = document.clone();
    if let Value::Object(members) = &mut document {
        members.remove("proof");
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{LocalSigner, SecretKey};

    fn document() -> Value {
        json!({
            "@context": "https://www.w3.org/ns/credentials/v2",
            "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
            "type": "VerifiableCredential",
            "issuer": "did:web:example.com",
            "name": "Ünïcode ✓ مرحبا",
            "validFrom": "2026-01-02T03:04:05Z",
            "credentialSubject": {"id": "did:example:a", "description": "x"}
        })
    }

    fn signed() -> (Value, PublicKey) {
        signed_with(Cryptosuite::EddsaRdfc2022)
    }

    fn signed_with(suite: Cryptosuite) -> (Value, PublicKey) {
        let signer = LocalSigner::new(SecretKey::ed25519(&[9; 32]), "did:web:example.com#key-1");
        let created = date::read("2026-01-02T03:04:05Z").unwrap();
        let proof = create(suite, &document(), &signer, created).unwrap();
        (serde_json::to_value(proof).unwrap(), signer.public())
    }

    #[test]
    fn a_proof_covers_the_document_and_itself() {
        for suite in [Cryptosuite::EddsaRdfc2022, Cryptosuite::EddsaJcs2022] {
            tamper(suite);
        }
    }

    fn tamper(suite: Cryptosuite) {
        let (proof, key) = signed_with(suite);
        assert_eq!(verify(&document(), &proof, &key), Ok(()));
        for (pointer, value) in [
            ("/name", json!("Unicode")),
            ("/credentialSubject/id", json!("did:example:b")),
            ("/validFrom", json!("2026-01-02T03:04:06Z")),
            ("/type", json!(["VerifiableCredential", "JsonSchemaCredential"])),
        ] {
            let mut tampered = document();
            *tampered.pointer_mut(pointer).unwrap() = value;
            assert_eq!(verify(&tampered, &proof, &key), Err(KeyError::Signature.into()), "{pointer}");
        }
        for (name, value) in [
            ("created", json!("2026-01-02T03:04:06Z")),
            ("verificationMethod", json!("did:web:example.com#key-2")),
            ("proofPurpose", json!("authentication")),
            ("domain", json!("example.com")),
        ] {
            let mut tampered = proof.clone();
            tampered[name] = value;
            assert_eq!(verify(&document(), &tampered, &key), Err(KeyError::Signature.into()), "{name}");
        }
    }

    #[test]
    fn text_is_covered_in_the_proofs_own_context() {
        let (proof, key) = signed_with(Cryptosuite::EddsaJcs2022);
        let mut extended = document();
        extended["@context"] = json!(["https://www.w3.org/ns/credentials/v2", "https://example.com/more"]);
        assert_eq!(verify(&extended, &proof, &key), Ok(()), "the document may have grown contexts");
        extended["@context"] = json!(["https://example.com/more", "https://www.w3.org/ns/credentials/v2"]);
        let refused = Err(ProofError::Member("@context", "is not the beginning of the document's"));
        assert_eq!(verify(&extended, &proof, &key), refused);
        let mut injected = document();
        injected["evil"] = json!("x");
        assert_eq!(verify(&injected, &proof, &key), Err(KeyError::Signature.into()));
    }

    #[test]
    fn the_same_input_gives_the_same_proof() {
        assert_eq!(signed().0, signed().0);
    }

    #[test]
    fn malformed_proofs_are_told_apart() {
        let (proof, key) = signed();
        for (name, value, expected) in [
            ("type", json!("Ed25519Signature2018"), ProofError::Suite("Ed25519Signature2018".into())),
            ("cryptosuite", json!("bbs-2023"), ProofError::Suite("bbs-2023".into())),
            ("proofValue", json!("uAAAA"), ProofError::Member("proofValue", "is not base58-btc")),
            ("proofValue", json!("z111"), ProofError::Member("proofValue", "does not hold 64 bytes")),
            ("proofValue", json!(3), ProofError::Member("proofValue", "is missing or not a text")),
        ] {
            let mut broken = proof.clone();
            broken[name] = value;
            assert_eq!(verify(&document(), &broken, &key), Err(expected));
        }
        let p256 = SecretKey::p256(&[9; 32]).unwrap().public();
        assert_eq!(verify(&document(), &proof, &p256), Err(ProofError::Algorithm("eddsa-rdfc-2022")));
        let mut undefined = proof;
        undefined["evil"] = json!("x");
        assert!(matches!(verify(&document(), &undefined, &key), Err(ProofError::Canon(_))));
    }
}
