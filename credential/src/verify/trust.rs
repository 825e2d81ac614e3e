//! Keys that the verifier brings along: whoever has looked them up once need not believe what a file claims.

use crate::did::{DidDocument, PublishedKey};
use crate::json;
use crate::key::PublicKey;
use serde_json::Value;
use std::collections::BTreeMap;

/// The keys that a verifier vouches for, by issuer.
#[derive(Debug, Clone, Default)]
pub struct Trust(BTreeMap<String, Pin>);

/// What a verifier knows of one issuer.
#[derive(Debug, Clone, Default)]
pub(super) struct Pin {
    /// Its whole DID document, as it was published some day.
    pub(super) document: Option<DidDocument>,
    keys: Vec<PublicKey>,
}

/// Why a text names no keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// It is JSON and no DID document with keys.
    #[error("it is no DID document with keys: {0}")]
    Document(String),
    /// A line that is not an issuer and a key.
    #[error("line {0} is not an issuer's DID, a space and a key (z6Mk…)")]
    Line(usize),
    /// It is empty.
    #[error("it names no key")]
    Empty,
}

impl Trust {
    /// Adds the keys in a text: an issuer's DID document, or lines of a DID, a space and a key as `publicKeyMultibase`. Empty lines and lines that
    /// begin with `#` are passed over.
    ///
    /// # Errors
    /// [`TrustError`] where the text is neither, or names no key.
    pub fn add(&mut self, text: &[u8]) -> Result<(), TrustError> {
        if text.trim_ascii().starts_with(b"{") {
            return self.add_document(text);
        }
        let text = std::str::from_utf8(text).map_err(|_| TrustError::Line(1))?;
        let mut any = false;
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let named = line.split_once(char::is_whitespace).filter(|(did, _)| did.starts_with("did:"));
            let (did, key) = named.ok_or(TrustError::Line(index + 1))?;
            let key = PublicKey::from_multikey(key.trim()).map_err(|_| TrustError::Line(index + 1))?;
            self.0.entry(did.to_owned()).or_default().keys.push(key);
            any = true;
        }
        if any { Ok(()) } else { Err(TrustError::Empty) }
    }

    fn add_document(&mut self, text: &[u8]) -> Result<(), TrustError> {
        let unusable = |error: &dyn std::fmt::Display| TrustError::Document(error.to_string());
        let document = json::parse(text).map_err(|error| unusable(&error))?;
        let id = document.get("id").and_then(Value::as_str).unwrap_or_default();
        let document = DidDocument::parse(text, id).map_err(|error| unusable(&error))?;
        if document.assertion_keys().is_empty() {
            return Err(TrustError::Empty);
        }
        self.0.entry(id.to_owned()).or_default().document = Some(document);
        Ok(())
    }

    /// What is known of an issuer.
    pub(super) fn of(&self, issuer: &str) -> Option<&Pin> {
        self.0.get(issuer)
    }
}

impl Pin {
    /// Whether the verifier knows a key, and not that it was given up.
    pub(super) fn vouches_for(&self, key: &PublicKey) -> bool {
        let published = |known: &&PublishedKey| known.key == *key;
        match self.document.iter().flat_map(DidDocument::assertion_keys).find(published) {
            Some(known) => known.revoked.is_none(),
            None => self.keys.contains(key),
        }
    }
}
