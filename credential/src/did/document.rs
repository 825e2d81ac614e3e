//! DID documents: written for our own issuers, and read from anybody (Controlled Identifiers 1.0).

use super::DidError;
use crate::context;
use crate::json;
use crate::key::PublicKey;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// The largest document written, in bytes: some clients read no more.
pub const MAX_WRITTEN_BYTES: usize = 8_192;
/// The largest document read, in bytes.
pub const MAX_READ_BYTES: usize = 65_536;
/// How many verification methods of a document are looked at.
const MAX_METHODS: usize = 200;

/// A key as a DID document publishes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedKey {
    /// The whole identifier of the verification method, with its fragment.
    pub id: String,
    /// The key.
    pub key: PublicKey,
    /// From when on the key is worth nothing (a compromise); a key that was merely retired has none.
    pub revoked: Option<DateTime<Utc>>,
    /// Until when the key signs.
    pub expires: Option<DateTime<Utc>>,
}

impl PublishedKey {
    /// A key without end.
    #[must_use]
    pub fn new(id: impl Into<String>, key: PublicKey) -> Self {
        Self { id: id.into(), key, revoked: None, expires: None }
    }
}

/// Writes the DID document of `did` with all the keys that ever signed for it. A retired key stays in `assertionMethod`: without
/// it, what it signed no longer verifies.
///
/// # Errors
/// [`DidError::Document`] where a key's identifier is not below the DID, or the document outgrows [`MAX_WRITTEN_BYTES`].
pub fn document(did: &str, keys: &[PublishedKey]) -> Result<Vec<u8>, DidError> {
    let mut methods = Vec::with_capacity(keys.len());
    for key in keys {
        if key.id.strip_prefix(did).and_then(|rest| rest.strip_prefix('#')).is_none_or(str::is_empty) {
            return Err(DidError::Document(format!("the key {} is not one of {did}", key.id)));
        }
        let mut method = json!({
            "id": key.id, "type": "Multikey", "controller": did, "publicKeyMultibase": key.key.to_multikey()
        });
        for (name, moment) in [("revoked", key.revoked), ("expires", key.expires)] {
            if let Some(moment) = moment {
                method[name] = json!(crate::date::write(moment));
            }
        }
        methods.push(method);
    }
    let ids: Vec<&str> = keys.iter().map(|key| key.id.as_str()).collect();
    let document = json!({
        "@context": [context::DID_V1, context::MULTIKEY_V1],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": ids,
    });
    let bytes =
        serde_json::to_vec_pretty(&document).map_err(|error| DidError::Document(error.to_string()))?;
    if bytes.len() > MAX_WRITTEN_BYTES {
        return Err(DidError::Document(format!(
            "it has {} bytes, more than the {MAX_WRITTEN_BYTES} that every client reads",
            bytes.len()
        )));
    }
    Ok(bytes)
}

/// What a key is published for (Controlled Identifiers 1.0, section 2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relationship {
    /// To assert: to sign credentials.
    Assertion,
    /// To authenticate: to sign presentations.
    Authentication,
}

impl Relationship {
    /// The member of the document that lists such keys, which is also the purpose of a proof by one.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Assertion => "assertionMethod",
            Self::Authentication => "authentication",
        }
    }
}

/// What verification needs of a DID document, or of the document at an https issuer's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DidDocument {
    /// The identifier that the document is of.
    pub id: String,
    /// The keys for assertions that this verifier can use.
    keys: Vec<PublishedKey>,
    /// Those for authentication.
    authentication: Vec<PublishedKey>,
}

impl DidDocument {
    /// Reads the document that was found for `expected`.
    ///
    /// # Errors
    /// [`DidError::Document`] where it is too large, no JSON object, of another identifier, or lists its keys wrongly. A method
    /// of an unknown kind is passed over.
    pub fn parse(bytes: &[u8], expected: &str) -> Result<Self, DidError> {
        let document = json::parse_limited(bytes, MAX_READ_BYTES)
            .map_err(|error| DidError::Document(error.to_string()))?;
        let id = document.get("id").and_then(Value::as_str);
        if id != Some(expected) {
            return Err(DidError::Document(format!(
                "it is of {}, not of {expected}",
                id.unwrap_or("nobody")
            )));
        }
        let methods = list(&document, "verificationMethod")?;
        let keys_for = |relationship: Relationship| -> Result<Vec<PublishedKey>, DidError> {
            let mut keys = Vec::new();
            for entry in list(&document, relationship.name())? {
                let method = match entry {
                    Value::String(reference) => {
                        let wanted = absolute(reference, expected);
                        methods.iter().find(|method| method_id(method, expected).as_ref() == Some(&wanted))
                    }
                    embedded => Some(embedded),
                };
                keys.extend(method.and_then(|method| read(method, expected)));
            }
            Ok(keys)
        };
        Ok(Self {
            id: expected.to_owned(),
            keys: keys_for(Relationship::Assertion)?,
            authentication: keys_for(Relationship::Authentication)?,
        })
    }

    /// The document that a did:key stands for.
    #[must_use]
    pub(crate) fn of_key(id: &str, key: PublishedKey) -> Self {
        Self { id: id.to_owned(), keys: vec![key.clone()], authentication: vec![key] }
    }

    /// The key with the given identifier, where the document publishes it for assertions.
    ///
    /// # Errors
    /// [`DidError::UnknownKey`].
    pub fn assertion_key(&self, method: &str) -> Result<&PublishedKey, DidError> {
        self.keys.iter().find(|key| key.id == method).ok_or_else(|| DidError::UnknownKey(method.to_owned()))
    }

