//! Stopping an operation: one that waits ends at once, one that runs at the end of the step in hand. What was done stays done.

use cairn_entity::bulk_operation;
use cairn_entity::enums::{BulkKind, BulkStatus};
use sea_orm::sea_query::LockType;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::{progress, read_scope, run, visible, write_scope};
use crate::actor::{Actor, Scope};
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::{Service, Work, issuer};

/// The right that asking for such an operation takes, and stopping it.
fn command_scope(row: &bulk_operation::Model) -> Scope {
    match row.kind {
        BulkKind::Export => read_scope(row.subject),
        BulkKind::IssueCredentials | BulkKind::MoveEnrollments | BulkKind::Import => {
            write_scope(row.subject).unwrap_or(read_scope(row.subject))
        }
    }
}

/// Asks an operation to stop. Whoever may ask for one may stop it; asking again changes nothing.
#[crate::boxed]
pub async fn cancel(service: &Service, actor: &Actor, id: Option<Uuid>) -> Result<bulk_operation::Model> {
    let visible = visible(actor)?;
    let not_found = || Error::user("id", UserErrorCode::NotFound, "there is no such bulk operation");
    let mut work = Work::begin(service, actor).await?;
    let select = bulk_operation::Entity::find_by_id(id.ok_or_else(not_found)?).filter(visible);
    let mut row = select.lock(LockType::Update).one(work.tx()).await?.ok_or_else(not_found)?;
    issuer::require_within(actor.reach_whole(command_scope(&row))?, row.issuer_id)?;
    match row.status {
        BulkStatus::Cancelled => return Ok(row),
        BulkStatus::Running if row.cancel_requested_at.is_some() => return Ok(row),
        BulkStatus::Succeeded | BulkStatus::Failed => {
            return Err(Error::user("id", UserErrorCode::AlreadyDone, "it has ended already"));
        }
        BulkStatus::Queued => run::settle(&work, &mut row, BulkStatus::Cancelled).await?,
        BulkStatus::Running => {}
    }
    row.cancel_requested_at = Some(work.now);
    row.updated_at = work.now;
    // Whoever runs it waits for this lock with its next step, and sees what was asked for.
    let row = row.into_active_model().reset_all().update(work.tx()).await?;
    let subject = (Kind::BulkOperation, row.id);
    work.audit(Some(row.issuer_id), "bulk_operation.cancel_requested", subject, json!({}))?;
    progress::announce(&mut work, &row);
    work.answer(row).await
}
