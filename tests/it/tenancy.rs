//! Tenants never see each other's rows: every operation, replayed by another issuer's people with the first one's ids.

use std::collections::BTreeSet;

use cairn_service::actor::Role;
use cairn_tests::{Client, TestApp, World};
use serde_json::{Value, json};

use crate::contract::cases::{Case, cases};

/// Prefixes of ids that belong to one tenant alone.
const OWNED: [&str; 12] =
    ["enr_", "atm_", "lrn_", "crd_", "blk_", "blr_", "evd_", "key_", "whe_", "whd_", "ntd_", "ptf_"];

#[tokio::test(flavor = "multi_thread")]
async fn another_tenants_ids_find_and_change_nothing() {
    let app = TestApp::start().await;
    let world = World::build(&app, 2).await;
    let before = snapshot(&world.alpha.provider).await;
    let mut owned = BTreeSet::new();
    collect_ids(&before, &mut owned);
    owned.extend(world.projects.iter().cloned());
    assert!(owned.len() > 10, "the first tenant has rows to hide: {owned:?}");

    let beta = &world.beta.issuer;
    let strangers = [
        world.beta.provider.clone(),
        app.dashboard(beta).await,
        app.person(beta, Role::IssuerAdmin, "admin").await,
        app.person(beta, Role::Instructor, "instructor").await,
        app.person(beta, Role::Assessor, "assessor").await,
        app.person(beta, Role::Analyst, "analyst").await,
        app.person(beta, Role::Learner, "learner-1").await,
        app.anonymous(),
    ];
    for case in cases(&world).into_iter().filter(is_about_rows_of_a_tenant) {
        for stranger in &strangers {
            let document = cairn_tests::operation_text(&cairn_tests::contract(case.file), case.operation);
            let answer = stranger.send(&document, case.variables.clone()).await;
            let mut seen = BTreeSet::new();
            collect_ids(&answer.body, &mut seen);
            let leaked: Vec<&String> = seen.intersection(&owned).collect();
            assert!(leaked.is_empty(), "{} {}: {leaked:?}\n{answer:?}", case.file, case.operation);
        }
    }
    assert_eq!(snapshot(&world.alpha.provider).await, before, "nothing of the first tenant has changed");
    app.stop().await;
}

/// Not those that the contract makes public, that make something of the caller's own, that are websockets, or that name what only an earlier call made.
fn is_about_rows_of_a_tenant(case: &Case) -> bool {
    !case.file.starts_with("public/") && case.file != "dashboard/live.graphql" && !case.goes_on()
}

/// What the first tenant has, as its provider sees it.
pub async fn snapshot(provider: &Client) -> Value {
    let query = "{
        enrollments(first: 100) { nodes { id externalId status track updatedAt: lastActivityAt learner { id name email }
            progress { percent score } attempts(first: 100) { nodes { id status score evidence { id } history { score } } } } }
        credentials(first: 100) { nodes { id status visibility } }
        attempts(first: 100) { nodes { id status score feedback } }
        programs(first: 100, filter: { issuers: [{ slug: \"alpha\" }], statuses: [DRAFT, PUBLISHED] }) { nodes { id title version status } }
        issuer(slug: \"alpha\") { noticeSettings { enabled kinds words { subject } } noticeDeliveries(first: 100) { nodes { id status } }
            webhookEndpoints { nodes { id url events enabled deliveries { totalCount nodes { id } } } } }
    }";
    provider.data(query, json!({})).await
}

pub fn collect_ids(value: &Value, ids: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if OWNED.iter().any(|prefix| text.starts_with(prefix)) => {
            ids.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| collect_ids(item, ids)),
        Value::Object(members) => members.values().for_each(|member| collect_ids(member, ids)),
        _ => {}
    }
}
