//! How much is allowed: so much at once, and so much that comes back as time goes by.

use std::{num::NonZeroU32, str::FromStr};

use super::Payer;

/// So much at once, and what of it comes back each second (where a setting says so: each minute).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// At once.
    pub capacity: NonZeroU32,
    /// What comes back.
    pub restore: NonZeroU32,
}

impl Allowance {
    /// An allowance; nothing counts as one.
    pub const fn of(capacity: u32, restore: u32) -> Self {
        Self { capacity: at_least_one(capacity), restore: at_least_one(restore) }
    }

    /// How long an amount takes to come back, in microseconds, where `restore` is per second.
    pub fn micros(self, amount: u64) -> i64 {
        let micros = amount.saturating_mul(1_000_000).div_ceil(u64::from(self.restore.get()));
        i64::try_from(micros).unwrap_or(i64::MAX / 4)
    }

    /// What a budget holds that is full again at a moment (microseconds since 1970).
    pub fn available(self, full_at: i64, now: i64) -> u64 {
        let lacking = u64::try_from(full_at.saturating_sub(now)).unwrap_or(0);
        let lacking = (u128::from(lacking) * u128::from(self.restore.get())).div_ceil(1_000_000);
        u64::from(self.capacity.get()).saturating_sub(u64::try_from(lacking).unwrap_or(u64::MAX))
    }

    /// What a node takes at a time: a tenth.
    pub fn slice(self) -> u64 {
        u64::from(self.capacity.get()).div_ceil(10)
    }
}

/// A number of which there is at least one.
pub const fn at_least_one(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

impl FromStr for Allowance {
    type Err = ();

    /// Reads `10000/100`: capacity and what comes back.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (capacity, restore) = text.split_once('/').ok_or(())?;
        let number = |text: &str| text.trim().parse().map_err(|_| ());
        Ok(Self { capacity: number(capacity)?, restore: number(restore)? })
    }
}

impl std::fmt::Display for Allowance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.capacity, self.restore)
    }
}

/// One for each kind of caller.
#[derive(Clone, Copy, Debug)]
pub struct PerKind<T> {
    /// Of an address, where nobody is signed in.
    pub anonymous: T,
    /// Of a person.
    pub person: T,
    /// Of an API key.
    pub api_key: T,
}

impl<T> PerKind<T> {
    /// The one of whom a request counts against.
    pub fn of(&self, payer: Payer) -> &T {
        match payer {
            Payer::Address(_) => &self.anonymous,
            Payer::Person(_) => &self.person,
            Payer::ApiKey(_) => &self.api_key,
        }
    }

    /// The same for each.
    pub fn map<U>(self, mut change: impl FnMut(T) -> U) -> PerKind<U> {
        PerKind {
            anonymous: change(self.anonymous),
            person: change(self.person),
            api_key: change(self.api_key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_and_nothing_else() {
        for text in ["10000/100", "1/1", " 5 / 2 "] {
            let allowance: Allowance = text.parse().unwrap();
            assert_eq!(allowance.to_string(), text.replace(' ', ""));
        }
        for text in ["", "5", "0/1", "1/0", "-1/1", "1/1/1", "a/b", "1.5/1"] {
            assert_eq!(text.parse::<Allowance>(), Err(()), "{text}");
        }
    }

    #[test]
    fn a_budget_comes_back_second_by_second() {
        let allowance = Allowance::of(100, 3);
        assert_eq!(allowance.micros(3), 1_000_000);
        for (later, available) in
            [(0, 40), (1_000_000, 43), (19_999_999, 99), (20_000_000, 100), (90_000_000, 100)]
        {
            assert_eq!(allowance.available(20_000_000, later), available, "{later}");
        }
        assert_eq!(allowance.available(i64::MAX, 0), 0);
    }
}
