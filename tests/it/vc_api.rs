//! The VC API: signing what a caller wrote, verifying credentials and presentations, as the W3C's test suites call it.

use cairn_credential::date;
use cairn_credential::did;
use cairn_credential::document::prepare_given;
use cairn_credential::key::{LocalSigner, SecretKey, Signer};
use cairn_credential::proof::{self, Cryptosuite};
use cairn_service::actor::Scope;
use cairn_tests::{Client, Course, TestApp, TestIssuer};
use serde_json::{Value, json};

const ISSUE: &str = "/vc-api/credentials/issue";
const VERIFY: &str = "/vc-api/credentials/verify";
const PRESENTED: &str = "/vc-api/presentations/verify";
const V2: &str = "https://www.w3.org/ns/credentials/v2";
const EXAMPLES: &str = "https://www.w3.org/ns/credentials/examples/v2";

/// An issuer with a key that may sign and verify, and its DID.
async fn signing(app: &TestApp, slug: &str) -> (TestIssuer, Client, String) {
    let issuer = app.issuer(slug).await;
    let client = app.key(&issuer, &[Scope::VcSign, Scope::CredentialsVerify, Scope::AuditRead]).await;
    let published = app.anonymous().get(&format!("/issuers/{slug}/did.json"), "*/*").await;
    let did = published.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
    (issuer, client, did)
}

/// The least that is a credential.
fn credential(issuer: &str) -> Value {
    json!({
        "@context": [V2], "type": ["VerifiableCredential"], "issuer": issuer,
        "credentialSubject": { "id": "did:example:subject" }
    })
}

async fn issue(client: &Client, credential: &Value) -> Value {
    let answer = client.post(ISSUE, &json!({ "credential": credential, "options": {} })).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.body
}

async fn verify(client: &Client, credential: &Value) -> (u16, Value) {
    let body = json!({ "verifiableCredential": credential, "options": { "checks": ["proof"] } });
    let answer = client.post(VERIFY, &body).await;
    (answer.status.as_u16(), answer.body)
}

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

/// A credential changed as the suites change theirs: a member is set, or with null taken away.
fn changed(did: &str, changes: &[(&str, Value)]) -> Value {
    let mut document = credential(did);
    for (name, value) in changes {
        match value {
            Value::Null => drop(document.as_object_mut().unwrap().remove(*name)),
            value => document[*name] = value.clone(),
        }
    }
    document
}

