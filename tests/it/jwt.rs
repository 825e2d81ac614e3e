//! Credentials in further forms: as compact tokens of both profiles and algorithms, and with a proof over the text. Signed when first asked for, kept,
//! and judged by libraries that none of us wrote.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cairn_service::actor::{Role, Scope};
use cairn_service::verification;
use cairn_tests::{TestApp, contract};
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::independent::{lines, node};
use crate::keys::{COMPROMISE, ROTATE, course, issue, keys};

const FORMS: [(&str, &str, &str, &str); 4] = [
    ("", "application/jwt", "JWT", "EdDSA"),
    ("?alg=ES256", "application/jwt", "JWT", "ES256"),
    ("?profile=vc-jose", "application/vc+jwt", "vc+jwt", "EdDSA"),
    ("?profile=vc-jose&alg=ES256", "application/vc+jwt", "vc+jwt", "ES256"),
];

fn path(app: &TestApp, credential: &Value) -> String {
    credential["urls"]["page"].as_str().unwrap().replace(&app.service.config.public_url, "")
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

async fn fetch(app: &TestApp, address: &str) -> String {
    let answer = app.anonymous().get(address, "*/*").await;
    assert_eq!(answer.status(), 200, "{address}");
    answer.text().await.unwrap()
}

async fn verdict_on(app: &TestApp, text: &str) -> String {
    let bytes = text.as_bytes().to_vec();
    let verified = verification::verify_bytes(&app.service, bytes, None).await.unwrap();
    format!("{:?}", verified.report.verdict)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_is_had_as_a_token_in_both_profiles_and_algorithms() {
    let app = TestApp::start().await;
    let course = course(&app, "alpha", 1).await;
    let credential = issue(&course, 0).await;
    let page = path(&app, &credential);
    assert_eq!(credential["urls"]["jwt"], format!("{}.jwt", credential["urls"]["page"].as_str().unwrap()));
    let mut document = credential["document"].clone();
    document.as_object_mut().unwrap().remove("proof");
    for (query, media, kind, algorithm) in FORMS {
        let address = format!("{page}.jwt{query}");
        let answer = app.anonymous().get(&address, "*/*").await;
        assert_eq!(answer.headers()[CONTENT_TYPE], media, "{query}");
        let token = answer.text().await.unwrap();
        assert_eq!(fetch(&app, &address).await, token, "the same bytes each time");
        let (header, payload) = (part(&token, 0), part(&token, 1));
        assert_eq!((&header["typ"], &header["alg"]), (&json!(kind), &json!(algorithm)));
        for (name, value) in document.as_object().unwrap() {
            assert_eq!(&payload[name], value, "{name}");
        }
        assert_eq!(payload["iss"].is_string(), kind == "JWT");
        assert!(payload.get("proof").is_none());
        assert_eq!(verdict_on(&app, &token).await, "Valid");
    }

    // By `Accept`, too, and by GraphQL.
    let answer = app.anonymous().get(&page, "application/vc+jwt").await;
    let vc_jose = fetch(&app, &format!("{page}.jwt?profile=vc-jose")).await;
    assert_eq!(answer.text().await.unwrap(), vc_jose);
    let query =
        "{ credentials(first: 1) { nodes { plain: jwt es256: jwt(algorithm: ES256) vc: jwt(profile: VC_JOSE)
        both: jwt(profile: VC_JOSE, algorithm: ES256) } } }";
    let found = course.provider.data(query, json!({})).await["credentials"]["nodes"][0].clone();
    for (name, (query, ..)) in ["plain", "es256", "vc", "both"].iter().zip(FORMS) {
        assert_eq!(found[name], fetch(&app, &format!("{page}.jwt{query}")).await, "{name}");
    }
    for wrong in [".jwt?alg=HS256", ".jwt?profile=mine", ".json?proof=rsa"] {
        assert_eq!(app.anonymous().get(&format!("{page}{wrong}"), "*/*").await.status(), 400, "{wrong}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_the_same_after_a_rotation_and_new_after_a_compromise() {
    let app = TestApp::start().await;
    let course = course(&app, "alpha", 2).await;
    let (seen, unseen) = (issue(&course, 0).await, issue(&course, 1).await);
    let (seen, unseen) = (format!("{}.jwt", path(&app, &seen)), format!("{}.jwt", path(&app, &unseen)));
    let before = fetch(&app, &seen).await;
    course.provider.mutate(ROTATE, json!({})).await;
    assert_eq!(fetch(&app, &seen).await, before);
    assert_eq!(verdict_on(&app, &before).await, "Valid");
    let later = fetch(&app, &unseen).await;
    assert_ne!(part(&later, 0)["kid"], part(&before, 0)["kid"], "signed by the key then current");

    // Given up: this server knows that it signed the token before; others cannot, so that it is signed anew.
    let retired = part(&before, 0)["kid"].as_str().unwrap().rsplit_once('#').unwrap().1.to_owned();
    course.provider.mutate(COMPROMISE, json!({ "id": retired, "since": app.service.now() })).await;
    assert_eq!(verdict_on(&app, &before).await, "Valid");
    let after = fetch(&app, &seen).await;
    assert_eq!(part(&after, 0)["kid"], part(&later, 0)["kid"]);
    assert_eq!(verdict_on(&app, &after).await, "Valid");
    let current = keys(&course.provider, "alpha").await[0]["id"].clone();
    let input = json!({ "id": current, "since": "2026-01-01T00:00:00Z" });
    course.provider.mutate(COMPROMISE, input).await;
    assert_eq!(verdict_on(&app, &later).await, "Invalid");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_proof_may_cover_the_text_instead_of_its_meaning() {
    let app = TestApp::start().await;
    let course = course(&app, "alpha", 1).await;
    let credential = issue(&course, 0).await;
    let address = format!("{}.json?proof=eddsa-jcs-2022", path(&app, &credential));
    let text = fetch(&app, &address).await;
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["proof"][0]["cryptosuite"], "eddsa-jcs-2022");
    assert_eq!(document["proof"].as_array().unwrap().len(), 1);
    assert_eq!(document["credentialSubject"], credential["document"]["credentialSubject"]);
    assert_eq!(fetch(&app, &address).await, text);
    assert_eq!(verdict_on(&app, &text).await, "Valid");
    let tampered = text.replace("Data <b>literacy", "Data <b>mastery");
    assert_ne!(tampered, text);
    assert_eq!(verdict_on(&app, &tampered).await, "Invalid");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_have_the_credential_has_no_form_of_it() {
    let app = TestApp::start().await;
    let course = course(&app, "alpha", 1).await;
    let credential = issue(&course, 0).await;
    let page = path(&app, &credential);
    let share = contract("learner/share_credential.graphql");
    let input = json!({ "credential": { "id": credential["id"] }, "visibility": "PRIVATE" });
    app.person(&course.issuer, Role::Learner, "s-0").await.mutate(&share, input).await;
    for form in [".jwt", ".jwt?profile=vc-jose", ".json?proof=eddsa-jcs-2022"] {
        assert_eq!(app.anonymous().get(&format!("{page}{form}"), "*/*").await.status(), 404, "{form}");
    }
    let query =
        "query($input: VerifyCredentialInput!) { verifyCredential(input: $input) { credential { jwt } } }";
    let input = json!({ "credential": { "document": credential["document"] } });
    assert_eq!(app.anonymous().send(query, json!({ "input": input })).await.code(), "FORBIDDEN");
    let reader = app.key(&course.issuer, &[Scope::CredentialsRead]).await;
    assert!(
        reader.data(query, json!({ "input": input })).await["verifyCredential"]["credential"]["jwt"]
            .is_string()
    );

    // Revoked, it is still had: its status says so.
    let revoke = "mutation($input: RevokeCredentialInput!) { revokeCredential(input: $input) { userErrors { code } } }";
    let shared = json!({ "credential": { "id": credential["id"] }, "visibility": "PUBLIC" });
    course.provider.mutate(&share, shared).await;
    course
        .provider
        .mutate(revoke, json!({ "credential": { "id": credential["id"] }, "reason": "OTHER" }))
        .await;
    let token = fetch(&app, &format!("{page}.jwt?alg=ES256")).await;
    assert_eq!(verdict_on(&app, &token).await, "Revoked");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_tokens_cost_as_many_statements_as_one_and_are_signed_once() {
    let app = TestApp::start().await;
    let few = course(&app, "alpha", 1).await;
    let many = course(&app, "beta", 40).await;
    let query = "{ credentials(first: 100) { nodes { jwt es256: jwt(algorithm: ES256) vc: jwt(profile: VC_JOSE) } } }";
    let mut counts = Vec::new();
    for course in [&few, &many] {
        course.issue_to_everyone().await;
        let first = course.provider.send(query, json!({})).await;
        let again = course.provider.send(query, json!({})).await;
        assert_eq!(first.data(), again.data());
        assert!(first.data()["credentials"]["nodes"][0]["es256"].is_string());
        counts.push((first.statements.unwrap(), again.statements.unwrap()));
    }
    assert_eq!(counts[0], counts[1]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn independent_libraries_accept_our_tokens_by_the_published_keys() {
    let app = TestApp::start().await;
    let course = course(&app, "alpha", 1).await;
    let credential = issue(&course, 0).await;
    let address = |query: &str| format!("{}{}.jwt{query}", app.base(), path(&app, &credential));
    let sources: Vec<String> = FORMS.iter().map(|(query, ..)| address(query)).collect();
    let check = |when: &str| {
        let verdicts = lines(&node("token.mjs", &app, &sources));
        assert_eq!(verdicts.len(), FORMS.len());
        for (verdict, (_, _, kind, algorithm)) in verdicts.iter().zip(FORMS) {
            assert_eq!(verdict["verified"], true, "{when}: {verdict}");
            assert_eq!(verdict["tampered"], 0, "{when}: {verdict}");
            assert_eq!(
                (&verdict["header"]["typ"], &verdict["header"]["alg"]),
                (&json!(kind), &json!(algorithm))
            );
        }
    };
    check("as issued");
    course.provider.mutate(ROTATE, json!({})).await;
    course.provider.mutate(ROTATE, json!({ "algorithm": "P256" })).await;
    check("after rotation");
    app.stop().await;
}
