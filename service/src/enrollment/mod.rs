//! Enrollments: a learner in one program version, from the waiting list to the end. What becomes of progress and scores is told by `completion`.

mod change;
mod enroll;
mod list;
mod make;
mod resolve;
mod row;
mod rules;
mod scene;
mod seats;
mod upsert;
mod withdraw;

pub use change::{Change, apply, lock};
pub use enroll::{NewEnrollment, enroll};
pub use list::{Filter, Listing, OrderField, Whose, find, list, visible_by_ids};
pub(crate) use make::insert;
pub use resolve::resolve;
pub use upsert::{EnrollmentRow, upsert};
pub(crate) use withdraw::give_up;
pub use withdraw::withdraw;
