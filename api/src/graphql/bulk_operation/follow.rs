//! Following bulk operations as they run.

use async_graphql::{Context, ID, SimpleObject, Subscription};
use cairn_service::bulk_operation;
use cairn_service::error::{Error, Result as ServiceResult};
use cairn_service::ids::{self, Kind};
use cairn_service::rows;
use cairn_service::rows::enums::BulkStatus;
use futures_util::Stream;
use uuid::Uuid;

use super::super::context::{ContextExt, Request};
use super::super::error::{ApiError, Result};
use super::BulkOperation;

/// A step of a bulk operation.
#[derive(SimpleObject)]
pub struct BulkOperationUpdatedEvent {
    /// The moment of the step.
    cursor: String,
    /// The operation.
    bulk_operation: BulkOperation,
}

/// Following bulk operations.
#[derive(Default)]
pub struct BulkOperationSubscriptions;

#[Subscription]
impl BulkOperationSubscriptions {
    /// A bulk operation as it runs: as it stands now, then after every step, until it has ended.
    async fn bulk_operation_updated(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, by our id.")] id: ID,
    ) -> Result<impl Stream<Item = async_graphql::Result<BulkOperationUpdatedEvent>> + use<>> {
        let request = ctx.request().clone();
        let row = match ids::decode_as(Kind::BulkOperation, &id) {
            Some(id) => find(&request, id).await?,
            // Whoever may see no operation at all is told that, whatever the id.
            None => {
                bulk_operation::visible_by_ids(&request.service, &request.actor, &[]).await?;
                None
            }
        };
        let row = row.ok_or_else(|| Error::NotFound("there is no such bulk operation".to_owned()))?;
        Ok(futures_util::stream::unfold(Follow { request, row, told: false }, Follow::step))
    }
}

async fn find(request: &Request, id: Uuid) -> ServiceResult<Option<rows::bulk_operation::Model>> {
    Ok(bulk_operation::visible_by_ids(&request.service, &request.actor, &[id]).await?.pop())
}

/// A subscription's place in an operation's life.
struct Follow {
    request: std::sync::Arc<Request>,
    /// The operation as it was last seen.
    row: rows::bulk_operation::Model,
    /// Whether that was told.
    told: bool,
}

impl Follow {
    /// Tells how the operation stands once that has changed; ends with the operation, or when it cannot be seen any longer.
    async fn step(mut self) -> Option<(async_graphql::Result<BulkOperationUpdatedEvent>, Self)> {
        while self.told {
            if !matches!(self.row.status, BulkStatus::Queued | BulkStatus::Running) {
                return None;
            }
            bulk_operation::changed(&self.request.service).await;
            match find(&self.request, self.row.id).await {
                Ok(row) => {
                    let row = row?;
                    self.told = row == self.row;
                    self.row = row;
                }
                Err(error) => return Some((Err(ApiError(error).into()), self)),
            }
        }
        self.told = true;
        let event = BulkOperationUpdatedEvent {
            cursor: self.row.updated_at.timestamp_micros().to_string(),
            bulk_operation: self.row.clone().into(),
        };
        Some((Ok(event), self))
    }
}
