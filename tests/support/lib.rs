//! What the black-box tests stand on: a real server on a free port with a database of its own, and clients for every role.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails at once")]

mod app;
mod client;
mod database;

pub use app::{TestApp, TestIssuer};
pub use client::{Answer, Client, user_error};
pub use database::Backend;

/// The operation documents of the consumer contract, by folder and file name.
pub fn contract(path: &str) -> String {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("contract").join(path);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}
