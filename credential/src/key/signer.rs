//! What signs: a trait, so that a key management service can stand in, and the signer that holds its key in memory.

use super::{Algorithm, KeyError, PublicKey};
use ed25519_dalek::Signer as _;
use std::fmt;

/// Something that signs in the name of one verification method. Signing may take as long as a remote service needs, so it is
/// called outside any transaction, on a thread that may block.
pub trait Signer: Send + Sync {
    /// The kind of key.
    fn algorithm(&self) -> Algorithm;

    /// The identifier of the verification method that checks these signatures, `did:web:example.com#key-1`.
    fn verification_method(&self) -> &str;

    /// Signs the bytes: 64 bytes, R ‖ S, for Ed25519 and P-256 alike.
    ///
    /// # Errors
    /// [`KeyError::Signer`] where a remote signer fails.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError>;
}

/// A secret key in memory; it is wiped when dropped and never shown.
#[derive(Clone)]
pub enum SecretKey {
    /// Ed25519.
    Ed25519(ed25519_dalek::SigningKey),
    /// P-256.
    P256(p256::ecdsa::SigningKey),
}

impl SecretKey {
    /// An Ed25519 key from its 32-byte seed (RFC 8032, section 5.1.5). Any 32 bytes are a seed.
    #[must_use]
    pub fn ed25519(seed: &[u8; 32]) -> Self {
        Self::Ed25519(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// A P-256 key from its 32-byte scalar.
    ///
    /// # Errors
    /// [`KeyError::Secret`] where the scalar is zero or not below the order of the curve (one in 2³² random ones).
    pub fn p256(scalar: &[u8; 32]) -> Result<Self, KeyError> {
        p256::ecdsa::SigningKey::from_slice(scalar).map(Self::P256).map_err(|_| KeyError::Secret)
    }

    /// The key of the given kind from 32 secret bytes.
    ///
    /// # Errors
    /// [`KeyError::Secret`] where the bytes are not a key of that kind, or the kind is one that is only verified.
    pub fn from_bytes(algorithm: Algorithm, bytes: &[u8; 32]) -> Result<Self, KeyError> {
        match algorithm {
            Algorithm::Ed25519 => Ok(Self::ed25519(bytes)),
            Algorithm::P256 => Self::p256(bytes),
            Algorithm::Rsa => Err(KeyError::Secret),
        }
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        match self {
            Self::Ed25519(key) => PublicKey::Ed25519(key.verifying_key()),
            Self::P256(key) => PublicKey::P256(Box::new(*key.verifying_key())),
        }
    }

    /// Signs the bytes: 64 bytes, R ‖ S. Deterministic for both kinds (RFC 8032, RFC 6979).
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Ed25519(key) => key.sign(message).to_bytes().to_vec(),
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = p256::ecdsa::signature::Signer::sign(key, message);
                signature.to_bytes().to_vec()
            }
        }
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({})", self.public().to_multikey())
    }
}

/// A signer that holds its key.
#[derive(Debug, Clone)]
pub struct LocalSigner {
    key: SecretKey,
    verification_method: String,
}

impl LocalSigner {
    /// Signs with `key` in the name of `verification_method`.
    #[must_use]
    pub fn new(key: SecretKey, verification_method: impl Into<String>) -> Self {
        Self { key, verification_method: verification_method.into() }
    }

    /// The public half of the key.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        self.key.public()
    }
}

impl Signer for LocalSigner {
    fn algorithm(&self) -> Algorithm {
        match self.key {
            SecretKey::Ed25519(_) => Algorithm::Ed25519,
            SecretKey::P256(_) => Algorithm::P256,
        }
    }

    fn verification_method(&self) -> &str {
        &self.verification_method
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        Ok(self.key.sign(message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_fits_its_message_and_key_alone() {
        for secret in [SecretKey::ed25519(&[1; 32]), SecretKey::p256(&[1; 32]).unwrap()] {
            let signature = secret.sign(b"message");
            assert_eq!(signature.len(), 64);
            assert_eq!(secret.public().verify(b"message", &signature), Ok(()));
            assert_eq!(secret.public().verify(b"massage", &signature), Err(KeyError::Signature));
            assert_eq!(secret.public().verify(b"message", &signature[1..]), Err(KeyError::Signature));
            let other = SecretKey::ed25519(&[2; 32]).public();
            assert_eq!(other.verify(b"message", &signature), Err(KeyError::Signature));
        }
        assert!(SecretKey::p256(&[0xff; 32]).is_err());
    }

    #[test]
    fn a_secret_is_not_shown() {
        let shown = format!("{:?}", SecretKey::ed25519(&[1; 32]));
        assert!(shown.starts_with("SecretKey(z6Mk"), "{shown}");
    }
}
