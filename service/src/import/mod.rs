//! Imports: rows of a file that was uploaded, each taken in by the very command that takes in such rows by GraphQL. Uploading is in `upload`, reading files in
//! `sheet`, what a row says in `rows`, asking in `request`, working it off in `run`. Bundles of OneRoster, which `oneroster` imports, are in `bundle`.

mod bundle;
mod fields;
mod request;
mod rows;
mod run;
mod sheet;
mod upload;

pub use bundle::report;
pub use request::{ImportKind, ImportRequest, request};
pub(crate) use run::run;
pub use sheet::FileFormat;
pub use upload::{Receiving, drop_expired, receive};
pub(crate) use upload::{drop_waiting, release};
