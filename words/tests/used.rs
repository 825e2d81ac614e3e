//! Every message is used somewhere: one that nobody says is not translated for nothing.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails at once")]

use std::fs;
use std::path::Path;

use cairn_words::MESSAGES;

fn sources(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn every_message_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut code = String::new();
    for part in ["api/src", "service/src", "words/src"] {
        sources(&root.join(part), &mut code);
    }
    let is_used = |id: &str| {
        let name = id.replace('-', "_");
        code.contains(&format!(".{name}(")) || code.contains(&format!("Words::{name}"))
    };
    let unused: Vec<&str> = MESSAGES.into_iter().filter(|id| !is_used(id)).collect();
    assert_eq!(unused, Vec::<&str>::new());
}
