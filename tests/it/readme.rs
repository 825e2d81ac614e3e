//! The README's walk through the demonstration, run as it stands.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use cairn_tests::cairn_command;
use serde_json::Value;

/// A demonstration that ends with the test.
struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        // It may have ended by itself; the test has failed then anyway.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start_demo() -> (Demo, Value) {
    let mut command = cairn_command(&[("CAIRN_LISTEN", "127.0.0.1:0")]);
    let mut demo = Demo(command.args(["demo", "--json"]).stdout(Stdio::piped()).spawn().unwrap());
    let mut text = String::new();
    for line in BufReader::new(demo.0.stdout.take().unwrap()).lines() {
        text.push_str(&line.unwrap());
        if let Ok(summary) = serde_json::from_str(&text) {
            return (demo, summary);
        }
    }
    panic!("the demo ended without a word: {text}");
}

/// The commands of the README that belong to the walk.
fn walk() -> String {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap();
    let mut script = "set -euo pipefail\n".to_owned();
    let mut inside = false;
    for line in readme.lines() {
        match line {
            "```sh walk" => inside = true,
            "```" => inside = false,
            line if inside => {
                script.push_str(line);
                script.push('\n');
            }
            _ => {}
        }
    }
    script
}

#[test]
fn the_walk_of_the_readme_works_as_written() {
    let (_demo, summary) = start_demo();
    let folder = tempfile::tempdir().unwrap();
    let mut bash = Command::new("bash");
    bash.arg("-c").arg(walk()).current_dir(folder.path());
    for (name, value) in summary["variables"].as_object().unwrap() {
        bash.env(name.to_uppercase(), value.as_str().unwrap());
    }
    let output = bash.output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stdout}\n{stderr}");
    assert!(!stdout.contains("\"errors\""), "{stdout}");
    for expected in [
        "\"Cyber Security Operations\"",   // the program, the credential
        "\"track\": \"audit\"",            // enrolled
        "\"outcome\": \"APPLIED\"",        // recorded
        "\"satisfied\": false",            // not yet
        "\"status\": \"GRADED\"",          // graded
        "\"status\": \"COMPLETED\"",       // and complete
        "\"status\": \"SUCCEEDED\"",       // issued
        "\"cryptosuite\"|eddsa-rdfc-2022", // signed
        "\"verdict\": \"VALID\"",          // stands
        "\"status\": \"REVOKED\"",         // revoked
        "\"verdict\": \"REVOKED\"",        // and found so
        "\"credentialsIssued\"",           // counted
        "\"slug\": \"harbor\"",            // an issuer of one's own
        "\"status\": \"PUBLISHED\"",       // its program
    ] {
        let found = expected
            .split('|')
            .any(|alternative| stdout.contains(alternative) || stderr.contains(alternative));
        assert!(found, "{expected} is missing:\n{stdout}\n{stderr}");
    }
    assert!(stdout.to_lowercase().contains("<title>"), "the page has a title:\n{stdout}");
}
