//! Days, moments and numbers, as they are written where the reader is (CLDR, by ICU4X).

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Offset, Timelike, Utc};
use chrono_tz::Tz;
use icu_calendar::Gregorian;
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::YMD;
use icu_datetime::input::{Date, DateTime as Moment, Time};
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_locale_core::Locale;

use crate::{Language, Words};

/// How many parts one is split into in whole numbers of the server (`service::amount`).
const PARTS: i16 = 4;

impl Words {
    /// A day in running text, such as `1 March 2026`.
    #[must_use]
    pub fn day(self, day: NaiveDate) -> String {
        let written = || {
            let formatter = FixedCalendarDateTimeFormatter::try_new(locale(self).into(), YMD::long()).ok()?;
            Some(formatter.format(&date(day)?).to_string())
        };
        written().unwrap_or_else(|| day.to_string())
    }

    /// A moment to the minute where the zone is, with how far that is from Coordinated Universal Time, such as `1 March 2026 at 14:05, UTC+1`.
    #[must_use]
    pub fn moment(self, at: DateTime<Utc>, zone: Tz) -> String {
        let local = at.with_timezone(&zone);
        let written = || {
            let fields = YMD::long().with_time_hm();
            let formatter = FixedCalendarDateTimeFormatter::try_new(locale(self).into(), fields).ok()?;
            Some(formatter.format(&moment(local.naive_local())?).to_string())
        };
        let moment = written().unwrap_or_else(|| local.format("%Y-%m-%d %H:%M").to_string());
        let minutes = local.offset().fix().local_minus_utc() / 60;
        self.moment_in_zone(&moment, &offset(minutes))
    }

    /// A whole number.
    #[must_use]
    pub fn number(self, number: u64) -> String {
        decimal(self, &number.to_string())
    }

    /// A number in ten-thousandths, with as many digits as it takes: 125000 is `12.5`.
    #[must_use]
    pub fn amount(self, ten_thousandths: i64) -> String {
        let mut number = Decimal::from(ten_thousandths);
        number.multiply_pow10(-PARTS);
        written(self, number)
    }

    /// A share in ten-thousandths of a percent: 805000 is `80.5%`.
    #[must_use]
    pub fn percentage(self, ten_thousandths: i64) -> String {
        self.percent(&self.amount(ten_thousandths))
    }
}

/// A number that stands in a text as digits; as it is where it is none.
pub(crate) fn decimal(words: Words, digits: &str) -> String {
    Decimal::try_from_str(digits).map_or_else(|_| digits.to_owned(), |number| written(words, number))
}

fn written(words: Words, mut number: Decimal) -> String {
    number.trim_end();
    match DecimalFormatter::try_new(locale(words).into(), Default::default()) {
        Ok(formatter) => formatter.format(&number).to_string(),
        Err(_) => number.to_string(),
    }
}

/// Where days and numbers are written as for these words. English without a region puts the day first, as most of the world does. Arabic has the digits that
/// the credentials themselves have.
fn locale(words: Words) -> Locale {
    let region = words.region.map(|region| region.to_string());
    let (region, digits) = match words.language {
        Language::English => (region.or_else(|| Some("GB".to_owned())), ""),
        Language::German => (region, ""),
        Language::Arabic => (region, "-u-nu-latn"),
    };
    let region = region.map(|region| format!("-{region}")).unwrap_or_default();
    let tag = format!("{}{region}{digits}", words.language.tag());
    Locale::try_from_str(&tag).unwrap_or(Locale::UNKNOWN)
}

fn date(day: NaiveDate) -> Option<Date<Gregorian>> {
    Date::try_new_gregorian(day.year(), u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?).ok()
}

fn moment(at: NaiveDateTime) -> Option<Moment<Gregorian>> {
    let part = |part: u32| u8::try_from(part).ok();
    let time = Time::try_new(part(at.hour())?, part(at.minute())?, part(at.second())?, 0).ok()?;
    Some(Moment { date: date(at.date())?, time })
}

/// How far a clock is from Coordinated Universal Time.
fn offset(minutes: i32) -> String {
    let (sign, length) = if minutes < 0 { ('−', -minutes) } else { ('+', minutes) };
    match (length / 60, length % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, rest) => format!("UTC{sign}{hours}:{rest:02}"),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    const SOME: NaiveDate = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();

    #[test]
    fn days_are_written_as_where_the_reader_is() {
        for (tag, expected) in [
            ("en", "1 March 2026"),
            ("en-US", "March 1, 2026"),
            ("de", "1. März 2026"),
            ("ar", "1 مارس 2026"),
            ("ar-EG", "1 مارس 2026"),
        ] {
            assert_eq!(Words::of_tag(tag).day(SOME), expected, "{tag}");
        }
        let january = NaiveDate::from_ymd_opt(2026, 1, 31).unwrap();
        assert_eq!(Words::of_tag("de-AT").day(january), "31. Jänner 2026");
    }

    #[test]
    fn moments_are_told_where_the_zone_is() {
        let at = Utc.with_ymd_and_hms(2026, 7, 1, 22, 5, 59).unwrap();
        let said = |tag: &str, zone: Tz| Words::of_tag(tag).moment(at, zone);
        assert_eq!(said("en", Tz::UTC), "1 July 2026 at 22:05, UTC");
        assert_eq!(said("de", Tz::Europe__Berlin), "2. Juli 2026 um 00:05, UTC+2");
        assert_eq!(said("en-US", Tz::America__New_York), "July 1, 2026 at 6:05\u{202f}PM, UTC−4");
        assert_eq!(said("en", Tz::Asia__Kolkata), "2 July 2026 at 03:35, UTC+5:30");
        let arabic = said("ar", Tz::Africa__Cairo);
        assert!(arabic.contains("2 يوليو 2026") && arabic.contains("UTC+3"), "{arabic}");
    }

    #[test]
    fn numbers_are_written_as_where_the_reader_is() {
        for (tag, amount, expected) in [
            ("en", 125_000, "12.5"),
            ("en", 0, "0"),
            ("de", 12_345_005_000, "1.234.500,5"),
            ("de-CH", 12_345_000_000, "1'234'500"),
            ("ar-EG", 125_000, "12.5"),
        ] {
            assert_eq!(Words::of_tag(tag).amount(amount), expected, "{tag}");
        }
        assert_eq!(Words::of_tag("en").percentage(805_000), "80.5%");
        assert_eq!(Words::of_tag("de").percentage(805_000), "80,5\u{a0}%");
        assert_eq!(Words::of_tag("de").number(1_234_567), "1.234.567");
    }
}
