//! A set of keys in memory that does not grow with them (a Bloom filter): it never forgets a key, and only rarely takes a new one for known.

use std::hash::{DefaultHasher, Hash, Hasher};

/// Bits tested for a key.
const PROBES: u64 = 16;
/// Fewest bits: 8 KiB.
const FEWEST: u64 = 1 << 16;
/// Most bits: 16 MiB.
const MOST: u64 = 1 << 27;

/// Remembers keys. At sixty bits a key (2 million keys in the largest) it errs once in 10^10; at twelve (11 million), seven times in a thousand.
pub struct Sieve {
    bits: Vec<u64>,
}

impl Sieve {
    /// A sieve for the keys of a file of so many bytes: a bit for each of them.
    pub fn for_file(bytes: u64) -> Self {
        let bits = bytes.clamp(FEWEST, MOST).next_power_of_two();
        Self { bits: vec![0; usize::try_from(bits / 64).unwrap_or(1_024)] }
    }

    /// Remembers a key; true where it may have been there before.
    pub fn insert(&mut self, key: &[u8]) -> bool {
        let mut known = true;
        for (word, bit) in self.places(key) {
            known &= self.bits[word] & bit != 0;
            self.bits[word] |= bit;
        }
        known
    }

    /// Whether a key is there: never wrong when it says no.
    pub fn has(&self, key: &[u8]) -> bool {
        self.places(key).all(|(word, bit)| self.bits[word] & bit != 0)
    }

    fn places(&self, key: &[u8]) -> impl Iterator<Item = (usize, u64)> + use<> {
        let words = self.bits.len() as u64;
        let (first, step) = (fingerprint(key), hash(key, 1) | 1);
        (0..PROBES).map(move |probe| {
            let place = first.wrapping_add(step.wrapping_mul(probe));
            (((place >> 6) & (words - 1)) as usize, 1 << (place & 63))
        })
    }
}

/// 64 bits that stand for a key.
pub fn fingerprint(key: &[u8]) -> u64 {
    hash(key, 0)
}

fn hash(key: &[u8], seed: u8) -> u64 {
    let mut hasher = DefaultHasher::new();
    (seed, key).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_knows_what_it_was_given_and_hardly_anything_else() {
        let mut sieve = Sieve::for_file(1 << 20);
        for key in 0..10_000_u32 {
            assert!(!sieve.insert(&key.to_le_bytes()), "{key} was taken for known");
        }
        assert!((0..10_000_u32).all(|key| sieve.has(&key.to_le_bytes())));
        assert!((10_000..100_000_u32).all(|key| !sieve.has(&key.to_le_bytes())));
        assert!(sieve.insert(&7_u32.to_le_bytes()));
    }
}
