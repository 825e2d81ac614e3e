//! How often, on this node: requests of each caller, and failed attempts to sign in from each address. The counting is `governor`'s (the generic
//! cell rate algorithm), by the server's clock.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use cairn_service::clock::Clock;
use governor::{
    Quota, RateLimiter, clock, middleware::NoOpMiddleware, nanos::Nanos, state::keyed::DashMapStateStore,
};

use super::{Allowance, Payer, PerKind, address::Address};

/// After so many checks those who have not been seen for long are forgotten.
const SWEEP_EVERY: u32 = 4096;

/// The server's clock, as `governor` reads it.
#[derive(Clone)]
struct Ticks(Arc<dyn Clock>);

impl Ticks {
    fn micros(&self) -> i64 {
        self.0.now().timestamp_micros()
    }
}

impl clock::Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(u64::try_from(self.micros()).unwrap_or(0).saturating_mul(1000))
    }
}

/// How often each key may come.
struct Limiter<K: Hash + Eq + Clone> {
    cells: RateLimiter<K, DashMapStateStore<K>, Ticks, NoOpMiddleware<Nanos>>,
    ticks: Ticks,
    checks: AtomicU32,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    fn new(quota: Quota, clock: Arc<dyn Clock>) -> Self {
        let ticks = Ticks(clock);
        let cells = RateLimiter::new(quota, DashMapStateStore::default(), ticks.clone());
        Self { cells, ticks, checks: AtomicU32::new(0) }
    }

    /// Counts one; where it is too many, how long to wait for the next.
    fn check(&self, key: &K) -> Result<(), Duration> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.cells.retain_recent();
        }
        self.cells.check_key(key).map_err(|until| until.wait_time_from(clock::Clock::now(&self.ticks)))
    }
}

/// Requests of each caller.
pub struct Rates(PerKind<Limiter<Payer>>);

impl Rates {
    pub fn new(requests: PerKind<Allowance>, clock: Arc<dyn Clock>) -> Self {
        Self(requests.map(|allowance| {
            Limiter::new(Quota::per_second(allowance.restore).allow_burst(allowance.capacity), clock.clone())
        }))
    }

    /// Counts a request; where it is too many, how long to wait.
    pub fn check(&self, payer: Payer) -> Result<(), Duration> {
        self.0.of(payer).check(&payer)
    }
}

/// Failed attempts to sign in. An address with too many is closed until one more is allowed; until then nothing that it presents is looked at.
pub struct SignIns {
    failures: Limiter<Address>,
    /// Until when, in microseconds since 1970.
    closed: Mutex<HashMap<Address, i64>>,
}

impl SignIns {
    pub fn new(failures: Allowance, clock: Arc<dyn Clock>) -> Self {
        let quota = Quota::per_minute(failures.restore).allow_burst(failures.capacity);
        Self { failures: Limiter::new(quota, clock), closed: Mutex::default() }
    }

    /// For how much longer an address is closed.
    pub fn closed(&self, address: Address) -> Option<Duration> {
        let until = *self.closed.lock().unwrap_or_else(PoisonError::into_inner).get(&address)?;
        let left = u64::try_from(until - self.failures.ticks.micros()).ok().filter(|left| *left > 0)?;
        Some(Duration::from_micros(left))
    }

    /// Counts a failure.
    pub fn failed(&self, address: Address) {
        let Err(wait) = self.failures.check(&address) else { return };
        let now = self.failures.ticks.micros();
        let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        closed.retain(|_, until| *until > now);
        closed.insert(address, now.saturating_add(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX)));
    }
}
