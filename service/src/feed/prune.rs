//! How long events are kept: for a stated time, and in any case until everyone who works them off is past them. What is no longer kept is a whole
//! beginning of the order, so that a cursor tells whether all that came after it is still there.

use cairn_entity::{outbox, outbox_head};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::HEAD;
use crate::Service;
use crate::error::Result;

/// Most events that are removed in one transaction.
const BATCH: u64 = 1_000;

/// What happened from this moment on is kept.
pub fn kept_since(service: &Service) -> DateTime<Utc> {
    service.now() - service.config.event_retention
}

/// Removes events that are no longer kept, none of them after the place up to which everyone has worked them off.
pub(crate) async fn prune(service: &Service, done: i64) -> Result<()> {
    use outbox::Column;
    loop {
        let tx = service.db.write().await?;
        let head = outbox_head::Entity::find_by_id(HEAD).lock(LockType::Update).one(&tx).await?;
        let Some(head) = head else { return Ok(()) };
        let rows: Vec<(i64, DateTime<Utc>)> = outbox::Entity::find()
            .select_only()
            .columns([Column::Position, Column::CreatedAt])
            .filter(Column::Position.gt(head.pruned))
            .filter(Column::Position.lte(done))
            .order_by_asc(Column::Position)
            .limit(BATCH)
            .into_tuple()
            .all(&tx)
            .await?;
        let old = rows.iter().take_while(|(_, at)| *at < kept_since(service));
        let Some((last, _)) = old.last() else { return Ok(()) };
        outbox::Entity::delete_many()
            .filter(Column::Position.gt(head.pruned))
            .filter(Column::Position.lte(*last))
            .exec(&tx)
            .await?;
        outbox_head::Entity::update_many()
            .col_expr(outbox_head::Column::Pruned, Expr::value(*last))
            .filter(outbox_head::Column::Id.eq(HEAD))
            .exec(&tx)
            .await?;
        tx.commit().await?;
        if (rows.len() as u64) < BATCH {
            return Ok(());
        }
    }
}
