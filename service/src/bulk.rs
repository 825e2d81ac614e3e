//! What calls with many rows share: an outcome for each row, counts over all, and the limit on how many.

use std::collections::HashMap;
use std::hash::Hash;

use crate::error::{Error, Result, UserError, UserErrorCode};

/// Most rows in one call.
pub const MOST_ROWS: usize = 1_000;

/// What became of a row that creates or updates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UpsertOutcome {
    /// Made.
    Created,
    /// Changed.
    Updated,
    /// Already so.
    Unchanged,
    /// Refused; see its errors.
    Failed,
}

/// One row's outcome.
#[derive(Clone, Debug)]
pub struct RowOutcome<T> {
    /// Place in the input, from 0.
    pub index: usize,
    /// What became of it.
    pub outcome: UpsertOutcome,
    /// The row as it now is; none where it failed.
    pub value: Option<T>,
    /// Why it failed; paths begin at the input (`rows.3.email`).
    pub errors: Vec<UserError>,
}

impl<T> RowOutcome<T> {
    /// A row that went in.
    pub fn of(index: usize, outcome: UpsertOutcome, value: T) -> Self {
        Self { index, outcome, value: Some(value), errors: Vec::new() }
    }

    /// A row that was refused.
    pub fn failed(index: usize, errors: Vec<UserError>) -> Self {
        Self { index, outcome: UpsertOutcome::Failed, value: None, errors }
    }

    /// A row without effect, because a later one has the same key.
    pub fn superseded(index: usize, winner: usize, value: Option<T>) -> Self {
        let message = format!("row {winner} has the same key, comes later and wins");
        let error = UserError::at(&format!("rows.{index}"), UserErrorCode::Conflict, message);
        Self { index, outcome: UpsertOutcome::Unchanged, value, errors: vec![error] }
    }
}

/// For each row the last later one with the same key, which wins over it. Rows without a key (those that are refused anyway) neither win nor lose.
pub fn winners<K: Hash + Eq>(keys: impl IntoIterator<Item = Option<K>>) -> Vec<Option<usize>> {
    let keys: Vec<Option<K>> = keys.into_iter().collect();
    let last: HashMap<&K, usize> =
        keys.iter().enumerate().filter_map(|(index, key)| Some((key.as_ref()?, index))).collect();
    let winner = |(index, key): (usize, &Option<K>)| {
        key.as_ref().and_then(|key| last.get(key)).copied().filter(|last| *last != index)
    };
    keys.iter().enumerate().map(winner).collect()
}

/// Refuses more rows than a call may have; `field` is where they stand in the input.
pub fn check_count(field: &str, rows: usize) -> Result<()> {
    if rows <= MOST_ROWS {
        return Ok(());
    }
    Err(Error::user(
        field,
        UserErrorCode::LimitReached,
        format!("at most {MOST_ROWS} rows a call; these are {rows}"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_row_of_a_key_wins() {
        let keys = [Some("a"), Some("b"), Some("a"), None, Some("a"), None];
        assert_eq!(winners(keys), [Some(4), None, Some(4), None, None, None]);
    }
}
