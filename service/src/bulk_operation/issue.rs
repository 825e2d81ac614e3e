//! Issuing to the rows of an operation, in chunks: while one is signed and finished, the next is reserved.

use std::collections::HashSet;

use cairn_entity::enums::{CredentialStatus, EnrollmentStatus};
use cairn_entity::{bulk_operation, credential, enrollment};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Select};
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
    while operation.cancel_requested_at.is_some()
        && let Some(chunk) = left_behind(service, actor, &operation, &terms).await?
    {
        operation = issuance::complete(service, actor, &operation, chunk).await?;
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

/// What a node that died had reserved and not finished: whoever asks to stop gets no credentials that wait for ever.
async fn left_behind(
    service: &Service,
    actor: &Actor,
    operation: &bulk_operation::Model,
    terms: &Terms,
) -> Result<Option<Chunk>> {
    let reserved: Vec<(Option<Uuid>, Uuid)> = credential::Entity::find()
        .select_only()
        .columns([credential::Column::EnrollmentId, credential::Column::AwardId])
        .filter(credential::Column::BulkOperationId.eq(operation.id))
        .filter(credential::Column::Status.eq(CredentialStatus::Pending))
        .into_tuple()
        .all(service.db.reader())
        .await?;
    let reserved: HashSet<_> = reserved.into_iter().collect();
    if reserved.is_empty() {
        return Ok(None);
    }
    // Nobody reserves further ahead than a chunk.
    let mut rows = rows::next(service, operation, operation.next_index, 2 * issuance::CHUNK).await?;
    rows.retain(|row| row.award_id.is_some_and(|award| reserved.contains(&(row.enrollment_id, award))));
    rows.truncate(usize::try_from(issuance::CHUNK).unwrap_or(usize::MAX));
    match rows.is_empty() {
        true => Ok(None),
        false => Ok(Some(issuance::reserve(service, actor, operation, terms, rows).await?)),
    }
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
