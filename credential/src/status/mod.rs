//! Bitstring Status Lists (Bitstring Status List 1.0): the bits, the list as a signed credential, the reading of others' lists, and
//! the order in which indices are handed out.

mod bitstring;
mod list;
mod permutation;

pub use bitstring::{Bitstring, MAX_ENTRIES, MIN_ENTRIES};
pub use list::{ListClaims, PreparedList, StatusList, prepare};
pub use permutation::index_permutation;

/// Why a status list was not usable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatusError {
    /// Fewer than [`MIN_ENTRIES`] entries: too small a crowd to hide in.
    #[error("the list has {0} entries; at least 131,072 are required")]
    TooShort(usize),
    /// More than [`MAX_ENTRIES`] entries.
    #[error("the list has more than 33,554,432 entries")]
    TooLong,
    /// Not multibase base64url of GZIP.
    #[error("the list is not readable: {0}")]
    Encoding(&'static str),
    /// An index beyond the list.
    #[error("the index {index} lies beyond the list's {entries} entries")]
    OutOfRange {
        /// Index asked for.
        index: u64,
        /// Entries in the list.
        entries: usize,
    },
    /// The list credential lacks a member or holds an unusable one.
    #[error("the list's {0} {1}")]
    Member(&'static str, String),
}
