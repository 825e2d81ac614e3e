//! By what lists of credentials are filtered and sorted.

use async_graphql::{Enum, ID, InputObject};
use cairn_service::credential as service;
use cairn_service::ids::{self, Kind};
use cairn_service::reference::{EnrollmentReference, Reference};

use crate::graphql::enums::{CredentialStatus, OrderDirection};
use crate::graphql::range::TimeRange;
use crate::graphql::reference::{CohortRef, EnrollmentRef, LearnerRef, ProgramRef};
use crate::graphql::scalar::DateTime;

/// Which credentials; every member is optional.
#[derive(InputObject, Clone, Debug, Default)]
pub struct CredentialFilter {
    /// At these stages.
    statuses: Option<Vec<CredentialStatus>>,
    /// For these programs.
    programs: Option<Vec<ProgramRef>>,
    /// Of these learners.
    learners: Option<Vec<LearnerRef>>,
    /// For these enrollments.
    enrollments: Option<Vec<EnrollmentRef>>,
    /// Of these cohorts.
    cohorts: Option<Vec<CohortRef>>,
    /// Signed by the keys with these ids: with `issuedAt`, what a compromise affects.
    signing_keys: Option<Vec<ID>>,
    /// Issued within this span.
    issued_at: Option<TimeRange>,
    /// Ending within this span.
    valid_until: Option<TimeRange>,
    /// Changed since, for incremental pulls.
    updated_since: Option<DateTime>,
}

impl From<CredentialFilter> for service::CredentialFilter {
    fn from(filter: CredentialFilter) -> Self {
        Self {
            statuses: filter.statuses.map(|list| list.into_iter().map(service::Standing::from).collect()),
            programs: filter.programs.map(|list| list.into_iter().map(Reference::from).collect()),
            learners: filter.learners.map(|list| list.into_iter().map(Reference::from).collect()),
            enrollments: filter
                .enrollments
                .map(|list| list.into_iter().map(EnrollmentReference::from).collect()),
            cohorts: filter.cohorts.map(|list| list.into_iter().map(Reference::from).collect()),
            signing_keys: filter
                .signing_keys
                .map(|list| list.iter().filter_map(|id| ids::decode_as(Kind::SigningKey, id)).collect()),
            issued_at: filter.issued_at.map(span),
            valid_until: filter.valid_until.map(span),
            updated_since: filter.updated_since.map(|moment| moment.0),
        }
    }
}

impl From<CredentialStatus> for service::Standing {
    fn from(status: CredentialStatus) -> Self {
        match status {
            CredentialStatus::Active => service::Standing::Active,
            CredentialStatus::Suspended => service::Standing::Suspended,
            CredentialStatus::Revoked => service::Standing::Revoked,
            CredentialStatus::Expired => service::Standing::Expired,
        }
    }
}

fn span(range: TimeRange) -> service::Span {
    service::Span { from: range.from.map(|moment| moment.0), until: range.to.map(|moment| moment.0) }
}

/// By what credentials are sorted.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "service::OrderField")]
pub enum CredentialOrderField {
    /// When issued.
    IssuedAt,
    /// When they end.
    ValidUntil,
}

/// An order of credentials.
#[derive(InputObject, Clone, Copy, Debug)]
pub struct CredentialOrder {
    /// By what.
    field: CredentialOrderField,
    /// Which way.
    #[graphql(default)]
    direction: OrderDirection,
}

impl From<CredentialOrder> for service::CredentialOrder {
    fn from(order: CredentialOrder) -> Self {
        Self { field: order.field.into(), descending: order.direction == OrderDirection::Desc }
    }
}
