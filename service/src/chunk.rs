//! Statements carry at most so many parameters; long lists are cut to fit.

/// Parameters that one statement may carry on both databases (SQLite: 32,766; PostgreSQL: 65,535).
const PARAMETERS: usize = 30_000;

/// Cuts rows of so many columns into statements that fit.
pub fn rows<T>(rows: Vec<T>, columns: usize) -> Vec<Vec<T>> {
    let size = (PARAMETERS / columns.max(1)).clamp(1, 1_000);
    let mut chunks = Vec::new();
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        chunks.push(rows.by_ref().take(size).collect());
    }
    chunks
}
