//! `examples/lms-frontend`, compiled and run as Amara of the demonstration.

use std::process::Command;

use cairn_tests::{Demo, ended};
use serde_json::json;
use tempfile::TempDir;

/// The frontend, compiled.
struct Frontend<'a> {
    demo: &'a Demo,
    folder: TempDir,
}

impl<'a> Frontend<'a> {
    fn compile(demo: &'a Demo) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let tool = concat!(env!("CARGO_MANIFEST_DIR"), "/clients/frontend.mjs");
        let output = Command::new("node").arg(tool).arg(folder.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Self { demo, folder }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.demo.command("node");
        command.arg(self.folder.path().join("dist/terminal.js")).args(arguments);
        command.env("CAIRN", self.demo.address());
        command
    }

    /// What it says where it does what it is asked to.
    fn says(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What it says where it does not.
    fn complains(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {output:?}");
        String::from_utf8(output.stderr).unwrap()
    }
}

const GRADE: &str = "mutation($input: GradeAttemptInput!) { gradeAttempt(input: $input) {
    attempt { status passed } userErrors { field message code } } }";
const ISSUE: &str = "mutation($input: IssueCredentialsInput!) { issueCredentials(input: $input) {
    bulkOperation { id } userErrors { field message code } } }";

/// The assessor grades what waits, and the university issues to who is due.
async fn grade_and_issue(demo: &Demo) {
    let assessor = demo.client("ASSESSOR");
    let queue = "{ attempts(first: 10, filter: { statuses: [SUBMITTED] }) { nodes {
        id assessment { rubric { id levels { points } } } } } }";
    let waiting = assessor.data(queue, json!({})).await;
    for attempt in waiting["attempts"]["nodes"].as_array().unwrap() {
        let criteria = attempt["assessment"]["rubric"].as_array().unwrap().iter();
        let best = criteria.map(
            |criterion| json!({ "criterion": criterion["id"], "points": criterion["levels"][2]["points"] }),
        );
        let input = json!({ "attempt": { "id": attempt["id"] }, "rubricScores": best.collect::<Vec<_>>() });
        assert_eq!(assessor.mutate(GRADE, input).await["attempt"]["passed"], true);
    }
    let provider = demo.client("PROVIDER");
    let target = json!({ "target": { "everyoneEligibleIn": { "externalId": "cyber-security" } } });
    let operation = provider.mutate(ISSUE, target).await["bulkOperation"]["id"].clone();
    ended(&provider, operation.as_str().unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_learner_signs_in_hands_in_and_finds_the_credential() {
    let demo = Demo::start();
    let frontend = Frontend::compile(&demo);
    let stranger = frontend.command(&["dashboard"]).env("LEARNER", "nobody").output().unwrap();
    assert_eq!(stranger.status.code(), Some(1));
    assert_eq!(String::from_utf8(stranger.stderr).unwrap(), "sign in again\n");

    let dashboard = frontend.says(&["dashboard"]);
    assert!(dashboard.starts_with("Amara Okafor\n"), "{dashboard}");
    assert!(dashboard.contains("Cyber Security Operations, Northmoor University"), "{dashboard}");
    assert!(dashboard.contains("missing: Pass “Incident report”"), "{dashboard}");
    assert_eq!(frontend.says(&["credentials"]), "");

    assert!(frontend.says(&["enroll", "statistics", "audit"]).ends_with("ACTIVE\n"));
    let dashboard = frontend.says(&["dashboard", "1"]);
    let (first, second) = dashboard.split_once("page 2, of 2 enrollments").unwrap();
    assert!(first.contains("Statistics for Decisions") && !first.contains("Cyber Security"), "{dashboard}");
    assert!(second.contains("Cyber Security Operations"), "{dashboard}");
    assert!(!dashboard.contains("# Final exam"), "an exam is not handed in: {dashboard}");

    let task = dashboard.lines().find_map(|line| line.trim().strip_prefix("hand in: ")).unwrap();
    let named: Vec<&str> = task.split_whitespace().take(3).collect();
    let submit = [named[0], named[1], named[2], "The report", "https://work.example/report"];
    let handed_in = frontend.says(&submit);
    assert_eq!(handed_in, "handed in: Incident report, attempt 2 of 2: SUBMITTED\n");
    assert!(frontend.complains(&submit).starts_with("not done: LIMIT_REACHED\n"));
    assert!(frontend.complains(&["enroll", "nothing"]).contains("program: there is no such program"));
    assert!(frontend.complains(&["dashboard", "1000"]).starts_with("refused: BAD_REQUEST\n"));

    grade_and_issue(&demo).await;
    let credentials = frontend.says(&["credentials"]);
    let (what, page) = credentials.trim().rsplit_once(' ').unwrap();
    assert!(what.starts_with("Cyber Security Operations, ") && what.ends_with(", active"), "{credentials}");
    let anyone = demo.client("LEARNER");
    let path = page.strip_prefix(demo.told("CAIRN")).unwrap();
    assert!(anyone.get(path, "text/html").await.status().is_success());
    assert!(frontend.says(&["dashboard"]).contains(&format!("earned: {what} {page}")));
}
