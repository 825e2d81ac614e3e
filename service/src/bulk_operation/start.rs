//! How an operation begins, whatever it does: its row, and what is told of it.

use cairn_entity::bulk_operation;
use cairn_entity::enums::{BulkKind, BulkStatus, BulkSubject};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde_json::Value;
use uuid::Uuid;

use super::progress;
use crate::Work;
use crate::actor::Actor;
use crate::error::Result;
use crate::ids::Kind;
use crate::issuance::interruption;
use crate::trace::Trace;

/// What an operation is to do.
pub(crate) struct Asked {
    /// Which kind of thing.
    pub kind: BulkKind,
    /// What it is about.
    pub subject: BulkSubject,
    /// Whether its file names people.
    pub personal: bool,
    /// The rest, ids only.
    pub input: Value,
}

/// An operation that waits, not yet written.
pub(crate) fn new_row(
    work: &Work<'_>,
    actor: &Actor,
    issuer: Uuid,
    asked: Asked,
) -> Result<bulk_operation::Model> {
    Ok(bulk_operation::Model {
        id: work.new_id()?,
        issuer_id: issuer,
        kind: asked.kind,
        subject: asked.subject,
        personal: asked.personal,
        status: BulkStatus::Queued,
        actor_kind: actor.kind,
        actor_id: actor.id,
        request_id: actor.request_id.clone(),
        trace: actor.trace.as_ref().map(Trace::kept),
        input: asked.input,
        total: None,
        processed: 0,
        succeeded: 0,
        failed: 0,
        next_index: 0,
        resume_after: None,
        resume_key: None,
        lease_owner: None,
        lease_until: None,
        created_at: work.now,
        started_at: None,
        finished_at: None,
        updated_at: work.now,
        cancel_requested_at: None,
        file_expires_at: None,
        rows_expire_at: None,
        errors: None,
    })
}

/// Gives an operation that is not yet written to this node, which begins at once.
pub(crate) fn take(work: &Work<'_>, row: &mut bulk_operation::Model) {
    row.status = BulkStatus::Running;
    row.started_at = Some(work.now);
    row.lease_owner = Some(work.service().node.clone());
    row.lease_until = Some(work.now + interruption::lease());
}

/// Writes a new operation, and tells of it.
pub(crate) async fn insert(work: &mut Work<'_>, row: bulk_operation::Model) -> Result<bulk_operation::Model> {
    let row = row.into_active_model().reset_all().insert(work.tx()).await?;
    let subject = (Kind::BulkOperation, row.id);
    work.audit(Some(row.issuer_id), "bulk_operation.requested", subject, row.input.clone())?;
    progress::announce(work, &row);
    Ok(row)
}
