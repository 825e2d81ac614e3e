//! Issuing to the rows of an operation, in chunks: while one is signed and finished, the next is reserved.

use cairn_entity::enums::BulkStatus;
use cairn_entity::{bulk_operation, bulk_row};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{conclude, rows};
use crate::actor::Actor;
use crate::error::Result;
use crate::issuance::{self, Chunk, Terms};
use crate::{Service, Work};

/// Issues to every row that is not done. Asked to stop, it finishes what it has reserved.
pub async fn run(
    service: &Service,
    actor: &Actor,
    mut operation: bulk_operation::Model,
    told: &mut (dyn FnMut(&bulk_operation::Model) + Send),
) -> Result<bulk_operation::Model> {
    let terms: Terms = serde_json::from_value(operation.input.clone())?;
    while let (None, None, Some(program)) =
        (operation.cancel_requested_at, operation.total, terms.everyone_in)
    {
        operation = rows::make_page(service, actor, &operation, program).await?;
        told(&operation);
    }
    let mut reserved = reserve_from(service, actor, &operation, &terms, operation.next_index).await?;
    while let Some(chunk) = reserved {
        let following = reserve_from(service, actor, &operation, &terms, chunk.end());
        let (done, next) = tokio::join!(issuance::complete(service, actor, &operation, chunk), following);
        operation = done?;
        told(&operation);
        reserved = next?;
    }
    let stopped = operation.cancel_requested_at.is_some() && operation.total != Some(operation.processed);
    let status = if stopped { BulkStatus::Cancelled } else { BulkStatus::Succeeded };
    let mut work = Work::begin(service, actor).await?;
    let operation = conclude(&mut work, operation, status).await?;
    work.commit().await?;
    told(&operation);
    Ok(operation)
}

/// Reserves what is due to the next rows, from an index on; `None` after the last, and where the operation is to stop.
async fn reserve_from(
    service: &Service,
    actor: &Actor,
    operation: &bulk_operation::Model,
    terms: &Terms,
    index: i32,
) -> Result<Option<Chunk>> {
    if operation.cancel_requested_at.is_some() {
        return Ok(None);
    }
    let rows = bulk_row::Entity::find()
        .filter(bulk_row::Column::OperationId.eq(operation.id))
        .filter(bulk_row::Column::RowIndex.gte(index))
        .filter(bulk_row::Column::Outcome.is_null())
        .order_by_asc(bulk_row::Column::RowIndex)
        .limit(issuance::CHUNK)
        .all(service.db.reader())
        .await?;
    match rows.is_empty() {
        true => Ok(None),
        false => Ok(Some(issuance::reserve(service, actor, operation, terms, rows).await?)),
    }
}
