//! What recognition counts for, and what becomes of an award when it is taken back.

use cairn_tests::{contract, ended, operation_text};
use serde_json::{Value, json};

use super::{call, component, learned, missing, outcome, recognized, refusals, school};
use crate::assessing::School;

/// An assessment for each of two modules, and one for none.
fn assessments() -> Value {
    json!([
        { "externalId": "quiz", "title": "Quiz", "kind": "QUIZ", "module": "m1", "passMark": 50.0, "weight": 1.0 },
        { "externalId": "lab", "title": "Lab", "kind": "PROJECT", "module": "m2", "passMark": 50.0, "weight": 1.0 },
        { "externalId": "final", "title": "Final", "kind": "EXAM", "passMark": 50.0, "weight": 2.0 },
    ])
}

async fn scored(school: &School, assessment: &str, score: f64) {
    let row = json!({ "externalId": assessment, "enrollment": { "externalId": "e0" }, "assessment": { "externalId": assessment },
        "score": score, "submittedAt": "2026-03-02T09:30:00Z", "gradedAt": "2026-03-03T09:30:00Z" });
    let made =
        school.provider.mutate(&contract("provider/record_results.graphql"), json!({ "rows": [row] })).await;
    assert_eq!(made["summary"]["failed"], 0, "{made}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_rule_the_assessments_of_a_recognized_module_need_not_be_taken() {
    let school = school(json!({ "assessments": assessments(), "passMark": 60.0 }), 1).await;
    recognized(&school, 0, &[component("m1")]).await;
    learned(&school, "e0", &["m2", "m3"]).await;
    let asked: Vec<String> = missing(&school, "e0").await.into_iter().map(|(asked, _)| asked).collect();
    assert_eq!(asked, ["Pass “Lab”", "Pass “Final”", "Reach an overall score of at least 60%"]);
    scored(&school, "final", 80.0).await;
    scored(&school, "lab", 50.0).await;
    let standing = school.standing("e0").await;
    // (50 + 2 × 80) / 3 reaches 60; with the quiz as nothing it would be 52.5.
    assert_eq!(standing["status"], "COMPLETED", "{standing}");
    assert_eq!(standing["progress"]["components"][0]["source"], "RECOGNIZED");
    assert_eq!(standing["attempts"]["nodes"].as_array().unwrap().len(), 2, "recognition is no attempt");
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_taken_by_its_word() {
    let rule = json!({ "allOf": [{ "componentCompleted": "m1" }, { "assessmentPassed": "quiz" }] });
    let school = school(json!({ "assessments": assessments(), "completionRule": rule }), 1).await;
    recognized(&school, 0, &[outcome("A"), outcome("B")]).await;
    let asked: Vec<String> = missing(&school, "e0").await.into_iter().map(|(asked, _)| asked).collect();
    assert_eq!(asked, ["Pass “Quiz”"], "the module is done, and the rule names the quiz");
    scored(&school, "quiz", 50.0).await;
    assert_eq!(school.standing("e0").await["status"], "COMPLETED");
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shares_and_one_outcome_of_two_count_for_what_they_are() {
    let school =
        school(json!({ "completionRule": { "componentShare": 66.0 }, "priorLearning": {} }), 1).await;
    let half = recognized(&school, 0, &[outcome("A")]).await;
    assert_eq!(half["status"], "GRANTED");
    let standing = school.standing("e0").await;
    assert_eq!(standing["progress"]["components"][0]["state"], "NOT_STARTED", "B is still to be shown");
    recognized(&school, 0, &[outcome("B"), component("m3")]).await;
    let standing = school.standing("e0").await;
    assert_eq!((&standing["status"], &standing["progress"]["percent"]), (&json!("COMPLETED"), &json!(100.0)));
    school.app.stop().await;
}

/// Completed by recognition and issued; the claim and the credential.
async fn awarded(school: &School) -> (Value, Value) {
    let claim = recognized(school, 0, &[component("m1"), outcome("C")]).await;
    learned(school, "e0", &["m3"]).await;
    let issue = json!({ "target": { "enrollments": [{ "externalId": "e0" }] } });
    let made = school.provider.mutate(&contract("provider/issue_credentials.graphql"), issue).await;
    let done = ended(&school.provider, made["bulkOperation"]["id"].as_str().unwrap()).await;
    assert_eq!(done["succeeded"], 1, "{done}");
    (claim, credential(school).await)
}

async fn credential(school: &School) -> Value {
    let read =
        "query($ref: EnrollmentRef!) { enrollment(ref: $ref) { status credential { id status document } } }";
    school.provider.data(read, json!({ "ref": { "externalId": "e0" } })).await["enrollment"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_counts_no_more_and_the_program_says_what_becomes_of_the_award() {
    for (policy, status) in [("KEEP", "ACTIVE"), ("SUSPEND", "SUSPENDED"), ("REVOKE", "REVOKED")] {
        let school = school(json!({ "maySuspend": true, "onRegrade": policy }), 1).await;
        let (claim, before) = awarded(&school).await;
        assert_eq!(
            (&before["status"], &before["credential"]["status"]),
            (&json!("COMPLETED"), &json!("ACTIVE"))
        );
        let marker = school.assessor("marker").await;
        let back = |targets: Value| json!({ "claim": claim["id"], "targets": targets, "reason": "The reference was forged" });
        let field = "takeBackPriorLearning";
        let mut wordless = back(Value::Null);
        wordless["reason"] = json!(" ");
        let required = |field: &str| [(field.to_owned(), "REQUIRED".to_owned())];
        assert_eq!(refusals(&marker, field, wordless).await, required("reason"));
        assert_eq!(refusals(&marker, field, back(json!([]))).await, required("targets"));
        let unknown = refusals(&marker, field, back(json!([outcome("C"), outcome("D")]))).await;
        assert_eq!(unknown, [("targets.1".to_owned(), "NOT_FOUND".to_owned())]);

        let after = call(&marker, field, back(json!([outcome("C")]))).await;
        assert_eq!(
            (&after["status"], &after["reason"]),
            (&json!("GRANTED"), &json!("The reference was forged"))
        );
        assert_eq!(after["parts"][0]["takenBackAt"], Value::Null);
        assert!(after["parts"][1]["takenBackAt"].is_string());
        let now = credential(&school).await;
        assert_eq!((&now["status"], &now["credential"]["status"]), (&json!("COMPLETED"), &json!(status)));
        let components = school.standing("e0").await["progress"]["components"].clone();
        assert_eq!(
            (&components[0]["source"], &components[1]["source"], &components[2]["source"]),
            (&json!("RECOGNIZED"), &Value::Null, &json!("LEARNED"))
        );
        let log = "{ auditLog(first: 9, filter: { actions: [\"enrollment.kept_completed\", \"prior_learning.taken_back\"] }) { totalCount } }";
        assert_eq!(school.provider.data(log, json!({})).await["auditLog"]["totalCount"], 2);
        let rest = call(&marker, field, back(Value::Null)).await;
        assert_eq!(rest["status"], "TAKEN_BACK");
        let nothing = refusals(&marker, field, back(Value::Null)).await;
        assert_eq!(nothing, [("claim".to_owned(), "CONFLICT".to_owned())]);
        school.app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_in_credit_is_a_share_of_what_the_program_gives() {
    let members = json!({ "credits": [{ "amount": "10", "scheme": "ECTS" }],
        "priorLearning": { "maxCredits": { "amount": "5", "scheme": "ECTS" } } });
    let school = school(members, 2).await;
    let granted = recognized(&school, 0, &[component("m3")]).await;
    assert_eq!(granted["status"], "GRANTED", "half of the hours, five of ten credits");
    let learner = school.learner(0).await;
    let more = call(&learner, "claimPriorLearning", super::claimed("e0", &[component("m1")])).await;
    let marker = school.assessor("marker").await;
    let refused =
        refusals(&marker, "decidePriorLearningClaim", super::decided(&more, &[component("m1")], &[])).await;
    assert_eq!(refused, [("parts".to_owned(), "LIMIT_REACHED".to_owned())]);
    let why = operation_text(&contract("provider/why_not_yet.graphql"), "WhyNotYet");
    let read = school.provider.data(&why, json!({ "enrollment": { "externalId": "e1" } })).await;
    let details: Vec<&str> = read["enrollment"]["whyNotYet"]["missing"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["detail"].as_str().unwrap())
        .collect();
    assert_eq!(details, ["not started; may be recognized if you have learned it before"; 3]);
    school.app.stop().await;
}
