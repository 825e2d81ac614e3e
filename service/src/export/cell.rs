//! A value in a file.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use sea_orm::ActiveEnum;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::amount;
use crate::ids::{self, Kind};

/// A value in a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// None.
    None,
    /// Text that came from outside.
    Text(String),
    /// A word of ours: an id, a name of a status, a moment.
    Word(String),
    /// A whole number.
    Whole(i64),
    /// Any number.
    Number(f64),
    /// Yes or no.
    Switch(bool),
}

impl Cell {
    /// A global id.
    pub fn id(kind: Kind, id: Uuid) -> Self {
        Cell::Word(ids::encode(kind, id))
    }

    /// A moment, as the API writes it.
    pub fn moment(moment: impl Into<Option<DateTime<Utc>>>) -> Self {
        moment
            .into()
            .map_or(Cell::None, |moment| Cell::Word(moment.to_rfc3339_opts(SecondsFormat::AutoSi, true)))
    }

    /// A day, as the API writes it.
    pub fn day(day: Option<NaiveDate>) -> Self {
        day.map_or(Cell::None, |day| Cell::Word(day.format("%Y-%m-%d").to_string()))
    }

    /// Text, where there is any.
    pub fn text(text: Option<&str>) -> Self {
        text.map_or(Cell::None, |text| Cell::Text(text.to_owned()))
    }

    /// A stored value, as the API names it.
    pub fn named<E: ActiveEnum<Value = String>>(value: &E) -> Self {
        Cell::Word(value.to_value().to_uppercase())
    }

    /// The number of ten-thousandths.
    pub fn amount(scaled: Option<i64>) -> Self {
        scaled.map_or(Cell::None, |scaled| Cell::Number(amount::to_f64(scaled)))
    }

    /// As a field of CSV. Text that a spreadsheet would take for a formula gets an apostrophe in front.
    pub fn field(&self) -> Cow<'_, str> {
        match self {
            Cell::None => Cow::Borrowed(""),
            Cell::Text(text) if is_formula(text) => Cow::Owned(format!("'{text}")),
            Cell::Text(text) | Cell::Word(text) => Cow::Borrowed(text),
            Cell::Whole(number) => Cow::Owned(number.to_string()),
            Cell::Number(number) => Cow::Owned(number.to_string()),
            Cell::Switch(switch) => Cow::Borrowed(if *switch { "true" } else { "false" }),
        }
    }
}

/// Whether a spreadsheet may take the text for a formula (OWASP, CSV injection); full-width signs are read as plain ones by some.
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Cell::None => serializer.serialize_none(),
            Cell::Text(text) | Cell::Word(text) => serializer.serialize_str(text),
            Cell::Whole(number) => serializer.serialize_i64(*number),
            Cell::Number(number) => serializer.serialize_f64(*number),
            Cell::Switch(switch) => serializer.serialize_bool(*switch),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        for (text, field) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2", "'-2"),
            ("\t=1", "'\t=1"),
            ("＝1", "'＝1"),
            ("a=1", "a=1"),
            ("'quoted'", "'quoted'"),
            ("", ""),
        ] {
            assert_eq!(Cell::Text(text.to_owned()).field(), field);
        }
        assert_eq!(Cell::Whole(-2).field(), "-2", "a number is one");
        assert_eq!(Cell::Number(87.5).field(), "87.5");
    }
}
