//! Named places at which a build for tests can be made to die, so that every step of issuing is tried with a kill in it. Other builds
//! have none of it.

use chrono::TimeDelta;

/// How long a node may go without a word before another takes its work over.
const LEASE: TimeDelta = TimeDelta::seconds(20);

/// Dies here where `CAIRN_CRASH_AT` names the place, the first time or, as in `mid-import:3`, another.
#[cfg(feature = "crash-points")]
pub fn point(name: &str) {
    static PASSED: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let Ok(wanted) = std::env::var("CAIRN_CRASH_AT") else { return };
    let (place, time) = wanted.split_once(':').unwrap_or((&wanted, "1"));
    if place == name && time.parse() == Ok(PASSED.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1) {
        std::process::abort();
    }
}

/// Dies nowhere.
#[cfg(not(feature = "crash-points"))]
pub fn point(_name: &str) {}

/// How long a lease lasts; builds for tests may shorten it by `CAIRN_LEASE_MS`.
#[cfg(feature = "crash-points")]
pub fn lease() -> TimeDelta {
    let millis = std::env::var("CAIRN_LEASE_MS").ok().and_then(|text| text.parse().ok());
    millis.map_or(LEASE, TimeDelta::milliseconds)
}

/// How long a lease lasts.
#[cfg(not(feature = "crash-points"))]
pub fn lease() -> TimeDelta {
    LEASE
}
