//! The catalogue: filters, search, orders, pages both ways, and how many statements it takes.

use cairn_tests::{Client, TestApp};
use serde_json::{Value, json};

use crate::program::{DETAIL, SKILL, UPSERT, career_certificate, load_skills, upsert_and_publish};

const CATALOGUE: &str = include_str!("../contract/public/catalogue.graphql");
const COMPARE: &str = include_str!("../contract/public/compare_programs.graphql");

async fn titles(client: &Client, variables: Value) -> Vec<String> {
    let data = client.data(CATALOGUE, variables).await;
    let edges = data["programs"]["edges"].as_array().unwrap().clone();
    edges.iter().map(|edge| edge["node"]["title"].as_str().unwrap().to_owned()).collect()
}

/// Programs of two issuers that differ in what one filters by.
async fn fill(app: &TestApp) -> (Client, Client) {
    load_skills(app).await;
    let (uni, college) = (app.issuer("uni").await, app.issuer("college").await);
    let (uni, college) = (app.provider(&uni).await, app.provider(&college).await);
    upsert_and_publish(&uni, career_certificate("dac")).await;
    let exam = json!([{ "externalId": "x", "title": "X", "kind": "EXAM", "supervision": "ON_SITE" }]);
    let welding = json!({ "externalId": "weld", "title": "Welding", "summary": "Steel and data_sheets", "achievementType": "Badge",
        "language": "en-gb", "deliveryMode": "ON_SITE", "durationWeeks": 2, "workloadHours": 40, "tags": ["Métal"],
        "prices": [{ "amount": "550", "currency": "GBP" }], "credits": [{ "amount": "10", "scheme": "ECTS" }],
        "levels": [{ "framework": "EQF", "value": "4" }], "assessments": exam });
    upsert_and_publish(&college, welding).await;
    let cooking = json!({ "externalId": "cook", "title": "Éclairs & Data", "achievementType": "Course", "language": "fr",
        "prices": [{ "amount": "20", "currency": "GBP" }], "assessments": exam });
    upsert_and_publish(&college, cooking).await;
    college.mutate(UPSERT, json!({ "externalId": "d", "title": "Draft", "achievementType": "Course" })).await;
    (uni, college)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_filter_narrows() {
    let app = TestApp::start().await;
    let (_, college) = fill(&app).await;
    let (data, weld, cook) = ("Data Analytics Certificate", "Welding", "Éclairs & Data");
    let cases: &[(Value, &[&str])] = &[
        (json!({}), &[data, weld, cook]),
        (json!({ "search": "welding" }), &[weld]),
        (json!({ "search": "ECLAIRS" }), &[cook]),
        (json!({ "search": "data" }), &[data, cook, weld]),
        (json!({ "search": "data_" }), &[weld]),
        (json!({ "search": "visualize" }), &[]),
        (json!({ "search": "analyse" }), &[data]),
        (json!({ "issuers": [{ "slug": "uni" }] }), &[data]),
        (json!({ "issuers": [] }), &[data, weld, cook]),
        (json!({ "issuerKinds": ["COMPANY"] }), &[]),
        (json!({ "achievementTypes": ["Badge", "Course"] }), &[weld, cook]),
        (json!({ "languages": ["en"] }), &[data, weld]),
        (json!({ "languages": ["en-GB", "fr"] }), &[weld, cook]),
        (json!({ "deliveryModes": ["ON_SITE"] }), &[weld]),
        (json!({ "skills": [{ "uri": SKILL }] }), &[data]),
        (json!({ "levels": [{ "framework": "eqf", "value": "4" }] }), &[weld]),
        (json!({ "tags": ["metal"] }), &[weld]),
        (json!({ "creditScheme": "ECTS" }), &[weld]),
        (json!({ "credits": { "min": 9.5 } }), &[weld]),
        (json!({ "creditScheme": "US_SEMESTER_HOURS", "credits": { "min": 9.5 } }), &[]),
        (json!({ "workloadHours": { "max": 100 } }), &[weld]),
        (json!({ "durationWeeks": { "min": 2, "max": 17.5 } }), &[data, weld]),
        (json!({ "maxPrice": { "amount": "100", "currency": "GBP" } }), &[cook]),
        (json!({ "maxPrice": { "amount": "99", "currency": "USD" } }), &[]),
        (json!({ "supervision": ["ON_SITE"] }), &[weld, cook]),
        (json!({ "statuses": ["PUBLISHED"] }), &[data, weld, cook]),
        (json!({ "updatedSince": "2999-01-01T00:00:00Z" }), &[]),
    ];
    for (filter, expected) in cases {
        assert_eq!(titles(&app.anonymous(), json!({ "filter": filter })).await, *expected, "{filter}");
    }
    let drafts = json!({ "filter": { "statuses": ["DRAFT"] } });
    assert_eq!(titles(&college, drafts.clone()).await, ["Draft"]);
    assert_eq!(app.anonymous().send(CATALOGUE, drafts).await.code(), "UNAUTHENTICATED");
    let unknown = json!({ "filter": { "issuers": [{ "slug": "nobody" }] } });
    assert_eq!(app.anonymous().send(CATALOGUE, unknown).await.code(), "NOT_FOUND");

    let ordered =
        |field: &str, direction: &str| json!({ "orderBy": { "field": field, "direction": direction } });
    let anonymous = app.anonymous();
    assert_eq!(titles(&anonymous, ordered("WORKLOAD_HOURS", "ASC")).await, [weld, data, cook]);
    assert_eq!(titles(&anonymous, ordered("PRICE", "ASC")).await, [cook, data, weld]);
    assert_eq!(titles(&anonymous, ordered("PUBLISHED_AT", "DESC")).await, [cook, weld, data]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_run_both_ways_in_every_order() {
    let app = TestApp::start().await;
    let provider = app.provider(&app.issuer("uni").await).await;
    for n in 0..7 {
        let exam = json!([{ "externalId": "x", "title": "X", "kind": "EXAM" }]);
        let title = format!("Course {}", n % 3);
        let input = json!({ "externalId": n.to_string(), "title": title, "achievementType": "Course",
            "workloadHours": n % 2, "assessments": exam, "summary": "all the same" });
        upsert_and_publish(&provider, input).await;
    }
    for field in ["TITLE", "PUBLISHED_AT", "WORKLOAD_HOURS", "PRICE", "RELEVANCE"] {
        for direction in ["ASC", "DESC"] {
            let order = json!({ "field": field, "direction": direction });
            let filter = json!({ "search": "course 1 same" });
            let filter = if field == "RELEVANCE" { json!({ "search": "same c" }) } else { filter };
            let filter = if field == "RELEVANCE" { filter } else { json!({}) };
            walk(&app.anonymous(), order, filter).await;
        }
    }
    let nested =
        "query($after: String) { issuer(slug: \"uni\") { programs(first: 3, after: $after) { totalCount
        pageInfo { hasNextPage endCursor } nodes { title } } } }";
    let first = app.anonymous().data(nested, json!({})).await["issuer"]["programs"].clone();
    assert_eq!(
        (first["totalCount"].as_i64(), first["pageInfo"]["hasNextPage"].as_bool()),
        (Some(7), Some(true))
    );
    let after = json!({ "after": first["pageInfo"]["endCursor"] });
    let second = app.anonymous().data(nested, after).await["issuer"]["programs"].clone();
    assert_eq!(second["nodes"][0]["title"], "Course 1");
    app.stop().await;
}

