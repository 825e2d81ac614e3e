//! Exports: everything of one kind as a file. What is asked for is in `source`, the columns of each kind in files of their own, writing in `run`,
//! and how the file is had again in `file` and `link`. The file lies in the database, in parts, so that every node serves it.

mod around;
mod attempts;
mod cell;
mod completions;
mod credentials;
mod enrollments;
mod file;
mod format;
mod learners;
mod link;
mod request;
mod results;
mod run;
mod source;
mod table;

pub(crate) use file::drop_personal;
pub use file::{Download, Found, drop_expired, drop_file, next_piece, open, written};
pub use format::Format;
pub use link::{Link, link};
pub use request::{ExportRequest, export_now, request};
pub use results::results_link;
pub(crate) use run::run;
pub use source::Source;
