//! The last step of issuing, one transaction: signed bytes are stored where the row is still pending, with audit, outbox and the outcomes
//! of the operation's rows. Claims that cannot be signed give their reservation back. What a key signed that was retired meanwhile is not stored.

use cairn_entity::enums::BulkOutcome;
use cairn_entity::{bulk_operation, bulk_row};
use serde_json::json;

use super::activate::{Activated, activate};
use super::sign::Signed;
use super::{Decision, interruption};
use crate::actor::Actor;
use crate::bulk_operation::progress;
use crate::error::{Result, UserError, UserErrorCode};
use crate::{Service, Work};

/// Stores what was signed and what became of the rows; `None`, and nothing is stored, where a key that was signed with signs no more.
#[crate::boxed]
pub async fn finish(
    service: &Service,
    actor: &Actor,
    operation: &bulk_operation::Model,
    rows: &[bulk_row::Model],
    decisions: &[Decision],
    signed: Vec<Signed>,
) -> Result<Option<bulk_operation::Model>> {
    let mut work = Work::begin(service, actor).await?;
    let Some(activated) = activate(&mut work, signed).await? else { return Ok(None) };
    let done: Vec<bulk_row::Model> = rows
        .iter()
        .zip(decisions)
        .map(|(row, decision)| outcome(row.clone(), decision.clone(), &activated))
        .collect();
    interruption::point("mid-finish");
    let after = progress::record(&mut work, operation, done).await?;
    work.commit().await?;
    Ok(Some(after))
}

fn outcome(mut row: bulk_row::Model, decision: Decision, activated: &Activated) -> bulk_row::Model {
    let Activated { active, problems } = activated;
    let mut errors = Vec::new();
    let (outcome, credential) = match decision {
        Decision::Pending(id) => match problems.get(&id) {
            Some(problem) => {
                errors.push(UserError::at("", UserErrorCode::Invalid, problem));
                (BulkOutcome::Failed, None)
            }
            None if active.contains(&id) => (BulkOutcome::Issued, Some(id)),
            // Another run finished it in between.
            None => (BulkOutcome::AlreadyIssued, Some(id)),
        },
        Decision::Already(id) if problems.contains_key(&id) => (BulkOutcome::Failed, None),
        Decision::Already(id) => (BulkOutcome::AlreadyIssued, Some(id)),
        Decision::Refused(outcome, error) => {
            errors.push(error);
            (outcome, None)
        }
    };
    row.outcome = Some(outcome);
    row.credential_id = credential;
    row.errors = json!(errors);
    row
}
