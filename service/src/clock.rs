//! Time as an argument: production reads the system's clock, tests set their own.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, SubsecRound, Utc};

/// The end of time, for sort keys that are never null.
pub const END_OF_TIME: DateTime<Utc> = match DateTime::from_timestamp(253_370_764_800, 0) {
    Some(moment) => moment, // 9999-01-01T00:00:00Z
    None => DateTime::<Utc>::MAX_UTC,
};

/// Tells what time it is.
pub trait Clock: Send + Sync {
    /// The present moment, in whole microseconds: PostgreSQL keeps no more, and both databases must keep the same.
    fn now(&self) -> DateTime<Utc>;
}

/// The system's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the system's clock is read")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
}

/// The system's clock, moved by a set amount: tests travel in time with it.
#[derive(Default)]
pub struct ShiftedClock {
    shift_micros: AtomicI64,
}

impl ShiftedClock {
    /// Moves the clock forward (or back) by so much, on top of earlier moves.
    pub fn advance(&self, by: chrono::Duration) {
        self.shift_micros.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::Relaxed);
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() + chrono::Duration::microseconds(self.shift_micros.load(Ordering::Relaxed))
    }
}
