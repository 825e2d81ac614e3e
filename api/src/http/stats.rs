//! What one request costs: its SQL statements, counted wherever they run within it.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use cairn_service::db::STATEMENTS;

/// The counters of one request. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct RequestStats {
    statements: Arc<AtomicU32>,
}

impl RequestStats {
    /// SQL statements so far.
    pub fn statements(&self) -> u32 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Runs a future whose SQL statements are counted here.
    pub async fn scope<F: Future>(&self, future: F) -> F::Output {
        STATEMENTS.scope(self.statements.clone(), future).await
    }

    /// The counters of the request that the current task works for; fresh ones outside a request.
    pub fn current() -> Self {
        Self { statements: STATEMENTS.try_with(Arc::clone).unwrap_or_default() }
    }
}
