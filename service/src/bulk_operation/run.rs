//! Working an operation off, by the node that holds its lease. Every step is a transaction of its own that says how far it came, so that whoever
//! comes next goes on from there.

use cairn_entity::enums::BulkStatus;
use cairn_entity::{bulk_operation, bulk_row};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::{progress, rows};
use crate::actor::Actor;
use crate::error::Result;
use crate::ids::Kind;
use crate::issuance::{self, Chunk, Terms, interruption};
use crate::{Service, Work};

/// Works off an operation whose lease this node holds; `told` hears of every step.
pub async fn run(
    service: &Service,
    operation: bulk_operation::Model,
    mut told: impl FnMut(&bulk_operation::Model) + Send,
) -> Result<bulk_operation::Model> {
    interruption::point("after-claim");
    let actor = on_behalf(&operation);
    let terms: Terms = serde_json::from_value(operation.input.clone())?;
    let mut operation = operation;
    while let (None, Some(program)) = (operation.total, terms.everyone_in) {
        operation = rows::make_page(service, &actor, &operation, program).await?;
        told(&operation);
    }
    // While one chunk is signed and finished, the next is reserved.
    let mut reserved = reserve_from(service, &actor, &operation, &terms, operation.next_index).await?;
    while let Some(chunk) = reserved {
        let following = reserve_from(service, &actor, &operation, &terms, chunk.end());
        let (done, next) = tokio::join!(issuance::complete(service, &actor, &operation, chunk), following);
        operation = done?;
        told(&operation);
        reserved = next?;
    }
    let operation = end(service, &actor, operation).await?;
    told(&operation);
    Ok(operation)
}

/// Reserves what is due to the next rows, from an index on; `None` after the last.
async fn reserve_from(
    service: &Service,
    actor: &Actor,
    operation: &bulk_operation::Model,
    terms: &Terms,
    index: i32,
) -> Result<Option<Chunk>> {
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

async fn end(
    service: &Service,
    actor: &Actor,
    mut operation: bulk_operation::Model,
) -> Result<bulk_operation::Model> {
    let mut work = Work::begin(service, actor).await?;
    operation.status = BulkStatus::Succeeded;
    operation.finished_at = Some(work.now);
    let operation = progress::save(&mut work, operation).await?;
    let detail =
        json!({ "total": operation.total, "succeeded": operation.succeeded, "failed": operation.failed });
    let subject = (Kind::BulkOperation, operation.id);
    work.audit(Some(operation.issuer_id), "bulk_operation.finished", subject, detail)?;
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
        ..Actor::anonymous()
    }
}
