//! The order in which the indices of a list are handed out: a keyed permutation of a counter, so that neighbors in time are not
//! neighbors in the list, and no index comes twice without a search for a free one.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Four rounds of a Feistel network over a pseudorandom function make a strong permutation (Luby and Rackoff); the domain is
/// small, so there are a few more.
const ROUNDS: u8 = 8;

/// The index of the `counter`-th credential in a list of `size` entries: for one key a bijection of `0..size`.
///
/// A Feistel network over the next even number of bits, walked until it lands below `size` (fewer than four steps on average).
/// A counter at or beyond `size` has no index: the list is full.
#[must_use]
pub fn index_permutation(key: &[u8; 32], counter: u32, size: u32) -> Option<u32> {
    if counter >= size {
        return None;
    }
    let half = (32 - (size - 1).leading_zeros()).div_ceil(2).max(1);
    // HMAC pads a short key with zeros to the block of its hash (RFC 2104).
    let mut block = [0; 64];
    block[..32].copy_from_slice(key);
    let round_function = Hmac::<Sha256>::new(&block.into());
    let mut value = u64::from(counter);
    loop {
        value = feistel(&round_function, value, half);
        if value < u64::from(size) {
            return u32::try_from(value).ok();
        }
    }
}

fn feistel(round_function: &Hmac<Sha256>, value: u64, half: u32) -> u64 {
    let mask = (1 << half) - 1;
    let (mut left, mut right) = (value >> half, value & mask);
    for round in 0..ROUNDS {
        let mut mac = round_function.clone();
        mac.update(&[round]);
        mac.update(&right.to_be_bytes());
        let digest: [u8; 32] = mac.finalize().into_bytes().into();
        let mut word = [0; 8];
        word.copy_from_slice(&digest[..8]);
        (left, right) = (right, left ^ (u64::from_be_bytes(word) & mask));
    }
    (left << half) | right
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn every_index_comes_once(key: [u8; 32], size in 1u32..3_000) {
            let mut seen = vec![false; size as usize];
            for counter in 0..size {
                let index = index_permutation(&key, counter, size).unwrap() as usize;
                prop_assert!(!std::mem::replace(&mut seen[index], true));
            }
            prop_assert_eq!(index_permutation(&key, size, size), None);
        }

        #[test]
        fn keys_give_different_orders(key: [u8; 32], other: [u8; 32]) {
            prop_assume!(key != other);
            let order = |key| (0..64).map(|n| index_permutation(key, n, 131_072)).collect::<Vec<_>>();
            prop_assert_ne!(order(&key), order(&other));
        }
    }

    #[test]
    fn neighbors_in_time_are_far_apart() {
        let key = [5; 32];
        let index = |n| i64::from(index_permutation(&key, n, 131_072).unwrap());
        let near = (0..1_000).filter(|n| (index(*n) - index(n + 1)).abs() < 64).count();
        // Two random places are that near once in a thousand times.
        assert!(near < 10, "{near}");
    }

    #[test]
    fn a_list_of_one_and_the_largest_work() {
        assert_eq!(index_permutation(&[0; 32], 0, 1), Some(0));
        assert_eq!(index_permutation(&[0; 32], 0, 0), None);
        assert!(index_permutation(&[0; 32], u32::MAX - 1, u32::MAX).unwrap() < u32::MAX);
    }
}
