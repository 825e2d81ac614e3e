//! Who works on an operation: a node takes a lease on it, and every step that it commits checks and prolongs the lease. A node that died
//! loses it by time.

use std::time::Duration;

use cairn_entity::bulk_operation;
use cairn_entity::enums::BulkStatus;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, LockBehavior, LockType, NullOrdering, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, Order, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

use crate::Service;
use crate::error::{Error, Result};
use crate::issuance::interruption;

/// Takes the lease on an operation that nobody works on, if there is one. Issuers take turns: it is one of the issuer whose latest operation was begun
/// the longest ago, the oldest of these.
#[crate::boxed]
pub async fn claim(service: &Service) -> Result<Option<bulk_operation::Model>> {
    // A look without a lock first: an idle node must not take the write lock again and again.
    if due(service).one(service.db.reader()).await?.is_none() {
        return Ok(None);
    }
    let tx = service.db.write().await?;
    let row = due(service).lock_with_behavior(LockType::Update, LockBehavior::SkipLocked).one(&tx).await?;
    let Some(mut row) = row else { return Ok(None) };
    let now = service.now();
    row.status = BulkStatus::Running;
    row.started_at = row.started_at.or(Some(now));
    row.lease_owner = Some(service.node.clone());
    row.lease_until = Some(now + interruption::lease());
    row.updated_at = now;
    let row = row.into_active_model().reset_all().update(&tx).await?;
    tx.commit().await?;
    Ok(Some(row))
}

/// Prolongs the lease for as long as something takes that is no step by itself. Fails where another node has taken the operation over meanwhile.
pub(crate) async fn hold<T>(
    service: &Service,
    operation: &bulk_operation::Model,
    long: impl Future<Output = T> + Send,
) -> Result<T> {
    let often = (interruption::lease() / 4).to_std().unwrap_or(Duration::from_secs(1));
    tokio::pin!(long);
    loop {
        tokio::select! {
            done = &mut long => return Ok(done),
            () = tokio::time::sleep(often) => prolong(service, operation).await?,
        }
    }
}

async fn prolong(service: &Service, operation: &bulk_operation::Model) -> Result<()> {
    let tx = service.db.write().await?;
    let held = bulk_operation::Entity::update_many()
        .col_expr(bulk_operation::Column::LeaseUntil, Expr::value(service.now() + interruption::lease()))
        .filter(bulk_operation::Column::Id.eq(operation.id))
        .filter(bulk_operation::Column::LeaseOwner.eq(operation.lease_owner.clone()))
        .filter(bulk_operation::Column::Status.eq(BulkStatus::Running))
        .exec(&tx)
        .await?;
    if held.rows_affected == 0 {
        return Err(Error::internal("another node has taken an operation over", operation.id.to_string()));
    }
    Ok(tx.commit().await?)
}

/// When an operation of the same issuer was begun last.
fn latest_beginning() -> Expr {
    let other = Alias::new("other");
    let latest = Query::select()
        .expr(Func::max(Expr::col((other.clone(), bulk_operation::Column::StartedAt))))
        .from_as(bulk_operation::Entity, other.clone())
        .and_where(
            Expr::col((other, bulk_operation::Column::IssuerId))
                .equals((bulk_operation::Entity, bulk_operation::Column::IssuerId)),
        )
        .to_owned();
    Expr::SubQuery(None, Box::new(latest.into()))
}

fn due(service: &Service) -> Select<bulk_operation::Entity> {
    let free = Condition::any()
        .add(bulk_operation::Column::LeaseUntil.is_null())
        .add(bulk_operation::Column::LeaseUntil.lt(service.now()));
    bulk_operation::Entity::find()
        .filter(bulk_operation::Column::Status.is_in([BulkStatus::Queued, BulkStatus::Running]))
        .filter(free)
        .order_by_with_nulls(latest_beginning(), Order::Asc, NullOrdering::First)
        .order_by_asc(bulk_operation::Column::Id)
        .limit(1)
}
