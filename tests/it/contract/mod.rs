//! The consumer contract: every operation of `tests/contract` is answered, over filled data, for its folder's kind of client.

mod access;
mod case;
pub mod cases;
mod leaves;
mod steps;

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{OperationType, TypeKind, TypeSystemDefinition};
use cairn_tests::{TestApp, World};
use cases::{Answered, Case, EMPTY_FOR_A_REASON, cases};
use leaves::{Operation, operations};
use serde_json::Value;

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
    let mut answered = Answered::default();
    for case in cases {
        let variables = answered.fill(case.variables);
        let key = (case.file.to_owned(), case.operation.to_owned());
        let operation = operations.get(&key).unwrap_or_else(|| panic!("no such operation: {key:?}"));
        let document = cairn_tests::operation_text(&cairn_tests::contract(case.file), case.operation);
        let data = match operation.kind {
            OperationType::Subscription => {
                cairn_tests::first_message(&case.client, &document, case.operation, variables).await
            }
            _ => case.client.send_operation(&document, Some(case.operation), variables).await.data(),
        };
        answered.keep(case.operation, &data);
        answers.entry(key).or_default().push(data);
    }
    let mut complaints = Vec::new();
    for ((file, name), operation) in &operations {
        match answers.get(&(file.clone(), name.clone())) {
            None => complaints.push(format!("{file} {name}: never called")),
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

/// Operations that no document uses, and why.
const UNUSED: &[(&str, &str)] = &[];

/// The fields of the schema's root types.
fn root_fields() -> BTreeSet<String> {
    let schema = parse_schema(cairn_api::graphql::sdl()).unwrap();
    let fields = schema.definitions.into_iter().filter_map(|definition| {
        let TypeSystemDefinition::Type(found) = definition else { return None };
        let root = ["Query", "Mutation", "Subscription"].contains(&found.node.name.node.as_str());
        match found.node.kind {
            TypeKind::Object(object) if root => Some(object.fields),
            _ => None,
        }
    });
    fields.flatten().map(|field| field.node.name.node.to_string()).collect()
}

#[test]
fn every_operation_of_the_schema_has_a_document() {
    let operations = all_operations();
    let leaves = operations.values().flat_map(|operation| &operation.leaves);
    let used: BTreeSet<&str> = leaves.filter_map(|leaf| leaf.split('.').next()).collect();
    let fields = root_fields();
    let unused: Vec<&str> = fields.iter().map(String::as_str).filter(|field| !used.contains(field)).collect();
    let excused: Vec<&str> = UNUSED.iter().map(|(field, _)| *field).collect();
    assert_eq!(
        unused, excused,
        "write a document in tests/contract and a case in tests/it/contract for each"
    );
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
