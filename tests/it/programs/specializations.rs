//! Two specializations that share a course: courses in their order and a capstone; the shared course is done once, and counts in both.

use cairn_tests::TestApp;
use serde_json::{Value, json};

use super::{Academy, asked, by_code, programs};

const FILE: &str = "specializations.json";

/// A course done from its first week to its quiz.
async fn pass(academy: &Academy<'_>, course: &str, at: &str) {
    academy.enroll("bo", &[course], at).await;
    for week in 1..=3 {
        academy.done(course, "bo", &format!("{course}-{week}"), at).await;
    }
    academy.scored(course, "bo", &format!("{course}-quiz"), 80.0, at).await;
    assert_eq!(academy.standing(course, "bo").await["status"], "COMPLETED");
}

async fn states(academy: &Academy<'_>, program: &str) -> Vec<Value> {
    let standing = academy.standing(program, "bo").await;
    standing["progress"]["components"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shared_course_is_done_once_and_its_credit_counts_once() {
    let app = TestApp::start().await;
    let academy = Academy::open(&app, FILE).await;
    academy.travel("2027-06-01T10:00:00Z");
    let both = ["machine-learning", "business-analytics"];
    academy.enroll("bo", &both, "2027-01-05T10:00:00Z").await;

    // The shared course is the second of one, the first of the other.
    pass(&academy, "stats-python", "2027-02-01T10:00:00Z").await;
    let second = &states(&academy, "machine-learning").await[1];
    assert_eq!(second["lockedReason"], "opens once “Python for Data” is complete", "{second}");
    assert_eq!(second["german"], "wird freigeschaltet, sobald „Python for Data“ abgeschlossen ist");
    let first = &states(&academy, "business-analytics").await[0];
    assert_eq!((&first["state"], &first["lockedReason"]), (&json!("COMPLETED"), &Value::Null));
    pass(&academy, "python-basics", "2027-03-01T10:00:00Z").await;
    let done = states(&academy, "machine-learning").await;
    assert_eq!((&done[1]["state"], &done[1]["lockedReason"]), (&json!("COMPLETED"), &Value::Null));
    let enrollments = "{ enrollments(program: { externalId: \"stats-python\" }, first: 5) { totalCount } }";
    let taken = academy.provider.data(enrollments, json!({})).await;
    assert_eq!(taken["enrollments"]["totalCount"], 1, "it was taken once");

    // A capstone before its time is kept, and counts once it is open.
    academy.scored("machine-learning", "bo", "ml-capstone-project", 85.0, "2027-03-02T10:00:00Z").await;
    let standing = academy.standing("machine-learning", "bo").await;
    assert_eq!(standing["status"], "ACTIVE");
    assert_eq!(asked(&standing)[0], "Complete “Models that Learn”", "{standing}");
    pass(&academy, "models", "2027-04-01T10:00:00Z").await;
    let standing = academy.standing("machine-learning", "bo").await;
    assert_eq!(
        (&standing["status"], &standing["completedAt"]),
        (&json!("COMPLETED"), &json!("2027-04-01T10:00:00Z"))
    );
    assert_eq!(academy.credential("machine-learning", "bo").await["status"], "ACTIVE");
    assert_eq!(academy.standing("data-professional", "bo").await, Value::Null, "one of two");

    pass(&academy, "dashboards", "2027-05-01T10:00:00Z").await;
    academy.scored("business-analytics", "bo", "ba-capstone-project", 69.0, "2027-05-02T10:00:00Z").await;
    let standing = academy.standing("business-analytics", "bo").await;
    assert_eq!(standing["status"], "ACTIVE", "70 of 100 are asked for: {standing}");
    academy.call("recordResults", "summary { updated }", json!({ "rows": [{ "externalId": "ba-capstone-project",
        "enrollment": { "externalId": "business-analytics/bo" }, "assessment": { "externalId": "ba-capstone-project" },
        "score": 70.0, "gradedAt": "2027-05-03T10:00:00Z" }] })).await;
    assert_eq!(academy.standing("business-analytics", "bo").await["status"], "COMPLETED");

    // The diploma of both comes by itself.
    assert_eq!(academy.standing("data-professional", "bo").await["status"], "COMPLETED");
    assert_eq!(academy.credential("data-professional", "bo").await["status"], "ACTIVE");
    let passport = academy.passport("bo").await;
    assert_eq!(
        passport["creditTotals"],
        json!([{ "amount": "18.00", "scheme": "ECTS" }]),
        "12 and 9, and 3 of them once"
    );
    assert_eq!(passport["credentials"]["totalCount"], 3);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_diploma_cannot_ask_for_the_shared_credit_twice_nor_lie_within_itself() {
    let app = TestApp::start().await;
    let academy = Academy::open(&app, FILE).await;
    let mut greedy = programs(FILE).pop().unwrap();
    greedy["completionRule"]["credits"]["amount"] = json!("18.5");
    let message = academy.refuses_to_publish(greedy).await;
    assert!(message.contains("more credit"), "{message}");
    let mut round = programs(FILE).swap_remove(4);
    round["components"][0] = json!({ "item": { "program": { "externalId": "data-professional" } } });
    let refused = academy.refusal("upsertProgram", round).await;
    assert_eq!(by_code(&refused), ("components.0.item.program", "CONFLICT"));
    let diploma = academy.shown("brightpath-data-professional", "rigor { workloadHours }").await;
    assert_eq!(diploma["rigor"]["workloadHours"], 418.0, "the shared course takes its hours once");
    let above = academy.shown("brightpath-stats-python", "stacksInto { title componentOrder }").await;
    let titles: Vec<&Value> =
        above["stacksInto"].as_array().unwrap().iter().map(|one| &one["title"]).collect();
    assert!(titles.contains(&&json!("Machine Learning Specialization")), "{above}");
    assert!(titles.contains(&&json!("Business Analytics Specialization")), "{above}");
    app.stop().await;
}
