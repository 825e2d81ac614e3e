//! The snippets of docs/programs.md: each is accepted as it stands, and together they show every kind of rule.

use std::collections::BTreeSet;

use cairn_tests::TestApp;
use serde_json::{Value, json};

use super::Academy;

/// The snippets of a kind, in order.
fn snippets(kind: &str) -> Vec<Value> {
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/programs.md");
    let docs = std::fs::read_to_string(docs).unwrap();
    let fence = format!("```json {kind}\n");
    let blocks = docs.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.map(|text| serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))).collect()
}

/// A program of these members.
fn program(id: &str, members: &Value) -> Value {
    let mut program = json!({ "externalId": id, "title": id, "achievementType": "Certificate" });
    program.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    program
}

/// The academy of the page, with its two parts.
async fn open(app: &TestApp) -> Academy<'_> {
    let academy = Academy::found(app).await;
    for part in ["part-1", "part-2"] {
        let exam = json!([{ "externalId": format!("{part}-exam"), "title": "Exam", "kind": "EXAM" }]);
        let members = json!({ "assessments": exam, "credits": [{ "amount": "30", "scheme": "ECTS" }],
            "levels": [{ "framework": "EQF", "value": "7" }] });
        academy.publish(program(part, &members)).await;
    }
    academy
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_rule_is_shown_and_accepted() {
    let app = TestApp::start().await;
    let academy = open(&app).await;
    let unit = |id: &str, group: Option<&str>| json!({ "groupCode": group, "required": group.is_none(), "item": { "module": { "externalId": id, "title": id } } });
    let part = |id: &str| json!({ "item": { "program": { "externalId": id } } });
    let test = |id: &str| json!({ "externalId": id, "title": id, "kind": "EXAM", "category": (id == "quiz").then_some("Tests") });
    let members = json!({ "componentGroups": [{ "code": "practice", "title": "Practice", "choose": 1 }],
        "components": [unit("unit-1", None), unit("unit-2", Some("practice")), unit("unit-3", Some("practice")), part("part-1"), part("part-2")],
        "assessments": [test("quiz"), test("exam"), test("portfolio")],
        "tracks": [{ "code": "audit", "name": "Audit" }, { "code": "verified", "name": "Verified" }] });
    let mut shown = BTreeSet::new();
    for (index, rule) in snippets("rule").into_iter().enumerate() {
        shown.extend(rule.as_object().unwrap().keys().cloned());
        let mut program = program(&format!("rule-{index}"), &members);
        program["completionRule"] = rule;
        academy.publish(program).await;
    }
    let kinds = "{ __type(name: \"CompletionRuleInput\") { inputFields { name } } }";
    let kinds = academy.provider.data(kinds, json!({})).await["__type"]["inputFields"].clone();
    let kinds: BTreeSet<String> =
        kinds.as_array().unwrap().iter().map(|kind| kind["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(shown, kinds, "docs/programs.md shows every kind of rule");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_of_programs_are_accepted() {
    let app = TestApp::start().await;
    let academy = open(&app).await;
    let programs = snippets("program");
    assert!(programs.len() >= 8, "{programs:?}");
    for (index, members) in programs.iter().enumerate() {
        academy.publish(program(&format!("program-{index}"), members)).await;
    }
    app.stop().await;
}
