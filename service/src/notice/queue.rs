//! Makes notices: of events, in the order of their places in the outbox, and of credentials that end soon. Of each event and of each end there is one
//! notice at most, however many nodes make it and however often: its message id is made of what it tells.

use std::collections::HashMap;

use cairn_entity::enums::{CredentialStatus, NoticeKind, NoticeStatus};
use cairn_entity::{credential, notice_delivery, notice_setting, outbox};
use chrono::TimeDelta;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Iterable, QueryFilter, QueryOrder,
    QuerySelect,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{CONSUMER, setting};
use crate::error::Result;
use crate::issuance::interruption;
use crate::{Service, chunk, feed, retry};

/// The events that may be told of.
const EVENTS: [&str; 4] =
    ["credential.issued", "credential.revoked", "credential.suspended", "credential.reinstated"];
/// Most credentials whose end is looked at in one statement.
const BATCH: u64 = 500;
/// So soon after it was awarded nobody is told that a credential ends.
const FRESH: TimeDelta = TimeDelta::days(1);

/// Makes notices of the next events; whether there may be more. Nothing where no issuer has notices on.
pub(super) async fn fan_out(service: &Service) -> Result<bool> {
    let Some(since) = on_since(service.db.reader()).await? else { return Ok(false) };
    let Some(taken) = feed::take(service, CONSUMER, EVENTS.into_iter(), since).await? else {
        return Ok(false);
    };
    let settings = of_issuers(&taken.tx, &taken.events).await?;
    let mut rows = Vec::new();
    for event in &taken.events {
        let Some(setting) = event.issuer_id.and_then(|issuer| settings.get(&issuer)) else { continue };
        let position = event.position.unwrap_or_default();
        // What happened while nobody could send is old by now: a message of it would only bewilder.
        let old = event.created_at < service.now() - retry::PERIOD;
        let kind = told(event).filter(|_| !old && position > setting.since_position);
        if let Some(kind) = kind
            && setting::kinds_of(setting)?.contains(&kind)
        {
            rows.push(waiting(service, setting.issuer_id, event.subject_id, kind, position)?);
        }
    }
    insert(&taken.tx, rows).await?;
    interruption::point("notice-mid-fan-out");
    taken.tx.commit().await?;
    Ok(taken.full)
}

/// What a learner is told of an event. A replaced credential is not told of as revoked: the one in its place tells.
fn told(event: &outbox::Model) -> Option<NoticeKind> {
    let payload = &event.payload;
    match event.event.as_str() {
        "credential.issued" if payload["replaces"].is_string() => Some(NoticeKind::Replaced),
        "credential.issued" if payload["renews"].is_string() => Some(NoticeKind::Renewed),
        "credential.issued" => Some(NoticeKind::Awarded),
        "credential.revoked" if payload["reason"] == "superseded" => None,
        "credential.revoked" => Some(NoticeKind::Revoked),
        "credential.suspended" => Some(NoticeKind::Suspended),
        "credential.reinstated" => Some(NoticeKind::Reinstated),
        _ => None,
    }
}

/// The place after which somebody has notices on; nothing where nobody has.
async fn on_since(on: &impl ConnectionTrait) -> Result<Option<i64>> {
    let least: Option<Option<i64>> = notice_setting::Entity::find()
        .select_only()
        .column_as(notice_setting::Column::SincePosition.min(), "since")
        .filter(notice_setting::Column::Enabled.eq(true))
        .into_tuple()
        .one(on)
        .await?;
    Ok(least.flatten())
}

/// Settings of the issuers of events that have notices on.
async fn of_issuers(
    on: &impl ConnectionTrait,
    events: &[outbox::Model],
) -> Result<HashMap<Uuid, notice_setting::Model>> {
    let rows = notice_setting::Entity::find()
        .filter(notice_setting::Column::Enabled.eq(true))
        .filter(notice_setting::Column::IssuerId.is_in(events.iter().filter_map(|event| event.issuer_id)))
        .all(on)
        .await?;
    Ok(rows.into_iter().map(|row| (row.issuer_id, row)).collect())
}

