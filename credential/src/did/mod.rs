//! Decentralized identifiers: did:web from and to addresses, did:key, and DID documents written and read. Nothing is fetched.

mod document;
pub mod web;

pub use document::{DidDocument, MAX_READ_BYTES, MAX_WRITTEN_BYTES, PublishedKey, Relationship, document};

use crate::key::{KeyError, PublicKey};

/// Why an identifier or its document was not usable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DidError {
    /// Not a DID of the expected form.
    #[error("{0:?} is not a usable DID: {1}")]
    Malformed(String, &'static str),
    /// An address that did:web cannot name.
    #[error("{0:?} cannot be a did:web: {1}")]
    Address(String, &'static str),
    /// The document does not fit its rules.
    #[error("the DID document is not acceptable: {0}")]
    Document(String),
    /// The document does not name the key, or not for assertions.
    #[error("the DID document does not publish {0} for assertions")]
    UnknownKey(String),
    /// A key could not be used.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// Splits `did:…#fragment`, or any address with a fragment, in two.
///
/// # Errors
/// [`DidError::Malformed`] where there is no fragment: what is meant then is the whole document, not a key.
pub fn split(method: &str) -> Result<(&str, &str), DidError> {
    match method.split_once('#') {
        Some((controller, fragment)) if !controller.is_empty() && !fragment.is_empty() => {
            Ok((controller, fragment))
        }
        _ => Err(DidError::Malformed(method.to_owned(), "a verification method has a fragment")),
    }
}

/// The key of a did:key verification method, which must be `did:key:X#X`.
///
/// # Errors
/// [`DidError`] where it is not of that form (the bare DID is not a verification method) or X is not a usable Multikey.
pub fn resolve_did_key(method: &str) -> Result<PublicKey, DidError> {
    let (did, fragment) = split(method)?;
    let key = did
        .strip_prefix("did:key:")
        .ok_or_else(|| DidError::Malformed(method.to_owned(), "it is not a did:key"))?;
    if key != fragment {
        return Err(DidError::Malformed(method.to_owned(), "the fragment differs from the key"));
    }
    Ok(PublicKey::from_multikey(key)?)
}

/// The did:key of a public key.
#[must_use]
pub fn did_key(key: &PublicKey) -> String {
    format!("did:key:{}", key.to_multikey())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::SecretKey;

    #[test]
    fn a_did_key_resolves_to_itself() {
        let key = SecretKey::ed25519(&[3; 32]).public();
        let did = did_key(&key);
        let method = format!("{did}#{}", key.to_multikey());
        assert_eq!(resolve_did_key(&method), Ok(key));
        assert!(resolve_did_key(&did).is_err());
        assert!(resolve_did_key(&format!("{did}#key-1")).is_err());
        assert!(resolve_did_key("did:web:example.com#z6Mk").is_err());
    }
}
