//! What calls with many rows share: an outcome for each row, counts over all, and the limit on how many.

use crate::error::{Error, Result, UserError, UserErrorCode};

/// Most rows in one call.
pub const MOST_ROWS: usize = 1_000;

/// What became of a row that creates or updates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
