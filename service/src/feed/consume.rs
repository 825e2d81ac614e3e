//! Working the outbox off, once for all nodes: how far a consumer has come is written in the same transaction as what it makes of the events.
//! Whatever node dies wherever, no event is left out and none is worked off twice.

use cairn_entity::{feed_consumer, outbox};
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::PAGE;
use crate::Service;
use crate::error::{Error, Result};

/// A consumer's next events, in the transaction that moves it past them.
pub(crate) struct Taken {
    /// To write what is made of them in, and to commit.
    pub tx: DatabaseTransaction,
    /// The events, in order.
    pub events: Vec<outbox::Model>,
    /// Whether there may be more.
    pub full: bool,
}

/// Takes the next events of these names for a consumer, none at or before `since`. `None` where there are none, or another node is at it.
pub(crate) async fn take(
    service: &Service,
    consumer: &'static str,
    names: impl Iterator<Item = &'static str>,
    since: i64,
) -> Result<Option<Taken>> {
    let head = super::head(service).await?;
    if head <= come_to(service.db.reader(), consumer).await?.max(since) {
        return Ok(None);
    }
    let tx = service.db.write().await?;
    let row = feed_consumer::Entity::find_by_id(consumer)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(&tx)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let events = outbox::Entity::find()
        .filter(outbox::Column::Event.is_in(names))
        .filter(outbox::Column::Position.gt(row.position.max(since)))
        .filter(outbox::Column::Position.lte(head))
        .order_by_asc(outbox::Column::Position)
        .limit(PAGE)
        .all(&tx)
        .await?;
    let full = events.len() as u64 == PAGE;
    let last = events.last().and_then(|event| event.position).filter(|_| full).unwrap_or(head);
    feed_consumer::Entity::update_many()
        .col_expr(feed_consumer::Column::Position, Expr::value(last))
        .filter(feed_consumer::Column::Name.eq(consumer))
        .exec(&tx)
        .await?;
    Ok(Some(Taken { tx, events, full }))
}

/// The place of the last event that a consumer has worked off.
pub(crate) async fn come_to(on: &impl ConnectionTrait, consumer: &str) -> Result<i64> {
    let row = feed_consumer::Entity::find_by_id(consumer).one(on).await?;
    let row =
        row.ok_or_else(|| Error::internal("a consumer has no place in the outbox", consumer.to_owned()))?;
    Ok(row.position)
}
