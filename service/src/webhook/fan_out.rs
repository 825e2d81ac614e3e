//! Makes deliveries of events, in the order of their places in the outbox. How far it has come is written in the same transaction as the deliveries:
//! whatever node dies wherever, no event is left out and none is sent out twice.

use std::collections::HashMap;

use cairn_entity::enums::WebhookDeliveryStatus;
use cairn_entity::{feed_consumer, outbox, webhook_delivery, webhook_endpoint};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, LockBehavior, LockType, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Iterable, QueryFilter, QueryOrder,
    QuerySelect,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::event::{self, EventType, Place};
use super::{CONSUMER, ids_in};
use crate::error::{Error, Result};
use crate::issuance::interruption;
use crate::read::grouped;
use crate::{Service, chunk, feed};

/// Most events that are told in one transaction.
pub(super) const PAGE: u64 = 500;

/// Makes deliveries of the next events; whether there may be more.
pub(super) async fn fan_out(service: &Service) -> Result<bool> {
    let Some(since) = listened_since(service.db.reader()).await? else { return Ok(false) };
    let head = feed::head(service).await?;
    if head <= come_to(service.db.reader()).await?.max(since) {
        return Ok(false);
    }
    let tx = service.db.write().await?;
    let consumer = feed_consumer::Entity::find_by_id(CONSUMER)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(&tx)
        .await?;
    // Another node is at it.
    let Some(consumer) = consumer else { return Ok(false) };
    let from = consumer.position.max(since);
    let events = outbox::Entity::find()
        .filter(outbox::Column::Event.is_in(event::told()))
        .filter(outbox::Column::Position.gt(from))
        .filter(outbox::Column::Position.lte(head))
        .order_by_asc(outbox::Column::Position)
        .limit(PAGE)
        .all(&tx)
        .await?;
    let full = events.len() as u64 == PAGE;
    let last = events.last().and_then(|event| event.position).filter(|_| full).unwrap_or(head);
    let endpoints = of_issuers(&tx, &events).await?;
    let rows = deliveries(service, &tx, &events, &endpoints).await?;
    insert(&tx, rows).await?;
    feed_consumer::Entity::update_many()
        .col_expr(feed_consumer::Column::Position, Expr::value(last))
        .filter(feed_consumer::Column::Name.eq(CONSUMER))
        .exec(&tx)
        .await?;
    interruption::point("webhook-mid-fan-out");
    tx.commit().await?;
    interruption::point("webhook-after-fan-out");
    Ok(full)
}

/// The place after which somebody listens; nothing where nobody does.
async fn listened_since(on: &impl ConnectionTrait) -> Result<Option<i64>> {
    let least: Option<Option<i64>> = webhook_endpoint::Entity::find()
        .select_only()
        .column_as(webhook_endpoint::Column::SincePosition.min(), "since")
        .filter(webhook_endpoint::Column::Enabled.eq(true))
        .into_tuple()
        .one(on)
        .await?;
    Ok(least.flatten())
}

/// The place of the last event that is told.
pub(super) async fn come_to(on: &impl ConnectionTrait) -> Result<i64> {
    let row = feed_consumer::Entity::find_by_id(CONSUMER).one(on).await?;
    let row =
        row.ok_or_else(|| Error::internal("webhooks have no place in the outbox", "the row is missing"))?;
    Ok(row.position)
}

/// The place up to which nothing is left to be told.
pub(super) async fn done(service: &Service) -> Result<i64> {
    match listened_since(service.db.reader()).await? {
        Some(since) => Ok(come_to(service.db.reader()).await?.max(since)),
        None => feed::head(service).await,
    }
}

/// Endpoints that listen, by the issuers of events.
async fn of_issuers(
    on: &impl ConnectionTrait,
    events: &[outbox::Model],
) -> Result<HashMap<Uuid, Vec<webhook_endpoint::Model>>> {
    let mut issuers: Vec<Uuid> = events.iter().filter_map(|event| event.issuer_id).collect();
    issuers.sort_unstable();
    issuers.dedup();
    if issuers.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = webhook_endpoint::Entity::find()
        .filter(webhook_endpoint::Column::Enabled.eq(true))
        .filter(webhook_endpoint::Column::IssuerId.is_in(issuers))
        .order_by_asc(webhook_endpoint::Column::Id)
        .all(on)
        .await?;
    Ok(grouped(rows, |row| row.issuer_id))
}

