//! Who sends: a node takes a lease on a few notices that are due, and nobody else sends them meanwhile; issuers take turns. A node that died loses its
//! leases by time. Of one credential only the earliest notice that still waits is ever due, so that they go out in order.

use cairn_entity::notice_delivery;
use chrono::TimeDelta;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, LockBehavior, LockType, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::Service;
use crate::error::Result;
use crate::issuance::interruption;

/// A message may take a minute: longer than the steps that leases are made for.
const LEASES: i32 = 6;

/// How long a notice is one node's.
fn lease() -> TimeDelta {
    interruption::lease() * LEASES
}

/// Takes the lease on notices that are due, at most so many, and of each issuer about as many as of every other. `turn` is the issuer whose turn was last
/// on this node.
pub(super) async fn claim(
    service: &Service,
    room: usize,
    turn: &mut Uuid,
) -> Result<Vec<notice_delivery::Model>> {
    use notice_delivery::Column;
    let issuers = due_issuers(service, room, *turn).await?;
    if issuers.is_empty() {
        return Ok(Vec::new());
    }
    let share = room.div_ceil(issuers.len()) as u64;
    let tx = service.db.write().await?;
    let mut rows = Vec::new();
    for issuer in issuers {
        let left = std::cmp::min(room.saturating_sub(rows.len()) as u64, share);
        if left == 0 {
            break;
        }
        *turn = issuer;
        rows.extend(
            notice_delivery::Entity::find()
                .filter(Column::IssuerId.eq(issuer))
                .filter(due(service))
                .order_by_asc(Column::NextAttemptAt)
                .order_by_asc(Column::Id)
                .limit(left)
                .lock_with_behavior(LockType::NoKeyUpdate, LockBehavior::SkipLocked)
                .all(&tx)
                .await?,
        );
    }
    let until = service.now() + lease();
    notice_delivery::Entity::update_many()
        .col_expr(Column::LeaseOwner, Expr::value(service.node.clone()))
        .col_expr(Column::LeaseUntil, Expr::value(until))
        .filter(Column::Id.is_in(rows.iter().map(|row| row.id)))
        .exec(&tx)
        .await?;
    tx.commit().await?;
    for row in &mut rows {
        (row.lease_owner, row.lease_until) = (Some(service.node.clone()), Some(until));
    }
    Ok(rows)
}

/// Issuers with something to send, at most so many, from the one after whose turn was last.
async fn due_issuers(service: &Service, most: usize, turn: Uuid) -> Result<Vec<Uuid>> {
    use notice_delivery::Column;
    let mut issuers = Vec::new();
    for side in [Column::IssuerId.gt(turn), Column::IssuerId.lte(turn)] {
        let due = notice_delivery::Entity::find()
            .select_only()
            .column(Column::IssuerId)
            .distinct()
            .filter(due(service))
            .filter(side)
            .order_by_asc(Column::IssuerId)
            .limit((most - issuers.len()) as u64);
        issuers.extend(due.into_tuple::<Uuid>().all(service.db.reader()).await?);
        if issuers.len() == most {
            break;
        }
    }
    Ok(issuers)
}

/// Due, not under way, and nothing earlier of its credential waits.
fn due(service: &Service) -> Condition {
    use notice_delivery::Column;
    let now = service.now();
    let earlier = |column: Column| Expr::col((Alias::new("earlier"), column));
    let here = |column: Column| (notice_delivery::Entity, column);
    let before = Condition::any().add(earlier(Column::Position).lt(Expr::col(here(Column::Position)))).add(
        Condition::all()
            .add(earlier(Column::Position).equals(here(Column::Position)))
            .add(earlier(Column::Id).lt(Expr::col(here(Column::Id)))),
    );
    let waits = Query::select()
        .expr(Expr::value(1))
        .from_as(notice_delivery::Entity, Alias::new("earlier"))
        .and_where(earlier(Column::CredentialId).equals(here(Column::CredentialId)))
        .and_where(earlier(Column::NextAttemptAt).is_not_null())
        .cond_where(before)
        .to_owned();
    Condition::all()
        .add(Column::NextAttemptAt.lte(now))
        .add(Condition::any().add(Column::LeaseUntil.is_null()).add(Column::LeaseUntil.lt(now)))
        .add(Expr::exists(waits).not())
}
