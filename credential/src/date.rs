//! Moments as the data model writes them: `dateTimeStamp`, which always has a zone (Verifiable Credentials 2.0, section 4.9).

use chrono::{DateTime, SecondsFormat, Utc};

/// Writes a moment in UTC, with a fraction only where it has one: `2026-01-02T03:04:05Z`.
#[must_use]
pub fn write(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Reads a `dateTimeStamp`.
///
/// # Errors
/// A text that says what is missing, for a moment without zone or one that does not exist.
pub fn read(text: &str) -> Result<DateTime<Utc>, String> {
    // chrono takes a space or lower case letters where the schema type wants T and Z.
    let shaped =
        text.len() >= 20 && text.as_bytes().get(10) == Some(&b'T') && !text.contains(['t', 'z', ' ']);
    DateTime::parse_from_rfc3339(text)
        .ok()
        .filter(|_| shaped)
        .map(|moment| moment.to_utc())
        .ok_or_else(|| format!("{text:?} is not a date and time with a zone"))
}

/// For `#[serde(with = "…")]` on a moment.
pub(crate) mod stamp {
    use chrono::{DateTime, Utc};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(moment: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::write(*moment))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
        super::read(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// For `#[serde(with = "…")]` on a moment that may be absent.
pub(crate) mod optional_stamp {
    use chrono::{DateTime, Utc};
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(
        moment: &Option<DateTime<Utc>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        moment.map(super::write).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<DateTime<Utc>>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| super::read(&text)).transpose().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_utc_and_read_with_any_zone() {
        assert_eq!(write(read("2026-01-02T03:04:05Z").unwrap()), "2026-01-02T03:04:05Z");
        assert_eq!(write(read("2026-01-02T03:04:05.250+02:00").unwrap()), "2026-01-02T01:04:05.250Z");
        assert_eq!(write(read("2026-01-02T03:04:05-00:00").unwrap()), "2026-01-02T03:04:05Z");
    }

    #[test]
    fn a_moment_without_zone_or_out_of_the_calendar_is_refused() {
        for text in
            ["2026-01-02", "2026-01-02T03:04:05", "2026-02-30T00:00:00Z", "2026-01-02 03:04:05Z", "", "now"]
        {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
