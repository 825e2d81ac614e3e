//! Many rows at once: cut to fit statements, which carry at most so many parameters, and grouped by what they belong to.

use std::collections::HashMap;
use std::hash::Hash;

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

/// Rows by what they belong to, each group in the order of the rows.
pub fn grouped<K: Hash + Eq, T>(rows: Vec<T>, key: impl Fn(&T) -> K) -> HashMap<K, Vec<T>> {
    let mut groups: HashMap<K, Vec<T>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}
