//! What the documentation says of the demonstration, run against it: the README's walk, the cookbook, the example frontend, a page
//! for each standing.

mod cookbook;
mod frontend;
mod graphiql;
mod readme;
mod standings;

use cairn_tests::Demo;

/// The blocks of code of a document in the repository whose fence is this, in order.
pub fn snippets(document: &str, fence: &str) -> Vec<String> {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(document);
    let text = std::fs::read_to_string(&file).unwrap();
    let mut found = Vec::new();
    let mut lines = text.lines();
    while lines.any(|line| line.strip_prefix("```") == Some(fence)) {
        let block = lines.by_ref().take_while(|line| *line != "```");
        found.push(block.flat_map(|line| [line, "\n"]).collect());
    }
    found
}

/// Runs a command in a folder of its own, with what the demonstration told; it must succeed. Gives both outputs.
pub fn run(demo: &Demo, program: &str, arguments: &[&str]) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = demo.command(program);
    command.env("CAIRN", demo.address()).args(arguments).current_dir(folder.path());
    let output = command.output().unwrap_or_else(|error| panic!("{program} cannot be run: {error}"));
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{arguments:?}\n{stdout}\n{stderr}");
    (stdout.into_owned(), stderr.into_owned())
}
