//! What a try leaves behind: where the notice stands, the code that the mail server answered, and when it is tried next. No address, no text.

use cairn_entity::enums::{NoticeReason, NoticeStatus};
use cairn_entity::notice_delivery;
use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::mailer::Outcome;
use crate::error::Result;
use crate::issuance::interruption;
use crate::{Service, retry};

/// Writes down what came of a try that was begun at `at`.
pub(super) async fn tried(
    service: &Service,
    before: &notice_delivery::Model,
    at: DateTime<Utc>,
    outcome: Outcome,
) -> Result<()> {
    let now = service.now();
    let begun = before.first_attempt_at.unwrap_or(at);
    let attempt_count = before.attempt_count + 1;
    let (code, next, reason) = match outcome {
        Outcome::Taken(code) => (Some(code), None, None),
        Outcome::Refused(code) => (Some(code), None, Some(NoticeReason::Refused)),
        Outcome::NotNow(code) => {
            let next = retry::next(attempt_count, begun, now, None, service.random.as_ref())?;
            (code, next, next.is_none().then_some(NoticeReason::Unreachable))
        }
    };
    let status = match (reason, next) {
        (Some(_), _) => NoticeStatus::Failed,
        (None, Some(_)) => NoticeStatus::Pending,
        (None, None) => NoticeStatus::Sent,
    };
    let after = notice_delivery::Model {
        status,
        reason,
        attempt_count,
        last_code: code.map(i32::from),
        next_attempt_at: next,
        first_attempt_at: Some(begun),
        sent_at: (status == NoticeStatus::Sent).then_some(now),
        ..ended(before, now)
    };
    write(service, before, after).await
}

/// Writes down that there is nobody to tell, or nothing to tell them.
pub(super) async fn dropped(
    service: &Service,
    before: &notice_delivery::Model,
    reason: NoticeReason,
) -> Result<()> {
    let after = notice_delivery::Model {
        status: NoticeStatus::Dropped,
        reason: Some(reason),
        ..ended(before, service.now())
    };
    write(service, before, after).await
}

fn ended(before: &notice_delivery::Model, now: DateTime<Utc>) -> notice_delivery::Model {
    notice_delivery::Model {
        next_attempt_at: None,
        lease_owner: None,
        lease_until: None,
        updated_at: now,
        ..before.clone()
    }
}

/// Writes a notice. Where another node has taken it over meanwhile, that one's word counts.
async fn write(
    service: &Service,
    before: &notice_delivery::Model,
    after: notice_delivery::Model,
) -> Result<()> {
    let tx = service.db.write().await?;
    notice_delivery::Entity::update_many()
        .set(after.into_active_model().reset_all())
        .filter(notice_delivery::Column::Id.eq(before.id))
        .filter(notice_delivery::Column::LeaseOwner.eq(before.lease_owner.clone()))
        .filter(notice_delivery::Column::LeaseUntil.eq(before.lease_until))
        .filter(notice_delivery::Column::NextAttemptAt.is_not_null())
        .exec(&tx)
        .await?;
    interruption::point("notice-mid-record");
    Ok(tx.commit().await?)
}
