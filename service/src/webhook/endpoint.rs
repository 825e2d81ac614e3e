//! Making, changing and deleting endpoints, and giving them new secrets.

use cairn_entity::enums::WebhookDisabledReason;
use cairn_entity::{cohort, issuer, program, webhook_endpoint};
use chrono::TimeDelta;
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QuerySelect,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::read::manageable;
use super::{EventType, MOST_ENDPOINTS, secret};
use crate::actor::{Actor, Scope};
use crate::error::{Error, Result, UserErrorCode};
use crate::idempotency::Secret;
use crate::ids::Kind;
use crate::patch::Patch;
use crate::reference::{self, IssuerReference, Referable, Reference};
use crate::validate::Checks;
use crate::{Service, Work, db, feed, issuer as issuers};

/// Most programs, and most cohorts, that an endpoint is narrowed to.
const MOST_NAMED: usize = 100;

/// An endpoint to be made.
#[derive(Clone, Debug)]
pub struct NewEndpoint {
    /// Its address.
    pub url: String,
    /// What it hears of.
    pub events: Vec<EventType>,
    /// Whether it is on.
    pub enabled: bool,
    /// Of which programs alone; all where empty.
    pub programs: Vec<Reference>,
    /// Of which cohorts alone; all where empty.
    pub cohorts: Vec<Reference>,
}

/// What is to be changed of an endpoint.
#[derive(Clone, Debug, Default)]
pub struct EndpointChange {
    /// Its address.
    pub url: Option<String>,
    /// What it hears of.
    pub events: Option<Vec<EventType>>,
    /// Whether it is on. One that is enabled again hears of what happens from then on.
    pub enabled: Option<bool>,
    /// Of which programs alone.
    pub programs: Patch<Vec<Reference>>,
    /// Of which cohorts alone.
    pub cohorts: Patch<Vec<Reference>>,
}

/// Makes an endpoint for the issuer that is named, else for the caller's own, and returns it with its secret, which is never shown again.
#[crate::boxed]
pub async fn create(
    service: &Service,
    actor: &Actor,
    named: Option<&IssuerReference>,
    new: NewEndpoint,
) -> Result<(webhook_endpoint::Model, Secret)> {
    let reach = actor.reach_whole(Scope::WebhooksManage)?;
    let issuer = issuers::target(service, reach, named).await?;
    let mut checks = Checks::default();
    check_url(service, &mut checks, &new.url);
    let events = check_events(&mut checks, &new.events);
    let on = service.db.reader();
    let programs =
        named_ids::<program::Entity>(on, &mut checks, issuer.id, "programs", &new.programs).await?;
    let cohorts = named_ids::<cohort::Entity>(on, &mut checks, issuer.id, "cohorts", &new.cohorts).await?;
    checks.finish()?;
    let since_position = present(service).await?;
    let mut work = Work::begin(service, actor).await?;
    require_room(&work, issuer.id).await?;
    let id = work.new_id()?;
    let (sealed_secret, shown) = secret::make(service, id)?;
    let row = webhook_endpoint::Model {
        id,
        issuer_id: issuer.id,
        url: new.url,
        events,
        programs,
        cohorts,
        enabled: new.enabled,
        since_position,
        sealed_secret,
        previous_sealed_secret: None,
        previous_until: None,
        failing_since: None,
        disabled_reason: (!new.enabled).then_some(WebhookDisabledReason::Requested),
        disabled_at: (!new.enabled).then_some(work.now),
        created_at: work.now,
        updated_at: work.now,
    };
    let row = row.into_active_model().reset_all().insert(work.tx()).await?;
    note(&mut work, &row, "webhook_endpoint.created", json!({ "events": row.events }))?;
    work.answer((row, Secret::from(shown))).await
}

