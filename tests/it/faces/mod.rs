//! What a learner keeps and an employer sees: files, pages, and how they are shared.

mod files;
mod languages;
mod sharing;
mod template;
mod verifying;

pub use verifying::submit;

use std::io::Write;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cairn_service::patch::Patch;
use cairn_service::program::terms::Branding;
use cairn_tests::{Course, TestApp};
use serde_json::{Value, json};

pub const TINY_PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

pub async fn issued(app: &TestApp, slug: &str, branding: Patch<Branding>) -> (Course, Value) {
    let course = Course::publish(app, slug).await;
    if branding != Patch::Keep {
        course.revise(|new| new.branding = branding).await;
    }
    course.enroll(1, None).await;
    course.complete([0]).await;
    course.issue_to_everyone().await;
    let credential = course.credentials().await.remove(0);
    (course, credential)
}

pub async fn bytes(app: &TestApp, address: &str) -> Vec<u8> {
    let answer = app.anonymous().get(address, "*/*").await;
    assert_eq!(answer.status(), 200, "{address}");
    answer.bytes().await.unwrap().to_vec()
}

pub async fn verdict(app: &TestApp, file: &[u8]) -> Value {
    let verify = "query($input: VerifyCredentialInput!) { verifyCredential(input: $input) { verdict } }";
    let input = json!({ "input": { "credential": { "file": STANDARD.encode(file) } } });
    app.anonymous().data(verify, input).await["verifyCredential"]["verdict"].clone()
}

/// The letters of a text alone: tools that read PDF put blanks between the forms of Arabic letters, mark changes of direction, and move vowel signs.
pub fn letters(text: &str) -> String {
    let is_sign = |letter| matches!(letter, '\u{64b}'..='\u{652}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|letter| !letter.is_whitespace() && !is_sign(*letter)).collect()
}

/// What a tool of others says of a file; it has to be content with it.
pub fn tool(name: &str, before: &[&str], file: &[u8], after: &[&str]) -> String {
    let mut kept = tempfile::NamedTempFile::new().unwrap();
    kept.write_all(file).unwrap();
    let output = Command::new(name).args(before).arg(kept.path()).args(after).output();
    let output = output.unwrap_or_else(|error| panic!("{name} is missing (tests/run installs it): {error}"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && output.stderr.is_empty(), "{name}: {said} {output:?}");
    said
}
