//! What the black-box tests stand on: a real server on a free port with a database of its own, and clients for every role.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up fails at once")]

mod app;
mod client;
mod course;
mod database;
mod demo;
mod documented;
mod dump;
mod dying;
mod elsewhere;
mod full_program;
mod idp;
mod process;
mod signer;
mod websocket;
mod world;

pub use app::{TestApp, TestIssuer, sending};
pub use client::{Answer, Client, http, user_error};
pub use course::{Course, ended};
pub use database::Backend;
pub use demo::Demo;
pub use documented::{Documented, LEARNER_DID, LEARNER_EMAIL, WORK};
pub use dump::{tables_with, text_columns};
pub use dying::{child, child_service, dies, told};
pub use elsewhere::{Elsewhere, Post, Reply};
pub use full_program::{SKILLS, full_program};
pub use idp::{AUDIENCE, TestProvider};
pub use process::{cairn, cairn_binary, cairn_command};
pub use signer::{Beside, Mood, SIGNER_TOKEN, TestSigner};
pub use websocket::{Subscribed, first_message};
pub use world::{Half, World};

/// The operation documents of the consumer contract, by folder and file name.
pub fn contract(path: &str) -> String {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("contract").join(path);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// One operation of a document, on its own.
pub fn operation_text(document: &str, name: &str) -> String {
    let begins =
        |line: &str| ["query ", "mutation ", "subscription "].iter().any(|kind| line.starts_with(kind));
    let mut text = String::new();
    let mut inside = false;
    for line in document.lines() {
        if begins(line) {
            let found = line.split([' ', '(', '{']).nth(1).unwrap_or_default();
            inside = found == name;
        }
        if inside {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}
