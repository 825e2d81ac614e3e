//! The README's walk through the demonstration, run as it stands.

use cairn_tests::Demo;

use super::{run, snippets};

#[test]
fn the_walk_of_the_readme_works_as_written() {
    let walk = snippets("README.md", "sh walk").concat();
    let (stdout, stderr) = run(&Demo::start(), "bash", &["-c", &format!("set -euo pipefail\n{walk}")]);
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
