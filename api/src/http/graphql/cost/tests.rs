//! Hand-computed figures: what is requested of the arguments that are sent, and what an answer has cost.

use async_graphql::{Value, parser::parse_query};
use serde_json::{Value as Json, json};

use super::*;
use crate::http::graphql::plan::Plan;

const SDL: &str = "
    type Query {
        title: String
        one(id: ID!): Item
        items(first: Int, last: Int, after: String): ItemConnection!
        few(first: Int = 3): ItemConnection!
        nodes(ids: [ID!]!): [Any]!
        any: Any
        figures: Figures
    }
    type Mutation { save(input: SaveInput!): SavePayload! touch(id: ID!): Item }
    type Subscription { saved: Item! }
    type ItemConnection { edges: [ItemEdge!]! nodes: [Item!]! pageInfo: PageInfo! totalCount: Int! }
    type ItemEdge { cursor: String! node: Item! }
    type PageInfo { hasNextPage: Boolean! }
    type Item implements Any { id: ID! tags: [String!]! parts: [Part!]! items(first: Int, last: Int): ItemConnection! }
    type Part implements Any { id: ID! of: Item! }
    type Figures { n: Int }
    interface Any { id: ID! }
    input SaveInput { rows: [RowInput!]! }
    input RowInput { name: String tags: [String!] }
    type SavePayload { results: [Result!]! userErrors: [UserError!]! }
    type Result { index: Int item: Item userErrors: [UserError!]! }
    type UserError { message: String! }
    schema { query: Query mutation: Mutation subscription: Subscription }";

fn plan(document: &str, variables: Json) -> Plan {
    let types = Types::from_sdl(SDL).unwrap();
    let parsed = parse_query(document).unwrap();
    let (_, operation) = parsed.operations.iter().next().unwrap();
    let tariff = Tariff { dear: &[("figures", 50)], ..Tariff::default() };
    let mut variables = Variables::from_json(variables);
    fill_defaults(&mut variables, &operation.node);
    let inputs = Inputs(&variables);
    let pricing = Pricing { types: &types, tariff: &tariff, inputs, kind: operation.node.ty };
    Plan::of(&pricing, &parsed, &operation.node)
}

#[test]
fn queries() {
    for (document, expected) in [
        // A field of Query costs 1, whatever it gives; figures more.
        ("{ title }", 1),
        ("{ one(id: 1) { id } }", 1),
        ("{ figures { n } }", 50),
        // A page: 1, and 1 for each item, in `nodes` as in `edges`; 1 for counting all.
        ("{ items(first: 7) { nodes { id } } }", 1 + 7),
        ("{ items(last: 7) { nodes { id } } }", 1 + 7),
        ("{ items(first: 7) { edges { cursor node { id } } } }", 1 + 7),
        ("{ items(first: 7) { edges { cursor } pageInfo { hasNextPage } } }", 1),
        ("{ items(first: 7) { nodes { id } edges { node { id } } totalCount } }", 1 + 7 + 7 + 1),
        // Without a size, and with null, it is the usual one, or the argument's default.
        ("{ items { nodes { id } } }", 1 + 20),
        ("{ items(first: null) { nodes { id } } }", 1 + 20),
        ("{ few { nodes { id } } }", 1 + 3),
        // What is refused when it runs is not priced beyond the largest page.
        ("{ items(first: 2000000000) { nodes { id } } }", 1 + 100),
        ("{ items(first: -5) { nodes { id } } }", 1),
        // Pages in pages multiply.
        (
            "{ items(first: 10) { nodes { items(first: 5) { nodes { id } totalCount } } } }",
            1 + 10 * (1 + 1 + 5 + 1),
        ),
        (
            "{ items(first: 10) { edges { node { items(first: 5) { edges { node { parts { id } } } } } } } }",
            1 + 10 * (1 + 1 + 5 * (1 + 5)),
        ),
        // Lists without pages are taken to have 5 items; those of scalars are free.
        ("{ one(id: 1) { tags parts { id of { id } } } }", 1 + 5 * (1 + 1)),
        // A list by ids is as long as these.
        ("{ nodes(ids: [1, 2, 3]) { id } }", 3),
        ("{ nodes(ids: [1, 2, 3]) { ... on Item { parts { id } } } }", 3 * (1 + 5)),
        // Aliases are fields of their own; the same field twice is one.
        ("{ a: title b: title title }", 3),
        ("{ items(first: 4) { nodes { id } nodes { tags } } }", 1 + 4),
        // Fragments count where they are spread.
        (
            "{ items(first: 4) { ...F } } fragment F on ItemConnection { nodes { id } ...G } fragment G on ItemConnection { totalCount }",
            1 + 4 + 1,
        ),
        // Of types that exclude each other the dearest counts.
        ("{ any { id ... on Item { parts { id } } ... on Part { of { id } } } }", 1 + 5),
        (
            "{ any { ... on Item { items(first: 9) { nodes { id } } parts { id } } ... on Part { of { parts { id } } } } }",
            1 + 1 + 9 + 5,
        ),
        // Introspection is free.
        ("{ __typename __schema { types { name fields { name } } } }", 0),
        // What is left out costs nothing.
        ("{ title items(first: 5) @skip(if: true) { nodes { id } } }", 1),
        ("{ title ... @include(if: false) { items(first: 5) { nodes { id } } } }", 1),
    ] {
        assert_eq!(plan(document, json!({})).requested(), expected, "{document}");
    }
}

