//! Credentials after issuing: lists, revoking, sharing, each by those who may.

use cairn_service::actor::{Role, Scope};
use cairn_tests::{Course, TestApp, contract};
use serde_json::{Value, json};

async fn issued(app: &TestApp, slug: &str, count: usize) -> Course {
    let course = Course::publish(app, slug).await;
    course.enroll(count, None).await;
    course.complete(0..count).await;
    course.issue_to_everyone().await;
    course
}

#[tokio::test]
async fn a_revoked_credential_says_so_everywhere_and_may_be_awarded_again() {
    let app = TestApp::start().await;
    let course = issued(&app, "alpha", 1).await;
    let before = course.credentials().await[0].clone();
    let revoke = contract_operation("provider/credential_lifecycle.graphql", "RevokeCredential");
    let input =
        json!({ "credential": { "id": before["id"] }, "reason": "ISSUED_IN_ERROR", "note": "The wrong Zoë" });

    let made = course.provider.mutate(&revoke, input.clone()).await["credential"].clone();
    assert_eq!((&made["status"], &made["revocationReason"]), (&json!("REVOKED"), &json!("ISSUED_IN_ERROR")));
    assert!(made["revokedAt"].is_string());
    let again = course.provider.send(&revoke, json!({ "input": input })).await;
    assert_eq!(again.user_errors(), [("credential".to_owned(), "ALREADY_DONE".to_owned())]);

    let page = course.provider.get(&path(&before["urls"]["page"]), "text/html").await;
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("This credential was revoked"));
    assert_eq!(verdict(&app, json!({ "id": before["id"] })).await, "REVOKED");
    assert_eq!(verdict(&app, json!({ "document": before["document"] })).await, "REVOKED");

    // Everyone eligible passes a revoked one over; named, it is awarded again.
    let passed_over = course.issue_to_everyone().await;
    assert_eq!(passed_over["rows"]["edges"][0]["node"]["outcome"], "NOT_ELIGIBLE");
    let again = course.issue_to(&[course.enrollment(0)]).await;
    assert_eq!(again["rows"]["edges"][0]["node"]["outcome"], "ISSUED", "{again}");
    let all = course.credentials().await;
    assert_eq!(all.len(), 2);
    assert_eq!(all.iter().filter(|one| one["status"] == "ACTIVE").count(), 1);
    let enrollment = "query($ref: EnrollmentRef!) { enrollment(ref: $ref) { credential { status } } }";
    let shown =
        course.provider.data(enrollment, json!({ "ref": { "externalId": course.enrollment(0) } })).await;
    assert_eq!(shown["enrollment"]["credential"]["status"], "ACTIVE", "the live one is shown");
    app.stop().await;
}

async fn verdict(app: &TestApp, credential: Value) -> Value {
    let verify = contract("public/verify_credential.graphql");
    let found = app.anonymous().data(&verify, json!({ "input": { "credential": credential } })).await;
    found["verifyCredential"]["verdict"].clone()
}

/// The path of an address of the server.
fn path(address: &Value) -> String {
    let address: url::Url = address.as_str().unwrap().parse().unwrap();
    address.path().to_owned()
}

fn contract_operation(file: &str, name: &str) -> String {
    cairn_tests::operation_text(&contract(file), name)
}

#[tokio::test]
async fn the_holder_and_the_issuer_share_nobody_else() {
    let app = TestApp::start().await;
    let course = issued(&app, "alpha", 2).await;
    let all = course.credentials().await;
    let of = |learner: &str| all.iter().find(|one| one["learner"]["externalId"] == learner).unwrap().clone();
    let (mine, other) = (of("s-0"), of("s-1"));
    let share = contract("learner/share_credential.graphql");
    let input = |one: &Value, visibility: &str| json!({ "credential": { "id": one["id"] }, "visibility": visibility });
    let holder = app.person(&course.issuer, Role::Learner, "s-0").await;

    assert_eq!(app.anonymous().get(&path(&mine["urls"]["page"]), "text/html").await.status(), 200);
    let made = holder.mutate(&share, input(&mine, "PRIVATE")).await;
    assert_eq!(made["credential"]["visibility"], "PRIVATE");
    let address = path(&mine["urls"]["page"]);
    assert_eq!(app.anonymous().get(&address, "text/html").await.status(), 404);
    assert_eq!(app.anonymous().get(&format!("{address}.json"), "*/*").await.status(), 404);
    let verify = contract("public/verify_credential.graphql");
    let asked = json!({ "input": { "credential": { "id": mine["id"] } } });
    assert_eq!(app.anonymous().data(&verify, asked.clone()).await["verifyCredential"], Value::Null);
    assert_eq!(holder.data(&verify, asked).await["verifyCredential"]["verdict"], "VALID");

    let foreign = holder.send(&share, json!({ "input": input(&other, "PUBLIC") })).await;
    assert_eq!(foreign.user_errors(), [("credential".to_owned(), "NOT_FOUND".to_owned())]);
    let reader = app.key(&course.issuer, &[Scope::CredentialsRead]).await;
    assert_eq!(reader.send(&share, json!({ "input": input(&mine, "PUBLIC") })).await.code(), "FORBIDDEN");
    course.provider.mutate(&share, input(&mine, "PUBLIC")).await;
    assert_eq!(app.anonymous().get(&address, "text/html").await.status(), 200);
    app.stop().await;
}

