//! Works off what commands left to be done, until told to stop. Any number of nodes may run one beside each other.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::{
    Service, budget, bulk_operation, credential, enrollment, export, idempotency, import, issuance, notice,
    webhook,
};

/// How long a worker sleeps when nobody wakes it: work of other nodes, and leases that ran out, are found this late.
const PATIENCE: Duration = Duration::from_secs(2);

/// Runs until `stopping` turns true: works bulk operations off, has webhooks and notices sent, and beside that looks after what is due. What is under way then is left at the end of
/// its step; the next node goes on with it.
#[crate::boxed]
pub async fn run(service: Arc<Service>, stopping: watch::Receiver<bool>) {
    // Beside each other: none waits for what the others have to do.
    let operations = bulk_operation::slots::work_off(service.clone(), stopping.clone(), PATIENCE);
    let webhooks = webhook::run(service.clone(), stopping.clone());
    let notices = notice::run(service.clone(), stopping.clone());
    tokio::join!(operations, webhooks, notices, keep_looking(&service, stopping));
}

async fn keep_looking(service: &Service, mut stopping: watch::Receiver<bool>) {
    loop {
        let woken = service.wake.notified();
        tokio::pin!(woken);
        // From here on a wake is not missed, however long the work takes.
        woken.as_mut().enable();
        tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => return,
            () = look_after(service) => {}
        }
        tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => return,
            _ = tokio::time::timeout(PATIENCE, woken) => {}
        }
    }
}

/// Finishes renewals and replacements that were broken off, tells of credentials that have expired, begins and ends enrollments whose time
/// has come, forgets outcomes that were kept long enough, and drops files and rows whose time is over. A fault is logged, and it is tried again.
async fn look_after(service: &Service) {
    if let Err(error) = issuance::resume(service).await {
        tracing::error!(?error, "what was broken off could not be finished");
    }
    if let Err(error) = credential::tell_expired(service).await {
        tracing::error!(?error, "of expired credentials nobody could be told");
    }
    if let Err(error) = enrollment::keep_time(service).await {
        tracing::error!(?error, "enrollments whose time has come could not be begun or ended");
    }
    if let Err(error) = idempotency::prune(service).await {
        tracing::error!(?error, "outcomes that are kept no longer could not be deleted");
    }
    if let Err(error) = budget::forget_full(service).await {
        tracing::error!(?error, "budgets that are full again could not be forgotten");
    }
    if let Err(error) = export::drop_expired(service).await {
        tracing::error!(?error, "files whose time is over could not be dropped");
    }
    if let Err(error) = import::drop_expired(service).await {
        tracing::error!(?error, "uploads whose time is over could not be dropped");
    }
    if let Err(error) = notice::drop_old(service).await {
        tracing::error!(?error, "notices that are kept no longer could not be deleted");
    }
    if let Err(error) = bulk_operation::drop_expired_rows(service).await {
        tracing::error!(?error, "rows of operations whose time is over could not be dropped");
    }
}