    /// The key with the given identifier, where the document publishes it for the relationship.
    ///
    /// # Errors
    /// [`DidError::UnknownKey`].
    pub fn key(&self, method: &str, relationship: Relationship) -> Result<&PublishedKey, DidError> {
        match relationship {
            Relationship::Assertion => self.assertion_key(method),
            Relationship::Authentication => self
                .authentication
                .iter()
                .find(|key| key.id == method)
                .ok_or_else(|| DidError::UnknownKey(method.to_owned())),
        }
    }

    /// Takes over what another edition of the document knows of keys that were given up: the earlier moment counts.
    pub(crate) fn revoke_as(&mut self, known: &Self) {
        let of = |key: &PublishedKey| known.keys.iter().find(|known| known.key == key.key)?.revoked;
        for key in self.keys.iter_mut().chain(&mut self.authentication) {
            key.revoked = match (key.revoked, of(key)) {
                (Some(own), Some(known)) => Some(own.min(known)),
                (own, known) => own.or(known),
            };
        }
    }

    /// Every usable key for assertions.
    #[must_use]
    pub fn assertion_keys(&self) -> &[PublishedKey] {
        &self.keys
    }
}

fn list<'a>(document: &'a Value, name: &str) -> Result<&'a [Value], DidError> {
    match document.get(name) {
        None => Ok(&[]),
        Some(Value::Array(items)) if items.len() <= MAX_METHODS => Ok(items),
        Some(Value::Array(_)) => {
            Err(DidError::Document(format!("{name} has more than {MAX_METHODS} entries")))
        }
        Some(one) => Ok(std::slice::from_ref(one)),
    }
}

fn absolute(reference: &str, did: &str) -> String {
    if reference.starts_with('#') { format!("{did}{reference}") } else { reference.to_owned() }
}

fn method_id(method: &Value, did: &str) -> Option<String> {
    method.get("id").and_then(Value::as_str).map(|id| absolute(id, did))
}

/// The key of a verification method, where it is of a known kind and controlled by the document's subject.
fn read(method: &Value, did: &str) -> Option<PublishedKey> {
    let text = |name: &str| method.get(name).and_then(Value::as_str);
    if text("controller").is_some_and(|controller| controller != did) {
        return None;
    }
    let id = method_id(method, did)?;
    if super::split(&id).ok()?.0 != did {
        return None;
    }
    let key = match text("type")? {
        "Multikey" | "Ed25519VerificationKey2020" => {
            PublicKey::from_multikey(text("publicKeyMultibase")?).ok()?
        }
        "JsonWebKey" | "JsonWebKey2020" => PublicKey::from_jwk(method.get("publicKeyJwk")?).ok()?,
        _ => return None,
    };
    // A moment that cannot be read would count as never: the key is passed over instead.
    let moment = |name: &str| match method.get(name) {
        None => Some(None),
        Some(value) => value.as_str().and_then(|text| crate::date::read(text).ok()).map(Some),
    };
    Some(PublishedKey { id, key, revoked: moment("revoked")?, expires: moment("expires")? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::SecretKey;

    const DID: &str = "did:web:example.com:issuers:acme";

    fn keys(count: u8) -> Vec<PublishedKey> {
        (1..=count)
            .map(|n| PublishedKey::new(format!("{DID}#key-{n}"), SecretKey::ed25519(&[n; 32]).public()))
            .collect()
    }

    #[test]
    fn what_is_written_is_read_with_every_key() {
        let mut keys = keys(3);
        keys[0].revoked = Some(crate::date::read("2026-01-02T03:04:05Z").unwrap());
        let bytes = document(DID, &keys).unwrap();
        let read = DidDocument::parse(&bytes, DID).unwrap();
        assert_eq!(read.assertion_keys(), keys);
        assert_eq!(read.assertion_key(&keys[1].id), Ok(&keys[1]));
        assert!(matches!(read.assertion_key("did:web:example.com#other"), Err(DidError::UnknownKey(_))));
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        assert!(value["assertionMethod"].as_array().unwrap().iter().all(Value::is_string));
        crate::canon::canonicalize(&value).unwrap();
    }

    #[test]
    fn a_document_stays_within_what_clients_read() {
        assert!(document(DID, &keys(20)).unwrap().len() <= MAX_WRITTEN_BYTES);
        assert!(document(DID, &keys(60)).is_err());
        assert!(document("did:web:example.com", &keys(1)).is_err());
    }

    #[test]
    fn another_subject_and_foreign_controllers_are_refused() {
        let bytes = document(DID, &keys(1)).unwrap();
        assert!(DidDocument::parse(&bytes, "did:web:example.com").is_err());
        let mut value: Value = serde_json::from_slice(&bytes).unwrap();
        value["verificationMethod"][0]["controller"] = json!("did:web:evil.example");
        let read = DidDocument::parse(value.to_string().as_bytes(), DID).unwrap();
        assert!(read.assertion_keys().is_empty());
        assert!(DidDocument::parse(&vec![b' '; MAX_READ_BYTES + 1], DID).is_err());
    }

    #[test]
    fn a_key_outside_assertion_method_does_not_assert() {
        let mut value: Value = serde_json::from_slice(&document(DID, &keys(2)).unwrap()).unwrap();
        value["assertionMethod"] = json!(["#key-2"]);
        let read = DidDocument::parse(value.to_string().as_bytes(), DID).unwrap();
        assert_eq!(read.assertion_keys(), &keys(2)[1..]);
    }
}
