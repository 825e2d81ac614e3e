//! What changes where credentials stand, within a command that has them locked: status, bits in the lists, audit entries and outbox rows,
//! for many at once. Who may change what and when is the caller's to decide.

use cairn_entity::credential;
use cairn_entity::enums::{CredentialStatus, RevocationReason, StatusPurpose};
use sea_orm::sea_query::{Expr, IntoCondition, LockType};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::error::Result;
use crate::ids::Kind;
use crate::{Work, status_list};

/// Credentials that were signed, locked until the transaction ends, in the order of ids.
pub(crate) async fn lock(work: &Work<'_>, which: impl IntoCondition) -> Result<Vec<credential::Model>> {
    let signed = credential::Column::Status.ne(CredentialStatus::Pending);
    lock_any(work, Condition::all().add(which.into_condition()).add(signed)).await
}

/// Those of these credentials that still wait for their signature.
pub(crate) fn pending(ids: impl IntoIterator<Item = Uuid>) -> Condition {
    let pending = credential::Column::Status.eq(CredentialStatus::Pending);
    Condition::all().add(credential::Column::Id.is_in(ids)).add(pending)
}

/// Credentials, also those that wait for their signature, locked until the transaction ends: one that another transaction turns active
/// meanwhile is waited for. In the order of ids, so that two who lock the same rows never wait for each other; and without their keys, which
/// rows of other operations refer to meanwhile.
pub(crate) async fn lock_any(work: &Work<'_>, which: impl IntoCondition) -> Result<Vec<credential::Model>> {
    Ok(locked(which).all(work.tx()).await?)
}

/// The statement of `lock_any`, for those who need not all of the rows.
pub(crate) fn locked(which: impl IntoCondition) -> Select<credential::Entity> {
    credential::Entity::find()
        .filter(which.into_condition())
        .order_by_asc(credential::Column::Id)
        .lock(LockType::NoKeyUpdate)
}

/// Revokes. A note that there is not keeps the one that there is; `cause` is added to the audit entries.
#[crate::boxed]
pub(crate) async fn revoke(
    work: &mut Work<'_>,
    rows: Vec<credential::Model>,
    reason: RevocationReason,
    note: Option<String>,
    cause: Value,
) -> Result<Vec<credential::Model>> {
    if rows.is_empty() {
        return Ok(rows);
    }
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut update = credential::Entity::update_many()
        .col_expr(credential::Column::Status, Expr::value(CredentialStatus::Revoked))
        .col_expr(credential::Column::RevokedAt, Expr::value(work.now))
        .col_expr(credential::Column::RevocationReason, Expr::value(reason))
        .col_expr(credential::Column::UpdatedAt, Expr::value(work.now));
    if let Some(note) = &note {
        update = update.col_expr(credential::Column::RevocationNote, Expr::value(note.as_str()));
    }
    update.filter(credential::Column::Id.is_in(ids.iter().copied())).exec(work.tx()).await?;
    status_list::set(work, &ids, StatusPurpose::Revocation, true).await?;
    let mut after = Vec::with_capacity(rows.len());
    for row in rows {
        let mut payload = told(&row);
        payload["reason"] = json!(reason);
        let detail = with(json!({ "reason": reason, "from": row.status }), &cause);
        tell(work, &row, "credential.revoked", detail, payload)?;
        after.push(credential::Model {
            status: CredentialStatus::Revoked,
            revoked_at: Some(work.now),
            revocation_reason: Some(reason),
            revocation_note: note.clone().or(row.revocation_note),
            updated_at: work.now,
            ..row
        });
    }
    Ok(after)
}

/// Suspends (`since` a moment) or ends a suspension (no moment). Each must have a place in a list of suspensions.
#[crate::boxed]
pub(crate) async fn suspend(
    work: &mut Work<'_>,
    rows: Vec<credential::Model>,
    suspended: bool,
    note: Option<String>,
    cause: Value,
) -> Result<Vec<credential::Model>> {
    if rows.is_empty() {
        return Ok(rows);
    }
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let (status, since, event) = match suspended {
        true => (CredentialStatus::Suspended, Some(work.now), "credential.suspended"),
        false => (CredentialStatus::Active, None, "credential.reinstated"),
    };
    credential::Entity::update_many()
        .col_expr(credential::Column::Status, Expr::value(status))
        .col_expr(credential::Column::SuspendedAt, Expr::value(since))
        .col_expr(credential::Column::SuspensionNote, Expr::value(note.clone()))
        .col_expr(credential::Column::UpdatedAt, Expr::value(work.now))
        .filter(credential::Column::Id.is_in(ids.iter().copied()))
        .exec(work.tx())
        .await?;
    status_list::set(work, &ids, StatusPurpose::Suspension, suspended).await?;
    let mut after = Vec::with_capacity(rows.len());
    for row in rows {
        tell(work, &row, event, with(json!({ "from": row.status }), &cause), told(&row))?;
        let suspension_note = note.clone();
        after.push(credential::Model {
            status,
            suspended_at: since,
            suspension_note,
            updated_at: work.now,
            ..row
        });
    }
    Ok(after)
}

/// What every event on a credential tells.
pub(crate) fn told(row: &credential::Model) -> Value {
    json!({ "credential": row.id, "learner": row.learner_id, "program": row.program_id })
}

/// Audit entry and outbox row of one event.
pub(crate) fn tell(
    work: &mut Work<'_>,
    row: &credential::Model,
    event: &str,
    detail: Value,
    payload: Value,
) -> Result<()> {
    let subject = (Kind::Credential, row.id);
    work.audit(Some(row.issuer_id), event, subject, detail)?;
    work.emit(Some(row.issuer_id), event, subject, payload);
    Ok(())
}

/// A detail with the members of another.
fn with(mut detail: Value, more: &Value) -> Value {
    if let (Some(detail), Some(more)) = (detail.as_object_mut(), more.as_object()) {
        detail.extend(more.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    detail
}