/// What the suites for the data model and for Data Integrity have issued, and what they want refused.
#[tokio::test]
async fn what_the_suites_send_is_signed_or_refused_as_they_expect() {
    let app = TestApp::start().await;
    let (_, client, did) = signing(&app, "alpha").await;
    let define = |term: &str| json!([V2, { term: format!("https://example.org/#{term}") }]);
    let kind = "https://example.org/#Kind";
    let multibase = "uJKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k";
    let sri = "sha384-NSOcNpmdIVUxIJGvGUoe22FjTWrXiaXlsZ8q6912LdnR3KraQO2n75Ica4wK4Qeg";
    let good: Vec<Vec<(&str, Value)>> = vec![
        vec![],
        vec![("@context", json!([V2, EXAMPLES]))],
        vec![
            ("@context", define("ExampleCredential")),
            ("type", json!(["VerifiableCredential", "ExampleCredential"])),
        ],
        vec![("type", json!(["https://example.org/#A", "VerifiableCredential", "https://example.org/#B"]))],
        vec![
            ("@context", json!([V2, EXAMPLES])),
            ("type", json!(["VerifiableCredential", "RelationshipCredential"])),
        ],
        vec![(
            "issuer",
            json!({ "id": did, "name": [{ "@value": "Dog", "@language": "en" }, { "@value": "Chien", "@language": "fr" }] }),
        )],
        vec![("name", json!({ "@value": "HTML", "@language": "en", "@direction": "ltr" }))],
        vec![(
            "refreshService",
            json!([{ "type": kind, "id": "did:example:refresh/1" }, { "type": kind, "id": "did:example:refresh/2" }]),
        )],
        vec![(
            "credentialSchema",
            json!([{ "type": kind, "id": "did:example:schemas/1" }, { "type": kind, "id": "did:example:schemas/2" }]),
        )],
        vec![("termsOfUse", json!([{ "type": kind }, { "type": kind, "id": "did:example:terms/1" }]))],
        vec![("evidence", json!([{ "type": [kind] }]))],
        vec![
            ("@context", define("CredentialStatusList2017")),
            ("credentialStatus", json!({ "type": "CredentialStatusList2017" })),
        ],
        vec![("relatedResource", json!({ "id": V2, "digestMultibase": multibase }))],
        vec![(
            "relatedResource",
            json!([{ "id": V2, "digestSRI": sri, "mediaType": "application/ld+json" }]),
        )],
        vec![("credentialSubject", json!([{ "id": "did:example:a" }, { "id": "did:example:b" }]))],
        vec![
            ("validFrom", json!("2023-02-23T21:41:38+01:00")),
            ("validUntil", json!("2999-01-01T00:00:00Z")),
        ],
    ];
    for changes in good {
        let answer =
            client.post(ISSUE, &json!({ "credential": changed(&did, &changes), "options": {} })).await;
        assert_eq!(answer.status, 201, "{changes:?}: {answer:?}");
    }
    let bad: Vec<Vec<(&str, Value)>> = vec![
        vec![("@context", Value::Null)],
        vec![("@context", json!([EXAMPLES]))],
        vec![("@context", json!([EXAMPLES, V2]))],
        vec![("@context", json!([V2, "https ://not-a-url/contexts/example/v1"]))],
        vec![("@context", json!([V2, 123_192_875]))],
        vec![("@context", json!([V2, { "VerifiableCredential": "https://example.org/#Bad" }]))],
        vec![("type", Value::Null)],
        vec![("@context", json!([V2, EXAMPLES])), ("type", json!(["RelationshipCredential"]))],
        vec![
            ("@context", json!([V2, { "Example": "https ://not-a-url#Example" }])),
            ("type", json!(["VerifiableCredential", "Example"])),
        ],
        vec![
            ("@context", json!([V2, { "@vocab": null }])),
            ("type", json!(["VerifiableCredential", "Example"])),
        ],
        vec![("type", json!(["VerifiableCredential", "UndefinedType"]))],
        vec![("id", json!(["did:example:1", "did:example:2"]))],
        vec![("id", json!("not-a-url"))],
        vec![("issuer", Value::Null)],
        vec![("issuer", json!("fake-issuer"))],
        vec![("issuer", json!({ "id": "fake-issuer" }))],
        vec![("issuer", json!({ "id": null }))],
        vec![(
            "issuer",
            json!({ "id": did, "name": { "@value": "X", "@language": "en", "url": "did:example:issuer" } }),
        )],
        vec![("credentialSubject", Value::Null)],
        vec![("credentialSubject", json!({}))],
        vec![("credentialSubject", json!([]))],
        vec![("credentialSubject", json!({ "id": ["did:example:1", "did:example:2"] }))],
        vec![("credentialSubject", json!({ "id": "did:example:a", "undefinedTerm": "lost" }))],
        vec![("refreshService", json!({ "id": "did:example:refresh/1" }))],
        vec![("credentialSchema", json!({ "id": "did:example:schemas/1" }))],
        vec![("credentialSchema", json!({ "type": kind }))],
        vec![("credentialSchema", json!({ "type": kind, "id": "https ://not-a-url.org/1" }))],
        vec![("credentialStatus", json!({ "id": "did:example:status" }))],
        vec![("credentialStatus", json!({ "id": "did:example:status", "type": 2 }))],
        vec![("termsOfUse", json!({}))],
        vec![("evidence", json!({}))],
        vec![("relatedResource", json!([V2]))],
        vec![("relatedResource", json!([{ "digestMultibase": multibase }]))],
        vec![("relatedResource", json!([{ "id": V2 }]))],
        vec![(
            "relatedResource",
            json!([{ "id": V2, "digestSRI": sri }, { "id": V2, "digestMultibase": multibase }]),
        )],
        vec![(
            "relatedResource",
            json!([{ "id": V2, "digestSRI": "sha384-_rCVIV7fSXXTNIvpiq26jRDyj8JG8TDjij-tD0ewLk4JpnXEz6a5AeeY_1qQ0d0P" }]),
        )],
        vec![("validFrom", json!("2999-01-01T00:00:00Z")), ("validUntil", json!("2998-01-01T00:00:00Z"))],
        vec![("validFrom", json!("2023-02-23"))],
        vec![("statusEntry", json!({ "type": "BitstringStatusListEntry", "statusListIndex": true }))],
    ];
    for changes in bad {
        let answer =
            client.post(ISSUE, &json!({ "credential": changed(&did, &changes), "options": {} })).await;
        assert_eq!(answer.status, 400, "{changes:?}: {answer:?}");
    }
    // Null is a value for the suites, too: an issuer that is null is not one to be filled in.
    let mut null = credential(&did);
    null["issuer"] = Value::Null;
    assert_eq!(client.post(ISSUE, &json!({ "credential": null, "options": {} })).await.status, 400);
    app.stop().await;
}

