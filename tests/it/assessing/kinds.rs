//! A program assessed by a portfolio that an expert approves and by a peer review, end to end: handed in with evidence, judged, complete, in the credential.

use cairn_tests::{contract, ended};
use serde_json::{Value, json};

use super::{GRADE, SUBMIT, School, at, attempt_of};

const TASKS: &str = "{ reviewTasks(first: 9) { nodes { id evidence { name digest } } } }";
const REVIEW: &str = "mutation($input: SubmitReviewInput!) { submitReview(input: $input) { userErrors { field message code } } }";
const STANDS: &str = "query($ref: EnrollmentRef!) { enrollment(ref: $ref) { status whyNotYet { satisfied missing { requirement detail } }
    attempts(first: 9) { nodes { status passed evidence { name url digest } assessment { kind grading } } } } }";

fn evidence(n: usize) -> Value {
    json!([{ "name": format!("Work {n}"), "url": format!("https://work.example/{n}"),
        "digest": "zQmYtUc4iTCbbfVSDNKvtQqrfyezPPnFvE33wFmutw9PBBk", "description": "Three pieces with a reflection" }])
}

async fn stands(school: &School, n: usize) -> Value {
    let named = json!({ "ref": { "externalId": format!("e{n}") } });
    school.provider.data(STANDS, named).await["enrollment"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portfolio_and_a_peer_review_lead_to_a_credential() {
    let portfolio = json!({ "externalId": "portfolio", "title": "Portfolio", "kind": "PORTFOLIO", "grading": "EXPERT", "passMark": 50.0, "weight": 2.0 });
    let review = json!({ "externalId": "review", "title": "Review", "kind": "PEER_REVIEW", "grading": "PEER", "passMark": 60.0, "graders": { "needed": 2 } });
    let rule = json!({ "allOf": [{ "evidenceApproved": "portfolio" }, { "assessmentPassed": "review" }] });
    let school =
        School::open_with(json!({ "assessments": [portfolio, review], "completionRule": rule }), 3).await;
    let marker = school.assessor("marker").await;
    for n in 0..3 {
        for assessment in ["portfolio", "review"] {
            let mut input = at(&format!("e{n}"), assessment);
            input["evidence"] = evidence(n);
            let made = school.learner(n).await.mutate(SUBMIT, input).await;
            assert_eq!(made["attempt"]["status"], "SUBMITTED");
            if assessment == "portfolio" && n > 0 {
                marker.mutate(GRADE, json!({ "attempt": attempt_of(&made), "score": 80.0 })).await;
            }
        }
    }
    for n in 0..3 {
        let learner = school.learner(n).await;
        let tasks = learner.data(TASKS, json!({})).await["reviewTasks"]["nodes"].clone();
        let tasks = tasks.as_array().unwrap();
        assert_eq!(tasks.len(), 2, "of three, each reviews both others");
        for task in tasks {
            assert_eq!(task["evidence"][0]["digest"], evidence(n)[0]["digest"]);
            learner.mutate(REVIEW, json!({ "task": task["id"], "score": 70.0, "feedback": "Good" })).await;
        }
    }
    // Who has no approved portfolio yet is told so, and nothing else.
    let waits = stands(&school, 0).await;
    assert_eq!(waits["status"], "ACTIVE");
    assert_eq!(
        waits["whyNotYet"]["missing"],
        json!([{ "requirement": "Have your evidence for “Portfolio” approved", "detail": "needs 50 of 100 points; handed in, waits for its grade" }])
    );
    let done = stands(&school, 1).await;
    assert_eq!(done["status"], "COMPLETED", "{done}");
    let kinds: Vec<(&Value, &Value)> = done["attempts"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["assessment"]["kind"], &one["passed"]))
        .collect();
    assert!(kinds.contains(&(&json!("PORTFOLIO"), &json!(true))), "{kinds:?}");
    assert!(kinds.contains(&(&json!("PEER_REVIEW"), &json!(true))), "{kinds:?}");

    let target = json!({ "target": { "everyoneEligibleIn": { "externalId": "course" } } });
    let made = school.provider.mutate(&contract("provider/issue_credentials.graphql"), target).await;
    let operation = ended(&school.provider, made["bulkOperation"]["id"].as_str().unwrap()).await;
    assert_eq!((&operation["succeeded"], &operation["failed"]), (&json!(2), &json!(0)), "{operation}");
    let list = "{ credentials(first: 9) { nodes { document } } }";
    let document =
        school.provider.data(list, json!({})).await["credentials"]["nodes"][0]["document"].to_string();
    for said in
        ["Portfolio", "Review", "https://work.example/", "zQmYtUc4iTCbbfVSDNKvtQqrfyezPPnFvE33wFmutw9PBBk"]
    {
        assert!(document.contains(said), "{said}: {document}");
    }
    school.app.stop().await;
}
