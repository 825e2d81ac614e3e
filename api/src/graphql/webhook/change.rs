//! Making, changing and deleting webhook endpoints; sending on demand.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use cairn_service::ids::{self, Kind};
use cairn_service::reference::Reference;
use cairn_service::webhook::{self, EndpointChange, NewEndpoint, Replay};
use chrono::TimeDelta;
use uuid::Uuid;

use super::super::command::outcome;
use super::super::context::ContextExt;
use super::super::enums::WebhookEventType;
use super::super::error::{Result, UserError};
use super::super::learner::patch;
use super::super::range::TimeRange;
use super::super::reference::{CohortRef, IssuerRef, ProgramRef};
use super::super::scalar::{Url, global_id};
use super::{WebhookDelivery, WebhookEndpoint};

/// Input of createWebhookEndpoint.
#[derive(InputObject)]
pub struct CreateWebhookEndpointInput {
    /// Whose; only operators need to say.
    issuer: Option<IssuerRef>,
    /// Address: https, and public.
    url: Url,
    /// What it hears of.
    events: Vec<WebhookEventType>,
    /// Whether it is on.
    #[graphql(default = true)]
    enabled: bool,
    /// Only of these programs, at most 100; of all where empty. What belongs to no program is told all the same.
    #[graphql(default)]
    programs: Vec<ProgramRef>,
    /// Only of these cohorts, at most 100; of all where empty.
    #[graphql(default)]
    cohorts: Vec<CohortRef>,
}

/// Answer of createWebhookEndpoint.
#[derive(SimpleObject)]
pub struct CreateWebhookEndpointPayload {
    /// The endpoint.
    endpoint: Option<WebhookEndpoint>,
    /// What messages are signed with. Shown this once; null on an idempotent replay.
    secret: Option<String>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Input of updateWebhookEndpoint: an absent member keeps what is there.
#[derive(InputObject)]
pub struct UpdateWebhookEndpointInput {
    /// Which.
    id: ID,
    /// Address: https, and public.
    url: Option<Url>,
    /// What it hears of.
    events: Option<Vec<WebhookEventType>>,
    /// Whether it is on. One that is enabled again hears of what happens from then on; `replayWebhooks` tells it the rest.
    enabled: Option<bool>,
    /// Only of these programs, at most 100; `null` or empty: of all.
    programs: MaybeUndefined<Vec<ProgramRef>>,
    /// Only of these cohorts, at most 100; `null` or empty: of all.
    cohorts: MaybeUndefined<Vec<CohortRef>>,
}

/// Answer of updateWebhookEndpoint.
#[derive(SimpleObject)]
pub struct UpdateWebhookEndpointPayload {
    /// The endpoint.
    endpoint: Option<WebhookEndpoint>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Input of deleteWebhookEndpoint.
#[derive(InputObject)]
pub struct DeleteWebhookEndpointInput {
    /// Which.
    id: ID,
}

/// Answer of deleteWebhookEndpoint.
#[derive(SimpleObject)]
pub struct DeleteWebhookEndpointPayload {
    /// The id of the endpoint that is gone.
    deleted_endpoint_id: Option<ID>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Input of rotateWebhookSecret.
#[derive(InputObject)]
pub struct RotateWebhookSecretInput {
    /// Of which endpoint.
    id: ID,
    /// How long messages are signed with the old secret, too: 0 to 720 hours.
    #[graphql(default = 24)]
    overlap_hours: i32,
}

/// Answer of rotateWebhookSecret.
#[derive(SimpleObject)]
pub struct RotateWebhookSecretPayload {
    /// The endpoint.
    endpoint: Option<WebhookEndpoint>,
    /// The new secret. Shown this once; null on an idempotent replay.
    secret: Option<String>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Input of pingWebhookEndpoint.
#[derive(InputObject)]
pub struct PingWebhookEndpointInput {
    /// Which.
    endpoint: ID,
}

/// Answer of pingWebhookEndpoint.
#[derive(SimpleObject)]
pub struct PingWebhookEndpointPayload {
    /// The delivery: look at it again to see what came of it.
    delivery: Option<WebhookDelivery>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Input of redeliverWebhook.
#[derive(InputObject)]
pub struct RedeliverWebhookInput {
    /// Which.
    delivery: ID,
}

/// Answer of redeliverWebhook.
#[derive(SimpleObject)]
pub struct RedeliverWebhookPayload {
    /// The new delivery.
    delivery: Option<WebhookDelivery>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Input of replayWebhooks.
#[derive(InputObject)]
pub struct ReplayWebhooksInput {
    /// To which endpoint.
    endpoint: ID,
    /// What happened in this span; until now where it has no end, from as far back as events are kept where it has no beginning.
    happened: TimeRange,
    /// Only what the endpoint has never accepted.
    #[graphql(default)]
    only_missed: bool,
}

/// Answer of replayWebhooks.
#[derive(SimpleObject)]
pub struct ReplayWebhooksPayload {
    /// The endpoint.
    endpoint: Option<WebhookEndpoint>,
    /// How many messages wait to be sent that did not before.
    queued: Option<i32>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

fn endpoint_id(id: &ID) -> Option<Uuid> {
    ids::decode_as(Kind::WebhookEndpoint, id)
}

fn references<T: Into<Reference>>(list: Vec<T>) -> Vec<Reference> {
    list.into_iter().map(Into::into).collect()
}

fn types(list: Vec<WebhookEventType>) -> Vec<webhook::EventType> {
    list.into_iter().map(Into::into).collect()
}

impl From<UpdateWebhookEndpointInput> for EndpointChange {
    fn from(input: UpdateWebhookEndpointInput) -> Self {
        Self {
            url: input.url.map(|url| url.0),
            events: input.events.map(types),
            enabled: input.enabled,
            programs: patch(input.programs.map_value(references)),
            cohorts: patch(input.cohorts.map_value(references)),
        }
    }
}

/// Changing webhooks. All of it takes `webhooks:manage`.
#[derive(Default)]
pub struct WebhookMutations;

#[Object]
impl WebhookMutations {
    /// Makes a webhook endpoint. Its secret is shown this once.
    async fn create_webhook_endpoint(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: CreateWebhookEndpointInput,
    ) -> Result<Option<CreateWebhookEndpointPayload>> {
        let new = NewEndpoint {
            url: input.url.0,
            events: types(input.events),
            enabled: input.enabled,
            programs: references(input.programs),
            cohorts: references(input.cohorts),
        };
        let issuer = input.issuer.map(Into::into);
        let made = webhook::create(ctx.service(), ctx.actor(), issuer.as_ref(), new);
        let (made, user_errors) = outcome(ctx, made).await?;
        let (endpoint, secret) =
            made.map(|(row, secret)| (WebhookEndpoint::from(row), secret.shown())).unzip();
        let secret = secret.flatten();
        Ok(Some(CreateWebhookEndpointPayload { endpoint, secret, user_errors }))
    }

