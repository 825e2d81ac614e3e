//! Working an operation off, by the node that holds its lease. Every step is a transaction of its own that says how far it came, so that whoever
//! comes next goes on from there.

use cairn_entity::bulk_operation;
use cairn_entity::enums::{BulkKind, BulkStatus};
use serde_json::json;

use super::{issue, keep, moves, progress};
use crate::actor::Actor;
use crate::error::{Error, Result, UserError, UserErrorCode};
use crate::ids::Kind;
use crate::issuance::interruption;
use crate::trace::Trace;
use crate::{Service, Work, export, import};

/// Works off an operation whose lease this node holds; `told` hears of every step. What can never succeed ends as failed; a fault of ours is left to
/// be tried again.
pub async fn run(
    service: &Service,
    operation: bulk_operation::Model,
    mut told: impl FnMut(&bulk_operation::Model) + Send,
) -> Result<bulk_operation::Model> {
    interruption::point("after-claim");
    let actor = on_behalf(&operation);
    let id = operation.id;
    let ended = match operation.kind {
        BulkKind::IssueCredentials => issue::run(service, &actor, operation, &mut told).await,
        BulkKind::Export => export::run(service, &actor, operation, &mut told).await,
        BulkKind::MoveEnrollments => moves::run(service, &actor, operation, &mut told).await,
        BulkKind::Import => import::run(service, &actor, operation, &mut told).await,
    };
    match ended {
        Err(Error::User(errors)) => fail(service, &actor, id, errors).await,
        Err(Error::NotFound(message) | Error::BadRequest(message)) => {
            let error = UserError::at("", UserErrorCode::Invalid, message);
            fail(service, &actor, id, vec![error]).await
        }
        ended => ended,
    }
}

/// Ends an operation: how, and with what is to be told.
pub(crate) async fn conclude(
    work: &mut Work<'_>,
    mut operation: bulk_operation::Model,
    status: BulkStatus,
) -> Result<bulk_operation::Model> {
    settle(work, &mut operation, status).await?;
    let operation = progress::save(work, operation).await?;
    let detail = json!({ "status": status, "total": operation.total, "succeeded": operation.succeeded, "failed": operation.failed });
    let subject = (Kind::BulkOperation, operation.id);
    work.audit(Some(operation.issuer_id), "bulk_operation.finished", subject, detail)?;
    Ok(operation)
}

/// Ends an operation whose rows are done, or that was asked to stop before they were.
pub(crate) async fn finish(
    service: &Service,
    actor: &Actor,
    operation: bulk_operation::Model,
    told: &mut (dyn FnMut(&bulk_operation::Model) + Send),
) -> Result<bulk_operation::Model> {
    let stopped = operation.cancel_requested_at.is_some() && operation.total != Some(operation.processed);
    let status = if stopped { BulkStatus::Cancelled } else { BulkStatus::Succeeded };
    let mut work = Work::begin(service, actor).await?;
    let operation = conclude(&mut work, operation, status).await?;
    work.commit().await?;
    told(&operation);
    Ok(operation)
}

/// Notes in an operation that it has ended, and lets go of what it held.
pub(super) async fn settle(
    work: &Work<'_>,
    operation: &mut bulk_operation::Model,
    status: BulkStatus,
) -> Result<()> {
    operation.status = status;
    operation.finished_at = Some(work.now);
    operation.rows_expire_at = Some(work.now + keep::ROWS);
    match operation.kind {
        BulkKind::Import => import::release(work, operation.id).await,
        BulkKind::IssueCredentials | BulkKind::Export | BulkKind::MoveEnrollments => Ok(()),
    }
}

async fn fail(
    service: &Service,
    actor: &Actor,
    id: uuid::Uuid,
    errors: Vec<UserError>,
) -> Result<bulk_operation::Model> {
    let mut work = Work::begin(service, actor).await?;
    let mut operation = progress::again(&work, id).await?;
    operation.errors = Some(json!(errors));
    operation.file_expires_at = (operation.kind == BulkKind::Export).then_some(work.now);
    let operation = conclude(&mut work, operation, BulkStatus::Failed).await?;
    work.commit().await?;
    Ok(operation)
}

/// The operation's steps are recorded under who asked for it; whether they may was decided then.
fn on_behalf(operation: &bulk_operation::Model) -> Actor {
    Actor {
        kind: operation.actor_kind,
        id: operation.actor_id,
        label: "bulk operation".to_owned(),
        issuer: Some(operation.issuer_id),
        request_id: operation.request_id.clone(),
        trace: Trace::of_kept(operation.trace.as_ref()),
        ..Actor::anonymous()
    }
}
