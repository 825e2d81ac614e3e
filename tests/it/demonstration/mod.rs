//! What the documentation says of the demonstration, run against it: the README's walk, the cookbook, the example frontend.

mod frontend;
mod readme;

use cairn_tests::Demo;

/// A block of code of a document.
pub struct Snippet {
    /// What stands behind the opening fence: the language and what it is for.
    pub fence: String,
    /// The code.
    pub text: String,
}

/// The blocks of a document in the repository whose fences are among these, in order.
pub fn snippets(document: &str, fences: &[&str]) -> Vec<Snippet> {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(document);
    let text = std::fs::read_to_string(&file).unwrap();
    let mut found: Vec<Snippet> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        match line.strip_prefix("```") {
            Some("") => inside = false,
            Some(fence) if fences.contains(&fence) => {
                inside = true;
                found.push(Snippet { fence: fence.to_owned(), text: String::new() });
            }
            _ if inside => {
                if let Some(snippet) = found.last_mut() {
                    snippet.text.push_str(line);
                    snippet.text.push('\n');
                }
            }
            _ => {}
        }
    }
    found
}

/// Runs a script in a folder of its own, with what the demonstration told; it must succeed. Gives both outputs.
pub fn run(demo: &Demo, interpreter: &str, script: &str) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let output = demo.command(interpreter).arg("-c").arg(script).current_dir(folder.path()).output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{script}\n{stdout}\n{stderr}");
    (stdout.into_owned(), stderr.into_owned())
}
