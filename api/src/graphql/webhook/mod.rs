//! Webhooks: endpoints, what was sent to them, every try; loaders. What changes them is in `change`.

mod change;

use std::collections::HashMap;

use async_graphql::{Context, ID, Object, SimpleObject};
use cairn_service::error::{Error, Result as ServiceResult};
use cairn_service::ids::Kind;
use cairn_service::page::{Page, PageArgs};
use cairn_service::rows::enums::WebhookDeliveryStatus as StoredStatus;
use cairn_service::{rows, webhook};
use uuid::Uuid;

pub use change::WebhookMutations;

use super::cohort::{Cohort, CohortById};
use super::connection::{Connection, Listed, page_args};
use super::context::{Batch, Request, load, load_required};
use super::enums::{WebhookDeliveryStatus, WebhookDisabledReason, WebhookEventType};
use super::error::Result;
use super::issuer::{Issuer, IssuerById};
use super::program::{self, Program, grouped};
use super::scalar::{DateTime, Json, Url, global_id, moment};

/// Where webhooks go.
#[derive(Clone)]
pub struct WebhookEndpoint {
    row: rows::webhook_endpoint::Model,
}

impl From<rows::webhook_endpoint::Model> for WebhookEndpoint {
    fn from(row: rows::webhook_endpoint::Model) -> Self {
        Self { row }
    }
}

impl Listed for WebhookEndpoint {
    const NAME: &'static str = "WebhookEndpoint";
}

/// Where webhooks go.
#[Object]
impl WebhookEndpoint {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::WebhookEndpoint, self.row.id)
    }

    /// Whose.
    async fn issuer(&self, ctx: &Context<'_>) -> Result<Issuer> {
        load_required::<IssuerById>(ctx, self.row.issuer_id).await
    }

    /// Address.
    async fn url(&self) -> Url {
        Url(self.row.url.clone())
    }

    /// What it hears of.
    async fn events(&self) -> Vec<WebhookEventType> {
        webhook::events_of(&self.row).into_iter().map(Into::into).collect()
    }

    /// Of which programs alone it hears; of all where empty.
    async fn programs(&self, ctx: &Context<'_>) -> Result<Vec<Program>> {
        program::programs(ctx, webhook::programs_of(&self.row)).await
    }

    /// Of which cohorts alone it hears; of all where empty.
    async fn cohorts(&self, ctx: &Context<'_>) -> Result<Vec<Cohort>> {
        let found = webhook::cohorts_of(&self.row).into_iter().map(|id| load::<CohortById>(ctx, id));
        Ok(futures_util::future::try_join_all(found).await?.into_iter().flatten().collect())
    }

    /// Whether it is on.
    async fn enabled(&self) -> bool {
        self.row.enabled
    }

    /// Why it is not on.
    async fn disabled_reason(&self) -> Option<WebhookDisabledReason> {
        self.row.disabled_reason.map(Into::into)
    }

    /// Since when it is not on.
    async fn disabled_at(&self) -> Option<DateTime> {
        moment(self.row.disabled_at)
    }

    /// The first failure since it last accepted something; null where the last try was accepted.
    async fn failing_since(&self) -> Option<DateTime> {
        moment(self.row.failing_since)
    }

    /// Until when the secret before the last rotation signs, too.
    async fn previous_secret_until(&self) -> Option<DateTime> {
        moment(self.row.previous_until)
    }

    /// When made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// What was sent, the newest first.
    async fn deliveries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that stand so.")] status: Option<WebhookDeliveryStatus>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<WebhookDelivery>> {
        let (endpoint, status) = (self.row.id, status.map(StoredStatus::from));
        let key = (endpoint, status, page_args(first, after, last, before));
        let page = load_required::<DeliveriesOfEndpoint>(ctx, key).await?;
        Ok(Connection::new(page, move |ctx| {
            Box::pin(async move {
                Ok(load::<CountOfDeliveries>(ctx, (endpoint, status)).await?.unwrap_or_default())
            })
        }))
    }
}

