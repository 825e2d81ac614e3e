//! What was fetched lately, so that many verifications of one issuer's credentials ask it once: answers and failures, for as long as they may be
//! kept, within bounds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use super::Fetched;

/// How many answers are kept.
const MAX_ENTRIES: usize = 1_000;
/// How many bytes of them, in all.
const MAX_BYTES: usize = 32 * 1024 * 1024;
/// How long an answer is kept whose sender did not say.
const USUALLY: TimeDelta = TimeDelta::minutes(5);
/// The shortest time, so that nobody can have a third party called in quick succession through us.
const AT_LEAST: TimeDelta = TimeDelta::seconds(5);
/// The longest time: so long may a key or a list be out of date here.
const AT_MOST: TimeDelta = TimeDelta::hours(1);
/// The shortest time after which an answer is asked for anew because it does not do.
const AGAIN: TimeDelta = TimeDelta::seconds(30);
/// How long a failure is kept.
const FAILURES: TimeDelta = TimeDelta::seconds(30);

/// Answers by address.
#[derive(Default)]
pub(super) struct Cache {
    kept: Mutex<HashMap<String, Kept>>,
    /// One lock for each address that is being asked: whoever comes second waits for the first one's answer.
    flights: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

struct Kept {
    answer: Fetched,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
}

impl Cache {
    /// The answer kept for an address, where it is fresh.
    pub fn get(&self, url: &str, now: DateTime<Utc>) -> Option<Fetched> {
        let kept = locked(&self.kept);
        // A clock that was set back makes old answers look fresh for too long.
        kept.get(url)
            .filter(|kept| now < kept.until && kept.until <= now + AT_MOST)
            .map(|kept| kept.answer.clone())
    }

    /// Keeps an answer. `max_age` is what its sender says of it.
    pub fn put(&self, url: &str, answer: &Fetched, max_age: Option<TimeDelta>, now: DateTime<Utc>) {
        let lifetime = match answer {
            Ok(_) => max_age.unwrap_or(USUALLY).clamp(AT_LEAST, AT_MOST),
            Err(_) => FAILURES,
        };
        let mut kept = locked(&self.kept);
        kept.insert(url.to_owned(), Kept { answer: answer.clone(), since: now, until: now + lifetime });
        prune(&mut kept, now);
    }

    /// Drops the answer kept for an address, unless it came just now.
    pub fn forget(&self, url: &str, now: DateTime<Utc>) {
        let mut kept = locked(&self.kept);
        if kept.get(url).is_some_and(|kept| kept.since + AGAIN <= now) {
            kept.remove(url);
        }
    }

    /// The right to ask for an address; held by one at a time.
    pub async fn flight(&self, url: &str) -> Flight<'_> {
        let lock = locked(&self.flights).entry(url.to_owned()).or_default().clone();
        let guard = lock.lock_owned().await;
        Flight { cache: self, url: url.to_owned(), guard: Some(guard) }
    }
}

/// The right to ask for an address.
pub(super) struct Flight<'a> {
    cache: &'a Cache,
    url: String,
    guard: Option<tokio::sync::OwnedMutexGuard<()>>,
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        let mut flights = locked(&self.cache.flights);
        self.guard.take();
        // Nobody waits for it: only the map still holds it.
        if flights.get(&self.url).is_some_and(|lock| Arc::strong_count(lock) == 1) {
            flights.remove(&self.url);
        }
    }
}

/// Drops what is stale, and what ends soonest while there is too much.
fn prune(kept: &mut HashMap<String, Kept>, now: DateTime<Utc>) {
    let size = |kept: &HashMap<String, Kept>| kept.values().map(Kept::size).sum::<usize>();
    if kept.len() <= MAX_ENTRIES && size(kept) <= MAX_BYTES {
        return;
    }
    kept.retain(|_, one| now < one.until);
    let mut ends: Vec<_> = kept.iter().map(|(url, one)| (one.until, url.clone(), one.size())).collect();
    ends.sort();
    let (mut entries, mut bytes) = (kept.len(), size(kept));
    for (_, url, size) in ends {
        if entries <= MAX_ENTRIES && bytes <= MAX_BYTES {
            return;
        }
        kept.remove(&url);
        (entries, bytes) = (entries - 1, bytes - size);
    }
}

impl Kept {
    fn size(&self) -> usize {
        self.answer.as_ref().map_or(0, |bytes| bytes.len())
    }
}

/// No panic happens under these locks; what one had left would still be whole.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn bytes(size: usize) -> Fetched {
        Ok(vec![0; size].into())
    }

    #[test]
    fn answers_are_kept_as_long_as_their_sender_says_within_bounds() {
        for (max_age, lifetime) in [(None, 300), (Some(0), 5), (Some(60), 60), (Some(1_000_000), 3_600)] {
            let cache = Cache::default();
            cache.put("a", &bytes(1), max_age.map(TimeDelta::seconds), now());
            let after = |seconds| cache.get("a", now() + TimeDelta::seconds(seconds)).is_some();
            assert!(after(lifetime - 1) && !after(lifetime), "{max_age:?}");
        }
        let cache = Cache::default();
        cache.put("a", &Err("no".into()), Some(TimeDelta::hours(1)), now());
        assert_eq!(cache.get("a", now() + TimeDelta::seconds(29)), Some(Err("no".into())));
        assert_eq!(cache.get("a", now() + TimeDelta::seconds(30)), None);
    }

    #[test]
    fn there_is_no_more_than_so_much() {
        let cache = Cache::default();
        for n in 0..20_i64 {
            cache.put(&n.to_string(), &bytes(2 * 1024 * 1024), Some(TimeDelta::seconds(60 + n)), now());
        }
        assert_eq!(cache.get("0", now()), None, "the one that ends soonest goes first");
        assert!(cache.get("19", now()).is_some());
        let kept = locked(&cache.kept).values().map(Kept::size).sum::<usize>();
        assert!(kept <= MAX_BYTES);
        for n in 0..2_000 {
            cache.put(&format!("failed {n}"), &Err("no".into()), None, now());
        }
        assert!(locked(&cache.kept).len() <= MAX_ENTRIES);
    }

    #[tokio::test]
    async fn one_asks_at_a_time_and_nothing_is_left_behind() {
        let cache = Cache::default();
        let first = cache.flight("a").await;
        let second = cache.flight("a");
        let mut second = std::pin::pin!(second);
        assert!(tokio::time::timeout(std::time::Duration::ZERO, &mut second).await.is_err());
        drop(first);
        drop(second.await);
        assert!(locked(&cache.flights).is_empty());
    }
}