/// What endpoints are sent of events.
async fn deliveries(
    service: &Service,
    on: &impl ConnectionTrait,
    events: &[outbox::Model],
    endpoints: &HashMap<Uuid, Vec<webhook_endpoint::Model>>,
) -> Result<Vec<webhook_delivery::Model>> {
    if endpoints.is_empty() {
        return Ok(Vec::new());
    }
    let places = event::places(on, events).await?;
    let mut rows = Vec::new();
    for event in events {
        let position = event.position.unwrap_or_default();
        let place = places.get(&position).copied().unwrap_or_default();
        for endpoint in event.issuer_id.and_then(|issuer| endpoints.get(&issuer)).into_iter().flatten() {
            if position <= endpoint.since_position {
                continue;
            }
            if let Some(kind) = heard(endpoint, event, &place) {
                rows.push(delivery(service, endpoint, event, kind, &place)?);
            }
        }
    }
    Ok(rows)
}

/// What an endpoint is told of an event, by its filters. Programs and cohorts narrow what belongs to a program, and nothing else.
pub(super) fn heard(
    endpoint: &webhook_endpoint::Model,
    event: &outbox::Model,
    place: &Place,
) -> Option<EventType> {
    let kind = EventType::of(event)?;
    let named = endpoint.events.as_array().into_iter().flatten().any(|name| *name == kind.name());
    // Of its own end it cannot hear.
    if !named || event.subject_id == endpoint.id {
        return None;
    }
    let (programs, cohorts) = (ids_in(&endpoint.programs), ids_in(&endpoint.cohorts));
    let within = |wanted: &[Uuid], found: Option<Uuid>| {
        wanted.is_empty() || found.is_some_and(|found| wanted.contains(&found))
    };
    let about_none = place.program.is_none();
    (about_none || within(&programs, place.program) && within(&cohorts, place.cohort)).then_some(kind)
}

/// The delivery of an event to an endpoint, due at once.
pub(super) fn delivery(
    service: &Service,
    endpoint: &webhook_endpoint::Model,
    event: &outbox::Model,
    kind: EventType,
    place: &Place,
) -> Result<webhook_delivery::Model> {
    let position = event.position.unwrap_or_default();
    let body = event::body(kind, event, place);
    let message = message_of(endpoint.id, position);
    let trace = event.trace.clone();
    let told = Told { message, position, kind, subject: event.subject_id, body, trace };
    Ok(waiting(endpoint, service.new_id()?, told, service.now()))
}

/// A message to be delivered.
pub(super) struct Told {
    pub message: Uuid,
    pub position: i64,
    pub kind: EventType,
    pub subject: Uuid,
    pub body: String,
    pub trace: Option<String>,
}

/// A delivery that waits for its first try.
pub(super) fn waiting(
    endpoint: &webhook_endpoint::Model,
    id: Uuid,
    told: Told,
    now: DateTime<Utc>,
) -> webhook_delivery::Model {
    webhook_delivery::Model {
        id,
        issuer_id: endpoint.issuer_id,
        endpoint_id: endpoint.id,
        message_id: told.message,
        position: told.position,
        event_type: told.kind.name().to_owned(),
        subject_id: told.subject,
        body: told.body,
        trace: told.trace,
        status: WebhookDeliveryStatus::Pending,
        attempt_count: 0,
        last_response_status: None,
        next_attempt_at: Some(now),
        first_attempt_at: None,
        delivered_at: None,
        redelivery_of_id: None,
        lease_owner: None,
        lease_until: None,
        created_at: now,
        updated_at: now,
    }
}

/// The id of the message that tells an endpoint of the event at a place: the same however often it is made. It tells nothing of the place.
pub(super) fn message_of(endpoint: Uuid, position: i64) -> Uuid {
    let digest = Sha256::new().chain_update(endpoint).chain_update(position.to_be_bytes()).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// Writes deliveries. One whose event waits already for its endpoint is left out.
pub(super) async fn insert(on: &impl ConnectionTrait, rows: Vec<webhook_delivery::Model>) -> Result<u64> {
    let mut written = 0;
    for rows in chunk::rows(rows, webhook_delivery::Column::iter().count()) {
        written +=
            webhook_delivery::Entity::insert_many(rows.into_iter().map(IntoActiveModel::into_active_model))
                .on_conflict(OnConflict::new().do_nothing().to_owned())
                .exec_without_returning(on)
                .await?;
    }
    Ok(written)
}
