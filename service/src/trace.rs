//! The trace that a request is part of (W3C Trace Context): what is done on its behalf later, by whatever node, is told as part of the same.

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A trace and its flags, as they stand in a `traceparent`: 32 and 2 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace(String);

impl Trace {
    /// The trace of these parts, which the caller has checked.
    pub fn new(id: &str, flags: &str) -> Self {
        Self(format!("{id}-{flags}"))
    }

    /// As it is kept.
    pub fn kept(&self) -> String {
        self.0.clone()
    }

    /// What was kept.
    pub fn of_kept(kept: Option<&String>) -> Option<Self> {
        kept.cloned().map(Self)
    }

    /// The header `traceparent` of a call that is made as part of it: version, trace, the call's own id, flags (section 3.2).
    pub(crate) fn parent(&self, call: Uuid, attempt: i32) -> Option<String> {
        let (id, flags) = self.0.split_once('-')?;
        let digest = Sha256::new().chain_update(call).chain_update(attempt.to_be_bytes()).finalize();
        let mut own = [0; 8];
        own.copy_from_slice(&digest[..8]);
        // No id is all zeros.
        let own = u64::from_be_bytes(own).max(1);
        Some(format!("00-{id}-{own:016x}-{flags}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_belongs_to_the_trace_and_has_an_id_of_its_own() {
        let trace = Trace::new("4bf92f3577b34da6a3ce929d0e0e4736", "01");
        let parent = trace.parent(Uuid::from_u128(7), 1).unwrap();
        let parts: Vec<&str> = parent.split('-').collect();
        assert_eq!((parts[0], parts[1], parts[3]), ("00", "4bf92f3577b34da6a3ce929d0e0e4736", "01"));
        assert!(parts[2].len() == 16 && u64::from_str_radix(parts[2], 16).unwrap() > 0);
        assert_ne!(trace.parent(Uuid::from_u128(7), 2), Some(parent), "another try is another call");
        assert_eq!(Trace::of_kept(Some(&trace.kept())), Some(trace));
    }
}
