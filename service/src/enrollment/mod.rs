//! Enrollments: a learner in one program version, from the waiting list to the end. What becomes of progress and scores is told by `completion`.

mod carry;
mod change;
mod due;
mod enroll;
mod history;
mod list;
mod make;
mod resolve;
mod row;
mod rules;
mod scene;
mod seats;
mod track;
mod transfer;
mod upsert;
mod withdraw;

pub use carry::{Carried, CarriedKind};
pub use change::{Change, apply, lock};
pub use due::keep_time;
pub use enroll::{NewEnrollment, enroll};
pub use history::{History, changes_of, count_changes, visible_changes};
pub use list::{Filter, Listing, OrderField, Whose, find, list, visible_by_ids};
pub(crate) use make::{candidate, insert};
pub use resolve::resolve;
pub use track::change_track;
pub(crate) use transfer::transfer_in;
pub use transfer::{Transfer, Transferred, transfer};
pub use upsert::{EnrollmentRow, upsert};
pub use withdraw::withdraw;
pub(crate) use withdraw::{give_up, leave};
