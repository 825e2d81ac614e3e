//! Public keys: read from and written as Multikey and JSON Web Key, and used to check a signature.

use super::{Algorithm, KeyError};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::VerifyingKey as Ed25519;
use p256::ecdsa::VerifyingKey as P256;
use p256::ecdsa::signature::Verifier;
use serde_json::{Value, json};

/// Multicodec `ed25519-pub`, as a varint.
const ED25519_HEADER: [u8; 2] = [0xed, 0x01];
/// Multicodec `p256-pub`, as a varint.
const P256_HEADER: [u8; 2] = [0x80, 0x24];
/// Multicodec `rsa-pub`, as a varint; what follows is a PKCS#1 RSAPublicKey.
const RSA_HEADER: [u8; 2] = [0x85, 0x24];
/// The longest Multikey read, in characters; those read here have 48 and 49.
const MAX_MULTIKEY: usize = 128;
/// The longest member of a JSON Web Key read, in characters: a modulus of 8,192 bits.
const MAX_COORDINATE: usize = 1_400;

/// A key that checks signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicKey {
    /// Ed25519.
    Ed25519(Ed25519),
    /// P-256.
    P256(Box<P256>),
    /// RSA, of 2,048 to 8,192 bits: found as JSON Web Key alone.
    Rsa(Box<Rsa>),
}

/// An RSA key: modulus and exponent, big-endian.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rsa {
    n: Vec<u8>,
    e: Vec<u8>,
}

impl PublicKey {
    /// Reads a Multikey (`z6Mk…`, `zDna…`; Controlled Identifiers 1.0, section 2.2.2).
    ///
    /// # Errors
    /// [`KeyError::Multikey`] where it is not base58-btc, of another kind of key, or no point of the curve.
    pub fn from_multikey(text: &str) -> Result<Self, KeyError> {
        if text.len() > MAX_MULTIKEY {
            return Err(KeyError::Multikey("too long"));
        }
        let encoded = text.strip_prefix('z').ok_or(KeyError::Multikey("not base58-btc"))?;
        let bytes = bs58::decode(encoded).into_vec().map_err(|_| KeyError::Multikey("not base58-btc"))?;
        match bytes.split_at_checked(2) {
            Some((header, key)) if header == ED25519_HEADER => Self::ed25519(key),
            Some((header, key)) if header == P256_HEADER && key.len() == 33 => Self::p256(key),
            _ => Err(KeyError::Multikey("neither Ed25519 nor P-256")),
        }
    }

    fn ed25519(key: &[u8]) -> Result<Self, KeyError> {
        let bytes = key.try_into().map_err(|_| KeyError::Multikey("an Ed25519 key has 32 bytes"))?;
        let key = Ed25519::from_bytes(bytes).map_err(|_| KeyError::Multikey("not an Ed25519 key"))?;
        // Every signature fits a weak key, so it proves nothing.
        if key.is_weak() {
            return Err(KeyError::Multikey("a weak Ed25519 key"));
        }
        Ok(Self::Ed25519(key))
    }

    fn p256(key: &[u8]) -> Result<Self, KeyError> {
        let key = P256::from_sec1_bytes(key).map_err(|_| KeyError::Multikey("not a P-256 key"))?;
        Ok(Self::P256(Box::new(key)))
    }

    /// The key as a Multikey.
    #[must_use]
    pub fn to_multikey(&self) -> String {
        let bytes = match self {
            Self::Ed25519(key) => [&ED25519_HEADER[..], &key.to_bytes()].concat(),
            Self::P256(key) => [&P256_HEADER[..], key.to_sec1_point(true).as_bytes()].concat(),
            Self::Rsa(key) => {
                let members = [der(0x02, &positive(&key.n)), der(0x02, &positive(&key.e))].concat();
                [&RSA_HEADER[..], &der(0x30, &members)].concat()
            }
        };
        format!("z{}", bs58::encode(bytes).into_string())
    }

    /// Reads a JSON Web Key (RFC 7517, RFC 8037). A key that holds the secret part is refused.
    ///
    /// # Errors
    /// [`KeyError::Jwk`] where members are missing, of another kind or out of range.
    pub fn from_jwk(jwk: &Value) -> Result<Self, KeyError> {
        if jwk.get("d").is_some() {
            return Err(KeyError::Jwk("it holds a secret"));
        }
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let bytes = |name: &str| {
            text(name)
                .filter(|text| text.len() <= MAX_COORDINATE)
                .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
                .ok_or(KeyError::Jwk("a coordinate is missing"))
        };
        let unusable = |_| KeyError::Jwk("not a point of the curve");
        match (text("kty"), text("crv")) {
            (Some("OKP"), Some("Ed25519")) => Self::ed25519(&bytes("x")?).map_err(unusable),
            (Some("EC"), Some("P-256")) => {
                let point = [vec![4], bytes("x")?, bytes("y")?].concat();
                Self::p256(&point).map_err(unusable)
            }
            (Some("RSA"), _) => Ok(Self::Rsa(Box::new(Rsa { n: bytes("n")?, e: bytes("e")? }))),
            _ => Err(KeyError::Jwk("neither Ed25519 nor P-256 nor RSA")),
        }
    }

