//! What calls with many rows share: the counts of what became of them.

use async_graphql::SimpleObject;
use cairn_service::bulk::{RowOutcome, UpsertOutcome};

/// How many rows met which end.
#[derive(SimpleObject, Clone, Debug, Default)]
pub struct UpsertSummary {
    /// Rows.
    total: usize,
    /// Made.
    created: usize,
    /// Changed.
    updated: usize,
    /// Already so.
    unchanged: usize,
    /// Refused.
    failed: usize,
}

impl UpsertSummary {
    /// Counts outcomes.
    pub fn of<T>(rows: &[RowOutcome<T>]) -> Self {
        let count = |outcome| rows.iter().filter(|row| row.outcome == outcome).count();
        Self {
            total: rows.len(),
            created: count(UpsertOutcome::Created),
            updated: count(UpsertOutcome::Updated),
            unchanged: count(UpsertOutcome::Unchanged),
            failed: count(UpsertOutcome::Failed),
        }
    }
}
