//! Days, weeks, months, quarters and years of a time zone as moments, so that both databases cut time at the same places.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait};

use crate::error::{Error, Result};

/// A length of time that figures are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A day.
    Day,
    /// An ISO week, from Monday.
    Week,
    /// A month of the calendar.
    Month,
    /// A quarter of the calendar.
    Quarter,
    /// A year of the calendar.
    Year,
}

/// Most periods that one report tells apart: days of some eleven years.
const MOST_PERIODS: usize = 4_096;

impl Unit {
    /// First day of the period that a day is in.
    pub fn first_day(self, day: NaiveDate) -> NaiveDate {
        let month = |month| NaiveDate::from_ymd_opt(day.year(), month, 1).unwrap_or(day);
        match self {
            Unit::Day => day,
            Unit::Week => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
            Unit::Month => month(day.month()),
            Unit::Quarter => month((day.month() - 1) / 3 * 3 + 1),
            Unit::Year => month(1),
        }
    }

    /// First day of the period after that which begins on a day.
    fn next(self, first: NaiveDate) -> NaiveDate {
        match self {
            Unit::Day => first + Days::new(1),
            Unit::Week => first + Days::new(7),
            Unit::Month => first + Months::new(1),
            Unit::Quarter => first + Months::new(3),
            Unit::Year => first + Months::new(12),
        }
    }
}

/// The moment at which a day begins in a time zone. Where clocks jump over midnight, or over the whole day, the day begins when they land.
pub fn start_of(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    // The longest jump on record took a whole day (Samoa, 2011); offsets are multiples of a quarter of an hour.
    (0..=96)
        .find_map(|quarter| {
            zone.from_local_datetime(&(midnight + TimeDelta::minutes(15 * quarter))).earliest()
        })
        .map_or_else(|| midnight.and_utc(), |moment| moment.with_timezone(&Utc))
}

/// The periods that the moments from `first` to `last` lie in: the first day of each and the moment at which it begins, in order.
pub fn periods(
    unit: Unit,
    zone: Tz,
    first: DateTime<Utc>,
    last: DateTime<Utc>,
) -> Result<Vec<(NaiveDate, DateTime<Utc>)>> {
    let end = last.with_timezone(&zone).date_naive();
    let mut day = unit.first_day(first.with_timezone(&zone).date_naive());
    let mut periods = Vec::new();
    while day <= end {
        if periods.len() == MOST_PERIODS {
            let message =
                format!("these are more than {MOST_PERIODS} periods; narrow `period` or take longer ones");
            return Err(Error::BadRequest(message));
        }
        periods.push((day, start_of(day, zone)));
        day = unit.next(day);
    }
    Ok(periods)
}

/// The number (days of the common era) of the first day of the period that a moment lies in. A balanced tree of comparisons: a row costs
/// a dozen of them, however many periods there are.
pub fn number(periods: &[(NaiveDate, DateTime<Utc>)], moment: &Expr) -> Expr {
    match periods {
        [] => Expr::cust("0"),
        [(day, _)] => Expr::cust(day.num_days_from_ce().to_string()),
        _ => {
            let (earlier, later) = periods.split_at(periods.len() / 2);
            let begins = later.first().map_or(DateTime::<Utc>::MAX_UTC, |(_, begins)| *begins);
            CaseStatement::new()
                .case(moment.clone().lt(begins), number(earlier, moment))
                .finally(number(later, moment))
                .into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn periods_begin_where_the_zone_says() {
        let london: Tz = "Europe/London".parse().unwrap();
        assert_eq!(start_of(day(2026, 7, 1), london).to_rfc3339(), "2026-06-30T23:00:00+00:00");
        let months = periods(
            Unit::Month,
            london,
            "2026-02-28T23:59:59Z".parse().unwrap(),
            "2026-03-31T23:30:00Z".parse().unwrap(),
        );
        let days: Vec<NaiveDate> = months.unwrap().into_iter().map(|(day, _)| day).collect();
        // 23:30 UTC on 31 March is half past midnight on 1 April there.
        assert_eq!(days, [day(2026, 2, 1), day(2026, 3, 1), day(2026, 4, 1)]);
    }

    #[test]
    fn days_that_clocks_jump_over_begin_when_they_land() {
        let cairo: Tz = "Africa/Cairo".parse().unwrap();
        // Summer time begins at midnight: 00:00 becomes 01:00.
        assert_eq!(start_of(day(2024, 4, 26), cairo).to_rfc3339(), "2024-04-25T22:00:00+00:00");
        let apia: Tz = "Pacific/Apia".parse().unwrap();
        // 30 December 2011 did not happen.
        assert_eq!(start_of(day(2011, 12, 30), apia), start_of(day(2011, 12, 31), apia));
    }

    #[test]
    fn weeks_and_quarters_have_their_first_days() {
        assert_eq!(Unit::Week.first_day(day(2027, 1, 1)), day(2026, 12, 28));
        assert_eq!(Unit::Quarter.first_day(day(2026, 11, 21)), day(2026, 10, 1));
        assert_eq!(Unit::Year.first_day(day(2026, 11, 21)), day(2026, 1, 1));
    }
}
