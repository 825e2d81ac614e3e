//! Signing and verification keys: Ed25519 and P-256, in memory. How keys are stored and encrypted is the service's concern.

mod public;
mod signer;

pub use public::PublicKey;
pub use signer::{LocalSigner, SecretKey, Signer};

/// A kind of key, which settles the algorithm of its signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Algorithm {
    /// Ed25519 (RFC 8032); `EdDSA` in a JWT.
    Ed25519,
    /// ECDSA on P-256 with SHA-256 (FIPS 186-5); `ES256` in a JWT.
    P256,
    /// RSASSA-PKCS1-v1_5 with SHA-256; `RS256` in a JWT. Verified only: others sign with it.
    Rsa,
}

/// Why a key or a signature was not usable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a Multikey in base58-btc, or of a kind not known.
    #[error("not a usable Multikey: {0}")]
    Multikey(&'static str),
    /// Not a usable JSON Web Key.
    #[error("not a usable JSON Web Key: {0}")]
    Jwk(&'static str),
    /// The bytes of a secret key are out of range.
    #[error("not a usable secret key")]
    Secret,
    /// The signature does not fit the message and key.
    #[error("the signature does not match")]
    Signature,
    /// A remote signer failed, in its own words.
    #[error("the signer failed: {0}")]
    Signer(String),
}
