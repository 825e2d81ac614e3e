//! Several operations at a time: each node works on so many, and issuers take turns (`lease`).

use std::sync::Arc;
use std::time::Duration;

use cairn_entity::bulk_operation;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::{claim, run};
use crate::Service;

/// Works operations off until `stopping` turns true. What is under way then is left at the end of its step; the next node goes on with it. Work of
/// other nodes, and leases that ran out, are found at the latest after `patience`.
pub(crate) async fn work_off(service: Arc<Service>, mut stopping: watch::Receiver<bool>, patience: Duration) {
    let mut running = JoinSet::new();
    while !*stopping.borrow() {
        let woken = service.wake.notified();
        tokio::pin!(woken);
        // From here on a wake is not missed, however long claiming takes.
        woken.as_mut().enable();
        fill(&service, &mut running).await;
        tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => {}
            // There is room again.
            Some(_) = running.join_next() => {}
            _ = tokio::time::timeout(patience, woken) => {}
        }
    }
    running.shutdown().await;
}

/// Begins operations while there is room for more.
async fn fill(service: &Arc<Service>, running: &mut JoinSet<()>) {
    while running.len() < service.config.bulk_operations {
        match claim(service).await {
            Ok(Some(operation)) => {
                running.spawn(one(service.clone(), operation));
            }
            Ok(None) => return,
            Err(error) => {
                tracing::error!(?error, "no operation could be claimed");
                return;
            }
        }
    }
}

/// Works one off. A fault is logged; the lease runs out, and the operation is tried again.
async fn one(service: Arc<Service>, operation: bulk_operation::Model) {
    let id = operation.id;
    if let Err(error) = run(&service, operation, |_| {}).await {
        tracing::error!(operation = %id, ?error, "an operation was broken off; it will be resumed");
    }
}
