//! The only place that writes an enrollment's status: with the moments that belong to it, its history, audit entry and outbox row.

use cairn_entity::enums::{EnrollmentChangeKind, EnrollmentStatus};
use cairn_entity::{enrollment, enrollment_change};
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{LockType, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;
use uuid::Uuid;

use crate::error::Result;
use crate::ids::Kind;
use crate::{Work, chunk};

/// A step of an enrollment from one status to another.
#[derive(Clone, Debug)]
pub struct Change {
    /// As it stands, read in this transaction (with `lock`, where others may write it too).
    pub before: enrollment::Model,
    /// Where it is to stand.
    pub to: EnrollmentStatus,
    /// When it came to stand there; may lie in the past.
    pub at: DateTime<Utc>,
    /// Why: a code or the caller's words, without personal data.
    pub reason: Option<String>,
}

/// Reads enrollments for writing: others wait until the transaction ends. Always in the order of ids, so that two calls never wait for each other.
#[crate::boxed]
pub async fn lock(work: &Work<'_>, ids: &[Uuid]) -> Result<Vec<enrollment::Model>> {
    Ok(enrollment::Entity::find()
        .filter(enrollment::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(enrollment::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(work.tx())
        .await?)
}

/// Writes the statuses, and gives the rows as they now are, in order. An enrollment may appear once. A change to the status that an enrollment has already does nothing. It
/// holds no rules: who may take which step when is the caller's to decide. The moment of a status that is left is cleared; the
/// history keeps it. The number of statements does not depend on how many changes there are.
#[crate::boxed]
pub async fn apply(work: &mut Work<'_>, changes: Vec<Change>) -> Result<Vec<enrollment::Model>> {
    let mut rows = Vec::with_capacity(changes.len());
    let mut written = Vec::new();
    let mut history = Vec::new();
    for change in changes {
        let mut row = change.before.clone();
        if row.status != change.to {
            stand(&mut row, change.to, change.at);
            row.updated_at = work.now;
            history.push(step(work, &row, Some(change.before.status), change.at, change.reason)?);
            announce(work, &row, Some(change.before.status))?;
            written.push(row.clone());
        }
        rows.push(row);
    }
    for rows in chunk::rows(written, COLUMNS) {
        let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
        enrollment::Entity::insert_many(rows)
            .on_conflict(
                OnConflict::column(enrollment::Column::Id).update_columns(WRITTEN.iter().copied()).to_owned(),
            )
            .exec_without_returning(work.tx())
            .await?;
    }
    record(work, history).await?;
    Ok(rows)
}

/// Columns of the table.
pub(super) const COLUMNS: usize = 29;

/// What a change of status writes.
const WRITTEN: [enrollment::Column; 9] = [
    enrollment::Column::Status,
    enrollment::Column::StartedAt,
    enrollment::Column::CompletedAt,
    enrollment::Column::WithdrawnAt,
    enrollment::Column::FailedAt,
    enrollment::Column::ExpiredAt,
    enrollment::Column::UnsupportedSince,
    enrollment::Column::LastActivityAt,
    enrollment::Column::UpdatedAt,
];

/// Sets the status and the moments that belong to it.
pub(super) fn stand(row: &mut enrollment::Model, to: EnrollmentStatus, at: DateTime<Utc>) {
    row.status = to;
    let moment = |status| (to == status).then_some(at);
    row.completed_at = moment(EnrollmentStatus::Completed);
    row.withdrawn_at = moment(EnrollmentStatus::Withdrawn);
    row.failed_at = moment(EnrollmentStatus::Failed);
    row.expired_at = moment(EnrollmentStatus::Expired);
    row.unsupported_since = None;
    if to == EnrollmentStatus::Completed {
        // What is complete was begun, at the latest then.
        row.started_at = Some(row.started_at.map_or(at, |started| started.min(at)));
    }
    row.last_activity_at = row.last_activity_at.max(at);
}

/// A line of an enrollment's history.
pub(super) fn step(
    work: &Work<'_>,
    row: &enrollment::Model,
    from: Option<EnrollmentStatus>,
    at: DateTime<Utc>,
    reason: Option<String>,
) -> Result<enrollment_change::ActiveModel> {
    Ok(enrollment_change::ActiveModel {
        id: Set(work.new_id()?),
        issuer_id: Set(row.issuer_id),
        enrollment_id: Set(row.id),
        kind: Set(EnrollmentChangeKind::Status),
        from_status: Set(from),
        to_status: Set(row.status),
        occurred_at: Set(at),
        recorded_at: Set(work.now),
        actor_kind: Set(work.actor().kind),
        actor_id: Set(work.actor().id),
        from_value: Set(None),
        to_value: Set(None),
        reason: Set(reason),
    })
}

/// A change that is no step: what of the enrollment (as it now is) was changed, from what to what.
pub(super) struct Turn<'a> {
    pub(super) row: &'a enrollment::Model,
    pub(super) kind: EnrollmentChangeKind,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    /// Why: a code or the caller's words, without personal data.
    pub(super) reason: Option<String>,
}

/// Announces a change that is no step, and gives its line of the history.
pub(super) fn turn(work: &mut Work<'_>, turn: Turn<'_>) -> Result<enrollment_change::ActiveModel> {
    let row = turn.row;
    let subject = (Kind::Enrollment, row.id);
    let detail = json!({ "kind": turn.kind, "from": turn.from, "to": turn.to });
    work.audit(Some(row.issuer_id), "enrollment.changed", subject, detail)?;
    let payload = json!({
        "enrollment": row.id,
        "learner": row.learner_id,
        "program": row.program_id,
        "status": row.status,
        "changed": turn.kind,
    });
    work.emit(Some(row.issuer_id), "enrollment.updated", subject, payload);
    let line = step(work, row, Some(row.status), work.now, turn.reason)?;
    Ok(enrollment_change::ActiveModel {
        kind: Set(turn.kind),
        from_value: Set(turn.from),
        to_value: Set(turn.to),
        ..line
    })
}

/// Writes lines of history.
pub(super) async fn record(work: &Work<'_>, history: Vec<enrollment_change::ActiveModel>) -> Result<()> {
    for rows in chunk::rows(history, 13) {
        enrollment_change::Entity::insert_many(rows).exec_without_returning(work.tx()).await?;
    }
    Ok(())
}

/// Audit entry and outbox row of an enrollment that was made (`from` nothing) or changed its status.
pub(super) fn announce(
    work: &mut Work<'_>,
    row: &enrollment::Model,
    from: Option<EnrollmentStatus>,
) -> Result<()> {
    let subject = (Kind::Enrollment, row.id);
    let action = if from.is_none() { "enrollment.created" } else { "enrollment.changed" };
    work.audit(Some(row.issuer_id), action, subject, json!({ "from": from, "to": row.status }))?;
    let event = match row.status {
        EnrollmentStatus::Completed => "enrollment.completed",
        _ => "enrollment.updated",
    };
    let payload = json!({
        "enrollment": row.id,
        "learner": row.learner_id,
        "program": row.program_id,
        "from": from,
        "status": row.status,
    });
    work.emit(Some(row.issuer_id), event, subject, payload);
    Ok(())
}
