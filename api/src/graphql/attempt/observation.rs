//! What was observed at an attempt: supervision and identity.

use async_graphql::{InputObject, SimpleObject};
use cairn_service::{attempt, rows};

use super::super::enums::{IdentityCheck, Supervision};
use super::super::scalar::DateTime;

/// What was observed at an attempt.
#[derive(SimpleObject)]
pub struct Observation {
    /// How it was supervised.
    supervision: Supervision,
    /// Who supervised.
    proctor: Option<String>,
    /// How identity was checked.
    identity_check: IdentityCheck,
    /// By what identity was checked.
    identity_method: Option<String>,
    /// When this was recorded.
    recorded_at: DateTime,
}

impl Observation {
    /// What an attempt's row says, if anything.
    pub fn of(row: &rows::attempt::Model) -> Option<Self> {
        Some(Self {
            supervision: row.supervision?.into(),
            proctor: row.proctor.clone(),
            identity_check: row.identity_check?.into(),
            identity_method: row.identity_method.clone(),
            recorded_at: DateTime(row.observed_at?),
        })
    }
}

/// What was observed at an attempt.
#[derive(InputObject)]
pub struct ObservationInput {
    /// How it was supervised.
    supervision: Supervision,
    /// Who supervised: a person or a service; needed where somebody did.
    proctor: Option<String>,
    /// How identity was checked.
    identity_check: IdentityCheck,
    /// By what: the kind of document, the sign-in, who knew them; needed where it was checked. No numbers of documents.
    identity_method: Option<String>,
}

impl From<ObservationInput> for attempt::NewObservation {
    fn from(input: ObservationInput) -> Self {
        Self {
            supervision: input.supervision.into(),
            proctor: input.proctor,
            identity_check: input.identity_check.into(),
            identity_method: input.identity_method,
        }
    }
}
