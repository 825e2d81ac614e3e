//! Who else a folder of the contract is for: those who sign in where others present a key, and instructors for their own cohorts.

use cairn_service::actor::Role;
use cairn_tests::{Client, TestApp, World, contract, operation_text};
use serde_json::{Value, json};

use super::cases::{Case, cases};
use super::complaints;

#[tokio::test(flavor = "multi_thread")]
async fn those_who_sign_in_are_answered_as_keys_are_and_instructors_as_assessors() {
    let app = TestApp::start_fetching().await;
    let world = World::build(&app, 2).await;
    let home = &world.alpha.issuer;
    let admin = app.person(home, Role::IssuerAdmin, "admin").await;
    let analyst = app.person(home, Role::Analyst, "analyst").await;
    let operator = app.operating_person("operator").await;
    let instructor = app.person(home, Role::Instructor, "instructor").await;
    let signed_in = |case: Case| {
        let folder = case.file.split('/').next().unwrap_or_default();
        let client = match folder {
            "provider" | "issuer_admin" => &admin,
            "dashboard" => &analyst,
            "operator" => &operator,
            "assessor" => &instructor,
            _ => &case.client,
        };
        Case { client: client.clone(), ..case }
    };
    let complaints = complaints(cases(&world).into_iter().map(signed_in).collect()).await;
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    app.stop().await;
}

/// External ids of the enrollments on a program's class list.
async fn roster(client: &Client, program: &str) -> Vec<Value> {
    let variables = json!({ "program": { "externalId": program }, "first": 50 });
    let data = client.data(&contract("provider/roster.graphql"), variables).await;
    let edges = data["enrollments"]["edges"].as_array().unwrap();
    edges.iter().map(|edge| edge["node"]["externalId"].clone()).collect()
}

/// Outcomes of a result for each of two enrollments.
async fn results(client: &Client, enrollments: [&Value; 2], mark: &str) -> Vec<Value> {
    let rows = enrollments.map(|enrollment| {
        json!({ "enrollment": { "id": enrollment }, "assessment": { "externalId": "quiz" }, "externalId": mark, "score": 5.0,
            "submittedAt": "2026-03-02T09:30:00Z", "gradedAt": "2026-03-03T09:30:00Z" })
    });
    let answer =
        client.send(&contract("provider/record_results.graphql"), json!({ "input": { "rows": rows } })).await;
    let payload = answer.payload();
    let told = payload["results"].as_array().unwrap().iter();
    told.map(|row| json!([row["outcome"], row["userErrors"][0]["code"]])).collect()
}

/// Attempts that wait for a grade.
async fn queue(client: &Client) -> Vec<Value> {
    let document = contract("assessor/grade_attempt.graphql");
    let variables = json!({ "first": 50, "filter": { "statuses": ["SUBMITTED"] } });
    let data = client.data(&operation_text(&document, "GradingQueue"), variables).await;
    data["attempts"]["edges"].as_array().unwrap().iter().map(|edge| edge["node"]["id"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn instructors_are_answered_for_their_own_cohorts_and_for_nobody_elses() {
    let app = TestApp::start().await;
    let world = World::build(&app, 2).await;
    let alpha = &world.alpha;
    let upsert = "mutation($input: UpsertCohortsInput!) { upsertCohorts(input: $input) { results { outcome } userErrors { code } } }";
    let evening = json!({ "externalId": "evening", "program": { "externalId": "open" }, "name": "Evening",
        "staff": [{ "subject": "other", "role": "INSTRUCTOR" }] });
    alpha.provider.mutate(upsert, json!({ "rows": [evening] })).await;
    let row = json!({ "externalId": "evening-1", "learner": { "externalId": "learner-1" }, "program": { "externalId": "open" },
        "cohort": { "externalId": "evening" }, "track": "verified" });
    let made = alpha
        .provider
        .mutate(&contract("provider/upsert_enrollments.graphql"), json!({ "rows": [row] }))
        .await;
    let enrolled = [&json!(alpha.enrollments[0]), &made["results"][0]["enrollment"]["id"]];

    let teacher = app.person(&alpha.issuer, Role::Instructor, "instructor").await;
    let other = app.person(&alpha.issuer, Role::Instructor, "other").await;
    let idle = app.person(&alpha.issuer, Role::Instructor, "idle").await;
    let elsewhere = app.person(&world.beta.issuer, Role::Instructor, "instructor").await;

    let mut own = roster(&teacher, "course").await;
    own.sort_by_key(Value::to_string);
    assert_eq!(own, ["course-0", "course-1"]);
    assert!(roster(&teacher, "open").await.is_empty());
    assert!(roster(&other, "course").await.is_empty());
    assert_eq!(roster(&other, "open").await, ["evening-1"]);
    assert!(roster(&idle, "course").await.is_empty());

    let (made, not_theirs) = (json!(["CREATED", null]), json!(["FAILED", "NOT_FOUND"]));
    assert_eq!(results(&teacher, enrolled, "t").await, [made.clone(), not_theirs.clone()]);
    assert_eq!(results(&other, enrolled, "o").await, [not_theirs.clone(), made]);
    for nobody in [&idle, &elsewhere] {
        assert_eq!(results(nobody, enrolled, "n").await, [not_theirs.clone(), not_theirs.clone()]);
    }

    let mut waiting = queue(&teacher).await;
    waiting.sort_by_key(Value::to_string);
    let mut expected: Vec<Value> = alpha.attempts.iter().map(|id| json!(id)).collect();
    expected.sort_by_key(Value::to_string);
    assert_eq!(waiting, expected);
    for nobody in [&other, &idle] {
        assert!(queue(nobody).await.is_empty());
    }
    let grade = operation_text(&contract("assessor/grade_attempt.graphql"), "GradeAttempt");
    let input =
        json!({ "input": { "attempt": { "id": alpha.attempts[0] }, "score": 70.0, "feedback": "Good" } });
    for nobody in [&other, &idle, &elsewhere] {
        let refused = nobody.send(&grade, input.clone()).await;
        assert_eq!(refused.user_errors(), [("attempt".to_owned(), "NOT_FOUND".to_owned())]);
    }
    let graded = teacher.send(&grade, input).await.payload();
    assert_eq!(graded["attempt"]["score"], 70.0, "{graded}");
    app.stop().await;
}
