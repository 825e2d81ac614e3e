//! Spans that filters are made of.

use async_graphql::InputObject;

use super::scalar::{Date, DateTime};

/// A span of days, in the time zone of the filter.
#[derive(InputObject, Clone, Copy, Debug, Default)]
pub struct DateRange {
    /// First day.
    pub from: Option<Date>,
    /// Last day, included.
    pub to: Option<Date>,
}

/// A span of moments.
#[derive(InputObject, Clone, Copy, Debug, Default)]
pub struct TimeRange {
    /// From, inclusive.
    pub from: Option<DateTime>,
    /// To, exclusive.
    pub to: Option<DateTime>,
}

/// A span of numbers.
#[derive(InputObject, Clone, Copy, Debug, Default)]
pub struct NumberRange {
    /// At least.
    pub min: Option<f64>,
    /// At most.
    pub max: Option<f64>,
}
