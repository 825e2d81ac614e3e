//! Following bulk operations as they run.

use async_graphql::{Context, ID, SimpleObject, Subscription};
use cairn_service::actor::Actor;
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
    /// To go on from.
    cursor: String,
    /// The operation.
    bulk_operation: BulkOperation,
}

/// Following bulk operations.
#[derive(Default)]
pub struct BulkOperationSubscriptions;

#[Subscription]
impl BulkOperationSubscriptions {
    /// A bulk operation as it runs: as it stands now, then after every step, until it has ended. It tells states: whoever was away hears how the operation
    /// stands by then, not the steps between. Whether the caller may see it is asked again at every message.
    async fn bulk_operation_updated(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, by our id.")] id: ID,
        #[graphql(
            desc = "The cursor heard last: how the operation stands now is told unless it was told there."
        )]
        after: Option<String>,
    ) -> Result<impl Stream<Item = async_graphql::Result<BulkOperationUpdatedEvent>> + use<>> {
        let request = ctx.request().clone();
        let row = match ids::decode_as(Kind::BulkOperation, &id) {
            Some(id) => find(&request, &request.actor, id).await?,
            // Whoever may see no operation at all is told that, whatever the id.
            None => {
                bulk_operation::visible_by_ids(&request.service, &request.actor, &[]).await?;
                None
            }
        };
        let row = row.ok_or_else(|| Error::NotFound("there is no such bulk operation".to_owned()))?;
        let told = after.map(|after| bulk_operation::stands_at(&row, &after)).transpose()?.unwrap_or(false);
        let actor = request.actor.clone();
        let follow = Follow { request, actor, row, told };
        Ok(futures_util::stream::unfold(Some(follow), Follow::step))
    }
}

async fn find(
    request: &Request,
    actor: &Actor,
    id: Uuid,
) -> ServiceResult<Option<rows::bulk_operation::Model>> {
    Ok(bulk_operation::visible_by_ids(&request.service, actor, &[id]).await?.pop())
}

/// A subscription's place in an operation's life.
struct Follow {
    request: std::sync::Arc<Request>,
    /// Who listens, as of the last message.
    actor: Actor,
    /// The operation as it was last seen.
    row: rows::bulk_operation::Model,
    /// Whether that was told.
    told: bool,
}

impl Follow {
    /// The next message; the last one is the reason where the caller may listen no longer.
    async fn step(
        follow: Option<Self>,
    ) -> Option<(async_graphql::Result<BulkOperationUpdatedEvent>, Option<Self>)> {
        let mut follow = follow?;
        match follow.next().await {
            Ok(event) => Some((Ok(event?), Some(follow))),
            Err(error) => Some((Err(ApiError(error).into()), None)),
        }
    }

    /// How the operation stands once that has changed; nothing more after its end, or when it cannot be seen any longer.
    async fn next(&mut self) -> ServiceResult<Option<BulkOperationUpdatedEvent>> {
        while self.told {
            if !matches!(self.row.status, BulkStatus::Queued | BulkStatus::Running) {
                return Ok(None);
            }
            bulk_operation::changed(&self.request.service).await;
            let seen = find(&self.request, &self.actor, self.row.id).await?;
            if seen.as_ref() == Some(&self.row) {
                continue;
            }
            // A key or a token may have ended meanwhile.
            self.actor = self.request.sign_in_again().await?;
            let Some(row) = find(&self.request, &self.actor, self.row.id).await? else { return Ok(None) };
            (self.row, self.told) = (row, false);
        }
        self.told = true;
        Ok(Some(BulkOperationUpdatedEvent {
            cursor: bulk_operation::cursor(&self.row),
            bulk_operation: self.row.clone().into(),
        }))
    }
}
