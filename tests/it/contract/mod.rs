//! The consumer contract: every operation of `tests/contract` is answered, over filled data, for its folder's kind of client.

mod access;
pub mod cases;
mod leaves;

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::parser::types::OperationType;
use cairn_tests::{TestApp, World};
use cases::{Case, EMPTY_FOR_A_REASON, STILL_TO_COME, cases};
use leaves::{Operation, operations};
use serde_json::{Value, json};

fn documents() -> Vec<(String, String)> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("contract");
    let mut found = Vec::new();
    for folder in
        std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir())
    {
        for file in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = file.strip_prefix(&root).unwrap().display().to_string();
            found.push((name, std::fs::read_to_string(&file).unwrap()));
        }
    }
    found.sort();
    found
}

fn all_operations() -> BTreeMap<(String, String), Operation> {
    let of = |(file, text): (String, String)| {
        operations(&text)
            .into_iter()
            .map(move |operation| ((file.clone(), operation.name.clone()), operation))
    };
    documents().into_iter().flat_map(of).collect()
}

/// Calls all cases in turn; gives what their answers leave empty, and what is never called.
async fn complaints(cases: Vec<Case>) -> Vec<String> {
    let operations = all_operations();
    let mut answers: BTreeMap<(String, String), Vec<Value>> = BTreeMap::new();
    for case in cases {
        let key = (case.file.to_owned(), case.operation.to_owned());
        let operation = operations.get(&key).unwrap_or_else(|| panic!("no such operation: {key:?}"));
        let document = cairn_tests::operation_text(&cairn_tests::contract(case.file), case.operation);
        let data = match operation.kind {
            OperationType::Subscription => {
                cairn_tests::first_message(&case.client, &document, case.operation, case.variables).await
            }
            _ => case.client.send_operation(&document, Some(case.operation), case.variables).await.data(),
        };
        answers.entry(key).or_default().push(data);
    }
    let mut complaints = Vec::new();
    for ((file, name), operation) in &operations {
        let to_come = STILL_TO_COME.contains(&(file, name));
        match answers.get(&(file.clone(), name.clone())) {
            None if to_come => {}
            None => complaints.push(format!("{file} {name}: never called")),
            Some(_) if to_come => {
                complaints.push(format!("{file} {name}: called, yet listed as still to come"))
            }
            Some(answers) => complaints.extend(complaints_about(file, name, operation, answers)),
        }
    }
    complaints
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_is_answered_over_filled_data() {
    let app = TestApp::start_fetching().await;
    let world = World::build(&app, 2).await;
    let complaints = complaints(cases(&world)).await;
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    app.stop().await;
}

fn complaints_about(file: &str, name: &str, operation: &Operation, answers: &[Value]) -> Vec<String> {
    let empty = leaves::empty(&operation.leaves, answers);
    let excused: BTreeSet<String> = EMPTY_FOR_A_REASON
        .iter()
        .filter(|(at, _, _)| *at == file || *at == format!("{file} {name}"))
        .map(|(_, leaf, _)| (*leaf).to_owned())
        .filter(|leaf| operation.leaves.contains(leaf))
        .collect();
    let unexcused =
        empty.difference(&excused).map(|leaf| format!("{file} {name}: {leaf} is empty in every row"));
    let filled =
        excused.difference(&empty).map(|leaf| format!("{file} {name}: {leaf} is filled, yet excused"));
    unexcused.chain(filled).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_operations_still_to_come_is_true() {
    let app = TestApp::start().await;
    let operations = all_operations();
    for (file, name) in STILL_TO_COME {
        assert!(
            operations.contains_key(&((*file).to_owned(), (*name).to_owned())),
            "{file} {name} is not in the contract"
        );
        let operation = &operations[&((*file).to_owned(), (*name).to_owned())];
        if operation.kind == OperationType::Subscription {
            // Subscriptions are refused over HTTP before they are validated: look for the root field.
            let root = operation.leaves.first().and_then(|leaf| leaf.split('.').next()).unwrap();
            let sdl = cairn_api::graphql::sdl();
            let offered = sdl.lines().any(|line| line.trim().starts_with(&format!("{root}(")));
            assert!(!offered, "{file} {name} is in the schema: take it off the list");
            continue;
        }
        let answer = app
            .anonymous()
            .send(&cairn_tests::operation_text(&cairn_tests::contract(file), name), json!({}))
            .await;
        let codes: Vec<&Value> = answer.body["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|error| &error["extensions"]["code"])
            .collect();
        assert!(
            codes.contains(&&json!("GRAPHQL_VALIDATION_FAILED")),
            "{file} {name} validates: take it off the list: {answer:?}"
        );
    }
    app.stop().await;
}

#[test]
fn schema_graphql_is_current() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema.graphql");
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == cairn_api::graphql::sdl(),
        "schema.graphql differs from the code; update it with `cargo run -- schema > schema.graphql`"
    );
}
