//! What becomes of credentials while what they rest on is in doubt: kept, or suspended where the version that they were earned in says so, and reinstated
//! when the doubt is gone.

use std::collections::HashMap;

use cairn_entity::enums::{CredentialStatus, EnrollmentStatus, FlagPolicy, RegradePolicy};
use cairn_entity::{enrollment, program_version};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::change;
use super::regrade::of_enrollments;
use crate::Work;
use crate::error::Result;

/// Completed enrollments that came to be in doubt, or are so no more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Doubted {
    held: Vec<Uuid>,
    /// With the moment since which they were held, and whether grades still support their completion.
    released: HashMap<Uuid, (DateTime<Utc>, bool)>,
}

impl Doubted {
    /// Notes what a refresh changed.
    pub fn note(&mut self, before: &enrollment::Model, row: &enrollment::Model) {
        match (before.held_since, row.held_since) {
            _ if row.status != EnrollmentStatus::Completed => {}
            (None, Some(_)) => self.held.push(row.id),
            (Some(since), None) => {
                self.released.insert(row.id, (since, row.unsupported_since.is_none()));
            }
            _ => {}
        }
    }

    /// Adds others.
    pub fn extend(&mut self, other: Self) {
        self.held.extend(other.held);
        self.released.extend(other.released);
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.held.len() + self.released.len()
    }
}

/// Suspends and reinstates what follows. Comes after every lock of enrollments.
#[crate::boxed]
pub(crate) async fn doubted(work: &mut Work<'_>, doubted: Doubted) -> Result<()> {
    let all: Vec<Uuid> = doubted.held.iter().chain(doubted.released.keys()).copied().collect();
    if all.is_empty() {
        return Ok(());
    }
    let rows = change::lock_any(work, of_enrollments(&all)).await?;
    let versions = program_version::Entity::find()
        .filter(program_version::Column::Id.is_in(rows.iter().map(|row| row.version_id)))
        .all(work.tx())
        .await?;
    let versions: HashMap<Uuid, program_version::Model> =
        versions.into_iter().map(|version| (version.id, version)).collect();
    let (mut suspended, mut reinstated) = (Vec::new(), Vec::new());
    for row in rows {
        let (Some(version), Some(enrollment)) = (versions.get(&row.version_id), row.enrollment_id) else {
            continue;
        };
        match (row.status, doubted.released.get(&enrollment)) {
            (CredentialStatus::Active, None) if version.on_integrity_flag == FlagPolicy::Suspend => {
                suspended.push(row);
            }
            // Only what the doubt suspended, unless a regrade meanwhile had it suspended, too.
            (CredentialStatus::Suspended, Some((since, supported)))
                if row.suspended_at == Some(*since)
                    && (*supported || version.on_regrade == RegradePolicy::Keep) =>
            {
                reinstated.push(row);
            }
            _ => {}
        }
    }
    let cause = json!({ "cause": "integrity" });
    let note = Some("What it rests on is being looked into.".to_owned());
    change::suspend(work, suspended, true, note, cause.clone()).await?;
    change::suspend(work, reinstated, false, None, cause).await?;
    Ok(())
}
