//! Streams of events and websockets that callers hold open at once, on this node.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Payer, PerKind};

type Counts = Arc<Mutex<HashMap<Payer, u32>>>;

/// How many each caller holds open.
pub struct Streams {
    most: PerKind<NonZeroU32>,
    open: Counts,
}

/// One that is open, counted while this exists.
#[derive(Debug)]
pub struct OpenStream {
    payer: Payer,
    open: Counts,
}

impl Streams {
    pub fn new(most: PerKind<NonZeroU32>) -> Self {
        Self { most, open: Counts::default() }
    }

    /// Counts one more; where there would be too many of them and they are limited, gives how many there may be.
    pub fn open(&self, payer: Payer, limited: bool) -> Result<OpenStream, NonZeroU32> {
        let most = *self.most.of(payer);
        let mut counts = lock(&self.open);
        let count = counts.entry(payer).or_default();
        if limited && *count >= most.get() {
            return Err(most);
        }
        *count += 1;
        Ok(OpenStream { payer, open: self.open.clone() })
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let mut counts = lock(&self.open);
        if let Some(count) = counts.get_mut(&self.payer) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.payer);
            }
        }
    }
}

fn lock(counts: &Counts) -> MutexGuard<'_, HashMap<Payer, u32>> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::fair::{address::Address, allowance::at_least_one};

    #[test]
    fn each_caller_has_so_many_and_what_ends_makes_room() {
        let streams = Streams::new(PerKind { anonymous: 1, person: 2, api_key: 3 }.map(at_least_one));
        let (nobody, person) = (Payer::Address(Address::UNKNOWN), Payer::Person(uuid::Uuid::nil()));
        let first = streams.open(person, true).unwrap();
        let _second = streams.open(person, true).unwrap();
        assert_eq!(streams.open(person, true).unwrap_err().get(), 2);
        let of_address = streams.open(nobody, true).unwrap();
        assert!(streams.open(nobody, true).is_err());
        drop(first);
        let _third = streams.open(person, true).unwrap();
        assert!(streams.open(person, false).is_ok(), "nobody is refused where nothing is limited");
        drop(of_address);
        assert_eq!(lock(&streams.open).keys().collect::<Vec<_>>(), [&person], "who has none is forgotten");
    }
}
