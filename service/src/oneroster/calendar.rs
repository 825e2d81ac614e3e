//! Dates without a time lie in the issuer's time zone.

use chrono::{DateTime, Datelike, Duration, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

/// Turns dates to moments in one time zone.
#[derive(Clone, Copy, Debug)]
pub struct Calendar {
    zone: Tz,
}

impl Calendar {
    /// The calendar of an IANA time zone; of UTC where there is no such zone.
    pub fn of(zone: &str) -> Self {
        Self { zone: zone.parse().unwrap_or(Tz::UTC) }
    }

    /// The first moment of a day.
    pub fn start_of(self, day: NaiveDate) -> DateTime<Utc> {
        self.moment(day.and_time(NaiveTime::MIN))
    }

    /// The last second of a day.
    pub fn end_of(self, day: NaiveDate) -> DateTime<Utc> {
        match day.succ_opt() {
            Some(next) => self.start_of(next) - Duration::seconds(1),
            None => self.start_of(day),
        }
    }

    /// The day on which a moment lies.
    pub fn day_of(self, moment: DateTime<Utc>) -> NaiveDate {
        moment.with_timezone(&self.zone).date_naive()
    }

    /// A local time's moment: the earlier where clocks showed it twice, the first one after where they skipped it.
    fn moment(self, local: NaiveDateTime) -> DateTime<Utc> {
        // Clocks skip a day at most: some zones crossed the date line.
        (0..=96)
            .find_map(|quarters| {
                match self.zone.from_local_datetime(&(local + Duration::minutes(15 * quarters))) {
                    LocalResult::Single(moment) | LocalResult::Ambiguous(moment, _) => Some(moment.to_utc()),
                    LocalResult::None => None,
                }
            })
            .unwrap_or_else(|| local.and_utc())
    }
}

/// Reads `2013-10-01`, from 1900 to 2199: what lies outside is a slip, and some stores cannot keep it.
pub fn day(text: &str) -> Result<NaiveDate, &'static str> {
    let digits = text.bytes().enumerate().all(|(place, byte)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    if text.len() != 10 || !digits {
        return Err("is not a date of the form YYYY-MM-DD");
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| "is not a day of the calendar")?;
    if !(1900..2200).contains(&day.year()) {
        return Err("lies before 1900 or after 2199");
    }
    Ok(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_and_ends_in_its_zone() {
        let calendar = Calendar::of("America/New_York");
        let day = day("2014-03-09").unwrap(); // clocks go forward: 23 hours
        assert_eq!(calendar.start_of(day).to_rfc3339(), "2014-03-09T05:00:00+00:00");
        assert_eq!(calendar.end_of(day).to_rfc3339(), "2014-03-10T03:59:59+00:00");
        assert_eq!(calendar.day_of(calendar.end_of(day)), day);
    }

    #[test]
    fn a_midnight_that_clocks_skip_is_the_first_moment_after() {
        let calendar = Calendar::of("America/Sao_Paulo");
        let day = day("2017-10-15").unwrap();
        assert_eq!(calendar.start_of(day).to_rfc3339(), "2017-10-15T03:00:00+00:00");
        assert_eq!(calendar.day_of(calendar.start_of(day)), day);
    }

    #[test]
    fn only_real_days_of_our_time_are_read() {
        for text in
            ["2014-02-30", "14-02-03", "2014-2-3", "03/02/2014", "1066-10-14", "9999-12-31", "+014-01-01", ""]
        {
            assert!(day(text).is_err(), "{text}");
        }
    }
}
