//! `eddsa-rdfc-2022`: the hashes of the canonical N-Quads of proof and document, one after the other (Data Integrity EdDSA
//! Cryptosuites 1.0, sections 3.2.3 to 3.2.5).

use crate::canon::{self, CanonError};
use crate::document::direct;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The hash of a document's canonical form, kept where several proofs are checked on one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentHash([u8; 32]);

impl DocumentHash {
    /// The hash of a document that holds no proof, or of one with the previous proofs of a chain.
    ///
    /// # Errors
    /// [`CanonError`] where it has no canonical form.
    pub fn of(document: &Value) -> Result<Self, CanonError> {
        if let Some(quads) = direct::canonical_of(document) {
            return Ok(Self(hash(&quads)));
        }
        Ok(Self(hash(&canon::canonicalize(document)?)))
    }

    /// The hash of N-Quads that are canonical already.
    #[must_use]
    pub fn of_canonical(quads: &str) -> Self {
        Self(hash(quads))
    }

    /// The 64 bytes that are signed. The proof options are read in the document's context.
    ///
    /// # Errors
    /// [`CanonError`] where the options have no canonical form.
    pub fn with_options(self, document: &Value, options: &Value) -> Result<[u8; 64], CanonError> {
        if let Some(quads) = direct::canonical_options(document.get("@context"), options) {
            return Ok(self.with_canonical_options(&quads));
        }
        let mut options = options.clone();
        if let Value::Object(members) = &mut options {
            members.remove("proofValue");
            members.insert("@context".into(), document.get("@context").cloned().unwrap_or_default());
        }
        Ok(self.with_canonical_options(&canon::canonicalize(&options)?))
    }

    /// The 64 bytes that are signed, from options that are canonical N-Quads already.
    #[must_use]
    pub fn with_canonical_options(self, quads: &str) -> [u8; 64] {
        let mut both = [0; 64];
        both[..32].copy_from_slice(&hash(quads));
        both[32..].copy_from_slice(&self.0);
        both
    }

    /// The hash itself.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

fn hash(quads: &str) -> [u8; 32] {
    Sha256::digest(quads).into()
}
