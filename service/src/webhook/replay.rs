//! Sending on demand: a ping, one delivery once more, and what happened in a span of time.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cairn_entity::enums::WebhookDeliveryStatus;
use cairn_entity::{outbox, webhook_delivery, webhook_endpoint};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Map, json};
use std::collections::HashSet;
use uuid::Uuid;

use super::endpoint::{locked, note};
use super::event::{self, EventType};
use super::fan_out::{self, Told};
use super::read::{manageable, type_of};
use crate::actor::Actor;
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::{self, Kind};
use crate::trace::Trace;
use crate::{Service, Work, feed};

/// Most messages that one replay makes.
const MOST_REPLAYED: usize = 10_000;

/// What is to be told once more.
#[derive(Clone, Copy, Debug)]
pub struct Replay {
    /// To whom.
    pub endpoint: Option<Uuid>,
    /// What happened from this moment on (from as far back as events are kept where absent) …
    pub from: Option<DateTime<Utc>>,
    /// … and before this one; until now where absent.
    pub to: Option<DateTime<Utc>>,
    /// Only what the endpoint has never accepted.
    pub only_missed: bool,
}

/// A message's id as `webhook-id` has it.
pub fn message_name(id: Uuid) -> String {
    format!("msg_{}", URL_SAFE_NO_PAD.encode(id.as_bytes()))
}

/// Sends an endpoint a message that tells nothing.
#[crate::boxed]
pub async fn ping(service: &Service, actor: &Actor, id: Option<Uuid>) -> Result<webhook_delivery::Model> {
    let manageable = manageable(actor)?;
    let mut work = Work::begin(service, actor).await?;
    let endpoint = locked(&work, manageable, "endpoint", id).await?;
    require_enabled(&endpoint, "endpoint")?;
    let mut data = Map::new();
    data.insert("issuer".to_owned(), json!(ids::encode(Kind::Issuer, endpoint.issuer_id)));
    data.insert("endpoint".to_owned(), json!(ids::encode(Kind::WebhookEndpoint, endpoint.id)));
    let message = work.new_id()?;
    let body = event::envelope(EventType::Ping, work.now, data);
    let trace = actor.trace.as_ref().map(Trace::kept);
    let told = Told { message, position: 0, kind: EventType::Ping, subject: message, body, trace };
    let row = fan_out::waiting(&endpoint, work.new_id()?, told, work.now);
    fan_out::insert(work.tx(), vec![row.clone()]).await?;
    note(&mut work, &endpoint, "webhook_endpoint.pinged", json!({ "delivery": row.id }))?;
    let row = work.answer(row).await?;
    service.wake.notify_waiters();
    Ok(row)
}

/// Sends a delivery that has ended once more, as a delivery of its own with the same message id.
#[crate::boxed]
pub async fn redeliver(
    service: &Service,
    actor: &Actor,
    id: Option<Uuid>,
) -> Result<webhook_delivery::Model> {
    manageable(actor)?;
    let not_found =
        || Error::user("delivery", UserErrorCode::NotFound, "there is no such delivery, or it is not yours");
    let ids: Vec<Uuid> = id.into_iter().collect();
    let old = super::visible_deliveries(service, actor, &ids).await?.pop().ok_or_else(not_found)?;
    let mut work = Work::begin(service, actor).await?;
    let endpoint = locked(&work, manageable(actor)?, "delivery", Some(old.endpoint_id)).await?;
    require_enabled(&endpoint, "delivery")?;
    let waits = webhook_delivery::Entity::find()
        .filter(webhook_delivery::Column::EndpointId.eq(endpoint.id))
        .filter(webhook_delivery::Column::MessageId.eq(old.message_id))
        .filter(webhook_delivery::Column::NextAttemptAt.is_not_null());
    if waits.count(work.tx()).await? > 0 {
        return Err(Error::user("delivery", UserErrorCode::Conflict, "this message is still being tried"));
    }
    let kind = type_of(&old)?;
    let (subject, body) = (old.subject_id, old.body);
    let trace = actor.trace.as_ref().map(Trace::kept);
    let told = Told { message: old.message_id, position: old.position, kind, subject, body, trace };
    let mut row = fan_out::waiting(&endpoint, work.new_id()?, told, work.now);
    row.redelivery_of_id = Some(old.id);
    fan_out::insert(work.tx(), vec![row.clone()]).await?;
    let detail = json!({ "delivery": row.id, "of": old.id });
    note(&mut work, &endpoint, "webhook_endpoint.redelivered", detail)?;
    let row = work.answer(row).await?;
    service.wake.notify_waiters();
    Ok(row)
}