/// Walks forward in twos, then back, and sees the same both times.
async fn walk(client: &Client, order: Value, filter: Value) {
    let (mut forward, mut backward) = (Vec::new(), Vec::new());
    let mut after = Value::Null;
    loop {
        let variables = json!({ "first": 2, "after": after, "orderBy": order, "filter": filter });
        let page = client.data(CATALOGUE, variables).await["programs"].clone();
        assert_eq!(page["totalCount"], 7);
        forward.extend(page["edges"].as_array().unwrap().iter().map(|edge| edge["node"]["id"].clone()));
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    let mut before = Value::Null;
    loop {
        let variables = json!({ "last": 2, "before": before, "orderBy": order, "filter": filter });
        let page = client.data(CATALOGUE, variables).await["programs"].clone();
        let ids = page["edges"].as_array().unwrap().iter().rev().map(|edge| edge["node"]["id"].clone());
        backward.extend(ids);
        before = page["pageInfo"]["startCursor"].clone();
        if page["pageInfo"]["hasPreviousPage"] == false {
            break;
        }
    }
    backward.reverse();
    assert_eq!(forward.len(), 7, "{order}");
    assert_eq!(forward, backward, "{order}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_of_statements_does_not_depend_on_the_number_of_rows() {
    let app = TestApp::start().await;
    load_skills(&app).await;
    let providers =
        [app.provider(&app.issuer("uni").await).await, app.provider(&app.issuer("college").await).await];
    let mut ids = Vec::new();
    let mut parts: [Vec<Value>; 2] = [Vec::new(), Vec::new()];
    for n in 0..50 {
        let side = n % 2;
        let mut input = career_certificate(&format!("p{n}"));
        if n >= 8 {
            // From the ninth on they have three of the first ones of the same issuer among their components; the last ten also the ninth.
            let more = if n >= 40 { &parts[side][4..5] } else { &[] };
            let stacked = parts[side][..3].iter().chain(more);
            let stacked = stacked.map(|id| json!({ "item": { "program": { "id": id } } }));
            input["components"].as_array_mut().unwrap().extend(stacked);
        }
        let program = upsert_and_publish(&providers[side], input).await;
        parts[side].push(program["id"].clone());
        ids.push(program["id"].clone());
    }
    let anonymous = app.anonymous();
    let statements = async |document: &str, variables: Value| {
        let answer = anonymous.send(document, variables).await;
        answer.data();
        answer.statements.unwrap()
    };
    let one = statements(CATALOGUE, json!({ "first": 1 })).await;
    assert_eq!(statements(CATALOGUE, json!({ "first": 50 })).await, one);
    let one = statements(COMPARE, json!({ "ids": ids[..1] })).await;
    assert_eq!(statements(COMPARE, json!({ "ids": ids })).await, one);

    // The whole program page, for one program that has parts and is a part, and for fifty.
    let fields =
        DETAIL.split_once("program(slug: $slug)").unwrap().1.trim_end().trim_end_matches('}').to_owned();
    let whole = format!("query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Program {fields} }} }}");
    let one = statements(&whole, json!({ "ids": ids[8..9] })).await;
    let fifty = statements(&whole, json!({ "ids": ids })).await;
    assert_eq!(fifty, one);
    app.stop().await;
}
