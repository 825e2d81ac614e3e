//! By what credentials are filtered and sorted.

use cairn_entity::enums::CredentialStatus;
use cairn_entity::{cohort, credential, learner, program};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Select};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Standing;
use crate::Service;
use crate::actor::{Actor, Scope};
use crate::error::{Error, Result};
use crate::page::{Sort, SortKey};
use crate::reference::{self, EnrollmentReference, Referable, Reference};
use crate::{enrollment, tenancy};

/// A span of time; either end may be open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// From this moment on.
    pub from: Option<DateTime<Utc>>,
    /// Before this moment.
    pub until: Option<DateTime<Utc>>,
}

/// Which credentials; what is absent does not restrict.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CredentialFilter {
    /// At these stages.
    pub statuses: Option<Vec<Standing>>,
    /// For these programs.
    pub programs: Option<Vec<Reference>>,
    /// Of these learners.
    pub learners: Option<Vec<Reference>>,
    /// For these enrollments.
    pub enrollments: Option<Vec<EnrollmentReference>>,
    /// Of these cohorts.
    pub cohorts: Option<Vec<Reference>>,
    /// Signed by these keys.
    pub signing_keys: Option<Vec<Uuid>>,
    /// Issued within this span.
    pub issued_at: Option<Span>,
    /// Ending within this span.
    pub valid_until: Option<Span>,
    /// Changed at or after this moment.
    pub updated_since: Option<DateTime<Utc>>,
}

impl CredentialFilter {
    /// The rows that meet the filter among the visible ones. A reference that names nothing is an error.
    pub(super) async fn select(
        &self,
        service: &Service,
        actor: &Actor,
        visible: Condition,
    ) -> Result<Select<credential::Entity>> {
        let mut all = visible;
        if let Some(statuses) = &self.statuses {
            all = all.add(at_stages(statuses, service.now()));
        }
        if let Some(named) = &self.programs {
            let ids = ids_of::<program::Entity>(service, actor, "programs", named).await?;
            all = all.add(credential::Column::ProgramId.is_in(ids));
        }
        if let Some(named) = &self.learners {
            let ids = ids_of::<learner::Entity>(service, actor, "learners", named).await?;
            all = all.add(credential::Column::LearnerId.is_in(ids));
        }
        if let Some(named) = &self.cohorts {
            let ids = ids_of::<cohort::Entity>(service, actor, "cohorts", named).await?;
            all = all.add(credential::Column::CohortId.is_in(ids));
        }
        if let Some(named) = &self.enrollments {
            let reach = actor.reach(Scope::CredentialsRead)?;
            let found = enrollment::resolve(service.db.reader(), actor, reach, named).await?;
            if let Some(index) = named.iter().position(|one| !found.contains_key(one)) {
                return Err(names_nothing("enrollments", index));
            }
            all = all.add(credential::Column::EnrollmentId.is_in(found.values().map(|row| row.id)));
        }
        if let Some(ids) = &self.signing_keys {
            all = all.add(credential::Column::SigningKeyId.is_in(ids.iter().copied()));
        }
        for (column, span) in [
            (credential::Column::IssuedAt, self.issued_at),
            (credential::Column::SortValidUntil, self.valid_until),
        ] {
            let Some(span) = span else { continue };
            all = all.add_option(span.from.map(|from| column.gte(from)));
            all = all.add_option(span.until.map(|until| column.lt(until)));
        }
        all = all.add_option(self.updated_since.map(|since| credential::Column::UpdatedAt.gte(since)));
        Ok(credential::Entity::find().filter(all))
    }
}

fn at_stages(stages: &[Standing], now: DateTime<Utc>) -> Condition {
    let mut any = Condition::any();
    for stage in stages {
        let is = |status: CredentialStatus| Condition::all().add(credential::Column::Status.eq(status));
        any = any.add(match stage {
            Standing::Revoked => is(CredentialStatus::Revoked),
            Standing::Suspended => is(CredentialStatus::Suspended),
            Standing::Active => is(CredentialStatus::Active).add(credential::Column::SortValidUntil.gte(now)),
            Standing::Expired => is(CredentialStatus::Active).add(credential::Column::SortValidUntil.lt(now)),
        });
    }
    // An empty list allows none.
    if stages.is_empty() { tenancy::nothing() } else { any }
}

/// The rows that references name. Any of the caller's issuer: they only narrow a search among visible credentials.
async fn ids_of<E: Referable>(
    service: &Service,
    actor: &Actor,
    field: &str,
    named: &[Reference],
) -> Result<Vec<Uuid>> {
    let (_, issuer, _) = E::columns();
    let visible = match actor.issuer {
        Some(home) if !actor.is_operator() => Condition::all().add(issuer.eq(home)),
        _ => Condition::all(),
    };
    let found = reference::find::<E>(service.db.reader(), actor.issuer, visible, named).await?;
    if let Some(index) = named.iter().position(|one| !found.contains_key(one)) {
        return Err(names_nothing(field, index));
    }
    Ok(found.values().map(|row| E::names(row).0).collect())
}

fn names_nothing(field: &str, index: usize) -> Error {
    Error::NotFound(format!("`filter.{field}.{index}` names nothing that you may see"))
}

/// What credentials are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrderField {
    /// When issued.
    #[default]
    IssuedAt,
    /// When they end; those without end come last.
    ValidUntil,
}

/// An order of credentials; the newest first by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CredentialOrder {
    /// By what.
    pub field: OrderField,
    /// Whether the largest come first.
    pub descending: bool,
}

impl Default for CredentialOrder {
    fn default() -> Self {
        Self { field: OrderField::IssuedAt, descending: true }
    }
}

impl CredentialOrder {
    pub(crate) fn sort(self) -> Sort<credential::Column> {
        let (tag, column) = match self.field {
            OrderField::IssuedAt => ("issued", credential::Column::IssuedAt),
            OrderField::ValidUntil => ("until", credential::Column::SortValidUntil),
        };
        Sort { tag, column: Some(column), id: credential::Column::Id, descending: self.descending }
    }

    pub(crate) fn key(self, row: &credential::Model) -> (SortKey, Uuid) {
        match self.field {
            OrderField::IssuedAt => (row.issued_at.into(), row.id),
            OrderField::ValidUntil => (row.sort_valid_until.into(), row.id),
        }
    }
}
