//! Which enrollments, in which order.

use async_graphql::{Enum, InputObject};
use cairn_service::error::Error;
use cairn_service::{amount, enrollment};

use super::super::enums::{EnrollmentStatus, OrderDirection};
use super::super::error::{ApiError, Result};
use super::super::range::{NumberRange, TimeRange};
use super::super::reference::{CohortRef, LearnerRef, ProgramRef};
use super::super::scalar::DateTime;

/// Which enrollments.
#[derive(InputObject, Default)]
pub struct EnrollmentFilter {
    /// At these stages.
    statuses: Option<Vec<EnrollmentStatus>>,
    /// In these programs.
    programs: Option<Vec<ProgramRef>>,
    /// In these cohorts.
    cohorts: Option<Vec<CohortRef>>,
    /// On these tracks.
    tracks: Option<Vec<String>>,
    /// Of these learners.
    learners: Option<Vec<LearnerRef>>,
    /// Words in the learner's name, e-mail address or external id; all must be found. Takes `learners:read`.
    search: Option<String>,
    /// Made in this span.
    enrolled_at: Option<TimeRange>,
    /// Completed in this span.
    completed_at: Option<TimeRange>,
    /// Share done, 0 to 100.
    percent: Option<NumberRange>,
    /// Score, 0 to 100; those without one are left out.
    score: Option<NumberRange>,
    /// Without activity since.
    inactive_since: Option<DateTime>,
    /// With or without a credential that stands.
    has_credential: Option<bool>,
    /// Changed since, for incremental pulls.
    updated_since: Option<DateTime>,
}

impl TryFrom<EnrollmentFilter> for enrollment::Filter {
    type Error = ApiError;

    fn try_from(filter: EnrollmentFilter) -> Result<Self> {
        let span = |range: Option<TimeRange>| {
            let range = range.unwrap_or_default();
            (range.from.map(|moment| moment.0), range.to.map(|moment| moment.0))
        };
        Ok(Self {
            statuses: filter.statuses.map(|statuses| statuses.into_iter().map(Into::into).collect()),
            programs: filter.programs.map(|programs| programs.into_iter().map(Into::into).collect()),
            cohorts: filter.cohorts.map(|cohorts| cohorts.into_iter().map(Into::into).collect()),
            tracks: filter.tracks,
            learners: filter.learners.map(|learners| learners.into_iter().map(Into::into).collect()),
            search: filter.search,
            enrolled_at: span(filter.enrolled_at),
            completed_at: span(filter.completed_at),
            percent: numbers(filter.percent)?,
            score: numbers(filter.score)?,
            inactive_since: filter.inactive_since.map(|moment| moment.0),
            has_credential: filter.has_credential,
            updated_since: filter.updated_since.map(|moment| moment.0),
        })
    }
}

fn numbers(range: Option<NumberRange>) -> Result<(Option<i64>, Option<i64>)> {
    let range = range.unwrap_or_default();
    let scaled = |value: Option<f64>| match value {
        None => Ok(None),
        Some(value) => match amount::from_f64(value) {
            Some(scaled) => Ok(Some(scaled)),
            None => Err(ApiError(Error::BadRequest("a number of the filter is too large".to_owned()))),
        },
    };
    Ok((scaled(range.min)?, scaled(range.max)?))
}

/// In which order.
#[derive(InputObject)]
pub struct EnrollmentOrder {
    /// By what.
    field: EnrollmentOrderField,
    /// Which way.
    #[graphql(default)]
    direction: OrderDirection,
}

impl EnrollmentOrder {
    /// What the service sorts by, and whether the largest come first.
    pub fn field_and_direction(self) -> (enrollment::OrderField, bool) {
        (self.field.into(), self.direction == OrderDirection::Desc)
    }
}

/// What enrollments are ordered by; ties by when they were made.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enrollment::OrderField")]
pub enum EnrollmentOrderField {
    /// When made.
    EnrolledAt,
    /// When last active.
    LastActivityAt,
    /// The learner's sort name. Takes `learners:read`.
    LearnerName,
    /// Share done.
    Percent,
    /// Score; those without one before all others.
    Score,
    /// When last changed.
    UpdatedAt,
}
