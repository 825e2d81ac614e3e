//! Learners: sent in bulk, named in every script, and seen only by those who may.

use cairn_service::actor::{Role, Scope};
use cairn_tests::{TestApp, user_error};
use serde_json::{Value, json};

use crate::school::{School, row};

const UPSERT: &str = "mutation($input: UpsertLearnersInput!) { upsertLearners(input: $input) {
    results { index outcome learner { id externalId name givenName familyName email language } userErrors { field message code } }
    summary { total created updated unchanged failed } userErrors { field message code } } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_row_never_stops_a_good_one() {
    let app = TestApp::start().await;
    let school = School::found(&app, "ou").await;
    let rows: Vec<Value> = (0..1000)
        .map(|n| match n {
            100 => json!({ "externalId": " padded", "name": "Bad" }),
            200 => json!({ "externalId": "n-200", "email": "nobody" }),
            300 => json!({ "externalId": "n-300", "name": " ", "language": "x" }),
            400 => json!({ "externalId": "n\u{0}400" }),
            _ => json!({ "externalId": format!("n-{n}"), "name": format!("Learner {n}"), "email": format!("n{n}@example.org") }),
        })
        .collect();
    let made = school.provider.mutate(UPSERT, json!({ "rows": rows })).await;
    assert_eq!(
        made["summary"],
        json!({ "total": 1000, "created": 996, "updated": 0, "unchanged": 0, "failed": 4 })
    );
    let errors = |index: usize| -> Vec<(String, String)> {
        made["results"][index]["userErrors"].as_array().unwrap().iter().map(user_error).collect()
    };
    let expect = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect()
    };
    assert_eq!(errors(100), expect(&[("rows.100.externalId", "INVALID")]));
    assert_eq!(errors(200), expect(&[("rows.200.email", "INVALID")]));
    assert_eq!(errors(300), expect(&[("rows.300.name", "REQUIRED"), ("rows.300.language", "INVALID")]));
    assert_eq!(errors(400), expect(&[("rows.400.externalId", "INVALID")]));
    assert_eq!(made["results"][999]["index"], 999);
    assert_eq!(made["results"][200]["learner"], Value::Null);

    let good: Vec<Value> = (0..1000).filter(|n| n % 100 != 0).map(rows_like).collect();
    let again = school.provider.mutate(UPSERT, json!({ "rows": good })).await;
    assert_eq!(again["summary"]["unchanged"], 990, "{}", again["summary"]);

    let many: Vec<Value> = (0..1001).map(|n| json!({ "externalId": format!("m-{n}") })).collect();
    let refused = school.provider.send(UPSERT, json!({ "input": { "rows": many } })).await;
    assert_eq!(refused.user_errors(), [("rows".to_owned(), "LIMIT_REACHED".to_owned())]);
    app.stop().await;
}

