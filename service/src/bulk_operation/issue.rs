//! Issuing to the rows of an operation, in chunks: while one is signed and finished, the next is reserved.

use cairn_entity::enums::EnrollmentStatus;
use cairn_entity::{bulk_operation, enrollment};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Select};
use uuid::Uuid;

use super::{finish, rows};
use crate::Service;
use crate::actor::Actor;
use crate::error::Result;
use crate::issuance::{self, Chunk, Terms};

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
        operation = rows::make_page(service, actor, &operation, completed(program)).await?;
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
    finish(service, actor, operation, told).await
}

/// Who may be eligible in a program.
fn completed(program: Uuid) -> Select<enrollment::Entity> {
    enrollment::Entity::find()
        .filter(enrollment::Column::ProgramId.eq(program))
        .filter(enrollment::Column::Status.eq(EnrollmentStatus::Completed))
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
    let rows = rows::next(service, operation, index, issuance::CHUNK).await?;
    match rows.is_empty() {
        true => Ok(None),
        false => Ok(Some(issuance::reserve(service, actor, operation, terms, rows).await?)),
    }
}
