//! Secrets at rest: XChaCha20-Poly1305 under the master key, each bound to what it is for.

use base64::{Engine, engine::general_purpose::STANDARD};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};

use crate::error::{Error, Result};
use crate::random::Random;

const NONCE: usize = 24;

/// The master key: 32 bytes.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// A new one.
    pub fn generate(random: &dyn Random) -> Result<Self> {
        let mut bytes = [0; 32];
        random.fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// Reads base64 (standard alphabet) of 32 bytes; `None` when it is something else.
    pub fn from_base64(text: &str) -> Option<Self> {
        STANDARD.decode(text.trim()).ok()?.try_into().ok().map(Self)
    }

    /// As base64, to be kept.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// Encrypts. `purpose` (a table and a row) must be given again to open: a sealed value cannot be moved to another row.
    pub fn seal(&self, random: &dyn Random, purpose: &str, secret: &[u8]) -> Result<Vec<u8>> {
        let mut nonce = [0; NONCE];
        random.fill(&mut nonce)?;
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), Payload { msg: secret, aad: purpose.as_bytes() })
            .map_err(|_| Error::internal("a secret could not be sealed", "encryption failed"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts what `seal` made for the same purpose.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let refused = || {
            Error::internal(
                "a sealed secret could not be opened",
                "the master key is not the one that sealed it",
            )
        };
        let (nonce, body) = sealed.split_first_chunk::<NONCE>().ok_or_else(refused)?;
        self.cipher()
            .decrypt(&XNonce::from(*nonce), Payload { msg: body, aad: purpose.as_bytes() })
            .map_err(|_| refused())
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    #[test]
    fn a_sealed_secret_opens_only_for_its_purpose_and_key() {
        let key = MasterKey::generate(&SystemRandom).unwrap();
        let sealed = key.seal(&SystemRandom, "signing_key:1", b"secret").unwrap();
        assert_eq!(key.open("signing_key:1", &sealed).unwrap(), b"secret");
        assert!(key.open("signing_key:2", &sealed).is_err());
        assert!(MasterKey::generate(&SystemRandom).unwrap().open("signing_key:1", &sealed).is_err());
        assert!(key.open("signing_key:1", b"short").is_err());
    }
}
