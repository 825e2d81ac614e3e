//! The leaves that an operation asks for, and whether an answer fills them.

use std::collections::BTreeSet;

use async_graphql::parser::types::{ExecutableDocument, OperationType, Selection, SelectionSet};
use serde_json::Value;

/// An operation of a contract document.
pub struct Operation {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: OperationType,
    /// Paths of its leaves, list positions left out: `programs.edges.node.id`.
    pub leaves: BTreeSet<String>,
}

/// The operations of a document.
pub fn operations(document: &str) -> Vec<Operation> {
    let parsed: ExecutableDocument = async_graphql::parser::parse_query(document).unwrap();
    parsed
        .operations
        .iter()
        .map(|(name, operation)| {
            let mut leaves = BTreeSet::new();
            collect(&operation.node.selection_set.node, "", &mut leaves);
            Operation {
                name: name.map(ToString::to_string).unwrap_or_default(),
                kind: operation.node.ty,
                leaves,
            }
        })
        .collect()
}

fn collect(selection: &SelectionSet, path: &str, leaves: &mut BTreeSet<String>) {
    for item in &selection.items {
        match &item.node {
            Selection::Field(field) => {
                let name = field.node.response_key().node.as_str();
                let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
                if field.node.selection_set.node.items.is_empty() {
                    leaves.insert(path);
                } else {
                    collect(&field.node.selection_set.node, &path, leaves);
                }
            }
            Selection::InlineFragment(fragment) => collect(&fragment.node.selection_set.node, path, leaves),
            Selection::FragmentSpread(spread) => {
                panic!("contract documents spell out fragments: {:?}", spread.node)
            }
        }
    }
}

/// The leaves that no row of the answers fills: null, absent or empty everywhere.
pub fn empty(leaves: &BTreeSet<String>, answers: &[Value]) -> BTreeSet<String> {
    leaves.iter().filter(|path| !answers.iter().any(|answer| filled(answer, path))).cloned().collect()
}

fn filled(value: &Value, path: &str) -> bool {
    if let Value::Array(items) = value {
        return if path.is_empty() { !items.is_empty() } else { items.iter().any(|item| filled(item, path)) };
    }
    match path.split_once('.') {
        Some((step, rest)) => filled(&value[step], rest),
        None if path.is_empty() => !matches!(value, Value::Null) && value.as_str() != Some(""),
        None => filled(&value[path], ""),
    }
}
