//! What a command on one claim works with: the claim among those within reach, its parts, and its enrollment, which is locked.

use cairn_entity::enums::PriorClaimStatus;
use cairn_entity::{enrollment, prior_claim, prior_claim_part};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::actor::Reach;
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::{Work, enrollment as enrollments, save, tenancy};

/// A claim with what belongs to it.
pub(super) struct Scene {
    pub(super) enrollment: enrollment::Model,
    pub(super) claim: prior_claim::Model,
    pub(super) parts: Vec<prior_claim_part::Model>,
}

impl Scene {
    /// The claim of an id among those that any of these reaches covers.
    pub(super) async fn find(work: &Work<'_>, reaches: &[Reach], id: Option<Uuid>) -> Result<Self> {
        let visible =
            reaches.iter().fold(Condition::any(), |any, reach| any.add(tenancy::prior_claims(*reach)));
        let named = prior_claim::Entity::find_by_id(id.ok_or_else(not_found)?).filter(visible);
        let named = named.one(work.tx()).await?.ok_or_else(not_found)?;
        let enrollment =
            enrollments::lock(work, &[named.enrollment_id]).await?.pop().ok_or_else(not_found)?;
        // Read again under the lock.
        let claim = prior_claim::Entity::find_by_id(named.id).one(work.tx()).await?.ok_or_else(not_found)?;
        let parts = prior_claim_part::Entity::find()
            .filter(prior_claim_part::Column::ClaimId.eq(claim.id))
            .order_by_asc(prior_claim_part::Column::Position)
            .all(work.tx())
            .await?;
        Ok(Self { enrollment, claim, parts })
    }

    /// Refuses where the claim does not stand at one of these stages.
    pub(super) fn stands_at(&self, stages: &[PriorClaimStatus], message: &str) -> Result<()> {
        match stages.contains(&self.claim.status) {
            true => Ok(()),
            false => Err(Error::user("claim", UserErrorCode::Conflict, message)),
        }
    }

    /// Brings the claim to a stage: writes it, and notes and tells it as `action`, with what more is to be noted.
    pub(super) async fn bring(
        mut self,
        work: &mut Work<'_>,
        to: PriorClaimStatus,
        action: &str,
        more: Value,
    ) -> Result<prior_claim::Model> {
        note(work, &self.claim, to, action, more)?;
        self.claim.status = to;
        self.claim.updated_at = work.now;
        save::rows::<prior_claim::Entity>(work.tx(), vec![self.claim.clone()]).await?;
        Ok(self.claim)
    }
}

/// Notes and tells what became of a claim: stages and counts, no words of anybody's.
pub(super) fn note(
    work: &mut Work<'_>,
    claim: &prior_claim::Model,
    to: PriorClaimStatus,
    action: &str,
    more: Value,
) -> Result<()> {
    let subject = (Kind::PriorLearningClaim, claim.id);
    let detail = json!({ "from": claim.status, "to": to, "enrollment": claim.enrollment_id, "parts": more });
    work.audit(Some(claim.issuer_id), action, subject, detail)?;
    let payload = json!({ "claim": claim.id, "enrollment": claim.enrollment_id, "status": to });
    work.emit(Some(claim.issuer_id), action, subject, payload);
    Ok(())
}

fn not_found() -> Error {
    let message = "there is no such claim, or it is not within your reach";
    Error::user("claim", UserErrorCode::NotFound, message)
}