/// One message to an endpoint.
#[derive(Clone)]
pub struct WebhookDelivery {
    row: rows::webhook_delivery::Model,
}

impl From<rows::webhook_delivery::Model> for WebhookDelivery {
    fn from(row: rows::webhook_delivery::Model) -> Self {
        Self { row }
    }
}

impl Listed for WebhookDelivery {
    const NAME: &'static str = "WebhookDelivery";
}

/// One message to an endpoint.
#[Object]
impl WebhookDelivery {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::WebhookDelivery, self.row.id)
    }

    /// Where it goes.
    async fn endpoint(&self, ctx: &Context<'_>) -> Result<WebhookEndpoint> {
        load_required::<VisibleEndpoint>(ctx, self.row.endpoint_id).await
    }

    /// The header `webhook-id`: the same at every try and every redelivery of the message.
    async fn message_id(&self) -> String {
        webhook::message_name(self.row.message_id)
    }

    /// What it tells.
    async fn event_type(&self) -> Result<WebhookEventType> {
        Ok(webhook::type_of(&self.row)?.into())
    }

    /// The message.
    async fn payload(&self) -> Result<Json> {
        Ok(Json(serde_json::from_str(&self.row.body).map_err(Error::from)?))
    }

    /// Where it stands.
    async fn status(&self) -> WebhookDeliveryStatus {
        self.row.status.into()
    }

    /// Tries so far.
    async fn attempt_count(&self) -> i32 {
        self.row.attempt_count
    }

    /// Every try, the first one first.
    async fn attempts(&self, ctx: &Context<'_>) -> Result<Vec<WebhookAttempt>> {
        Ok(load::<AttemptsOfDelivery>(ctx, self.row.id).await?.unwrap_or_default())
    }

    /// HTTP status of the last try; null where it was not answered.
    async fn last_response_status(&self) -> Option<i32> {
        self.row.last_response_status
    }

    /// When tried next.
    async fn next_attempt_at(&self) -> Option<DateTime> {
        moment(self.row.next_attempt_at)
    }

    /// When accepted.
    async fn delivered_at(&self) -> Option<DateTime> {
        moment(self.row.delivered_at)
    }

    /// When made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// The delivery that it repeats, as long as that is kept.
    async fn redelivery_of(&self, ctx: &Context<'_>) -> Result<Option<WebhookDelivery>> {
        match self.row.redelivery_of_id {
            Some(id) => load::<VisibleDelivery>(ctx, id).await,
            None => Ok(None),
        }
    }
}

/// One try to deliver a message.
#[derive(SimpleObject, Clone)]
pub struct WebhookAttempt {
    /// When begun.
    attempted_at: DateTime,
    /// How long it took, in milliseconds.
    duration_ms: i64,
    /// HTTP status of the answer; null where there was none.
    response_status: Option<i32>,
    /// Why it failed, in words; null where it did not.
    error: Option<String>,
}

impl From<rows::webhook_attempt::Model> for WebhookAttempt {
    fn from(row: rows::webhook_attempt::Model) -> Self {
        Self {
            attempted_at: DateTime(row.started_at),
            duration_ms: row.duration_ms,
            response_status: row.response_status,
            error: row.error,
        }
    }
}

/// Endpoints by id, among those that the caller may manage.
pub struct VisibleEndpoint;