#[tokio::test]
async fn proofs_are_looked_at_as_the_eddsa_suite_does() {
    let app = TestApp::start().await;
    let (_, client, did) = signing(&app, "alpha").await;
    let signed = issue(&client, &credential(&did)).await;
    let refused = async |change: &dyn Fn(&mut Value)| {
        let mut document = signed.clone();
        change(&mut document);
        let (status, found) = verify(&client, &document).await;
        assert_eq!((status, &found["verified"]), (400, &json!(false)), "{document:#}");
    };
    refused(&|document| document["proof"] = Value::Null).await;
    refused(&|document| drop(document.as_object_mut().unwrap().remove("proof"))).await;
    for (name, value) in [
        ("type", json!("UnknownProofType")),
        ("cryptosuite", json!("UnknownCryptosuite")),
        ("proofPurpose", json!("invalidPurpose")),
        ("created", json!("invalid")),
        ("proofValue", json!("uAAAA")),
        ("proofValue", json!(signed["proof"]["proofValue"].as_str().unwrap().trim_start_matches('z'))),
    ] {
        refused(&|document| document["proof"][name] = value.clone()).await;
        refused(&|document| drop(document["proof"].as_object_mut().unwrap().remove(name))).await;
    }
    refused(&|document| document["proof"]["verificationMethod"] = json!("did:key:invalid")).await;
    refused(&|document| document["credentialSubject"]["undefinedTerm"] = json!("IfDroppedWillVerify")).await;
    refused(&|document| document["type"].as_array_mut().unwrap().push(json!("UndefinedType"))).await;
    // A text is a token, never a document.
    let (status, _) = verify(&client, &json!(signed.to_string())).await;
    assert_eq!(status, 400);
    app.stop().await;
}

/// Who holds credentials: a did:key.
fn holder() -> (String, LocalSigner) {
    let key = SecretKey::ed25519(&[7; 32]);
    let id = did::did_key(&key.public());
    let method = format!("{id}#{}", key.public().to_multikey());
    (id, LocalSigner::new(key, method))
}

fn presented(mut presentation: Value, challenge: &str) -> Value {
    let (_, signer) = holder();
    let mut options = json!({
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "created": "2026-01-02T00:00:00Z",
        "proofPurpose": "authentication", "verificationMethod": signer.verification_method(),
        "challenge": challenge, "domain": "suite.example"
    });
    let data = proof::hash_data(Cryptosuite::EddsaRdfc2022, &presentation, &options).unwrap();
    options["proofValue"] = json!(format!("z{}", bs58::encode(signer.sign(&data).unwrap()).into_string()));
    presentation["proof"] = options;
    presentation
}

#[tokio::test]
async fn a_presentation_is_its_holders_and_as_good_as_its_credentials() {
    let app = TestApp::start().await;
    let (_, client, did) = signing(&app, "alpha").await;
    let (holder, signer) = holder();
    let own = issue(&client, &credential(&did)).await;
    let given = prepare_given(changed(&holder, &[("id", json!("urn:x:self"))])).unwrap();
    let asserted =
        given.sign(Cryptosuite::EddsaRdfc2022, &signer, date::read("2026-01-01T00:00:00Z").unwrap()).unwrap();
    let presentation = json!({
        "@context": [V2], "type": ["VerifiablePresentation"], "holder": { "id": holder },
        "verifiableCredential": [own, asserted]
    });
    let ask = async |presentation: &Value, options: Value| {
        let body = json!({ "verifiablePresentation": presentation, "options": options });
        let answer = client.post(PRESENTED, &body).await;
        (answer.status.as_u16(), answer.body)
    };
    let options = json!({ "challenge": "c-1", "domain": "suite.example" });
    let good = presented(presentation.clone(), "c-1");
    let (status, found) = ask(&good, options.clone()).await;
    assert_eq!(
        (status, &found["verified"], &found["holder"]),
        (200, &json!(true), &json!(holder)),
        "{found:#}"
    );
    assert_eq!(found["credentialResults"].as_array().unwrap().len(), 2);

    let bare = json!({ "@context": [V2], "type": ["VerifiablePresentation"] });
    assert_eq!(ask(&presented(bare.clone(), "c-1"), options.clone()).await.0, 200);
    assert_eq!(ask(&bare, options.clone()).await.0, 400, "unsigned");
    assert_eq!(
        ask(&presented(presentation.clone(), "c-2"), options.clone()).await.0,
        400,
        "another challenge"
    );
    assert_eq!(
        ask(&good, json!({ "challenge": "c-1", "domain": "other.example" })).await.0,
        400,
        "another domain"
    );
    let mut stranger = presentation.clone();
    stranger["holder"] = json!("did:example:alice");
    assert_eq!(ask(&presented(stranger, "c-1"), options.clone()).await.0, 400, "another holder");
    let mut broken = good.clone();
    broken["proof"]["proofValue"] = json!("z5nmMBw2u9TGKd9NxxHJtyZKgjN2Eh");
    assert_eq!(ask(&broken, options.clone()).await.0, 400);
    let mut tampered = presentation.clone();
    tampered["verifiableCredential"][0]["credentialSubject"]["id"] = json!("did:example:mallory");
    let (status, found) = ask(&presented(tampered, "c-1"), options.clone()).await;
    let verdicts: Vec<_> =
        found["credentialResults"].as_array().unwrap().iter().map(|one| &one["verdict"]).collect();
    assert_eq!((status, verdicts), (400, vec![&json!("INVALID"), &json!("VALID")]), "{found:#}");
    for nonsense in [json!({ "type": ["NonconformingDocument"] }), json!("text"), json!([])] {
        assert_eq!(ask(&nonsense, options.clone()).await.0, 400);
    }
    app.stop().await;
}

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
