//! When a message that was not taken is tried again, webhook or e-mail: a stated schedule with jitter, over three days at most.

use chrono::{DateTime, TimeDelta, Utc};

use crate::error::Result;
use crate::random::Random;

/// For so long after its first try a message is tried again.
pub(crate) const PERIOD: TimeDelta = TimeDelta::days(3);

/// The longest wait after each failed try, in seconds: 5 seconds, 5 and 30 minutes, 2, 5, 10, 14, 16 and 24 hours; the last try fails for good.
const WAITS: [i64; 9] = [5, 300, 1_800, 2 * 3_600, 5 * 3_600, 10 * 3_600, 14 * 3_600, 16 * 3_600, 24 * 3_600];

/// When the next try is due after so many, counted from the first at `begun`; `None` where none is left. Each wait is shortened by up to a fifth by
/// chance, so that what failed together is not tried together; a receiver that asks for more time gets it, up to the end of the period.
pub(crate) fn next(
    attempts: i32,
    begun: DateTime<Utc>,
    now: DateTime<Utc>,
    retry_after: Option<TimeDelta>,
    random: &dyn Random,
) -> Result<Option<DateTime<Utc>>> {
    let made = usize::try_from(attempts).unwrap_or_default();
    let end = begun + PERIOD;
    let Some(seconds) = made.checked_sub(1).and_then(|failed| WAITS.get(failed)) else { return Ok(None) };
    if now >= end {
        return Ok(None);
    }
    let mut bytes = [0; 4];
    random.fill(&mut bytes)?;
    let millis = seconds * 1_000;
    let less = millis / 5 * i64::from(u32::from_be_bytes(bytes)) / i64::from(u32::MAX);
    let wait = TimeDelta::milliseconds(millis - less);
    let wait = retry_after.map_or(wait, |asked| wait.max(asked));
    Ok(Some((now + wait).min(end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives the same bytes each time.
    struct Always(u8);

    impl Random for Always {
        fn fill(&self, buffer: &mut [u8]) -> Result<()> {
            buffer.fill(self.0);
            Ok(())
        }
    }

    fn waits(byte: u8) -> Vec<i64> {
        let begun = DateTime::<Utc>::UNIX_EPOCH;
        let (mut now, mut waits) = (begun, Vec::new());
        for attempts in 1.. {
            let Some(due) = next(attempts, begun, now, None, &Always(byte)).unwrap() else { break };
            waits.push((due - now).num_seconds());
            now = due;
        }
        waits
    }

    #[test]
    fn ten_tries_within_three_days() {
        assert_eq!(waits(0), WAITS);
        assert!(WAITS.iter().sum::<i64>() <= PERIOD.num_seconds());
        let shortest: Vec<i64> = WAITS.iter().map(|wait| wait - wait / 5).collect();
        assert_eq!(waits(255), shortest);
    }

    #[test]
    fn a_receiver_may_ask_for_more_time_but_not_for_ever() {
        let begun = DateTime::<Utc>::UNIX_EPOCH;
        let due = |hours| {
            let asked = Some(TimeDelta::hours(hours));
            next(1, begun, begun, asked, &Always(0)).unwrap().map(|due| (due - begun).num_hours())
        };
        assert_eq!((due(1), due(72), due(1_000)), (Some(1), Some(72), Some(72)));
        let late = begun + PERIOD;
        assert_eq!(next(2, begun, late, None, &Always(0)).unwrap(), None);
        assert_eq!(next(2, begun, late, Some(TimeDelta::hours(1)), &Always(0)).unwrap(), None);
    }
}