impl Batch for VisibleEndpoint {
    type Key = Uuid;
    type Value = WebhookEndpoint;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, WebhookEndpoint>> {
        let rows = webhook::visible_endpoints(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Deliveries by id, among those to endpoints that the caller may manage.
pub struct VisibleDelivery;

impl Batch for VisibleDelivery {
    type Key = Uuid;
    type Value = WebhookDelivery;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, WebhookDelivery>> {
        let rows = webhook::visible_deliveries(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// The same page of the endpoints of issuers, where the caller may manage them.
struct EndpointsOfIssuer;

impl Batch for EndpointsOfIssuer {
    type Key = (Uuid, PageArgs);
    type Value = Page<WebhookEndpoint>;

    async fn load(request: &Request, keys: &[Self::Key]) -> ServiceResult<HashMap<Self::Key, Self::Value>> {
        let mut pages = HashMap::new();
        for (args, issuers) in grouped(keys.iter().map(|(issuer, args)| (args, *issuer))) {
            let found = webhook::endpoints_of(&request.service, &request.actor, &issuers, args).await?;
            pages.extend(
                found.into_iter().map(|(id, page)| ((id, args.clone()), page.map(WebhookEndpoint::from))),
            );
        }
        Ok(pages)
    }
}

/// How many endpoints issuers have.
struct CountOfEndpoints;

impl Batch for CountOfEndpoints {
    type Key = Uuid;
    type Value = u64;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, u64>> {
        webhook::count_endpoints(&request.service, keys).await
    }
}

/// The same page of the deliveries of endpoints.
struct DeliveriesOfEndpoint;

impl Batch for DeliveriesOfEndpoint {
    type Key = (Uuid, Option<StoredStatus>, PageArgs);
    type Value = Page<WebhookDelivery>;

    async fn load(request: &Request, keys: &[Self::Key]) -> ServiceResult<HashMap<Self::Key, Self::Value>> {
        let mut pages = HashMap::new();
        let alike = keys.iter().map(|(endpoint, status, args)| ((*status, args), *endpoint));
        for ((status, args), endpoints) in grouped(alike) {
            for (id, page) in webhook::deliveries_of(&request.service, &endpoints, status, args).await? {
                pages.insert((id, status, args.clone()), page.map(WebhookDelivery::from));
            }
        }
        Ok(pages)
    }
}

/// How many deliveries endpoints have.
struct CountOfDeliveries;

impl Batch for CountOfDeliveries {
    type Key = (Uuid, Option<StoredStatus>);
    type Value = u64;

    async fn load(request: &Request, keys: &[Self::Key]) -> ServiceResult<HashMap<Self::Key, u64>> {
        let mut counts = HashMap::new();
        for (status, endpoints) in grouped(keys.iter().map(|(endpoint, status)| (*status, *endpoint))) {
            let found = webhook::count_deliveries(&request.service, &endpoints, status).await?;
            counts.extend(found.into_iter().map(|(id, count)| ((id, status), count)));
        }
        Ok(counts)
    }
}

/// The tries of deliveries.
struct AttemptsOfDelivery;

impl Batch for AttemptsOfDelivery {
    type Key = Uuid;
    type Value = Vec<WebhookAttempt>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Vec<WebhookAttempt>>> {
        let found = webhook::attempts_of(&request.service, keys).await?;
        let shown = |rows: Vec<_>| rows.into_iter().map(WebhookAttempt::from).collect();
        Ok(found.into_iter().map(|(id, rows)| (id, shown(rows))).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(
        request,
        data,
        VisibleEndpoint,
        VisibleDelivery,
        EndpointsOfIssuer,
        CountOfEndpoints,
        DeliveriesOfEndpoint,
        CountOfDeliveries,
        AttemptsOfDelivery,
    );
}

/// A page of an issuer's endpoints; refused to who may not manage them.
pub async fn endpoints_of(
    ctx: &Context<'_>,
    issuer: Uuid,
    args: PageArgs,
) -> Result<Connection<WebhookEndpoint>> {
    let page = load::<EndpointsOfIssuer>(ctx, (issuer, args)).await?;
    let page = page.ok_or_else(|| Error::Forbidden("the webhooks of another issuer".to_owned()))?;
    Ok(Connection::new(page, move |ctx| {
        Box::pin(async move { Ok(load::<CountOfEndpoints>(ctx, issuer).await?.unwrap_or_default()) })
    }))
}
