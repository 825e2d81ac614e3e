//! What is told of credentials after they are issued: each event with what is documented of it, in the order of the credential's life.

use std::collections::BTreeMap;

use cairn_service::patch::Patch;
use cairn_tests::{Course, Elsewhere, Reply, TestApp, contract, operation_text};
use serde_json::{Value, json};

use super::{Endpoint, judged, now_of};
use crate::lifecycle::renewal::{TERMS, travel};

const EVENTS: [&str; 7] = [
    "CREDENTIAL_ISSUED",
    "CREDENTIAL_REVOKED",
    "CREDENTIAL_SUSPENDED",
    "CREDENTIAL_REINSTATED",
    "CREDENTIAL_EXPIRED",
    "CREDENTIAL_RENEWED",
    "CREDENTIAL_REPLACED",
];

/// Does something with a credential; the credential that comes of it.
async fn change(course: &Course, name: &str, one: &Value, more: Value) -> Value {
    let document = operation_text(&contract("provider/credential_lifecycle.graphql"), name);
    let mut input = more;
    input["credential"] = json!({ "id": one["id"] });
    course.provider.mutate(&document, input).await["credential"].clone()
}

/// What is told of each credential, in its order: type and data.
fn lives(deliveries: &[Value]) -> BTreeMap<String, Vec<(String, Value)>> {
    let mut lives: BTreeMap<String, Vec<(String, Value)>> = BTreeMap::new();
    for one in deliveries {
        let (kind, data) = (one["payload"]["type"].as_str().unwrap(), one["payload"]["data"].clone());
        let of = data["credential"].as_str().unwrap().to_owned();
        lives.entry(of).or_default().push((kind.to_owned(), data));
    }
    lives
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credentials_life_is_told_event_by_event() {
    let (app, elsewhere) = (TestApp::start_sending().await, Elsewhere::start().await);
    elsewhere.reply("/hook", Reply::status(200));
    let course = Course::publish(&app, "alpha").await;
    course
        .revise(|new| {
            new.validity = Patch::Set(TERMS);
            new.may_suspend = Patch::Set(true);
        })
        .await;
    course.enroll(3, None).await;
    course.complete(0..3).await;
    let endpoint = Endpoint::make(&course.provider, &format!("{}/hook", elsewhere.base()), &EVENTS).await;
    course.issue_to_everyone().await;
    let all = course.credentials().await;
    let (first, second, third) = (&all[0], &all[1], &all[2]);
    change(&course, "SuspendCredential", first, json!({ "note": "Zoë is asked" })).await;
    change(&course, "ReinstateCredential", first, json!({})).await;
    let corrected = change(&course, "ReplaceCredential", first, json!({ "reason": "A slip in Zoë" })).await;
    // Six events of the first and its successor, two of the others.
    endpoint.accepted(8).await;
    travel(&app, &second["validUntil"], -30);
    let evidence = json!([{ "name": "Forty hours", "url": "https://work.example/hours" }]);
    let renewed = change(&course, "RenewCredential", second, json!({ "evidence": evidence })).await;
    endpoint.accepted(10).await;
    travel(&app, &third["validUntil"], 1);
    cairn_service::credential::tell_expired(&app.service).await.unwrap();
    let told = endpoint.once(|all| {
        let expired = |one: &&Value| one["eventType"] == "CREDENTIAL_EXPIRED" && one["status"] == "DELIVERED";
        all.iter().filter(expired).count() >= 3
    });
    let told = told.await;

    let lives = lives(&told);
    let order = |one: &Value| -> Vec<&str> {
        lives[one["id"].as_str().unwrap()].iter().map(|(kind, _)| kind.as_str()).collect()
    };
    let (suspended, reinstated) = ("credential.suspended", "credential.reinstated");
    let replaced = ["credential.revoked", "credential.replaced"];
    assert_eq!(order(first), [&["credential.issued", suspended, reinstated], &replaced[..]].concat());
    assert_eq!(order(&corrected), ["credential.issued", "credential.expired"]);
    assert_eq!(order(second), ["credential.issued", "credential.renewed", "credential.expired"]);
    assert_eq!(order(&renewed), ["credential.issued"]);
    assert_eq!(order(third), ["credential.issued", "credential.expired"]);
    assert_eq!(lives.len(), 5, "of nothing else anything: {lives:#?}");
    the_data(&course, &lives, [first, second, third, &corrected, &renewed]).await;

    let posts = elsewhere.posted("/hook");
    for post in &posts {
        assert!(!post.body.contains("Zoë") && !post.body.contains("slip"), "{post:?}");
    }
    let last = posts.last().unwrap();
    assert_eq!(judged(&[(&endpoint.secret, last)], now_of(&app))[0]["verified"], true);
    app.stop().await;
}

/// Each event says what is documented of it, and nothing else.
async fn the_data(
    course: &Course,
    lives: &BTreeMap<String, Vec<(String, Value)>>,
    [first, second, third, corrected, renewed]: [&Value; 5],
) {
    let query =
        "query($id: ID!) { node(id: $id) { ... on Credential { id validUntil learner { id } enrollment { id }
        program { id } issuer { id } } } }";
    let place = async |one: &Value| {
        let read = course.provider.data(query, json!({ "id": one["id"] })).await["node"].clone();
        let place = json!({ "credential": read["id"], "issuer": read["issuer"]["id"], "learner": read["learner"]["id"],
            "program": read["program"]["id"], "enrollment": read["enrollment"]["id"] });
        (place, read["validUntil"].clone())
    };
    let data = |one: &Value, kind: &str| {
        let (_, data) =
            lives[one["id"].as_str().unwrap()].iter().find(|(known, _)| known == kind).unwrap().clone();
        data
    };
    let with = |place: &Value, name: &str, value: &Value| {
        let mut place = place.clone();
        place[name] = value.clone();
        place
    };
    let (of_first, _) = place(first).await;
    assert_eq!(data(first, "credential.suspended"), of_first);
    assert_eq!(data(first, "credential.reinstated"), of_first);
    assert_eq!(data(first, "credential.revoked"), with(&of_first, "reason", &json!("SUPERSEDED")));
    assert_eq!(data(first, "credential.replaced"), with(&of_first, "replacedBy", &corrected["id"]));
    let (of_corrected, _) = place(corrected).await;
    assert_eq!(data(corrected, "credential.issued"), with(&of_corrected, "replaces", &first["id"]));
    let (of_second, _) = place(second).await;
    assert_eq!(data(second, "credential.renewed"), with(&of_second, "renewedBy", &renewed["id"]));
    let (of_renewed, _) = place(renewed).await;
    assert_eq!(data(renewed, "credential.issued"), with(&of_renewed, "renews", &second["id"]));
    let (of_third, until) = place(third).await;
    assert_eq!(data(third, "credential.expired"), with(&of_third, "validUntil", &until));
}