    /// Changes a webhook endpoint.
    async fn update_webhook_endpoint(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: UpdateWebhookEndpointInput,
    ) -> Result<Option<UpdateWebhookEndpointPayload>> {
        let id = endpoint_id(&input.id);
        let changed = webhook::update(ctx.service(), ctx.actor(), id, input.into());
        let (row, user_errors) = outcome(ctx, changed).await?;
        Ok(Some(UpdateWebhookEndpointPayload { endpoint: row.map(WebhookEndpoint::from), user_errors }))
    }

    /// Deletes a webhook endpoint with its log; what waits to be sent to it is not sent.
    async fn delete_webhook_endpoint(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: DeleteWebhookEndpointInput,
    ) -> Result<Option<DeleteWebhookEndpointPayload>> {
        let gone = webhook::delete(ctx.service(), ctx.actor(), endpoint_id(&input.id));
        let (gone, user_errors) = outcome(ctx, gone).await?;
        let deleted_endpoint_id = gone.map(|id| global_id(Kind::WebhookEndpoint, id));
        Ok(Some(DeleteWebhookEndpointPayload { deleted_endpoint_id, user_errors }))
    }

    /// Gives a webhook endpoint a new secret; for a while messages are signed with both.
    async fn rotate_webhook_secret(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: RotateWebhookSecretInput,
    ) -> Result<Option<RotateWebhookSecretPayload>> {
        let overlap = TimeDelta::hours(input.overlap_hours.into());
        let made = webhook::rotate(ctx.service(), ctx.actor(), endpoint_id(&input.id), overlap);
        let (made, user_errors) = outcome(ctx, made).await?;
        let (endpoint, secret) =
            made.map(|(row, secret)| (WebhookEndpoint::from(row), secret.shown())).unzip();
        let secret = secret.flatten();
        Ok(Some(RotateWebhookSecretPayload { endpoint, secret, user_errors }))
    }

    /// Sends a webhook endpoint a message that tells nothing, to see whether it arrives.
    async fn ping_webhook_endpoint(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: PingWebhookEndpointInput,
    ) -> Result<Option<PingWebhookEndpointPayload>> {
        let sent = webhook::ping(ctx.service(), ctx.actor(), endpoint_id(&input.endpoint));
        let (row, user_errors) = outcome(ctx, sent).await?;
        Ok(Some(PingWebhookEndpointPayload { delivery: row.map(WebhookDelivery::from), user_errors }))
    }

    /// Sends a delivery again that was accepted or given up: a new delivery with the same message id.
    async fn redeliver_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: RedeliverWebhookInput,
    ) -> Result<Option<RedeliverWebhookPayload>> {
        let id = ids::decode_as(Kind::WebhookDelivery, &input.delivery);
        let (row, user_errors) = outcome(ctx, webhook::redeliver(ctx.service(), ctx.actor(), id)).await?;
        Ok(Some(RedeliverWebhookPayload { delivery: row.map(WebhookDelivery::from), user_errors }))
    }

    /// Tells a webhook endpoint once more what happened in a span of time, by its present filters: also what happened before it was made, or
    /// while it was not on. Message ids are those of the first time.
    async fn replay_webhooks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: ReplayWebhooksInput,
    ) -> Result<Option<ReplayWebhooksPayload>> {
        let replay = Replay {
            endpoint: endpoint_id(&input.endpoint),
            from: input.happened.from.map(|from| from.0),
            to: input.happened.to.map(|to| to.0),
            only_missed: input.only_missed,
        };
        let (done, user_errors) = outcome(ctx, webhook::replay(ctx.service(), ctx.actor(), replay)).await?;
        let (endpoint, queued) = done.unzip();
        let queued = queued.map(|count| i32::try_from(count).unwrap_or(i32::MAX));
        Ok(Some(ReplayWebhooksPayload { endpoint: endpoint.map(WebhookEndpoint::from), queued, user_errors }))
    }
}