/// Changes an endpoint.
#[crate::boxed]
pub async fn update(
    service: &Service,
    actor: &Actor,
    id: Option<Uuid>,
    change: EndpointChange,
) -> Result<webhook_endpoint::Model> {
    let manageable = manageable(actor)?;
    let since_position = present(service).await?;
    let mut work = Work::begin(service, actor).await?;
    let before = locked(&work, manageable, "id", id).await?;
    let mut after = before.clone();
    let mut checks = Checks::default();
    if let Some(url) = change.url {
        check_url(service, &mut checks, &url);
        after.url = url;
    }
    if let Some(events) = change.events {
        after.events = check_events(&mut checks, &events);
    }
    for_patch(&mut after.programs, change.programs, async |named| {
        named_ids::<program::Entity>(work.tx(), &mut checks, before.issuer_id, "programs", &named).await
    })
    .await?;
    for_patch(&mut after.cohorts, change.cohorts, async |named| {
        named_ids::<cohort::Entity>(work.tx(), &mut checks, before.issuer_id, "cohorts", &named).await
    })
    .await?;
    checks.finish()?;
    match change.enabled {
        Some(true) if !before.enabled => {
            after.enabled = true;
            after.since_position = since_position;
            (after.failing_since, after.disabled_reason, after.disabled_at) = (None, None, None);
        }
        Some(false) if before.enabled => {
            after.enabled = false;
            after.disabled_reason = Some(WebhookDisabledReason::Requested);
            after.disabled_at = Some(work.now);
        }
        _ => {}
    }
    if after == before {
        return work.answer(before).await;
    }
    after.updated_at = work.now;
    let after = after.into_active_model().reset_all().update(work.tx()).await?;
    let detail =
        json!({ "enabled": after.enabled, "events": after.events, "urlChanged": after.url != before.url });
    note(&mut work, &after, "webhook_endpoint.updated", detail)?;
    let after = work.answer(after).await?;
    service.wake.notify_waiters();
    Ok(after)
}

/// Deletes an endpoint with its log; what waits to be sent to it is not sent.
#[crate::boxed]
pub async fn delete(service: &Service, actor: &Actor, id: Option<Uuid>) -> Result<Uuid> {
    let manageable = manageable(actor)?;
    let mut work = Work::begin(service, actor).await?;
    let row = locked(&work, manageable, "id", id).await?;
    webhook_endpoint::Entity::delete_by_id(row.id).exec(work.tx()).await?;
    note(&mut work, &row, "webhook_endpoint.deleted", json!({}))?;
    work.answer(row.id).await
}

/// Gives an endpoint a new secret and returns it, this once. The old one signs, too, for a while, so that receivers can change over.
#[crate::boxed]
pub async fn rotate(
    service: &Service,
    actor: &Actor,
    id: Option<Uuid>,
    overlap: TimeDelta,
) -> Result<(webhook_endpoint::Model, Secret)> {
    let manageable = manageable(actor)?;
    if overlap < TimeDelta::zero() || overlap > TimeDelta::days(30) {
        return Err(Error::user("overlapHours", UserErrorCode::Invalid, "must be between 0 and 720"));
    }
    let mut work = Work::begin(service, actor).await?;
    let before = locked(&work, manageable, "id", id).await?;
    let (sealed_secret, shown) = secret::make(service, before.id)?;
    let after = webhook_endpoint::Model {
        sealed_secret,
        previous_sealed_secret: Some(before.sealed_secret.clone()),
        previous_until: Some(work.now + overlap),
        updated_at: work.now,
        ..before
    };
    let after = after.into_active_model().reset_all().update(work.tx()).await?;
    let detail = json!({ "overlapHours": overlap.num_hours() });
    note(&mut work, &after, "webhook_endpoint.secret_rotated", detail)?;
    work.answer((after, Secret::from(shown))).await
}

/// The place of what happened last. Giving places to what has none yet is no part of the command.
async fn present(service: &Service) -> Result<i64> {
    db::uncounted(feed::head(service)).await
}

