//! Secrets at rest: XChaCha20-Poly1305 under the master key, each bound to what it is for.

use base64::{Engine, engine::general_purpose::STANDARD};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::error::{Error, Result};
use crate::random::Random;

const NONCE: usize = 24;

/// The master key: 32 bytes. While it is being changed a second one still opens what it sealed.
#[derive(Clone)]
pub struct MasterKey {
    key: [u8; 32],
    previous: Option<[u8; 32]>,
}

impl MasterKey {
    /// A new one.
    pub fn generate(random: &dyn Random) -> Result<Self> {
        let mut key = [0; 32];
        random.fill(&mut key)?;
        Ok(Self { key, previous: None })
    }

    /// Reads base64 (standard alphabet) of 32 bytes; `None` when it is something else.
    pub fn from_base64(text: &str) -> Option<Self> {
        let key = STANDARD.decode(text.trim()).ok()?.try_into().ok()?;
        Some(Self { key, previous: None })
    }

    /// The same, with another one that opens, too.
    #[must_use]
    pub fn with_previous(mut self, previous: &Self) -> Self {
        self.previous = Some(previous.key);
        self
    }

    /// As base64, to be kept.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.key)
    }

    /// Encrypts. `purpose` (a table and a row) must be given again to open: a sealed value cannot be moved to another row.
    pub fn seal(&self, random: &dyn Random, purpose: &str, secret: &[u8]) -> Result<Vec<u8>> {
        let mut nonce = [0; NONCE];
        random.fill(&mut nonce)?;
        let sealed = cipher(self.key)
            .encrypt(&XNonce::from(nonce), Payload { msg: secret, aad: purpose.as_bytes() })
            .map_err(|_| Error::internal("a secret could not be sealed", "encryption failed"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts what `seal` made for the same purpose.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        std::iter::once(self.key)
            .chain(self.previous)
            .find_map(|key| open_with(key, purpose, sealed))
            .ok_or_else(|| {
                Error::internal(
                    "a sealed secret could not be opened",
                    "the master key is not the one that sealed it",
                )
            })
    }

    /// A tag (HMAC-SHA256) that only who has this key can make for a purpose and a message. `purpose` holds no NUL.
    pub fn tag(&self, purpose: &str, message: &[u8]) -> Result<Vec<u8>> {
        Ok(mac(self.key, purpose, message)?.finalize().into_bytes().to_vec())
    }

    /// Whether `tag` made it, with this key or the previous one.
    pub fn is_tag(&self, purpose: &str, message: &[u8], tag: &[u8]) -> Result<bool> {
        for key in std::iter::once(self.key).chain(self.previous) {
            if mac(key, purpose, message)?.verify_slice(tag).is_ok() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Encrypts anew what this key, or the previous one, sealed for the same purpose; `None` where this key has sealed it already.
    pub fn reseal(&self, random: &dyn Random, purpose: &str, sealed: &[u8]) -> Result<Option<Vec<u8>>> {
        if open_with(self.key, purpose, sealed).is_some() {
            return Ok(None);
        }
        self.seal(random, purpose, &self.open(purpose, sealed)?).map(Some)
    }
}

/// The code (HMAC-SHA256) of a purpose and a message under a key.
pub(crate) fn mac(key: [u8; 32], purpose: &str, message: &[u8]) -> Result<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(&key)
        .map_err(|error| Error::internal("a tag could not be made", error))?;
    // The NUL ends the purpose: no other purpose and message make the same bytes.
    for part in [purpose.as_bytes(), &[0], message] {
        mac.update(part);
    }
    Ok(mac)
}

fn open_with(key: [u8; 32], purpose: &str, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, body) = sealed.split_first_chunk::<NONCE>()?;
    cipher(key).decrypt(&XNonce::from(*nonce), Payload { msg: body, aad: purpose.as_bytes() }).ok()
}

fn cipher(key: [u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&Key::from(key))
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

    #[test]
    fn a_tag_holds_for_its_purpose_message_and_key() {
        let [old, new] = [(); 2].map(|()| MasterKey::generate(&SystemRandom).unwrap());
        let tag = old.tag("link", b"file 1").unwrap();
        assert!(old.is_tag("link", b"file 1", &tag).unwrap());
        assert!(new.clone().with_previous(&old).is_tag("link", b"file 1", &tag).unwrap());
        for (key, purpose, message) in
            [(&old, "link", &b"file 2"[..]), (&old, "other", b"file 1"), (&new, "link", b"file 1")]
        {
            assert!(!key.is_tag(purpose, message, &tag).unwrap());
        }
        assert!(!old.is_tag("link", b"file 1", &tag[..31]).unwrap());
    }

    #[test]
    fn while_the_key_is_changed_both_open_and_the_new_one_seals() {
        let [old, new] = [(); 2].map(|()| MasterKey::generate(&SystemRandom).unwrap());
        let sealed = old.seal(&SystemRandom, "signing_key:1", b"secret").unwrap();
        let both = new.clone().with_previous(&old);
        assert_eq!(both.open("signing_key:1", &sealed).unwrap(), b"secret");
        let again = both.reseal(&SystemRandom, "signing_key:1", &sealed).unwrap().unwrap();
        assert_eq!(new.open("signing_key:1", &again).unwrap(), b"secret");
        assert!(old.open("signing_key:1", &again).is_err());
        assert_eq!(both.reseal(&SystemRandom, "signing_key:1", &again).unwrap(), None);
        assert!(new.reseal(&SystemRandom, "signing_key:1", &sealed).is_err());
    }
}
