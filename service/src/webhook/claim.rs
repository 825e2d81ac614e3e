//! Who sends: a node takes a lease on deliveries that are due, a few at a time for each endpoint, and nobody else sends them meanwhile. A node that
//! died loses its leases by time. Of one subject only the earliest message that still waits is ever due, so that they go out in order.

use cairn_entity::{webhook_delivery, webhook_endpoint};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, LockBehavior, LockType, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::AT_ONCE;
use crate::Service;
use crate::error::Result;
use crate::issuance::interruption;

/// Most endpoints that are looked after in one round.
const ROUND: u64 = 200;

/// A delivery that this node is to send.
#[derive(Clone)]
pub(super) struct Claim {
    pub endpoint: webhook_endpoint::Model,
    pub delivery: webhook_delivery::Model,
}

/// Endpoints with something to send that nobody sends, the one that has waited longest first; without those that this node is busy with.
pub(super) async fn due_endpoints(service: &Service, busy: Vec<Uuid>) -> Result<Vec<Uuid>> {
    use webhook_delivery::Column;
    let enabled = Query::select()
        .column(webhook_endpoint::Column::Id)
        .from(webhook_endpoint::Entity)
        .and_where(webhook_endpoint::Column::Enabled.eq(true))
        .to_owned();
    let due = webhook_delivery::Entity::find()
        .select_only()
        .column(Column::EndpointId)
        .filter(due(service))
        .filter(Column::EndpointId.is_not_in(busy))
        .filter(Column::EndpointId.in_subquery(enabled))
        .group_by(Column::EndpointId)
        .order_by_asc(Column::NextAttemptAt.min())
        .limit(ROUND);
    Ok(due.into_tuple().all(service.db.reader()).await?)
}

/// Takes the lease on deliveries to an endpoint that are due, as many as may be under way. One node at a time does so for an endpoint.
pub(super) async fn claim(service: &Service, endpoint: Uuid) -> Result<Vec<Claim>> {
    use webhook_delivery::Column;
    let tx = service.db.write().await?;
    let endpoint = webhook_endpoint::Entity::find_by_id(endpoint)
        .filter(webhook_endpoint::Column::Enabled.eq(true))
        .lock_with_behavior(LockType::NoKeyUpdate, LockBehavior::SkipLocked)
        .one(&tx)
        .await?;
    let Some(endpoint) = endpoint else { return Ok(Vec::new()) };
    let now = service.now();
    let of_endpoint = webhook_delivery::Entity::find().filter(Column::EndpointId.eq(endpoint.id));
    let under_way = of_endpoint.clone().filter(Column::LeaseUntil.gte(now)).count(&tx).await?;
    let room = AT_ONCE.saturating_sub(under_way);
    if room == 0 {
        return Ok(Vec::new());
    }
    let mut rows = of_endpoint
        .filter(due(service))
        .order_by_asc(Column::NextAttemptAt)
        .order_by_asc(Column::Position)
        .limit(room)
        .all(&tx)
        .await?;
    let until = now + interruption::lease();
    webhook_delivery::Entity::update_many()
        .col_expr(Column::LeaseOwner, Expr::value(service.node.clone()))
        .col_expr(Column::LeaseUntil, Expr::value(until))
        .filter(Column::Id.is_in(rows.iter().map(|row| row.id)))
        .exec(&tx)
        .await?;
    tx.commit().await?;
    for row in &mut rows {
        (row.lease_owner, row.lease_until) = (Some(service.node.clone()), Some(until));
    }
    Ok(rows.into_iter().map(|delivery| Claim { endpoint: endpoint.clone(), delivery }).collect())
}

/// Due, not under way, and nothing earlier of its subject waits.
fn due(service: &Service) -> Condition {
    use webhook_delivery::Column;
    let now = service.now();
    let earlier = |column: Column| Expr::col((Alias::new("earlier"), column));
    let here = |column: Column| (webhook_delivery::Entity, column);
    let waits = Query::select()
        .expr(Expr::value(1))
        .from_as(webhook_delivery::Entity, Alias::new("earlier"))
        .and_where(earlier(Column::EndpointId).equals(here(Column::EndpointId)))
        .and_where(earlier(Column::SubjectId).equals(here(Column::SubjectId)))
        .and_where(earlier(Column::NextAttemptAt).is_not_null())
        .and_where(earlier(Column::Position).lt(Expr::col(here(Column::Position))))
        .to_owned();
    Condition::all()
        .add(Column::NextAttemptAt.lte(now))
        .add(Condition::any().add(Column::LeaseUntil.is_null()).add(Column::LeaseUntil.lt(now)))
        .add(Expr::exists(waits).not())
}