/// The endpoint that a command is about, locked until the transaction ends. `field` names it in the input.
pub(super) async fn locked(
    work: &Work<'_>,
    manageable: Condition,
    field: &str,
    id: Option<Uuid>,
) -> Result<webhook_endpoint::Model> {
    let message = "there is no such webhook endpoint, or it is not yours";
    let not_found = || Error::user(field, UserErrorCode::NotFound, message);
    let select = webhook_endpoint::Entity::find_by_id(id.ok_or_else(not_found)?).filter(manageable);
    select.lock(LockType::NoKeyUpdate).one(work.tx()).await?.ok_or_else(not_found)
}

pub(super) fn note(
    work: &mut Work<'_>,
    row: &webhook_endpoint::Model,
    action: &str,
    detail: Value,
) -> Result<()> {
    work.audit(Some(row.issuer_id), action, (Kind::WebhookEndpoint, row.id), detail)
}

/// Changes a list by what is given for it; `null` empties it.
async fn for_patch(
    list: &mut Value,
    patch: Patch<Vec<Reference>>,
    ids: impl AsyncFnOnce(Vec<Reference>) -> Result<Value>,
) -> Result<()> {
    match patch {
        Patch::Keep => {}
        Patch::Clear => *list = json!([]),
        Patch::Set(named) => *list = ids(named).await?,
    }
    Ok(())
}

/// Refuses one more than an issuer may have. Who makes one holds the issuer, so that two at once are counted.
async fn require_room(work: &Work<'_>, issuer: Uuid) -> Result<()> {
    issuer::Entity::find_by_id(issuer).lock(LockType::NoKeyUpdate).one(work.tx()).await?;
    let of_issuer = webhook_endpoint::Column::IssuerId.eq(issuer);
    if webhook_endpoint::Entity::find().filter(of_issuer).count(work.tx()).await? >= MOST_ENDPOINTS {
        let message = format!("an issuer has at most {MOST_ENDPOINTS} webhook endpoints");
        return Err(Error::user("", UserErrorCode::LimitReached, message));
    }
    Ok(())
}

fn check_url(service: &Service, checks: &mut Checks, url: &str) {
    let before = checks.is_ok();
    checks.url("url", Some(url));
    if before && !checks.is_ok() {
        return;
    }
    match service.webhooks.check(url) {
        Err(why) => checks.fail("url", UserErrorCode::Invalid, format!("nothing can be sent there: {why}")),
        Ok(url) if url.fragment().is_some() => {
            checks.fail("url", UserErrorCode::Invalid, "must have no fragment");
        }
        Ok(_) => {}
    }
}

/// The names of types, each once.
fn check_events(checks: &mut Checks, events: &[EventType]) -> Value {
    if events.is_empty() {
        checks.fail("events", UserErrorCode::Required, "must name at least one type");
    }
    if events.contains(&EventType::Ping) {
        let message = "a ping is sent on demand alone: `pingWebhookEndpoint`";
        checks.fail("events", UserErrorCode::Invalid, message);
    }
    let mut names: Vec<&str> = Vec::new();
    for name in events.iter().map(|kind| kind.name()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    json!(names)
}

/// The ids of programs or cohorts of the issuer.
async fn named_ids<E: Referable>(
    on: &impl ConnectionTrait,
    checks: &mut Checks,
    issuer: Uuid,
    field: &str,
    named: &[Reference],
) -> Result<Value> {
    checks.at_most(field, named.len(), MOST_NAMED);
    if named.is_empty() || named.len() > MOST_NAMED {
        return Ok(json!([]));
    }
    let own = Condition::all().add(E::columns().1.eq(issuer));
    let found = reference::find::<E>(on, Some(issuer), own, named).await?;
    let mut ids = Vec::new();
    for (index, reference) in named.iter().enumerate() {
        match found.get(reference) {
            Some(row) => ids.push(E::names(row).0),
            None => checks.fail(
                &format!("{field}.{index}"),
                UserErrorCode::NotFound,
                "there is no such thing, or it is not yours",
            ),
        }
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(json!(ids))
}
