//! Has webhooks sent, until told to stop. Any number of nodes may do so beside each other; a slow endpoint holds up nobody else.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use cairn_entity::enums::WebhookDeliveryStatus;
use cairn_entity::{webhook_delivery, webhook_endpoint};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use uuid::Uuid;

use super::claim::{self, Claim};
use super::{AT_ONCE, fan_out, record, send};
use crate::error::Result;
use crate::issuance::interruption;
use crate::{Service, feed, retry, save};

/// How long one sleeps whom nobody wakes: what other nodes have left, and what is due by time, is found this late.
const PATIENCE: Duration = Duration::from_millis(500);
/// What is committed within so short a while after a wake goes out with it.
const GATHER: Duration = Duration::from_millis(20);
/// How long deliveries that are under way may take when the node stops; what is left over is sent again by another.
const GRACE: Duration = Duration::from_secs(5);
/// Most deliveries that one node has under way.
const MOST: usize = 500;
/// How often what is over is cleared away.
const CLEARING: Duration = Duration::from_secs(600);
/// Most deliveries that are removed in one transaction.
const REMOVED: u64 = 1_000;

/// Deliveries under way, by the endpoints that they go to.
#[derive(Default)]
struct UnderWay {
    tasks: JoinSet<Uuid>,
    by_endpoint: HashMap<Uuid, u64>,
}

/// Runs until `stopping` turns true.
#[crate::boxed]
pub async fn run(service: Arc<Service>, mut stopping: watch::Receiver<bool>) {
    let mut under_way = UnderWay::default();
    let mut cleared: Option<Instant> = None;
    loop {
        let woken = service.wake.notified();
        tokio::pin!(woken);
        // From here on a wake is not missed.
        woken.as_mut().enable();
        let clear = cleared.is_none_or(|at| at.elapsed() >= CLEARING);
        tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => break,
            done = round(&service, &mut under_way, clear) => if let Err(error) = done {
                tracing::error!(?error, "webhooks could not be looked after");
            }
        }
        if clear {
            cleared = Some(Instant::now());
        }
        tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => break,
            () = under_way.one_ends() => {}
            () = wait(woken) => {}
        }
    }
    // What is left over is sent again by whoever finds its lease run out.
    let _ = tokio::time::timeout(GRACE, async { while under_way.tasks.join_next().await.is_some() {} }).await;
}

/// Waits for a wake and what comes with it, or until it is time to look.
async fn wait(woken: impl Future<Output = ()>) {
    if tokio::time::timeout(PATIENCE, woken).await.is_ok() {
        tokio::time::sleep(GATHER).await;
    }
}

/// Makes deliveries of what happened, and begins to send what is due.
async fn round(service: &Arc<Service>, under_way: &mut UnderWay, clear: bool) -> Result<()> {
    while fan_out::fan_out(service).await? {}
    for endpoint in claim::due_endpoints(service, under_way.busy()).await? {
        if under_way.tasks.len() >= MOST {
            break;
        }
        for claimed in claim::claim(service, endpoint).await? {
            under_way.begin(service.clone(), claimed);
        }
    }
    if clear {
        clear_away(service).await?;
    }
    Ok(())
}

/// Gives up what has waited too long for endpoints that are disabled, and removes deliveries and events that are no longer kept.
#[crate::boxed]
pub async fn clear_away(service: &Service) -> Result<()> {
    give_up(service).await?;
    remove_old(service).await?;
    feed::prune(service, fan_out::done(service).await?).await
}

impl UnderWay {
    /// Endpoints that can take no more for now.
    fn busy(&self) -> Vec<Uuid> {
        let full = self.by_endpoint.iter().filter(|(_, count)| **count >= AT_ONCE);
        full.map(|(endpoint, _)| *endpoint).collect()
    }

    fn begin(&mut self, service: Arc<Service>, claimed: Claim) {
        let endpoint = claimed.endpoint.id;
        *self.by_endpoint.entry(endpoint).or_default() += 1;
        self.tasks.spawn(async move {
            let delivery = claimed.delivery.id;
            if let Err(error) = deliver(&service, claimed).await {
                tracing::error!(%delivery, ?error, "a webhook's delivery was broken off; it will be sent again");
            }
            endpoint
        });
    }

    /// Waits until one has ended; for ever where none is under way.
    async fn one_ends(&mut self) {
        let mut ended = match self.tasks.join_next().await {
            Some(ended) => Some(ended),
            None => std::future::pending().await,
        };
        while let Some(one) = ended {
            match one {
                Ok(endpoint) => {
                    self.by_endpoint.entry(endpoint).and_modify(|count| *count = count.saturating_sub(1));
                }
                // Whose it was is not known: the leases in the database bound what is under way all the same.
                Err(error) => {
                    tracing::error!(%error, "a webhook's delivery was broken off");
                    self.by_endpoint.clear();
                }
            }
            ended = self.tasks.try_join_next();
        }
        self.by_endpoint.retain(|_, count| *count > 0);
    }
}

/// One try, from the request to the line in the log.
async fn deliver(service: &Service, claimed: Claim) -> Result<()> {
    interruption::point("webhook-after-claim");
    let at = service.now();
    let outcome = send::attempt(service, &claimed.endpoint, &claimed.delivery, at).await?;
    interruption::point("webhook-after-send");
    record::record(service, &claimed, at, outcome).await
}

/// Removes deliveries that have ended and are no longer kept, with their log.
async fn remove_old(service: &Service) -> Result<()> {
    use webhook_delivery::{Column, Entity};
    loop {
        let old = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::CreatedAt.lt(feed::kept_since(service)))
            .filter(Column::NextAttemptAt.is_null())
            .limit(REMOVED)
            .into_tuple()
            .all(service.db.reader())
            .await?;
        let ids: Vec<Uuid> = old;
        let tx = service.db.write().await?;
        save::delete::<Entity>(&tx, Column::Id, &ids).await?;
        tx.commit().await?;
        if (ids.len() as u64) < REMOVED {
            return Ok(());
        }
    }
}

/// Gives up what has waited for a disabled endpoint as long as a message is tried at all.
async fn give_up(service: &Service) -> Result<()> {
    use webhook_delivery::Column;
    let disabled = Query::select()
        .column(webhook_endpoint::Column::Id)
        .from(webhook_endpoint::Entity)
        .and_where(webhook_endpoint::Column::Enabled.eq(false))
        .to_owned();
    let now = service.now();
    let tx = service.db.write().await?;
    webhook_delivery::Entity::update_many()
        .col_expr(Column::Status, Expr::value(WebhookDeliveryStatus::Failed))
        .col_expr(Column::NextAttemptAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::NextAttemptAt.is_not_null())
        .filter(Column::CreatedAt.lt(now - retry::PERIOD))
        .filter(Column::EndpointId.in_subquery(disabled))
        .exec(&tx)
        .await?;
    Ok(tx.commit().await?)
}
