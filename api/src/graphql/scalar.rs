//! Scalars: moments, days, exact decimals, addresses, JSON, time zones; and ids of rows.

use async_graphql::{ID, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use cairn_service::amount;
use cairn_service::ids::{self, Kind};
use chrono::{NaiveDate, SecondsFormat, SubsecRound, Utc};
use uuid::Uuid;

/// A moment in time, RFC 3339 with a zone, at most microseconds: `2026-03-01T09:30:00Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime(pub chrono::DateTime<Utc>);

/// A moment in time, RFC 3339 with a zone, at most microseconds: `2026-03-01T09:30:00Z`.
#[Scalar(specified_by_url = "https://scalars.graphql.org/andimarek/date-time.html")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let moment = chrono::DateTime::parse_from_rfc3339(text)
            .map_err(|_| {
                InputValueError::custom("a DateTime is RFC 3339 with a zone, such as 2026-03-01T09:30:00Z")
            })?
            .with_timezone(&Utc)
            .trunc_subsecs(6);
        // Years beyond four digits have no RFC 3339 form, and dates before 1900 are slips of a keyboard.
        if !(1900..=9998).contains(&chrono::Datelike::year(&moment)) {
            return Err(InputValueError::custom("a DateTime must lie in the years 1900 to 9998"));
        }
        Ok(Self(moment))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

/// A calendar day without a zone, ISO 8601: `2026-03-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date(pub NaiveDate);

/// A calendar day without a zone, ISO 8601: `2026-03-01`.
#[Scalar(specified_by_url = "https://scalars.graphql.org/andimarek/local-date.html")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map_err(|_| InputValueError::custom("a Date is a day of the calendar, such as 2026-03-01"))?;
        if !(1900..=9998).contains(&chrono::Datelike::year(&day)) {
            return Err(InputValueError::custom("a Date must lie in the years 1900 to 9998"));
        }
        Ok(Self(day))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format("%Y-%m-%d").to_string())
    }
}

/// An exact decimal number as a string, so that money and credit never round: `"550.00"`. At most four places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal(pub i64);

/// An exact decimal number as a string, so that money and credit never round: `"550.00"`. At most four places.
#[Scalar(specified_by_url = "https://www.w3.org/TR/xmlschema11-2/#decimal")]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let decimal: rust_decimal::Decimal =
            text.parse().map_err(|_| InputValueError::custom("a Decimal is a string such as \"550.00\""))?;
        let scaled = amount::from_decimal(decimal).ok_or_else(|| {
            InputValueError::custom("a Decimal has at most four places and ten digits before them")
        })?;
        Ok(Self(scaled))
    }

    fn to_value(&self) -> Value {
        Value::String(amount::to_decimal(self.0).to_string())
    }
}

/// An absolute URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url(pub String);

/// An absolute URL.
#[Scalar(name = "URL", specified_by_url = "https://url.spec.whatwg.org/")]
impl ScalarType for Url {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = value else { return Err(InputValueError::expected_type(value)) };
        match url::Url::parse(&text) {
            Ok(_) => Ok(Self(text)),
            Err(_) => Err(InputValueError::custom("a URL is absolute, such as https://example.org/")),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// Any JSON value, not a string that holds JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Json(pub serde_json::Value);

/// Any JSON value, not a string that holds JSON.
#[Scalar(name = "JSON", specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259")]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(value.into_json()?))
    }

    fn to_value(&self) -> Value {
        Value::from_json(self.0.clone()).unwrap_or(Value::Null)
    }
}

/// A time zone of the IANA database: `Europe/Berlin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeZone(pub String);

/// A time zone of the IANA database: `Europe/Berlin`.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc6557")]
impl ScalarType for TimeZone {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = value else { return Err(InputValueError::expected_type(value)) };
        match cairn_service::validate::is_time_zone(&text) {
            true => Ok(Self(text)),
            false => {
                Err(InputValueError::custom("a TimeZone is one of the IANA database, such as Europe/London"))
            }
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// The global id of a row.
pub fn global_id(kind: Kind, id: Uuid) -> ID {
    ID(ids::encode(kind, id))
}

/// A moment, where there is one.
pub fn moment(value: Option<chrono::DateTime<Utc>>) -> Option<DateTime> {
    value.map(DateTime)
}
