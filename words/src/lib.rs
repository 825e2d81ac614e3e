//! What people read, in their language. Every message of `locales/` is a function of [`Words`], made when this crate is built; days, moments and
//! numbers are written as is usual where the language is spoken. No I/O, no clock.

mod choose;
mod format;
mod join;
mod language;
mod messages;

pub use chrono_tz::Tz;
pub use language::{Language, is_right_to_left};
pub use messages::{Count, MESSAGES, Words};
