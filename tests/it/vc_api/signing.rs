//! What is signed, for whom, and what is recorded of it.

use cairn_service::actor::Scope;
use cairn_tests::{Course, TestApp};
use serde_json::json;

use super::{ISSUE, PRESENTED, credential, issue, signing, verify};

#[tokio::test]
async fn what_a_compromised_key_signed_on_request_stands_as_far_as_it_is_on_record() {
    let app = TestApp::start().await;
    let (issuer, client, did) = signing(&app, "alpha").await;
    let before = issue(&client, &credential(&did)).await;
    app.clock.advance(chrono::TimeDelta::hours(1));
    let since = app.service.now();
    app.clock.advance(chrono::TimeDelta::hours(1));
    let after = issue(&client, &credential(&did)).await;
    let provider = app.provider(&issuer).await;
    let key = before["proof"]["verificationMethod"].as_str().unwrap().rsplit_once('#').unwrap().1.to_owned();
    provider.mutate(crate::keys::COMPROMISE, json!({ "id": key, "since": since })).await;
    assert_eq!(verify(&client, &before).await.0, 200);
    let (status, found) = verify(&client, &after).await;
    assert_eq!((status, &found["verdict"]), (400, &json!("INVALID")), "{found:#}");
    // Signed by the successor, all is well again.
    assert_eq!(verify(&client, &issue(&client, &credential(&did)).await).await.0, 200);
    app.stop().await;
}

#[tokio::test]
async fn what_is_issued_verifies_and_every_signature_is_recorded() {
    let app = TestApp::start().await;
    let (_, client, did) = signing(&app, "alpha").await;
    let signed = issue(&client, &credential(&did)).await;
    assert_eq!(signed["issuer"], json!(did));
    assert_eq!(signed["proof"]["cryptosuite"], "eddsa-rdfc-2022");
    assert_eq!(signed["proof"]["proofPurpose"], "assertionMethod");
    let (status, found) = verify(&client, &signed).await;
    assert_eq!((status, &found["verified"], &found["errors"]), (200, &json!(true), &json!([])), "{found:#}");

    let options =
        json!({ "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "credentialId": "urn:x:1" });
    let answer = client.post(ISSUE, &json!({ "credential": credential(&did), "options": options })).await;
    assert_eq!(
        (&answer.body["proof"]["cryptosuite"], &answer.body["id"]),
        (&json!("eddsa-jcs-2022"), &json!("urn:x:1"))
    );
    assert_eq!(verify(&client, &answer.body).await.0, 200);

    let mut tampered = signed.clone();
    tampered["credentialSubject"]["id"] = json!("did:example:mallory");
    let (status, found) = verify(&client, &tampered).await;
    assert_eq!((status, &found["verified"], &found["verdict"]), (400, &json!(false), &json!("INVALID")));
    assert_eq!(found["problemDetails"][0]["type"], "https://w3id.org/security#PROOF_VERIFICATION_ERROR");

    let log =
        "{ auditLog(first: 10, filter: { actions: [\"vc_api.credential_signed\"] }) { nodes { detail } } }";
    let lines = client.data(log, json!({})).await["auditLog"]["nodes"].clone();
    let suites: Vec<_> =
        lines.as_array().unwrap().iter().map(|line| line["detail"]["cryptosuite"].clone()).collect();
    assert_eq!(suites, ["eddsa-jcs-2022", "eddsa-rdfc-2022"]);
    assert!(
        lines.to_string().contains("sha256") && !lines.to_string().contains("did:example:subject"),
        "{lines}"
    );
    app.stop().await;
}

#[tokio::test]
async fn signing_wants_its_own_scope_and_the_issuers_own_name() {
    let app = TestApp::start().await;
    let (issuer, client, did) = signing(&app, "alpha").await;
    let (_, other, _) = signing(&app, "beta").await;
    let body = json!({ "credential": credential(&did), "options": {} });
    for (caller, status) in [
        (&app.anonymous(), 401),
        (&app.provider(&issuer).await, 403),
        (&other, 400),
        (&client, 201),
        (&app.operator().await, 201),
    ] {
        let answer = caller.post(ISSUE, &body).await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
    let reader = app.key(&issuer, &[Scope::VcSign]).await;
    let signed = issue(&client, &credential(&did)).await;
    for (caller, status) in [(&app.anonymous(), 401), (&reader, 403), (&other, 200)] {
        assert_eq!(verify(caller, &signed).await.0, status);
        let empty = json!({ "verifiablePresentation": {} });
        let expected = if status == 200 { 400 } else { status };
        assert_eq!(caller.post(PRESENTED, &empty).await.status, expected);
    }
    for malformed in [
        json!({}),
        json!([]),
        json!({ "credential": "text" }),
        json!({ "credential": credential(&did), "options": { "cryptosuite": "ecdsa-sd-2023" } }),
        json!({ "credential": credential(&did), "options": { "mandatoryPointers": ["/issuer"] } }),
        json!({ "credential": credential("did:example:nobody") }),
    ] {
        let answer = client.post(ISSUE, &malformed).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, "BAD_REQUEST"), "{malformed}: {answer:?}");
    }
    let plain = cairn_tests::http().post(format!("{}{ISSUE}", app.base())).body(body.to_string());
    let answer = plain.header("authorization", client.authorization().unwrap()).send().await.unwrap();
    assert_eq!(answer.status(), 415);
    app.stop().await;
}

#[tokio::test]
async fn signing_is_off_until_it_is_switched_on() {
    let app = TestApp::start_set(|_| {}, |_| {}).await;
    let (_, client, did) = signing(&app, "alpha").await;
    let body = json!({ "credential": credential(&did) });
    assert_eq!(client.post(ISSUE, &body).await.status, 404);
    let (status, found) = verify(&client, &credential(&did)).await;
    assert_eq!((status, &found["verdict"]), (400, &json!("INVALID")), "verifying is always there");
    app.stop().await;
}

#[tokio::test]
async fn nobody_signs_a_second_document_with_the_id_of_a_credential_of_ours() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    course.enroll(1, None).await;
    course.complete([0]).await;
    course.issue_to_everyone().await;
    let own = course.credentials().await.remove(0)["document"].clone();
    let client = app.key(&course.issuer, &[Scope::VcSign, Scope::CredentialsVerify]).await;
    let mut forged = credential(own["issuer"]["id"].as_str().unwrap());
    forged["id"] = own["id"].clone();
    let answer = client.post(ISSUE, &json!({ "credential": forged })).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    let (status, found) = verify(&client, &own).await;
    assert_eq!((status, &found["verdict"]), (200, &json!("VALID")), "{found:#}");
    app.stop().await;
}
