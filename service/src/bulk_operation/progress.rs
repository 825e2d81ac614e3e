//! Writing how far an operation has come, in the transaction of the step itself, and only by the node that holds the lease.

use cairn_entity::enums::{BulkOutcome, BulkStatus};
use cairn_entity::{bulk_operation, bulk_row};
use sea_orm::ActiveValue::NotSet;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::ids::Kind;
use crate::issuance::interruption;
use crate::{Work, chunk, save};

/// Columns of `bulk_row`.
pub const ROW_COLUMNS: usize = 10;

/// Writes rows that are done and counts them.
#[crate::boxed]
pub async fn record(
    work: &mut Work<'_>,
    operation: &bulk_operation::Model,
    done: Vec<bulk_row::Model>,
) -> Result<bulk_operation::Model> {
    let mut after = operation.clone();
    count(&mut after, &done);
    if let Some(last) = done.last() {
        after.next_index = last.row_index + 1;
    }
    write_rows(work, done).await?;
    save(work, after).await
}

/// Writes rows that are done.
#[crate::boxed]
pub async fn write_rows(work: &Work<'_>, done: Vec<bulk_row::Model>) -> Result<()> {
    // Most were issued, which takes two columns to say.
    let (issued, others): (Vec<_>, Vec<_>) =
        done.into_iter().partition(|row| row.outcome == Some(BulkOutcome::Issued));
    let update =
        bulk_row::Entity::update_many().col_expr(bulk_row::Column::Outcome, Expr::value(BulkOutcome::Issued));
    let issued = issued.into_iter().map(|row| (row.id, row.credential_id));
    save::each(work.tx(), update, (bulk_row::Column::Id, bulk_row::Column::CredentialId), issued).await?;
    for rows in chunk::rows(others, ROW_COLUMNS) {
        let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
        let written = [bulk_row::Column::Outcome, bulk_row::Column::CredentialId, bulk_row::Column::Errors];
        bulk_row::Entity::insert_many(rows)
            .on_conflict(OnConflict::column(bulk_row::Column::Id).update_columns(written).to_owned())
            .exec_without_returning(work.tx())
            .await?;
    }
    Ok(())
}

/// Adds rows that are done to the counts.
pub fn count(operation: &mut bulk_operation::Model, done: &[bulk_row::Model]) {
    let of = |good: bool| {
        let matching = done.iter().filter(|row| {
            use BulkOutcome::{Failed, NotEligible};
            row.outcome.is_some_and(|outcome| matches!(outcome, Failed | NotEligible) != good)
        });
        i32::try_from(matching.count()).unwrap_or(i32::MAX)
    };
    operation.succeeded += of(true);
    operation.failed += of(false);
    operation.processed += of(true) + of(false);
}

/// Writes the operation and prolongs the lease; gives it as it now is, with what others have asked for meanwhile. Fails where another node has taken it over meanwhile, and with it the whole step.
#[crate::boxed]
pub async fn save(work: &mut Work<'_>, mut row: bulk_operation::Model) -> Result<bulk_operation::Model> {
    row.updated_at = work.now;
    row.lease_until = match row.status {
        BulkStatus::Running => Some(work.now + interruption::lease()),
        _ => None,
    };
    let mut written = row.clone().into_active_model().reset_all();
    // Others ask for it while the operation runs.
    written.cancel_requested_at = NotSet;
    let written = bulk_operation::Entity::update_many()
        .set(written)
        .filter(bulk_operation::Column::Id.eq(row.id))
        .filter(bulk_operation::Column::LeaseOwner.eq(row.lease_owner.clone()))
        .filter(bulk_operation::Column::Status.eq(BulkStatus::Running))
        .exec_with_returning(work.tx())
        .await?
        .pop();
    let Some(row) = written else {
        return Err(Error::internal("another node has taken an operation over", row.id.to_string()));
    };
    announce(work, &row);
    Ok(row)
}

/// The operation as it stands.
#[crate::boxed]
pub async fn again(work: &Work<'_>, id: Uuid) -> Result<bulk_operation::Model> {
    bulk_operation::Entity::find_by_id(id)
        .one(work.tx())
        .await?
        .ok_or_else(|| Error::internal("an operation is gone", id.to_string()))
}

/// Tells those who follow the operation.
pub fn announce(work: &mut Work<'_>, row: &bulk_operation::Model) {
    let payload = json!({ "status": row.status, "total": row.total, "processed": row.processed, "succeeded": row.succeeded, "failed": row.failed });
    work.emit(Some(row.issuer_id), "bulk_operation.updated", (Kind::BulkOperation, row.id), payload);
}
