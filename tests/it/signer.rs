//! Keys that an external signer keeps: it signs over HTTP, it may be away, and what it answers is believed only when it verifies.

use cairn_credential::key::SecretKey;
use cairn_service::actor::Actor;
use cairn_service::rows::enums::KeyAlgorithm;
use cairn_service::signer::{ExternalSigner, SignerConfig};
use cairn_service::signing_key::{self, Rotation};
use cairn_tests::{Course, Mood, SIGNER_TOKEN, TestApp, TestSigner, ended};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::time::Duration;

use crate::keys::{ROTATE, course, did_document, issue, keys, verdict};

const ENDORSE: &str = "mutation($input: EndorseIssuerInput!) { endorseIssuer(input: $input) { endorsement { id } userErrors { code } } }";

async fn signer() -> TestSigner {
    TestSigner::start(&[
        ("alpha-1", SecretKey::ed25519(&[1; 32])),
        ("alpha-2", SecretKey::ed25519(&[2; 32])),
        ("alpha-p", SecretKey::p256(&[3; 32]).unwrap()),
    ])
    .await
}

async fn app_with(signer: &TestSigner) -> TestApp {
    let config = SignerConfig {
        url: signer.url.parse().unwrap(),
        token: Some(SIGNER_TOKEN.to_owned()),
        timeout: Duration::from_secs(5),
    };
    TestApp::start_with(|service| service.signer = Some(ExternalSigner::new(config).unwrap())).await
}

fn remote(name: &str) -> Value {
    json!({ "issuer": { "slug": "alpha" }, "remoteKey": name })
}

async fn request(course: &Course) -> String {
    let issue = cairn_tests::contract("provider/issue_credentials.graphql");
    let input = json!({ "target": { "everyoneEligibleIn": { "externalId": "course" } } });
    course.provider.mutate(&issue, input).await["bulkOperation"]["id"].as_str().unwrap().to_owned()
}

