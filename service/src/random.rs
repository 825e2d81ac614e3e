//! Randomness as an argument: production asks the operating system, tests may use a seed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::error::{Error, Result};

/// Gives random bytes fit for keys and tokens.
pub trait Random: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]) -> Result<()>;
}

/// The operating system's randomness.
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(clippy::disallowed_methods, reason = "the one place where the system's randomness is read")]
    fn fill(&self, buffer: &mut [u8]) -> Result<()> {
        getrandom::fill(buffer).map_err(|error| Error::internal("the system gave no randomness", error))
    }
}

/// The unguessable part of a shared page's address: 160 bits in base64url.
pub fn share_token(random: &dyn Random) -> Result<String> {
    let mut bytes = [0; 20];
    random.fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Random letters of an alphabet: five bits each.
pub fn letters(random: &dyn Random, alphabet: &[u8; 32], count: usize) -> Result<String> {
    let mut bytes = vec![0; count];
    random.fill(&mut bytes)?;
    Ok(bytes.into_iter().map(|byte| char::from(alphabet[usize::from(byte % 32)])).collect())
}
