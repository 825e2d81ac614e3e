//! The cookbook `docs/api.md`, run as it stands: the recipes of each language in their order, against a demonstration of their own.

use cairn_tests::Demo;

use super::{run, snippets};

/// The recipes of a language, as one script.
fn recipes(language: &str) -> String {
    let found = snippets("docs/api.md", &format!("{language} recipe"));
    assert!(found.len() > 3, "{language}: {} recipes", found.len());
    found.concat()
}

/// Complains about what a script did not say.
fn told(said: &str, expected: &[&str]) {
    let missing: Vec<&&str> = expected.iter().filter(|text| !said.contains(**text)).collect();
    assert!(missing.is_empty(), "missing: {missing:?}\n{said}");
}

#[test]
fn every_recipe_has_a_language_that_is_run() {
    let languages = ["sh recipe", "ts recipe", "py recipe"];
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/api.md")).unwrap();
    let fences = text.lines().filter_map(|line| line.strip_prefix("```")).filter(|fence| !fence.is_empty());
    assert_eq!(fences.filter(|fence| !languages.contains(fence)).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn the_recipes_for_curl_work_as_written() {
    let (said, complaints) =
        run(&Demo::start(), "bash", &["-c", &format!("set -euo pipefail\n{}", recipes("sh"))]);
    assert_eq!(complaints, "");
    told(
        &said,
        &[
            "\"name\": \"Amara Okafor\"",
            "\"message\": \"there is no such program\"",
            "\"requirement\": \"Pass “Incident report”\"",
            "\"outcome\": \"APPLIED\"",
            "[{\"outcome\":\"CREATED\"}]\nthe first is not a replay\n[{\"outcome\":\"CREATED\"}]\n",
            "idempotent-replayed: true",
            "{\"status\":\"SUCCEEDED\"}",
            "event: complete\n",
            "\"completionRate\": 0.25",
            "\"verdict\": \"VALID\"",
            "\"BitstringStatusListCredential\"",
            "\"slug\": \"quay\"",
            "\"email\": \"office@quay.example\"",
            "\"PROGRAMS_WRITE\"",
        ],
    );
}

#[test]
fn the_recipes_in_python_work_as_written() {
    let (said, _) = run(&Demo::start(), "python3", &["-c", &recipes("py")]);
    told(
        &said,
        &[
            "46 programs, ",
            "row 3: email must be an e-mail address (INVALID)",
            "{'created': 0, 'updated': 0, 'unchanged': 3, 'failed': 0}",
            "{'applied': 0, 'duplicate': 3, 'stale': 0, 'rejected': 0}",
            "SUCCEEDED [",
            "('ISSUED', []), ('ISSUED', [])",
            "('NOT_ELIGIBLE', ['it was revoked; name the enrollment to award it again'])",
            "py-1 ACTIVE http://localhost:",
            "arrived: webhook.ping\narrived: credential.issued\n",
            "Cyber Security Operations,2026-09-01,4,1,0.25",
            "SUCCEEDED programId,programExternalId,programTitle,enrolled,",
            "\nVALID\nINVALID and not theirs\nINVALID ['PROOF']\n",
            " credential.issued API_KEY Credential",
        ],
    );
}

#[test]
fn the_recipes_in_typescript_compile_under_strict_and_work_as_written() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("recipes.ts");
    std::fs::write(&program, recipes("ts")).unwrap();
    let tool = concat!(env!("CARGO_MANIFEST_DIR"), "/clients/run.mjs");
    let (said, _) = run(&Demo::start(), "node", &[tool, program.to_str().unwrap()]);
    told(
        &said,
        &[
            "46 programs, from Analyze data to Supply Chain Technology\n",
            "track: the program's version has no track of this code (INVALID)\nACTIVE on audit\n",
            "Incident report, attempt 2 of 2: SUBMITTED\n60 of 100, and the course is COMPLETED\n",
            "nm-1001 Amara Okafor: COMPLETED\n",
            "COMPLETED 2 ",
            "the operation has ended: SUCCEEDED\n",
        ],
    );
}
