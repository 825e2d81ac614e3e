//! Works off what commands left to be done, until told to stop. Any number of nodes may run one beside each other.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::{Service, bulk_operation, credential, enrollment, idempotency, issuance};

/// How long a worker sleeps when nobody wakes it: work of other nodes, and leases that ran out, are found this late.
const PATIENCE: Duration = Duration::from_secs(2);

/// Runs until `stopping` turns true. What is under way then is left at the end of its step; the next node goes on with it.
#[crate::boxed]
pub async fn run(service: Arc<Service>, mut stopping: watch::Receiver<bool>) {
    loop {
        let woken = service.wake.notified();
        tokio::pin!(woken);
        // From here on a wake is not missed, however long the work takes.
        woken.as_mut().enable();
        tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => return,
            () = work_off(&service) => {}
        }
        tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => return,
            () = look_after(&service) => {}
        }
        tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => return,
            _ = tokio::time::timeout(PATIENCE, woken) => {}
        }
    }
}

/// Finishes renewals and replacements that were broken off, tells of credentials that have expired, begins and ends enrollments whose time
/// has come, and forgets outcomes that were kept long enough. A fault is logged, and it is tried again.
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
}

/// Works off operations until there are none. A fault is logged; the lease runs out, and the operation is tried again.
async fn work_off(service: &Service) {
    loop {
        match bulk_operation::claim(service).await {
            Ok(None) => return,
            Ok(Some(operation)) => {
                let id = operation.id;
                if let Err(error) = bulk_operation::run(service, operation, |_| {}).await {
                    tracing::error!(operation = %id, ?error, "an operation was broken off; it will be resumed");
                }
            }
            Err(error) => {
                tracing::error!(?error, "no operation could be claimed");
                return;
            }
        }
    }
}
