//! The status of what is signed on request.

use cairn_tests::TestApp;
use serde_json::{Value, json};

use super::{ISSUE, credential, signing, verify};

const STATUS: &str = "/vc-api/credentials/status";

fn asking(did: &str, id: Option<&str>, status: &Value) -> Value {
    let mut credential = credential(did);
    if let Some(id) = id {
        credential["id"] = json!(id);
    }
    json!({ "credential": credential, "options": { "credentialStatus": status } })
}

fn entry(purpose: &str) -> Value {
    json!({ "type": "BitstringStatusListEntry", "statusPurpose": purpose })
}

#[tokio::test]
async fn what_is_signed_on_request_has_a_status_where_one_is_asked_for() {
    let app = TestApp::start().await;
    let (_, client, did) = signing(&app, "alpha").await;
    let both = json!([entry("revocation"), entry("suspension")]);
    let answer = client.post(ISSUE, &asking(&did, Some("urn:x:both"), &both)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let signed = answer.body;
    let entries = signed["credentialStatus"].as_array().unwrap();
    let purposes: Vec<_> = entries.iter().map(|entry| &entry["statusPurpose"]).collect();
    assert_eq!(purposes, ["revocation", "suspension"]);
    assert_ne!(entries[0]["statusListCredential"], entries[1]["statusListCredential"]);
    assert_eq!(verify(&client, &signed).await.0, 200);
    // One without an id is given one, by which its status is found again.
    let answer = client.post(ISSUE, &asking(&did, None, &entry("revocation"))).await;
    let other = answer.body;
    assert!(other["id"].as_str().unwrap().starts_with("urn:uuid:"), "{other:#}");
    assert_eq!(other["credentialStatus"]["type"], "BitstringStatusListEntry");
    assert_ne!(other["credentialStatus"]["statusListIndex"], entries[0]["statusListIndex"]);

    let set = |id: &str, purpose: &str, status: bool| {
        let body = json!({ "credentialId": id, "credentialStatus": entry(purpose), "status": status });
        let client = client.clone();
        async move { client.post(STATUS, &body).await.status.as_u16() }
    };
    let verdict = async |document: &Value| verify(&client, document).await.1["verdict"].clone();
    assert_eq!(set("urn:x:both", "suspension", true).await, 200);
    assert_eq!(verdict(&signed).await, "SUSPENDED");
    assert_eq!(set("urn:x:both", "suspension", false).await, 200);
    assert_eq!(verdict(&signed).await, "VALID");
    // Set is what a status is where nothing else is said.
    let short = json!({ "credentialId": "urn:x:both", "credentialStatus": entry("revocation") });
    assert_eq!(client.post(STATUS, &short).await.status, 200);
    assert_eq!(verdict(&signed).await, "REVOKED");
    assert_eq!(verdict(&other).await, "VALID", "its neighbor in the list stands");
    assert_eq!(set("urn:x:both", "revocation", false).await, 400, "a revocation is permanent");
    assert_eq!(set(other["id"].as_str().unwrap(), "suspension", true).await, 404, "it has no such status");
    assert_eq!(set("urn:x:nothing", "revocation", true).await, 404);

    let log =
        "{ auditLog(first: 10, filter: { actions: [\"vc_api.status_changed\"] }) { nodes { detail } } }";
    let lines = client.data(log, json!({})).await["auditLog"]["nodes"].clone();
    assert_eq!(lines.as_array().unwrap().len(), 3);
    assert!(!lines.to_string().contains("urn:x:both"), "{lines}");
    app.stop().await;
}

#[tokio::test]
async fn a_status_is_given_once_and_changed_by_none_but_its_issuer() {
    let app = TestApp::start().await;
    let (issuer, client, did) = signing(&app, "alpha").await;
    let (_, stranger, _) = signing(&app, "beta").await;
    let revocation = entry("revocation");
    let body = asking(&did, Some("urn:x:1"), &revocation);
    // Twins at the same moment: one is signed.
    let twins = futures_util::future::join_all((0..4).map(|_| client.post(ISSUE, &body))).await;
    let signed: Vec<_> = twins.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(signed.len(), 1, "{twins:?}");
    assert!(twins.iter().all(|answer| answer.status == 201 || answer.status == 400), "{twins:?}");

    let set = json!({ "credentialId": "urn:x:1", "credentialStatus": revocation });
    for (caller, status) in [
        (&app.anonymous(), 401),
        (&app.provider(&issuer).await, 403),
        (&stranger, 404),
        (&app.operator().await, 200),
    ] {
        let answer = caller.post(STATUS, &set).await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
    let mut own = body.clone();
    own["credential"]["id"] = json!("urn:x:2");
    own["credential"]["credentialStatus"] = json!({ "id": "https://lists.example/1#3", "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation", "statusListIndex": "3", "statusListCredential": "https://lists.example/1" });
    let odd_kind = json!({ "type": "StatusList2021Entry", "statusPurpose": "revocation" });
    let undefined = {
        let mut body = asking(&did, Some("urn:x:3"), &revocation);
        body["credential"]["statusEntry"] = json!({ "type": "BitstringStatusListEntry" });
        body
    };
    for refused in [
        own,
        asking(&did, Some("urn:x:4"), &odd_kind),
        asking(&did, Some("urn:x:5"), &entry("refresh")),
        undefined,
    ] {
        let answer = client.post(ISSUE, &refused).await;
        assert_eq!(answer.status, 400, "{answer:?}");
    }
    for malformed in [
        json!({ "credentialId": "urn:x:1" }),
        json!({ "credentialId": "urn:x:1", "credentialStatus": [] }),
        json!({ "credentialId": 1, "credentialStatus": revocation }),
    ] {
        assert_eq!(client.post(STATUS, &malformed).await.status, 400, "{malformed}");
    }
    app.stop().await;
}
