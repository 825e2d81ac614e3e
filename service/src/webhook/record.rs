//! What a try leaves behind: a line of the log, where the delivery stands and when it is tried next, and what it says of the endpoint. An endpoint
//! that is gone, or that nothing reaches for days, is disabled, and its issuer is told.

use cairn_entity::enums::{WebhookDeliveryStatus, WebhookDisabledReason};
use cairn_entity::{webhook_attempt, webhook_delivery, webhook_endpoint};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use serde_json::json;

use super::claim::Claim;
use super::send::Outcome;
use crate::actor::Actor;
use crate::error::Result;
use crate::ids::Kind;
use crate::issuance::interruption;
use crate::{Service, Work, retry};

/// An endpoint that nothing has reached for so long is disabled once a delivery to it is given up.
const UNREACHED: TimeDelta = TimeDelta::days(2);
/// The status by which a receiver says that it is there no more.
const GONE: u16 = 410;

/// Writes down what came of a try that was begun at `at`. Where another node has taken the delivery over meanwhile, that one's word counts.
pub(super) async fn record(
    service: &Service,
    claim: &Claim,
    at: DateTime<Utc>,
    outcome: Outcome,
) -> Result<()> {
    let actor = Actor::worker();
    let mut work = Work::begin(service, &actor).await?;
    // The endpoint first, as whoever claims locks it.
    let endpoint = webhook_endpoint::Entity::find_by_id(claim.endpoint.id).lock(LockType::NoKeyUpdate);
    let Some(endpoint) = endpoint.one(work.tx()).await? else { return Ok(()) };
    let before = &claim.delivery;
    let after = moved(service, before, at, work.now, &outcome)?;
    let written = webhook_delivery::Entity::update_many()
        .set(after.clone().into_active_model().reset_all())
        .filter(webhook_delivery::Column::Id.eq(before.id))
        .filter(webhook_delivery::Column::LeaseOwner.eq(before.lease_owner.clone()))
        .filter(webhook_delivery::Column::LeaseUntil.eq(before.lease_until))
        .filter(webhook_delivery::Column::NextAttemptAt.is_not_null())
        .exec(work.tx())
        .await?;
    if written.rows_affected == 0 {
        return Ok(());
    }
    let line = webhook_attempt::Model {
        id: work.new_id()?,
        issuer_id: before.issuer_id,
        delivery_id: before.id,
        started_at: at,
        duration_ms: outcome.took.num_milliseconds().max(0),
        response_status: outcome.status.map(i32::from),
        error: outcome.error.clone(),
    };
    line.into_active_model().reset_all().insert(work.tx()).await?;
    followers(&work, &after).await?;
    judge(&mut work, endpoint, &after, &outcome).await?;
    interruption::point("webhook-mid-record");
    work.commit().await
}

/// The delivery after a try.
fn moved(
    service: &Service,
    before: &webhook_delivery::Model,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
    outcome: &Outcome,
) -> Result<webhook_delivery::Model> {
    let begun = before.first_attempt_at.unwrap_or(at);
    let attempt_count = before.attempt_count + 1;
    let accepted = outcome.error.is_none();
    let next = match accepted || outcome.status == Some(GONE) {
        true => None,
        false => retry::next(attempt_count, begun, now, outcome.retry_after, service.random.as_ref())?,
    };
    Ok(webhook_delivery::Model {
        status: match (accepted, next) {
            (true, _) => WebhookDeliveryStatus::Delivered,
            (false, Some(_)) => WebhookDeliveryStatus::Pending,
            (false, None) => WebhookDeliveryStatus::Failed,
        },
        attempt_count,
        last_response_status: outcome.status.map(i32::from),
        next_attempt_at: next,
        first_attempt_at: Some(begun),
        delivered_at: accepted.then_some(now),
        lease_owner: None,
        lease_until: None,
        updated_at: now,
        ..before.clone()
    })
}

/// What comes after a delivery waits as long as it does, and is due once it does not wait any longer. The order itself hangs on no such note: `claim`
/// looks at what waits.
async fn followers(work: &Work<'_>, after: &webhook_delivery::Model) -> Result<()> {
    use webhook_delivery::Column;
    webhook_delivery::Entity::update_many()
        .col_expr(Column::NextAttemptAt, Expr::value(after.next_attempt_at.unwrap_or(work.now)))
        .filter(Column::EndpointId.eq(after.endpoint_id))
        .filter(Column::SubjectId.eq(after.subject_id))
        .filter(Column::NextAttemptAt.is_not_null())
        .filter(Column::Position.gt(after.position))
        .filter(Column::AttemptCount.eq(0))
        .exec(work.tx())
        .await?;
    Ok(())
}

/// What a try says of the endpoint.
async fn judge(
    work: &mut Work<'_>,
    endpoint: webhook_endpoint::Model,
    delivery: &webhook_delivery::Model,
    outcome: &Outcome,
) -> Result<()> {
    let now = work.now;
    let failing_since = outcome.error.as_ref().map(|_| endpoint.failing_since.unwrap_or(now));
    let given_up = delivery.status == WebhookDeliveryStatus::Failed;
    let unreached = failing_since.is_some_and(|since| now - since >= UNREACHED);
    let reason = match outcome.status {
        Some(GONE) => Some(WebhookDisabledReason::Gone),
        _ if given_up && unreached => Some(WebhookDisabledReason::Failing),
        _ => None,
    };
    let reason = reason.filter(|_| endpoint.enabled);
    if reason.is_none() && failing_since == endpoint.failing_since {
        return Ok(());
    }
    let (id, issuer) = (endpoint.id, endpoint.issuer_id);
    let mut after = webhook_endpoint::Model { failing_since, updated_at: now, ..endpoint };
    if let Some(reason) = reason {
        after.enabled = false;
        (after.disabled_reason, after.disabled_at) = (Some(reason), Some(now));
        let subject = (Kind::WebhookEndpoint, id);
        let detail = json!({ "reason": reason, "since": failing_since, "delivery": delivery.id });
        work.audit(Some(issuer), "webhook_endpoint.disabled", subject, detail)?;
        let payload = json!({ "endpoint": id, "reason": reason, "since": failing_since });
        work.emit(Some(issuer), "webhook_endpoint.disabled", subject, payload);
    }
    after.into_active_model().reset_all().update(work.tx()).await?;
    Ok(())
}