fn rows_like(n: usize) -> Value {
    json!({ "externalId": format!("n-{n}"), "name": format!("Learner {n}"), "email": format!("n{n}@example.org") })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_call_takes_as_many_statements_as_a_small_one() {
    let app = TestApp::start().await;
    let school = School::found(&app, "ou").await;
    let rows = |range: std::ops::Range<usize>| -> Vec<Value> { range.map(rows_like).collect() };
    let send = |rows: Vec<Value>| school.provider.send(UPSERT, json!({ "input": { "rows": rows } }));
    send(rows(0..1)).await; // the first use of a key is noted once
    let one = send(rows(1..2)).await.statements.unwrap();
    let many = send(rows(2..52)).await.statements.unwrap();
    assert_eq!(one, many);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_in_every_script_survive_and_absent_members_keep_what_is_there() {
    let app = TestApp::start().await;
    let school = School::found(&app, "ou").await;
    let names = [
        "\u{2067}محمد عبد الله\u{2069}",
        "E\u{301}mile Zola",
        "👩🏽‍🎓 Ada",
        "山田 太郎",
        "O'Brien; DROP TABLE learner",
    ];
    let rows: Vec<Value> = names
        .iter()
        .enumerate()
        .map(|(n, name)| json!({ "externalId": format!("u{n}"), "name": name, "familyName": "Z" }))
        .collect();
    let made = school.provider.mutate(UPSERT, json!({ "rows": rows })).await;
    for (n, name) in names.iter().enumerate() {
        assert_eq!(made["results"][n]["learner"]["name"], **name);
    }
    let change =
        json!({ "rows": [{ "externalId": "u1", "familyName": null, "email": "emile@example.org" }] });
    let changed = school.provider.mutate(UPSERT, change).await;
    let learner = &changed["results"][0]["learner"];
    assert_eq!(changed["results"][0]["outcome"], "UPDATED");
    assert_eq!((&learner["name"], &learner["familyName"]), (&json!("E\u{301}mile Zola"), &Value::Null));
    assert_eq!(learner["email"], "emile@example.org");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_rows_with_one_key_the_later_wins_and_the_earlier_says_so() {
    let app = TestApp::start().await;
    let school = School::found(&app, "ou").await;
    let rows = json!([{ "externalId": "a", "name": "First" }, { "externalId": "b", "name": "Other" }, { "externalId": "a", "name": "Last" }]);
    let made = school.provider.mutate(UPSERT, json!({ "rows": rows })).await;
    assert_eq!(made["results"][0]["outcome"], "UNCHANGED");
    assert_eq!(
        user_error(&made["results"][0]["userErrors"][0]),
        ("rows.0".to_owned(), "CONFLICT".to_owned())
    );
    assert_eq!(made["results"][2]["learner"]["name"], "Last");
    assert_eq!(made["summary"]["created"], 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_write_and_who_may_see_a_name() {
    let app = TestApp::start().await;
    let school = School::found(&app, "ou").await;
    let input = json!({ "input": { "rows": [{ "externalId": "a" }] } });
    assert_eq!(app.anonymous().send(UPSERT, input.clone()).await.code(), "UNAUTHENTICATED");
    for client in [
        app.key(&school.issuer, &[Scope::LearnersRead]).await,
        app.person(&school.issuer, Role::Instructor, "teacher").await,
        app.person(&school.issuer, Role::Learner, "a").await,
    ] {
        assert_eq!(client.send(UPSERT, input.clone()).await.code(), "FORBIDDEN");
    }
    let operator = app.operator().await;
    let unnamed = operator.send(UPSERT, input.clone()).await;
    assert_eq!(unnamed.user_errors(), [("issuer".to_owned(), "REQUIRED".to_owned())]);
    let named = json!({ "issuer": { "slug": "ou" }, "rows": [{ "externalId": "a", "name": "Ada" }] });
    let made = operator.mutate(UPSERT, named).await;
    assert_eq!(made["results"][0]["outcome"], "CREATED");

    school.program("course").await;
    school.enrollments(vec![row("e1", "a", "course", json!({}))]).await;
    let read = "{ enrollments(first: 1) { nodes { id learner { id externalId name } } } }";
    let analyst = app.person(&school.issuer, Role::Analyst, "analyst").await;
    let answer = analyst.send(read, json!({})).await;
    assert_eq!(answer.code(), "FORBIDDEN", "{answer:?}");
    assert_eq!(answer.body["errors"][0]["path"], json!(["enrollments", "nodes", 0, "learner", "name"]));
    assert_eq!(answer.body["data"]["enrollments"]["nodes"][0]["learner"]["externalId"], "a");
    let holder = school.learner("a").await;
    let data = holder.data(read, json!({})).await;
    assert_eq!(data["enrollments"]["nodes"][0]["learner"]["name"], "Ada");
    for forbidden in [
        "{ enrollments(filter: { search: \"ada\" }) { nodes { id } } }",
        "{ enrollments(orderBy: { field: LEARNER_NAME }) { nodes { id } } }",
    ] {
        assert_eq!(analyst.send(forbidden, json!({})).await.code(), "FORBIDDEN");
    }
    app.stop().await;
}
