//! Who a credential was given to: the identity in the clear or as a salted hash, and the question whether it is somebody's.

use super::tag;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// An identity of the recipient (Open Badges 3.0, IdentityObject).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IdentityObject {
    /// Always `IdentityObject`.
    #[serde(rename = "type", default)]
    pub kind: tag::IdentityObjectType,
    /// Whether `identity_hash` is a hash.
    pub hashed: bool,
    /// `sha256$` and 64 hexadecimal digits, or the identity itself.
    pub identity_hash: String,
    /// One of [`super::vocabulary::IDENTIFIER_TYPES`] or `ext:…`.
    pub identity_type: String,
    /// What was put behind the identity before hashing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salt: Option<String>,
}

impl IdentityObject {
    /// A hashed identity. The salt has to be random and of this credential alone, or equal hashes tell who is the same person.
    #[must_use]
    pub fn hashed(identity_type: impl Into<String>, identity: &str, salt: impl Into<String>) -> Self {
        let salt = salt.into();
        Self {
            hashed: true,
            identity_hash: identity_hash(identity, &salt),
            identity_type: identity_type.into(),
            salt: Some(salt),
            ..Self::default()
        }
    }

    /// An identity in the clear, such as the name to show.
    #[must_use]
    pub fn plain(identity_type: impl Into<String>, identity: impl Into<String>) -> Self {
        Self {
            hashed: false,
            identity_hash: identity.into(),
            identity_type: identity_type.into(),
            ..Self::default()
        }
    }

    /// Whether this is the identity of `expected`; nothing where the hash is of a kind that is not computed here. An e-mail
    /// address is tried as given and in lower case.
    #[must_use]
    pub fn matches(&self, expected: &str) -> Option<bool> {
        let expected = expected.trim();
        let lower = expected.to_lowercase();
        if !self.hashed {
            let email = self.identity_type == "emailAddress";
            return Some(
                self.identity_hash == expected || email && self.identity_hash.to_lowercase() == lower,
            );
        }
        let digest = self.identity_hash.strip_prefix("sha256$")?;
        let salt = self.salt.as_deref().unwrap_or_default();
        Some(
            [expected, &lower]
                .iter()
                .any(|one| identity_hash(one, salt)["sha256$".len()..].eq_ignore_ascii_case(digest)),
        )
    }
}

/// The salted hash of an identity: `sha256$` and the hexadecimal SHA-256 of identity and salt, one after the other.
#[must_use]
pub fn identity_hash(identity: &str, salt: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(identity);
    hash.update(salt);
    let mut text = String::from("sha256$");
    for byte in hash.finalize() {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specifications_example_is_met() {
        let identity = IdentityObject::hashed("emailAddress", "a@example.com", "Kosher");
        assert_eq!(
            identity.identity_hash,
            "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"
        );
        assert_eq!(identity.matches("a@example.com"), Some(true));
        assert_eq!(identity.matches(" A@Example.com "), Some(true));
        assert_eq!(identity.matches("b@example.com"), Some(false));
    }

    #[test]
    fn plain_identities_are_compared_and_unknown_hashes_left_open() {
        let name = IdentityObject::plain("name", "Ada Lovelace");
        assert_eq!(name.matches("Ada Lovelace"), Some(true));
        assert_eq!(name.matches("ada lovelace"), Some(false));
        let md5 =
            IdentityObject { identity_hash: "md5$00".into(), hashed: true, ..IdentityObject::default() };
        assert_eq!(md5.matches("a@example.com"), None);
    }
}
