//! Cohorts: made and changed in bulk, listed where they can be enrolled in.

use cairn_tests::{TestApp, user_error};
use serde_json::{Value, json};

use crate::program::{DETAIL, career_certificate, load_skills, upsert_and_publish};

const UPSERT: &str = "mutation($input: UpsertCohortsInput!) { upsertCohorts(input: $input) {
    results { index outcome cohort { id externalId name capacity startsOn prices { amount } } userErrors { field code } }
    summary { total created updated unchanged failed } userErrors { field code message } } }";

#[tokio::test(flavor = "multi_thread")]
async fn each_row_of_cohorts_has_its_own_outcome() {
    let app = TestApp::start().await;
    load_skills(&app).await;
    let uni = app.issuer("uni").await;
    let provider = app.provider(&uni).await;
    let program = upsert_and_publish(&provider, career_certificate("dac")).await;
    let of = |id: &str| json!({ "externalId": id, "program": { "externalId": "dac" }, "name": format!("Class {id}") });
    let mut spring = of("spring");
    spring["startsOn"] = json!("2030-03-01");
    spring["capacity"] = json!(30);
    spring["prices"] = json!([{ "amount": "10", "currency": "EUR" }]);
    spring["staff"] = json!([{ "subject": "teacher-1", "role": "INSTRUCTOR" }, { "subject": "teacher-2", "role": "ASSESSOR" }]);
    let mut closed = of("closed");
    closed["enrollmentClosesAt"] = json!("2020-01-01T00:00:00Z");
    let mut wrong = of("wrong");
    wrong["startsOn"] = json!("2030-03-01");
    wrong["endsOn"] = json!("2030-02-01");
    wrong["capacity"] = json!(0);
    let nameless = json!({ "externalId": "nameless", "program": { "externalId": "nothing" } });
    let rows = json!({ "rows": [spring, closed, wrong, nameless, of("twice"), of("twice")] });
    let done = provider.mutate(UPSERT, rows.clone()).await;
    let outcomes: Vec<&str> =
        done["results"].as_array().unwrap().iter().map(|row| row["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["CREATED", "CREATED", "FAILED", "FAILED", "UNCHANGED", "CREATED"]);
    let errors = |row: usize| -> Vec<(String, String)> {
        done["results"][row]["userErrors"].as_array().unwrap().iter().map(user_error).collect()
    };
    let told = |field: &str, code: &str| (field.to_owned(), code.to_owned());
    assert_eq!(errors(2), [told("rows.2.endsOn", "INVALID"), told("rows.2.capacity", "INVALID")]);
    assert_eq!(errors(3), [told("rows.3.program", "NOT_FOUND"), told("rows.3.name", "REQUIRED")]);
    assert_eq!(errors(4), [told("rows.4.externalId", "CONFLICT")]);

    let again = provider.mutate(UPSERT, rows).await;
    assert_eq!((&again["summary"]["unchanged"], &again["summary"]["failed"]), (&json!(4), &json!(2)));
    let cleared =
        provider.mutate(UPSERT, json!({ "rows": [{ "externalId": "spring", "capacity": null }] })).await;
    let row = &cleared["results"][0];
    assert_eq!(
        (&row["outcome"], &row["cohort"]["capacity"], &row["cohort"]["startsOn"]),
        (&json!("UPDATED"), &Value::Null, &json!("2030-03-01"))
    );

    let seen =
        app.anonymous().data(DETAIL, json!({ "slug": program_slug() })).await["program"]["cohorts"].clone();
    let mut open: Vec<&str> = seen["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| edge["node"]["externalId"].as_str().unwrap())
        .collect();
    open.sort_unstable();
    assert_eq!(open, ["spring", "twice"]);
    let count = "query($id: ID!) { node(id: $id) { ... on Program { cohorts(first: 1) { totalCount pageInfo { hasNextPage } } } } }";
    let count = app.anonymous().data(count, json!({ "id": program["id"] })).await;
    assert_eq!(count["node"]["cohorts"], json!({ "totalCount": 3, "pageInfo": { "hasNextPage": true } }));

    let other = app.provider(&app.issuer("college").await).await;
    let stolen = other.mutate(UPSERT, json!({ "rows": [{ "externalId": "spring", "name": "Mine", "program": { "id": program["id"] } }] })).await;
    assert_eq!(stolen["results"][0]["outcome"], "FAILED");
    app.stop().await;
}

fn program_slug() -> &'static str {
    "uni-data-analytics-certificate"
}
