//! What was earned, by skill and by what it counts towards, and what of it comes to its end.

use cairn_tests::TestApp;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::Schools;
use crate::school::row;

const EARNED: &str = "query($first: Int) { viewer { passport { earnedSkills { skill { name framework } sources { program { title }
        programVersion { levels { framework value } } outcomes { statement } completedAt credential { id status } } }
    stacks(first: $first) { totalCount pageInfo { hasNextPage endCursor } nodes { program { title } programVersion { number } enrollment { id }
        credential { id } requiredDone requiredTotal percent completedAt
        parts { completedAt component { item { ... on Program { title } } } credential { status } } } } } } }";

async fn earned(schools: &Schools<'_>) -> Value {
    schools.maya.data(EARNED, json!({ "first": 50 })).await["viewer"]["passport"].clone()
}

/// A stack by the title of its program.
fn stack<'a>(passport: &'a Value, program: &str) -> &'a Value {
    let nodes = passport["stacks"]["nodes"].as_array().unwrap();
    let title = format!("Title of {program}");
    nodes.iter().find(|one| one["program"]["title"] == title).unwrap_or_else(|| panic!("{passport:#}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_earned_is_told_by_skill_and_by_what_it_counts_towards() {
    let app = TestApp::start().await;
    let schools = Schools::found(&app).await;
    let passport = earned(&schools).await;
    let skills: Vec<&Value> =
        passport["earnedSkills"].as_array().unwrap().iter().map(|one| &one["skill"]["name"]).collect();
    assert_eq!(skills, ["dyeing", "weaving"]);
    let source = &passport["earnedSkills"][1]["sources"][0];
    assert_eq!(source["program"]["title"], "Title of weaving");
    assert_eq!(source["programVersion"]["levels"], json!([{ "framework": "EQF", "value": "6" }]));
    assert_eq!(source["outcomes"][0]["statement"], "Work by weaving alone");
    assert_eq!(
        (&source["credential"]["status"], &source["completedAt"]),
        (&json!("ACTIVE"), &json!("2026-03-01T09:30:00Z"))
    );

    // One of two parts of textiles is done, and all of crafts, though she is enrolled in neither.
    assert_eq!(passport["stacks"]["totalCount"], 2);
    let textiles = stack(&passport, "textiles");
    assert_eq!((&textiles["requiredDone"], &textiles["requiredTotal"]), (&json!(1), &json!(2)));
    assert_eq!((&textiles["percent"], &textiles["enrollment"]), (&json!(50.0), &Value::Null));
    let parts: Vec<(&Value, bool)> = textiles["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| (&part["component"]["item"]["title"], part["completedAt"].is_string()))
        .collect();
    assert_eq!(parts, [(&json!("Title of weaving"), true), (&json!("Title of spinning"), false)]);
    assert_eq!(textiles["parts"][0]["credential"]["status"], "ACTIVE");

    // Enrolled in it and done with the rest, she completes it; what is retired or given up is no stack of hers.
    let done = json!({ "status": "COMPLETED", "statusAt": "2026-04-01T09:30:00Z", "enrolledAt": "2026-01-01T00:00:00Z" });
    let rows = vec![
        row("textiles-maya", "maya", "textiles", json!({})),
        row("spinning-maya", "maya", "spinning", done),
    ];
    schools.north.enrollments(rows).await;
    let passport = earned(&schools).await;
    let textiles = stack(&passport, "textiles");
    assert_eq!(
        (&textiles["percent"], &textiles["completedAt"]),
        (&json!(100.0), &json!("2026-04-01T09:30:00Z"))
    );
    assert!(textiles["enrollment"]["id"].is_string());

    let one = schools.maya.send(EARNED, json!({ "first": 1 })).await;
    let all = schools.maya.send(EARNED, json!({ "first": 50 })).await;
    assert_eq!(one.data()["viewer"]["passport"]["stacks"]["pageInfo"]["hasNextPage"], true);
    assert_eq!(one.statements, all.statements, "the same for one as for several");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_back_gives_no_skill_and_counts_towards_nothing() {
    let app = TestApp::start().await;
    let schools = Schools::found(&app).await;
    let weaving = schools.held("weaving-maya").await;
    let revoke = "mutation($input: RevokeCredentialInput!) { revokeCredential(input: $input) { userErrors { code } } }";
    let input = json!({ "credential": { "id": weaving["id"] }, "reason": "OTHER" });
    schools.north.provider.mutate(revoke, input).await;
    let passport = earned(&schools).await;
    assert_eq!(passport["earnedSkills"].as_array().unwrap().len(), 1);
    assert_eq!(passport["stacks"]["totalCount"], 1);
    // The credential is still there, and says so.
    assert_eq!(schools.held("weaving-maya").await["status"], "REVOKED");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_to_its_end_is_marked_and_stays_when_it_has() {
    let app = TestApp::start().await;
    let schools = Schools::found(&app).await;
    let query = "{ viewer { passport { credentials { nodes { status expiring validUntil renewalWindow { opensAt closesAt }
        enrollment { externalId } } } } } }";
    let read = async || {
        let data = schools.signed_in().await.data(query, json!({})).await;
        let nodes = data["viewer"]["passport"]["credentials"]["nodes"].as_array().unwrap().clone();
        let of = |id: &str| nodes.iter().find(|one| one["enrollment"]["externalId"] == id).unwrap().clone();
        (of("dyeing-maya"), of("weaving-maya"))
    };
    let travel = |to: &Value, days: i64| {
        let to: DateTime<Utc> = to.as_str().unwrap().parse().unwrap();
        app.clock.advance(to + TimeDelta::days(days) - app.service.now());
    };
    let (dyeing, _) = read().await;
    let until = dyeing["validUntil"].clone();
    let window = json!({ "opensAt": "2027-01-01T09:30:00Z", "closesAt": "2027-04-01T09:30:00Z" });
    for (days, expiring) in [(-91, false), (-89, true), (-30, true)] {
        travel(&until, days);
        let (dyeing, weaving) = read().await;
        let told = (&dyeing["expiring"], &dyeing["status"], &dyeing["renewalWindow"]);
        assert_eq!(told, (&json!(expiring), &json!("ACTIVE"), &window), "{days} days");
        assert_eq!((&weaving["expiring"], &weaving["renewalWindow"]), (&json!(false), &Value::Null));
    }

    // Once renewed, nothing is about to be lost; and when it has ended, it is still there.
    let id = schools.held("dyeing-maya").await["id"].clone();
    let renew = "mutation($input: RenewCredentialInput!) { renewCredential(input: $input) { userErrors { code message } } }";
    schools.south.provider.mutate(renew, json!({ "credential": { "id": id } })).await;
    let node =
        "query($id: ID!) { node(id: $id) { ... on Credential { status expiring renewedBy { status } } } }";
    for (days, status) in [(-29, "ACTIVE"), (1, "EXPIRED")] {
        travel(&until, days);
        let old = schools.signed_in().await.data(node, json!({ "id": id })).await["node"].clone();
        let expected = json!({ "status": status, "expiring": false, "renewedBy": { "status": "ACTIVE" } });
        assert_eq!(old, expected);
    }
    app.stop().await;
}