/// Tells an endpoint once more what happened in a span of time, by its present filters: also what happened before it was made, or while it was
/// disabled. What still waits to be sent is not doubled. Returns the endpoint and how many messages wait now that did not before.
#[crate::boxed]
pub async fn replay(
    service: &Service,
    actor: &Actor,
    replay: Replay,
) -> Result<(webhook_endpoint::Model, u64)> {
    let manageable = manageable(actor)?;
    let kept_since = feed::kept_since(service);
    let (from, to) = (replay.from.unwrap_or(kept_since), replay.to.unwrap_or(service.now()));
    if from >= to {
        return Err(Error::user("happened.to", UserErrorCode::Invalid, "must lie after `from`"));
    }
    if from < kept_since {
        let message = format!("what happened before {} is no longer kept", kept_since.to_rfc3339());
        return Err(Error::user("happened.from", UserErrorCode::TooLate, message));
    }
    let mut work = Work::begin(service, actor).await?;
    let endpoint = locked(&work, manageable, "endpoint", replay.endpoint).await?;
    require_enabled(&endpoint, "endpoint")?;
    let rows = happened(service, &work, &endpoint, (from, to), replay.only_missed).await?;
    let queued = fan_out::insert(work.tx(), rows).await?;
    let detail = json!({ "from": from, "to": to, "onlyMissed": replay.only_missed, "queued": queued });
    note(&mut work, &endpoint, "webhook_endpoint.replayed", detail)?;
    let answer = work.answer((endpoint, queued)).await?;
    service.wake.notify_waiters();
    Ok(answer)
}

/// Deliveries of what happened in a span. What is not fanned out yet is left to the fan-out.
async fn happened(
    service: &Service,
    work: &Work<'_>,
    endpoint: &webhook_endpoint::Model,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    only_missed: bool,
) -> Result<Vec<webhook_delivery::Model>> {
    let end = fan_out::come_to(work.tx()).await?.max(endpoint.since_position);
    let accepted = if only_missed { accepted(work, endpoint.id).await? } else { HashSet::new() };
    let (mut rows, mut after) = (Vec::new(), 0);
    loop {
        let events = outbox::Entity::find()
            .filter(outbox::Column::IssuerId.eq(endpoint.issuer_id))
            .filter(outbox::Column::Event.is_in(event::told()))
            .filter(outbox::Column::CreatedAt.gte(from))
            .filter(outbox::Column::CreatedAt.lt(to))
            .filter(outbox::Column::Position.gt(after))
            .filter(outbox::Column::Position.lte(end))
            .order_by_asc(outbox::Column::Position)
            .limit(fan_out::PAGE)
            .all(work.tx())
            .await?;
        let places = event::places(work.tx(), &events).await?;
        for event in &events {
            after = event.position.unwrap_or_default();
            let place = places.get(&after).copied().unwrap_or_default();
            let Some(kind) = fan_out::heard(endpoint, event, &place) else { continue };
            if !accepted.contains(&fan_out::message_of(endpoint.id, after)) {
                rows.push(fan_out::delivery(service, endpoint, event, kind, &place)?);
            }
        }
        if rows.len() > MOST_REPLAYED {
            let message = format!("these are more than {MOST_REPLAYED} messages: replay a shorter span");
            return Err(Error::user("happened", UserErrorCode::LimitReached, message));
        }
        if (events.len() as u64) < fan_out::PAGE {
            return Ok(rows);
        }
    }
}

/// The messages that an endpoint has accepted.
async fn accepted(work: &Work<'_>, endpoint: Uuid) -> Result<HashSet<Uuid>> {
    let messages: Vec<Uuid> = webhook_delivery::Entity::find()
        .select_only()
        .column(webhook_delivery::Column::MessageId)
        .filter(webhook_delivery::Column::EndpointId.eq(endpoint))
        .filter(webhook_delivery::Column::Status.eq(WebhookDeliveryStatus::Delivered))
        .into_tuple()
        .all(work.tx())
        .await?;
    Ok(messages.into_iter().collect())
}

fn require_enabled(endpoint: &webhook_endpoint::Model, field: &str) -> Result<()> {
    match endpoint.enabled {
        true => Ok(()),
        false => {
            Err(Error::user(field, UserErrorCode::Conflict, "the endpoint is disabled: enable it first"))
        }
    }
}
