//! Reading endpoints, deliveries and tries: for who may manage webhooks of the issuer.

use std::collections::HashMap;

use cairn_entity::enums::WebhookDeliveryStatus;
use cairn_entity::{webhook_attempt, webhook_delivery, webhook_endpoint};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, Select};
use uuid::Uuid;

use super::{EventType, ids_in};
use crate::actor::{Actor, Scope};
use crate::error::{Error, Result};
use crate::page::{self, Page, PageArgs, Sort, SortKey};
use crate::read::grouped;
use crate::{Service, tenancy};

/// The endpoints that a caller may manage.
pub(super) fn manageable(actor: &Actor) -> Result<Condition> {
    let reach = actor.reach_whole(Scope::WebhooksManage)?;
    Ok(tenancy::whole_issuer(reach, webhook_endpoint::Column::IssuerId))
}

/// Endpoints by id, among those that the caller may manage; none for callers who may manage none.
#[crate::boxed]
pub async fn visible_endpoints(
    service: &Service,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<webhook_endpoint::Model>> {
    let Ok(manageable) = manageable(actor) else { return Ok(Vec::new()) };
    let select = webhook_endpoint::Entity::find().filter(manageable);
    let select = select.filter(webhook_endpoint::Column::Id.is_in(ids.iter().copied()));
    Ok(select.all(service.db.reader()).await?)
}

/// Deliveries by id, among those to endpoints that the caller may manage; none for callers who may manage none.
#[crate::boxed]
pub async fn visible_deliveries(
    service: &Service,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<webhook_delivery::Model>> {
    let Ok(reach) = actor.reach_whole(Scope::WebhooksManage) else { return Ok(Vec::new()) };
    let select = webhook_delivery::Entity::find()
        .filter(tenancy::whole_issuer(reach, webhook_delivery::Column::IssuerId))
        .filter(webhook_delivery::Column::Id.is_in(ids.iter().copied()));
    Ok(select.all(service.db.reader()).await?)
}

/// A page of each issuer's endpoints, the newest first; issuers whose endpoints the caller may not manage are left out.
#[crate::boxed]
pub async fn endpoints_of(
    service: &Service,
    actor: &Actor,
    issuers: &[Uuid],
    args: &PageArgs,
) -> Result<HashMap<Uuid, Page<webhook_endpoint::Model>>> {
    use webhook_endpoint::{Column, Entity, Model};
    let reach = actor.reach_whole(Scope::WebhooksManage)?;
    let covered = |issuer: &&Uuid| crate::issuer::require_within(reach, **issuer).is_ok();
    let issuers: Vec<Uuid> = issuers.iter().filter(covered).copied().collect();
    let sort = Sort { tag: "webhook-endpoint", column: None, id: Column::Id, descending: true };
    let read = (|row: &Model| row.issuer_id, |row: &Model| (SortKey::None, row.id));
    let parent = Column::IssuerId;
    page::fetch_each(service.db.reader(), Entity::find(), parent, &issuers, &sort, args, read).await
}

/// How many endpoints each issuer has; for who was given a page of them.
#[crate::boxed]
pub async fn count_endpoints(service: &Service, issuers: &[Uuid]) -> Result<HashMap<Uuid, u64>> {
    use webhook_endpoint::{Column, Entity};
    page::count_each(service.db.reader(), Entity::find(), Column::IssuerId, issuers).await
}

fn deliveries(status: Option<WebhookDeliveryStatus>) -> Select<webhook_delivery::Entity> {
    let all = webhook_delivery::Entity::find();
    match status {
        Some(status) => all.filter(webhook_delivery::Column::Status.eq(status)),
        None => all,
    }
}

/// A page of each endpoint's deliveries, the newest first; for who may manage the endpoints.
#[crate::boxed]
pub async fn deliveries_of(
    service: &Service,
    endpoints: &[Uuid],
    status: Option<WebhookDeliveryStatus>,
    args: &PageArgs,
) -> Result<HashMap<Uuid, Page<webhook_delivery::Model>>> {
    use webhook_delivery::{Column, Model};
    let sort = Sort { tag: "webhook-delivery", column: None, id: Column::Id, descending: true };
    let read = (|row: &Model| row.endpoint_id, |row: &Model| (SortKey::None, row.id));
    let parent = Column::EndpointId;
    page::fetch_each(service.db.reader(), deliveries(status), parent, endpoints, &sort, args, read).await
}

/// How many deliveries each endpoint has.
#[crate::boxed]
pub async fn count_deliveries(
    service: &Service,
    endpoints: &[Uuid],
    status: Option<WebhookDeliveryStatus>,
) -> Result<HashMap<Uuid, u64>> {
    let parent = webhook_delivery::Column::EndpointId;
    page::count_each(service.db.reader(), deliveries(status), parent, endpoints).await
}

/// The tries of deliveries, the first one first; for who may see the deliveries.
#[crate::boxed]
pub async fn attempts_of(
    service: &Service,
    deliveries: &[Uuid],
) -> Result<HashMap<Uuid, Vec<webhook_attempt::Model>>> {
    let rows = webhook_attempt::Entity::find()
        .filter(webhook_attempt::Column::DeliveryId.is_in(deliveries.iter().copied()))
        .order_by_asc(webhook_attempt::Column::Id)
        .all(service.db.reader())
        .await?;
    Ok(grouped(rows, |row| row.delivery_id))
}

/// What an endpoint hears of.
pub fn events_of(endpoint: &webhook_endpoint::Model) -> Vec<EventType> {
    let names = endpoint.events.as_array().into_iter().flatten();
    names.filter_map(|name| EventType::of_name(name.as_str()?)).collect()
}

/// What a delivery tells.
pub fn type_of(delivery: &webhook_delivery::Model) -> Result<EventType> {
    EventType::of_name(&delivery.event_type)
        .ok_or_else(|| Error::internal("a delivery has no known type", delivery.event_type.clone()))
}

/// The programs that an endpoint is narrowed to; none where it hears of all.
pub fn programs_of(endpoint: &webhook_endpoint::Model) -> Vec<Uuid> {
    ids_in(&endpoint.programs)
}

/// The cohorts that an endpoint is narrowed to; none where it hears of all.
pub fn cohorts_of(endpoint: &webhook_endpoint::Model) -> Vec<Uuid> {
    ids_in(&endpoint.cohorts)
}
