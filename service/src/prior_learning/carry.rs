//! Claims of enrollments that move to another version: their parts are found again there, and what is recognized is worked out anew.

use std::collections::HashMap;

use cairn_entity::{enrollment, learning_outcome, prior_claim_part};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::ground::{Grounds, settle};
use crate::error::Result;
use crate::{Work, save};

/// Carries claims over, for enrollments as they are to be and components as they are called there. What has no place there stays on record and counts no
/// more; what was recognized stays recognized, whatever the new version's limit.
pub(crate) async fn carry(
    work: &Work<'_>,
    now: &[enrollment::Model],
    like: impl Fn(Uuid, Uuid) -> Option<Uuid>,
) -> Result<()> {
    let parts = prior_claim_part::Entity::find()
        .filter(prior_claim_part::Column::EnrollmentId.is_in(now.iter().map(|row| row.id)))
        .all(work.tx())
        .await?;
    if parts.is_empty() {
        return Ok(());
    }
    let codes = learning_outcome::Entity::find()
        .filter(learning_outcome::Column::Id.is_in(parts.iter().filter_map(|part| part.outcome_id)))
        .all(work.tx())
        .await?;
    let codes: HashMap<Uuid, String> = codes.into_iter().map(|row| (row.id, row.code)).collect();
    let grounds = Grounds::read(work, now).await?;
    let mut moved = Vec::new();
    for part in parts {
        let Some(row) = now.iter().find(|row| row.id == part.enrollment_id) else { continue };
        let outcome = part.outcome_id.and_then(|id| grounds.of(row).outcome(codes.get(&id)?));
        let component = part.component_id.and_then(|id| like(row.id, id));
        let after = prior_claim_part::Model {
            outcome_id: outcome.or(part.outcome_id),
            component_id: component.or(part.component_id),
            ..part.clone()
        };
        if after != part {
            moved.push(after);
        }
    }
    save::rows::<prior_claim_part::Entity>(work.tx(), moved).await?;
    settle(work, now).await
}
