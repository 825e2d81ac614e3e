//! Enrollments: a learner in one program version, from the waiting list to the end. What becomes of progress and scores is told by `completion`.

mod change;
mod resolve;

pub use change::{Change, apply, lock};
pub use resolve::resolve;
