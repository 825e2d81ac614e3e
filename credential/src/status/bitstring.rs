//! The bits of a status list and their encoding: multibase `u`, base64url without padding, GZIP (sections 3.1 and 3.2).

use super::StatusError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::read::MultiGzDecoder;
use flate2::{Compression, GzBuilder};
use std::io::{Read, Write};

/// The fewest entries of a list: 16 KiB of bits.
pub const MIN_ENTRIES: usize = 131_072;
/// The most entries read: 4 MiB of bits.
pub const MAX_ENTRIES: usize = 33_554_432;
/// The longest encoded list read, in characters: what 4 MiB of incompressible bits take.
const MAX_ENCODED: usize = 6 * 1024 * 1024;

/// One bit for each entry; bit 0 is the leftmost, the highest of the first byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bitstring {
    bytes: Vec<u8>,
}

impl Bitstring {
    /// A list of unset bits.
    ///
    /// # Errors
    /// [`StatusError`] where there are too few or too many entries. The number is rounded up to whole bytes.
    pub fn new(entries: usize) -> Result<Self, StatusError> {
        Self::from_bytes(vec![0; entries.div_ceil(8)])
    }

    /// A list from its bytes.
    ///
    /// # Errors
    /// [`StatusError`] where there are too few or too many entries.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, StatusError> {
        match bytes.len() * 8 {
            entries if entries < MIN_ENTRIES => Err(StatusError::TooShort(entries)),
            entries if entries > MAX_ENTRIES => Err(StatusError::TooLong),
            _ => Ok(Self { bytes }),
        }
    }

    /// The bytes, as they are stored.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many entries there are.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.bytes.len() * 8
    }

    /// Whether the bit is set.
    ///
    /// # Errors
    /// [`StatusError::OutOfRange`].
    pub fn get(&self, index: u64) -> Result<bool, StatusError> {
        let (byte, mask) = self.place(index)?;
        Ok(self.bytes[byte] & mask != 0)
    }

    /// Sets or clears the bit.
    ///
    /// # Errors
    /// [`StatusError::OutOfRange`].
    pub fn set(&mut self, index: u64, value: bool) -> Result<(), StatusError> {
        let (byte, mask) = self.place(index)?;
        if value {
            self.bytes[byte] |= mask;
        } else {
            self.bytes[byte] &= !mask;
        }
        Ok(())
    }

    fn place(&self, index: u64) -> Result<(usize, u8), StatusError> {
        let out_of_range = StatusError::OutOfRange { index, entries: self.entries() };
        match usize::try_from(index) {
            Ok(place) if place < self.entries() => Ok((place / 8, 0x80 >> (place % 8))),
            _ => Err(out_of_range),
        }
    }

    /// The encoded list. The same bits always give the same text.
    ///
    /// # Errors
    /// [`StatusError::Encoding`] where compression fails, which writing into memory does not.
    pub fn encode(&self) -> Result<String, StatusError> {
        let failed = |_| StatusError::Encoding("it could not be compressed");
        let mut encoder = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
        encoder.write_all(&self.bytes).map_err(failed)?;
        let compressed = encoder.finish().map_err(failed)?;
        Ok(format!("u{}", URL_SAFE_NO_PAD.encode(compressed)))
    }

    /// Reads an encoded list. At most [`MAX_ENTRIES`] bits are unpacked, whatever the text would unfold to.
    ///
    /// # Errors
    /// [`StatusError`].
    pub fn decode(text: &str) -> Result<Self, StatusError> {
        if text.len() > MAX_ENCODED {
            return Err(StatusError::TooLong);
        }
        let encoded = text.strip_prefix('u').ok_or(StatusError::Encoding("not multibase base64url"))?;
        let compressed =
            URL_SAFE_NO_PAD.decode(encoded).map_err(|_| StatusError::Encoding("not multibase base64url"))?;
        let mut bytes = Vec::new();
        MultiGzDecoder::new(compressed.as_slice())
            .take(MAX_ENTRIES as u64 / 8 + 1)
            .read_to_end(&mut bytes)
            .map_err(|_| StatusError::Encoding("not GZIP"))?;
        Self::from_bytes(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bit_zero_is_the_leftmost() {
        let mut bits = Bitstring::new(MIN_ENTRIES).unwrap();
        bits.set(0, true).unwrap();
        bits.set(9, true).unwrap();
        assert_eq!(bits.as_bytes()[..2], [0b1000_0000, 0b0100_0000]);
        assert!(bits.get(9).unwrap());
        bits.set(9, false).unwrap();
        assert!(!bits.get(9).unwrap());
        assert!(matches!(bits.get(131_072), Err(StatusError::OutOfRange { .. })));
        assert!(matches!(bits.set(u64::MAX, true), Err(StatusError::OutOfRange { .. })));
    }

    #[test]
    fn the_specifications_example_is_read() {
        // Bitstring Status List 1.0, example 3: 131,072 unset bits.
        let text = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA";
        let bits = Bitstring::decode(text).unwrap();
        assert_eq!(bits.entries(), MIN_ENTRIES);
        assert!(bits.as_bytes().iter().all(|byte| *byte == 0));
    }

    #[test]
    fn short_lists_bombs_and_garbage_are_refused() {
        assert_eq!(Bitstring::new(131_064), Err(StatusError::TooShort(131_064)));
        let pack = |bytes: &[u8]| {
            let mut encoder = GzBuilder::new().write(Vec::new(), Compression::best());
            encoder.write_all(bytes).unwrap();
            format!("u{}", URL_SAFE_NO_PAD.encode(encoder.finish().unwrap()))
        };
        assert_eq!(Bitstring::decode(&pack(&[0; 100])), Err(StatusError::TooShort(800)));
        assert_eq!(Bitstring::decode(&pack(&vec![0; 64 << 20])), Err(StatusError::TooLong));
        for text in [
            "",
            "u",
            "zAAAA",
            "uH4sI",
            "u****",
            "H4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA",
        ] {
            assert!(Bitstring::decode(text).is_err(), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn what_is_set_is_read_after_encoding(indices in proptest::collection::btree_set(0u64..140_000, 0..60)) {
            let mut bits = Bitstring::new(140_000).unwrap();
            for index in &indices {
                bits.set(*index, true).unwrap();
            }
            let read = Bitstring::decode(&bits.encode().unwrap()).unwrap();
            let set: std::collections::BTreeSet<u64> = (0..140_000).filter(|i| read.get(*i).unwrap()).collect();
            prop_assert_eq!(set, indices);
        }
    }
}
