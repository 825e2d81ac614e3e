//! Moving many enrollments to another version of their program.

use cairn_service::actor::{Role, Scope};
use cairn_tests::{Client, Course, TestApp};
use serde_json::{Value, json};

use super::ended;

const MOVE: &str = "mutation($input: MoveEnrollmentsInput!) { moveEnrollments(input: $input) {
    bulkOperation { id kind status } userErrors { field message code } } }";

/// Asks for a move that must be taken, and waits for its end; gives the operation with its rows.
async fn moved(client: &Client, input: Value) -> Value {
    let made = client.mutate(MOVE, input).await;
    assert_eq!(made["bulkOperation"]["kind"], "MOVE_ENROLLMENTS");
    let id = made["bulkOperation"]["id"].as_str().unwrap();
    ended(client, id).await;
    let rows = "query($id: ID!) { node(id: $id) { ... on BulkOperation { status total succeeded failed
        rows(first: 100) { nodes { index outcome enrollment { externalId } userErrors { field code } } } } } }";
    client.data(rows, json!({ "id": id })).await["node"].clone()
}

/// The numbers of the versions that enrollments are in, in the order of their external ids.
async fn versions(course: &Course) -> Vec<i64> {
    let list = "{ enrollments(first: 100) { nodes { externalId programVersion { number } } } }";
    let listed = course.provider.data(list, json!({})).await["enrollments"]["nodes"].clone();
    let mut found: Vec<(String, i64)> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let number = one["programVersion"]["number"].as_i64().unwrap();
            (one["externalId"].as_str().unwrap().to_owned(), number)
        })
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, number)| number).collect()
}

fn outcomes(operation: &Value) -> Vec<&str> {
    operation["rows"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["outcome"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn everyone_who_has_not_ended_moves_and_a_second_run_changes_nothing() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    course.enroll(4, None).await;
    course.complete([3]).await;
    course.revise(|new| new.title = "The second edition".to_owned()).await;
    assert_eq!(versions(&course).await, [1, 1, 1, 1]);

    let everyone = json!({ "target": { "everyoneIn": { "program": { "externalId": "course" }, "fromVersion": 1 } },
        "toVersion": 2, "reason": "a new edition" });
    let done = moved(&course.provider, everyone.clone()).await;
    assert_eq!(
        (&done["status"], &done["total"], &done["succeeded"]),
        (&json!("SUCCEEDED"), &json!(3), &json!(3))
    );
    assert_eq!(outcomes(&done), ["MOVED"; 3]);
    assert_eq!(versions(&course).await, [2, 2, 2, 1], "what is completed stays where it was");
    let history =
        "{ enrollment(ref: { externalId: \"course-0\" }) { changes(last: 1) { nodes { kind reason } } } }";
    let last = course.provider.data(history, json!({})).await["enrollment"]["changes"]["nodes"][0].clone();
    assert_eq!(last, json!({ "kind": "VERSION", "reason": "a new edition" }));

    let again = moved(&course.provider, everyone).await;
    assert_eq!(
        (&again["total"], outcomes(&again)),
        (&json!(0), vec![]),
        "nobody is left in the first version"
    );
    let named: Vec<Value> =
        ["course-0", "course-3", "nobody"].iter().map(|id| json!({ "externalId": id })).collect();
    let list = moved(&course.provider, json!({ "target": { "enrollments": named }, "toVersion": 2 })).await;
    assert_eq!(outcomes(&list), ["UNCHANGED", "FAILED", "FAILED"]);
    assert_eq!((&list["succeeded"], &list["failed"]), (&json!(1), &json!(2)));
    let rows = list["rows"]["nodes"].as_array().unwrap();
    assert_eq!(rows[1]["userErrors"], json!([{ "field": ["enrollment"], "code": "CONFLICT" }]));
    assert_eq!(
        rows[2]["userErrors"],
        json!([{ "field": ["target", "enrollments", "2"], "code": "NOT_FOUND" }])
    );
    app.stop().await;
}

#[tokio::test]
async fn a_move_to_nowhere_is_refused_as_a_whole_and_strangers_move_nobody() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    let other = Course::publish(&app, "beta").await;
    course.enroll(1, None).await;
    let everyone = |more: Value| {
        let mut target = json!({ "program": { "externalId": "course" } });
        target.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "everyoneIn": target })
    };
    let refused = async |client: &Client, target: Value, version: i32, reason: &str| {
        let input = json!({ "input": { "target": target, "toVersion": version, "reason": reason } });
        client.send(MOVE, input).await.user_errors()
    };
    let one = |field: &str, code: &str| vec![(field.to_owned(), code.to_owned())];
    let provider = &course.provider;
    assert_eq!(refused(provider, everyone(json!({})), 2, "").await, one("toVersion", "NOT_FOUND"));
    let long = "x".repeat(501);
    assert_eq!(refused(provider, everyone(json!({})), 1, &long).await, one("reason", "INVALID"));
    let from = everyone(json!({ "fromVersion": 7 }));
    assert_eq!(refused(provider, from, 1, "").await, one("target.everyoneIn.fromVersion", "NOT_FOUND"));
    let cohort = everyone(json!({ "cohort": { "externalId": "none" } }));
    assert_eq!(refused(provider, cohort, 1, "").await, one("target.everyoneIn.cohort", "NOT_FOUND"));
    let empty = json!({ "enrollments": [] });
    assert_eq!(refused(provider, empty, 1, "").await, one("target.enrollments", "REQUIRED"));
    let many = json!({ "enrollments": vec![json!({ "externalId": "course-0" }); 1_001] });
    assert_eq!(refused(provider, many, 1, "").await, one("target.enrollments", "LIMIT_REACHED"));

    let ids = provider.data("{ enrollments { nodes { id program { id } } } }", json!({})).await;
    let (id, program) =
        (&ids["enrollments"]["nodes"][0]["id"], &ids["enrollments"]["nodes"][0]["program"]["id"]);
    let theirs = json!({ "everyoneIn": { "program": { "id": program } } });
    assert_eq!(refused(&other.provider, theirs, 1, "").await, one("target.everyoneIn.program", "NOT_FOUND"));
    let theirs =
        moved(&other.provider, json!({ "target": { "enrollments": [{ "id": id }] }, "toVersion": 1 })).await;
    assert_eq!(outcomes(&theirs), ["FAILED"]);

    let input = json!({ "input": { "target": everyone(json!({})), "toVersion": 1 } });
    assert_eq!(app.anonymous().send(MOVE, input.clone()).await.code(), "UNAUTHENTICATED");
    for role in [Role::Learner, Role::Instructor, Role::Assessor, Role::Analyst] {
        let person = app.person(&course.issuer, role, "s-0").await;
        assert_eq!(person.send(MOVE, input.clone()).await.code(), "FORBIDDEN", "{role:?}");
    }
    let reader = app.key(&course.issuer, &[Scope::EnrollmentsRead]).await;
    assert_eq!(reader.send(MOVE, input).await.code(), "FORBIDDEN");
    app.stop().await;
}