#[test]
fn variables() {
    let document = "query Q($n: Int = 4, $m: Int, $all: Boolean = false, $ids: [ID!] = [1, 2]) {
        items(first: $n) { nodes { items(first: $m) @include(if: $all) { nodes { id } } } }
        nodes(ids: $ids) { id } }";
    for (variables, expected) in [
        (json!({}), 1 + 4 + 2),
        (json!({ "n": 6 }), 1 + 6 + 2),
        (json!({ "n": null }), 1 + 20 + 2),
        (json!({ "all": true }), 1 + 4 * (1 + 1 + 20) + 2),
        (json!({ "all": true, "m": 3, "n": 2 }), 1 + 2 * (1 + 1 + 3) + 2),
        (json!({ "all": true, "m": null, "n": 2, "ids": [1, 2, 3, 4] }), 1 + 2 * (1 + 1 + 20) + 4),
        (json!({ "n": "many", "ids": 7 }), 1 + 20 + 5),
    ] {
        assert_eq!(plan(document, variables.clone()).requested(), expected, "{variables}");
    }
}

#[test]
fn mutations_and_subscriptions() {
    let rows = json!([{ "name": "a", "tags": ["x", "y"] }, { "name": "b" }, {}]);
    let document = "mutation M($rows: [RowInput!]!) { save(input: { rows: $rows }) {
        results { index item { id } userErrors { message } } userErrors { message } } }";
    // 10, 1 for each of 3 rows and 2 tags; 3 results with an item each.
    assert_eq!(plan(document, json!({ "rows": rows })).requested(), 10 + 5 + 3 * (1 + 1));
    let whole = "mutation M($input: SaveInput!) { save(input: $input) { results { index } } }";
    assert_eq!(plan(whole, json!({ "input": { "rows": rows } })).requested(), 10 + 5 + 3);
    let literal =
        r#"mutation { save(input: { rows: [{ name: "a" }, { tags: ["x"] }] }) { userErrors { message } } }"#;
    assert_eq!(plan(literal, json!({})).requested(), 10 + 3);
    assert_eq!(
        plan("mutation { a: touch(id: 1) { id } b: touch(id: 2) { parts { id } } }", json!({})).requested(),
        10 + 10 + 5
    );
    assert_eq!(plan("subscription { saved { parts { id } } }", json!({})).requested(), 10 + 5);
}

#[test]
fn what_has_run_is_what_the_answer_holds() {
    let document = "{ items(first: 10) { nodes { id parts { id } items(first: 10) { nodes { id } } } totalCount } one(id: 1) { id } }";
    let data = json!({
        "items": {
            "nodes": [
                { "id": 1, "parts": [{ "id": 2 }, { "id": 3 }], "items": { "nodes": [{ "id": 4 }] } },
                { "id": 5, "parts": [], "items": { "nodes": [] } },
            ],
            "totalCount": 2,
        },
        "one": null,
    });
    let plan = plan(document, json!({}));
    assert_eq!(plan.requested(), 1 + 10 * (1 + 5 + 1 + 10) + 1 + 1);
    // The page, two items with a page each, two parts and an item in them, the count, what was looked for and is not there.
    assert_eq!(plan.actual(&Value::from_json(data).unwrap()), 1 + 2 * (1 + 1) + 2 + 1 + 1 + 1);
}

#[test]
fn the_costliest_path_is_named() {
    for (document, path, cost) in [
        (
            "{ title items(first: 10) { nodes { parts { id } items(first: 50) { nodes { id } } } } }",
            "items.nodes.items.nodes",
            500,
        ),
        ("{ items(first: 10) { nodes { id } } few { nodes { id } } }", "items.nodes", 10),
        ("{ a: items(first: 10) { edges { node { id } } } title }", "a.edges.node", 10),
        ("{ title }", "title", 1),
    ] {
        let (found, most) = plan(document, json!({})).costliest();
        assert_eq!((found.join(".").as_str(), most), (path, cost), "{document}");
    }
}
