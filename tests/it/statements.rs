//! Every query touches the database a number of times fixed by its shape: the same for one row and for fifty.

use std::collections::BTreeMap;

use cairn_tests::{TestApp, World};

use crate::contract::cases::reading;

async fn counts(rows: usize) -> BTreeMap<String, u32> {
    let app = TestApp::start().await;
    let world = World::build(&app, rows).await;
    let mut counts = BTreeMap::new();
    for (number, case) in reading(&world).into_iter().enumerate() {
        if case.file == "dashboard/live.graphql" {
            continue; // a subscription has no count of its own
        }
        let document = cairn_tests::operation_text(&cairn_tests::contract(case.file), case.operation);
        let answer = case.client.send(&document, case.variables).await;
        answer.data();
        counts.insert(format!("{number} {} {}", case.file, case.operation), answer.statements.unwrap());
    }
    app.stop().await;
    counts
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contract_takes_as_many_statements_for_fifty_rows_as_for_one() {
    let one = counts(1).await;
    let fifty = counts(50).await;
    let differing: Vec<String> = one
        .iter()
        .filter(|(name, count)| fifty[*name] != **count)
        .map(|(name, count)| format!("{name}: {count} for one row, {} for fifty", fifty[name]))
        .collect();
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    // Fixed is not enough: a page must stay cheap.
    let dear: Vec<String> = one
        .iter()
        .filter(|(_, count)| **count > 40)
        .map(|(name, count)| format!("{name}: {count}"))
        .collect();
    assert!(dear.is_empty(), "more than 40 statements: {}", dear.join("\n"));
}