/// Makes notices of credentials that end soon, in the eyes of their issuers. One that was renewed or revoked is not among them.
pub(super) async fn expiring(service: &Service) -> Result<()> {
    let on = notice_setting::Entity::find().filter(notice_setting::Column::Enabled.eq(true));
    let mut alike: HashMap<i32, Vec<Uuid>> = HashMap::new();
    for row in on.all(service.db.reader()).await? {
        if setting::kinds_of(&row)?.contains(&NoticeKind::Expiring) {
            alike.entry(row.days_before_expiry).or_default().push(row.issuer_id);
        }
    }
    for (days, issuers) in alike {
        loop {
            let rows = ending(service, days, &issuers).await?;
            if rows.is_empty() {
                break;
            }
            let position = feed::head(service).await?;
            let full = rows.len() as u64 == BATCH;
            let rows = rows.into_iter().map(|(issuer, credential)| {
                waiting(service, issuer, credential, NoticeKind::Expiring, position)
            });
            let rows = rows.collect::<Result<Vec<_>>>()?;
            let tx = service.db.write().await?;
            insert(&tx, rows).await?;
            tx.commit().await?;
            if !full {
                break;
            }
        }
    }
    Ok(())
}

/// Credentials of issuers that end within so many days, of which nobody was told yet; with their issuers.
async fn ending(service: &Service, days: i32, issuers: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>> {
    use credential::Column;
    let now = service.now();
    Ok(credential::Entity::find()
        .select_only()
        .columns([Column::IssuerId, Column::Id])
        .filter(Column::IssuerId.is_in(issuers.iter().copied()))
        .filter(Column::Status.eq(CredentialStatus::Active))
        // As the index says it.
        .filter(Expr::cust("expiry_told_at IS NULL AND valid_until IS NOT NULL"))
        .filter(Column::SortValidUntil.gt(now))
        .filter(Column::SortValidUntil.lte(now + TimeDelta::days(days.into())))
        .filter(Column::IssuedAt.lte(now - FRESH))
        .filter(Expr::exists(notice_of_end()).not())
        .filter(Expr::exists(successor()).not())
        .order_by_asc(Column::SortValidUntil)
        .limit(BATCH)
        .into_tuple()
        .all(service.db.reader())
        .await?)
}

fn notice_of_end() -> SelectStatement {
    use notice_delivery::Column;
    Query::select()
        .expr(Expr::value(1))
        .from(notice_delivery::Entity)
        .and_where(
            Expr::col((notice_delivery::Entity, Column::CredentialId))
                .equals((credential::Entity, credential::Column::Id)),
        )
        .and_where(Column::Kind.eq(NoticeKind::Expiring))
        .to_owned()
}

fn successor() -> SelectStatement {
    let next = |column: credential::Column| Expr::col((Alias::new("next"), column));
    Query::select()
        .expr(Expr::value(1))
        .from_as(credential::Entity, Alias::new("next"))
        .and_where(next(credential::Column::RenewsId).equals((credential::Entity, credential::Column::Id)))
        .and_where(
            next(credential::Column::Status)
                .is_not_in([CredentialStatus::Pending, CredentialStatus::Revoked].map(stored)),
        )
        .to_owned()
}

fn stored(status: CredentialStatus) -> Expr {
    Expr::value(status)
}

/// A notice that waits for its first try.
fn waiting(
    service: &Service,
    issuer: Uuid,
    credential: Uuid,
    kind: NoticeKind,
    position: i64,
) -> Result<notice_delivery::Model> {
    let now = service.now();
    // A credential ends once; what else happens to it may happen again.
    let occasion = if kind == NoticeKind::Expiring { 0 } else { position };
    Ok(notice_delivery::Model {
        id: service.new_id()?,
        issuer_id: issuer,
        credential_id: credential,
        kind,
        message_id: message_of(credential, kind, occasion),
        position,
        status: NoticeStatus::Pending,
        reason: None,
        attempt_count: 0,
        last_code: None,
        next_attempt_at: Some(now),
        first_attempt_at: None,
        sent_at: None,
        lease_owner: None,
        lease_until: None,
        created_at: now,
        updated_at: now,
    })
}

/// The id of a message: the same however often it is made. It tells nothing of what it is made of.
fn message_of(credential: Uuid, kind: NoticeKind, occasion: i64) -> Uuid {
    let digest = Sha256::new()
        .chain_update(b"notice")
        .chain_update(credential)
        .chain_update([kind as u8])
        .chain_update(occasion.to_be_bytes())
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// Writes notices; those that are there already are left out.
async fn insert(on: &impl ConnectionTrait, rows: Vec<notice_delivery::Model>) -> Result<()> {
    for rows in chunk::rows(rows, notice_delivery::Column::iter().count()) {
        notice_delivery::Entity::insert_many(rows.into_iter().map(IntoActiveModel::into_active_model))
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(on)
            .await?;
    }
    Ok(())
}