#[tokio::test]
async fn lists_are_filtered_paged_and_kept_to_those_who_may_see_them() {
    let app = TestApp::start().await;
    let course = issued(&app, "alpha", 5).await;
    let other = issued(&app, "beta", 1).await;
    let list = contract("dashboard/credentials.graphql");
    let dashboard = app.dashboard(&course.issuer).await;
    let ask = |variables: Value| {
        let (list, dashboard) = (list.clone(), dashboard.clone());
        async move { dashboard.data(&list, variables).await["credentials"].clone() }
    };

    let first = ask(json!({ "first": 2, "withTotal": true })).await;
    assert_eq!(first["totalCount"], 5);
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    let mut seen: Vec<Value> = first["edges"].as_array().unwrap().clone();
    let mut after = first["pageInfo"]["endCursor"].clone();
    while !after.is_null() {
        let page = ask(json!({ "first": 2, "after": after })).await;
        seen.extend(page["edges"].as_array().unwrap().iter().cloned());
        after = if page["pageInfo"]["hasNextPage"] == true {
            page["pageInfo"]["endCursor"].clone()
        } else {
            Value::Null
        };
    }
    let ids: std::collections::HashSet<_> =
        seen.iter().map(|edge| edge["node"]["id"].as_str().unwrap()).collect();
    assert_eq!((seen.len(), ids.len()), (5, 5));

    let count = |filter: Value| {
        let page = ask(json!({ "first": 10, "filter": filter }));
        async move { page.await["edges"].as_array().unwrap().len() }
    };
    assert_eq!(count(json!({})).await, 5);
    assert_eq!(count(json!({ "statuses": ["ACTIVE"] })).await, 5);
    assert_eq!(count(json!({ "statuses": ["REVOKED", "EXPIRED", "SUSPENDED"] })).await, 0);
    assert_eq!(count(json!({ "learners": [{ "externalId": "s-3" }] })).await, 1);
    assert_eq!(count(json!({ "programs": [{ "externalId": "course" }] })).await, 5);
    assert_eq!(
        count(json!({ "enrollments": [{ "externalId": "course-1" }, { "externalId": "course-2" }] })).await,
        2
    );
    assert_eq!(count(json!({ "issuedAt": { "to": "2020-01-01T00:00:00Z" } })).await, 0);
    assert_eq!(count(json!({ "updatedSince": "2020-01-01T00:00:00Z" })).await, 5);
    let unknown = dashboard
        .send(&list, json!({ "first": 1, "filter": { "programs": [{ "externalId": "no" }] } }))
        .await;
    assert_eq!(unknown.code(), "NOT_FOUND");

    let learner = app.person(&course.issuer, Role::Learner, "s-2").await;
    let own = learner.data(&list, json!({ "first": 10 })).await;
    assert_eq!(own["credentials"]["edges"].as_array().unwrap().len(), 1);
    assert_eq!(app.anonymous().send(&list, json!({ "first": 1 })).await.code(), "UNAUTHENTICATED");
    let assessor = app.person(&course.issuer, Role::Assessor, "a").await;
    assert_eq!(assessor.send(&list, json!({ "first": 1 })).await.code(), "FORBIDDEN");
    let foreign = course.credentials().await[0]["id"].clone();
    let node =
        other.provider.data("query($id: ID!) { node(id: $id) { id } }", json!({ "id": foreign })).await;
    assert_eq!(node["node"], Value::Null);
    let revoke = contract_operation("provider/credential_lifecycle.graphql", "RevokeCredential");
    let input = json!({ "credential": { "id": foreign }, "reason": "OTHER" });
    let refused = other.provider.send(&revoke, json!({ "input": input })).await;
    assert_eq!(refused.user_errors(), [("credential".to_owned(), "NOT_FOUND".to_owned())]);
    app.stop().await;
}

#[tokio::test]
async fn lists_cost_the_same_number_of_statements_for_one_and_for_many() {
    let app = TestApp::start().await;
    let few = issued(&app, "alpha", 1).await;
    let many = issued(&app, "beta", 30).await;
    let mut counts = Vec::new();
    for course in [&few, &many] {
        let mut of_course = Vec::new();
        for document in ["dashboard/credentials.graphql", "provider/credential_documents.graphql"] {
            let answer = course.provider.send(&contract(document), json!({ "first": 50 })).await;
            answer.data();
            of_course.push(answer.statements.unwrap());
        }
        let operation = course.issue_to_everyone().await;
        let read = contract("provider/bulk_operation.graphql");
        let answer = course.provider.send(&read, json!({ "id": operation["id"], "first": 50 })).await;
        of_course.push(answer.statements.unwrap());
        counts.push(of_course);
    }
    assert_eq!(counts[0], counts[1]);
    app.stop().await;
}