    /// The key as a JSON Web Key, without `kid` and `alg`.
    #[must_use]
    pub fn to_jwk(&self) -> Value {
        match self {
            Self::Ed25519(key) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(key.to_bytes())})
            }
            Self::P256(key) => {
                let point = key.to_sec1_point(false);
                let coordinates = point.as_bytes();
                json!({
                    "kty": "EC", "crv": "P-256",
                    "x": URL_SAFE_NO_PAD.encode(&coordinates[1..33]),
                    "y": URL_SAFE_NO_PAD.encode(&coordinates[33..65]),
                })
            }
            Self::Rsa(key) => {
                json!({"kty": "RSA", "n": URL_SAFE_NO_PAD.encode(&key.n), "e": URL_SAFE_NO_PAD.encode(&key.e)})
            }
        }
    }

    /// The kind of key.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Ed25519(_) => Algorithm::Ed25519,
            Self::P256(_) => Algorithm::P256,
            Self::Rsa(_) => Algorithm::Rsa,
        }
    }

    /// Checks a signature over `message`: R ‖ S of 64 bytes, or PKCS#1 v1.5 for RSA.
    ///
    /// # Errors
    /// [`KeyError::Signature`] where it does not match.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), KeyError> {
        match self {
            Self::Ed25519(key) => {
                let signature = ed25519_dalek::Signature::from_slice(signature);
                signature.and_then(|signature| key.verify_strict(message, &signature)).ok()
            }
            Self::P256(key) => {
                let signature = p256::ecdsa::Signature::from_slice(signature);
                signature.and_then(|signature| key.verify(message, &signature)).ok()
            }
            Self::Rsa(key) => RsaPublicKeyComponents { n: &key.n, e: &key.e }
                .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
                .ok(),
        }
        .ok_or(KeyError::Signature)
    }
}

/// One DER element: tag, length, content.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let bytes = length.to_be_bytes();
    let significant = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
    let mut out = vec![tag];
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => out.push(short),
        _ => {
            // A length has at most eight bytes.
            out.push(0x80 | significant.len() as u8);
            out.extend_from_slice(significant);
        }
    }
    out.extend_from_slice(content);
    out
}

/// An unsigned number as a DER integer, which is signed.
fn positive(number: &[u8]) -> Vec<u8> {
    let number = &number[number.iter().take_while(|byte| **byte == 0).count()..];
    if number.first().is_none_or(|byte| *byte >= 0x80) { [&[0], number].concat() } else { number.to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::SecretKey;

    const DID_KEY_EXAMPLE: &str = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";

    #[test]
    fn multikeys_are_read_and_written() {
        let key = PublicKey::from_multikey(DID_KEY_EXAMPLE).unwrap();
        assert_eq!(key.algorithm(), Algorithm::Ed25519);
        assert_eq!(key.to_multikey(), DID_KEY_EXAMPLE);
        let p256 = SecretKey::p256(&[7; 32]).unwrap().public();
        assert!(p256.to_multikey().starts_with("zDna"));
        assert_eq!(PublicKey::from_multikey(&p256.to_multikey()).unwrap(), p256);
    }

    #[test]
    fn keys_survive_the_way_through_a_jwk() {
        for secret in [SecretKey::ed25519(&[7; 32]), SecretKey::p256(&[7; 32]).unwrap()] {
            let key = secret.public();
            assert_eq!(PublicKey::from_jwk(&key.to_jwk()).unwrap(), key);
        }
        let secret = json!({"kty": "OKP", "crv": "Ed25519", "x": "AA", "d": "AA"});
        assert_eq!(PublicKey::from_jwk(&secret), Err(KeyError::Jwk("it holds a secret")));
    }

    #[test]
    fn unusable_multikeys_are_refused() {
        let long = format!("z{}", "1".repeat(200));
        for text in
            ["", "z", "x6Mk", "z6Mk", "z0OIl", "z6LSeu9HkTHSfLLeUs2nnzUSNedgDUevfNQgQjQC23ZCit6F", &long]
        {
            assert!(matches!(PublicKey::from_multikey(text), Err(KeyError::Multikey(_))), "{text}");
        }
        // All zero is a point of order four: any message would verify.
        let weak = format!("z{}", bs58::encode([&ED25519_HEADER[..], &[0; 32]].concat()).into_string());
        assert_eq!(PublicKey::from_multikey(&weak), Err(KeyError::Multikey("a weak Ed25519 key")));
    }
}