/// Waits until it comes true.
async fn until(what: &str, true_yet: impl Fn() -> bool) {
    for _ in 0..400 {
        if true_yet() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{what} did not come true");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_external_signer_signs_everything_that_the_issuer_says() {
    let signer = signer().await;
    let app = app_with(&signer).await;
    let course = course(&app, "alpha", 20).await;
    let operator = app.operator().await;
    let made = operator.mutate(ROTATE, remote("alpha-1")).await;
    assert_eq!(
        (&made["signingKey"]["custody"], &made["signingKey"]["status"]),
        (&json!("EXTERNAL"), &json!("ACTIVE"))
    );
    let mut p256 = remote("alpha-p");
    p256["algorithm"] = json!("P256");
    operator.mutate(ROTATE, p256).await;
    let trials = signer.signed();

    let done = course.issue_to_everyone().await;
    assert_eq!(done["succeeded"], 20, "{done:#}");
    assert_eq!(signer.signed() - trials, 20);
    let all = course.credentials().await;
    let multikey = SecretKey::ed25519(&[1; 32]).public().to_multikey();
    let did = did_document(&app, "alpha").await.to_string();
    assert!(did.contains(&multikey));
    for one in &all[..3] {
        assert_eq!(verdict(&app, &one["document"]).await["verdict"], "VALID");
    }
    assert_eq!(signer.signed() - trials, 21, "the status list was signed by it, too, once");

    // Tokens and endorsements as well.
    let page = all[0]["urls"]["page"].as_str().unwrap().replace(&app.service.config.public_url, "");
    let before = signer.signed();
    for query in ["", "?alg=ES256", "?profile=vc-jose&alg=ES256"] {
        let answer = app.anonymous().get(&format!("{page}.jwt{query}"), "*/*").await;
        assert_eq!(answer.status(), 200, "{query}");
        let token = answer.text().await.unwrap().into_bytes();
        let verified = cairn_service::verification::verify_bytes(&app.service, token, None).await.unwrap();
        assert_eq!(format!("{:?}", verified.report.verdict), "Valid", "{query}");
    }
    let beta = app.issuer("beta").await;
    course.provider.mutate(ENDORSE, json!({ "issuer": { "id": id_of(&beta) }, "statement": "Sound." })).await;
    assert_eq!(signer.signed() - before, 4);
    app.stop().await;
}

fn id_of(issuer: &cairn_tests::TestIssuer) -> String {
    cairn_service::ids::encode(cairn_service::ids::Kind::Issuer, issuer.id)
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_signer_is_away_or_lies_credentials_stay_pending_and_are_signed_later() {
    for mood in [Mood::Down, Mood::Lying] {
        let signer = signer().await;
        let app = app_with(&signer).await;
        let course = course(&app, "alpha", 3).await;
        let earlier = issue(&course, 0).await;
        let address = |of: &Value| of.as_str().unwrap().replace(&app.service.config.public_url, "");
        let token = address(&earlier["urls"]["jwt"]);
        let list = address(&earlier["document"]["credentialStatus"]["statusListCredential"]);
        app.operator().await.mutate(ROTATE, remote("alpha-1")).await;
        signer.set(mood);
        let (asked, trials) = (signer.asked(), signer.signed());
        let operation = request(&course).await;
        until("the signer was asked", || signer.asked() > asked).await;
        assert_eq!(course.credentials().await.len(), 1, "{mood:?}: a pending credential is invisible");
        let read = "query($id: ID!) { node(id: $id) { ... on BulkOperation { status succeeded failed } } }";
        let found = course.provider.data(read, json!({ "id": operation })).await;
        assert_eq!(found["node"], json!({ "status": "RUNNING", "succeeded": 0, "failed": 0 }));

        let endorse = json!({ "input": { "issuer": { "id": id_of(&app.issuer("beta").await) }, "statement": "Sound." } });
        let answer = course.provider.send(ENDORSE, endorse.clone()).await;
        let told = answer.body["errors"][0]["message"].as_str().unwrap().to_owned();
        assert!(told.contains("external signer") && told.contains("try again"), "{mood:?}: {told}");
        for address in [&list, &token] {
            let answer = app.anonymous().get(address, "*/*").await;
            assert_eq!(
                (answer.status().as_u16(), answer.headers()["retry-after"].to_str().unwrap()),
                (503, "10")
            );
        }

        signer.set(Mood::Honest);
        course.provider.send(ENDORSE, endorse).await;
        for address in [&list, &token] {
            assert_eq!(app.anonymous().get(address, "*/*").await.status(), 200);
        }
        app.clock.advance(TimeDelta::minutes(1));
        let done = ended(&course.provider, &operation).await;
        assert_eq!((&done["status"], &done["succeeded"]), (&json!("SUCCEEDED"), &json!(3)), "{mood:?}");
        assert!(signer.signed() >= trials + 3);
        for one in course.credentials().await {
            assert_eq!(verdict(&app, &one["document"]).await["verdict"], "VALID");
        }
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_retired_while_it_signs_signs_nothing_that_is_kept() {
    let signer = signer().await;
    let app = app_with(&signer).await;
    let course = course(&app, "alpha", 2).await;
    app.operator().await.mutate(ROTATE, remote("alpha-1")).await;
    let retired = keys(&course.provider, "alpha").await[0]["id"].clone();
    let (service, issuer) = (app.service.clone(), course.issuer.id);
    signer.before_next_signature(Box::new(move || {
        Box::pin(async move {
            let rotation = Rotation {
                issuer: None,
                algorithm: KeyAlgorithm::Ed25519,
                remote_key: Some("alpha-2".to_owned()),
            };
            signing_key::rotate(&service, &Actor::system_for(issuer), rotation).await.unwrap();
        })
    }));
    let credential = issue(&course, 0).await;
    let used = credential["document"]["proof"][0]["verificationMethod"].as_str().unwrap();
    let current = keys(&course.provider, "alpha").await;
    let current =
        current.iter().find(|key| key["status"] == "ACTIVE" && key["algorithm"] == "ED25519").unwrap();
    assert!(used.ends_with(current["id"].as_str().unwrap()) && !used.ends_with(retired.as_str().unwrap()));
    assert_eq!(verdict(&app, &credential["document"]).await["verdict"], "VALID");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pending_credentials_of_a_key_that_is_given_up_are_signed_by_its_successor() {
    let signer = signer().await;
    let app = app_with(&signer).await;
    let course = course(&app, "alpha", 2).await;
    app.operator().await.mutate(ROTATE, remote("alpha-1")).await;
    let key = keys(&course.provider, "alpha").await[0]["id"].clone();
    signer.set(Mood::Down);
    let asked = signer.asked();
    let operation = request(&course).await;
    until("the signer was asked", || signer.asked() > asked).await;
    // An emergency does not wait for the signer: a key of the server's own takes over.
    let done = course
        .provider
        .mutate(crate::keys::COMPROMISE, json!({ "id": key, "since": app.service.now() }))
        .await;
    assert_eq!(done["affectedCredentialCount"], 0);
    app.clock.advance(TimeDelta::minutes(1));
    let ended = ended(&course.provider, &operation).await;
    assert_eq!(ended["succeeded"], 2, "{ended:#}");
    for one in course.credentials().await {
        let used = one["document"]["proof"][0]["verificationMethod"].as_str().unwrap();
        assert!(used.ends_with(done["successor"]["id"].as_str().unwrap()));
        assert_eq!(one["document"]["proof"][0]["created"], one["issuedAt"], "dated anew, with its key");
        assert_eq!(verdict(&app, &one["document"]).await["verdict"], "VALID");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_operators_name_keys_of_the_signer_and_only_those_that_sign() {
    let signer = signer().await;
    let app = app_with(&signer).await;
    let issuer = app.issuer("alpha").await;
    let (operator, provider) = (app.operator().await, app.provider(&issuer).await);
    assert_eq!(provider.send(ROTATE, json!({ "input": remote("alpha-1") })).await.code(), "FORBIDDEN");
    let refused = |input: Value| {
        let operator = operator.clone();
        async move { operator.send(ROTATE, json!({ "input": input })).await.user_errors() }
    };
    let invalid = [("remoteKey".to_owned(), "INVALID".to_owned())];
    assert_eq!(refused(remote("nobody")).await, invalid);
    assert_eq!(refused(remote("alpha-p")).await, invalid, "a key of another kind");
    assert_eq!(refused(remote("../../admin")).await, invalid);
    signer.set(Mood::Lying);
    assert_eq!(refused(remote("alpha-1")).await, invalid);
    signer.set(Mood::Honest);
    operator.mutate(ROTATE, remote("alpha-1")).await;
    assert_eq!(refused(remote("alpha-1")).await, [("remoteKey".to_owned(), "TAKEN".to_owned())]);
    // What the signer keeps does not quietly come home.
    let home = provider.send(ROTATE, json!({ "input": {} })).await;
    assert_eq!(home.user_errors(), [("remoteKey".to_owned(), "REQUIRED".to_owned())]);
    app.stop().await;

    let without = TestApp::start().await;
    without.issuer("alpha").await;
    let answer = without.operator().await.send(ROTATE, json!({ "input": remote("alpha-1") })).await;
    assert_eq!(answer.user_errors(), invalid);
    without.stop().await;
}
