//! Who watches an import: told after every batch, they may have it stop, and may keep what they are told to go on from there another time.

use std::future::{Future, ready};

use serde::{Deserialize, Serialize};

use super::Report;
use crate::error::Result;

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being worked on: a file, or `outcomes`.
    pub stage: &'static str,
    /// Rows done.
    pub done: u64,
    /// Rows in all.
    pub total: u64,
}

/// A place in an import: everything before it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The file, by its turn, or what comes after all of them.
    pub(super) stage: usize,
    /// Batches of it.
    pub(super) batches: u64,
}

/// What is kept to go on from: a place, and what there is to tell of all before it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The place.
    pub(crate) place: Place,
    /// What became of what lies before it.
    pub report: Report,
}

/// Who watches an import.
pub trait Watch: Send {
    /// Hears of a batch that is in, and may take bad rows out of the report. Whether the import is to go on.
    fn told(
        &mut self,
        now: Progress,
        place: Place,
        report: &mut Report,
    ) -> impl Future<Output = Result<bool>> + Send;
}

impl<F: FnMut(Progress) + Send + ?Sized> Watch for F {
    fn told(&mut self, now: Progress, _: Place, _: &mut Report) -> impl Future<Output = Result<bool>> + Send {
        self(now);
        ready(Ok(true))
    }
}
