//! Verifying: what stands, what was tampered with, what is a stranger's.

use cairn_tests::{Course, TestApp, contract};
use chrono::TimeDelta;
use serde_json::{Value, json};

async fn issued(app: &TestApp) -> (Course, Value) {
    let course = Course::publish(app, "alpha").await;
    course.enroll(1, None).await;
    course.complete([0]).await;
    course.issue_to_everyone().await;
    let credential = course.credentials().await.remove(0);
    (course, credential)
}

async fn verify(app: &TestApp, input: Value) -> Value {
    let document = contract("public/verify_credential.graphql");
    app.anonymous().data(&document, json!({ "input": input })).await["verifyCredential"].clone()
}

fn outcome<'a>(found: &'a Value, name: &str) -> &'a str {
    let checks = found["checks"].as_array().unwrap();
    checks.iter().find(|check| check["name"] == name).unwrap()["outcome"].as_str().unwrap()
}

#[tokio::test]
async fn a_credential_verifies_by_id_by_link_and_by_document() {
    let app = TestApp::start().await;
    let (_, credential) = issued(&app).await;
    for named in [
        json!({ "id": credential["id"] }),
        json!({ "url": credential["urls"]["page"] }),
        json!({ "url": credential["urls"]["json"] }),
        json!({ "document": credential["document"] }),
    ] {
        let found = verify(&app, json!({ "credential": named })).await;
        assert_eq!(found["verdict"], "VALID", "{found:#}");
        assert_eq!(found["credential"]["id"], credential["id"]);
        assert_eq!(found["documentId"], credential["document"]["id"]);
        assert_eq!(found["issuer"]["known"], true);
        assert_eq!(found["achievement"]["achievementType"], "MicroCredential");
        assert_eq!(found["recipientMatches"], Value::Null);
        for name in ["STRUCTURE", "ISSUER", "PROOF", "STATUS", "DATES", "TERMS"] {
            assert_eq!(outcome(&found, name), "PASSED", "{name}: {found:#}");
        }
    }
    // What belongs to its holder and issuer is not shown to whoever verifies.
    let more = "query($input: VerifyCredentialInput!) { verifyCredential(input: $input) { credential { learner { id } } } }";
    let input = json!({ "credential": { "id": credential["id"] } });
    assert_eq!(app.anonymous().send(more, json!({ "input": input })).await.code(), "FORBIDDEN");
    app.stop().await;
}

#[tokio::test]
async fn the_recipient_is_recognized_by_mail_name_or_id_and_nobody_else() {
    let app = TestApp::start().await;
    let (_, credential) = issued(&app).await;
    let ask = |expected: &'static str| {
        let input =
            json!({ "credential": { "document": credential["document"] }, "expectedRecipient": expected });
        verify(&app, input)
    };
    for expected in ["s0@learn.example", "S0@LEARN.example", "s-0", "Zoë عُمَر 🦉 0"] {
        let found = ask(expected).await;
        assert_eq!(
            (&found["recipientMatches"], &found["verdict"]),
            (&json!(true), &json!("VALID")),
            "{expected}"
        );
    }
    let found = ask("mallory@learn.example").await;
    assert_eq!((&found["recipientMatches"], &found["verdict"]), (&json!(false), &json!("INVALID")));
    app.stop().await;
}

#[tokio::test]
async fn a_tampered_document_is_invalid() {
    let app = TestApp::start().await;
    let (_, credential) = issued(&app).await;
    for (pointer, value) in [
        ("/credentialSubject/achievement/name", json!("Data mastery")),
        ("/validFrom", json!("2020-01-01T00:00:00Z")),
        ("/credentialSubject/identifier/0/identityHash", json!("Mallory")),
        ("/issuer/name", json!("Another University")),
        ("/proof/0/created", json!("2020-01-01T00:00:00Z")),
        ("/credentialStatus/statusListIndex", json!("7")),
    ] {
        let mut document = credential["document"].clone();
        *document.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
        let found = verify(&app, json!({ "credential": { "document": document } })).await;
        assert_eq!(found["verdict"], "INVALID", "{pointer}: {found:#}");
        assert_eq!(outcome(&found, "PROOF"), "FAILED", "{pointer}");
    }
    let mut injected = credential["document"].clone();
    injected["credentialSubject"]["grade"] = json!("A+");
    let found = verify(&app, json!({ "credential": { "document": injected } })).await;
    assert_eq!(found["verdict"], "INVALID", "{found:#}");
    app.stop().await;
}

#[tokio::test]
async fn a_stranger_is_unknown_and_nonsense_is_invalid() {
    let app = TestApp::start().await;
    let (_, credential) = issued(&app).await;
    let mut foreign = credential["document"].clone();
    foreign["issuer"]["id"] = json!("did:web:elsewhere.example");
    foreign["proof"][0]["verificationMethod"] = json!("did:web:elsewhere.example#key-1");
    let found = verify(&app, json!({ "credential": { "document": foreign } })).await;
    assert_eq!(
        (&found["verdict"], &found["issuer"]["known"]),
        (&json!("UNKNOWN"), &json!(false)),
        "{found:#}"
    );
    assert_eq!(found["credential"], Value::Null);
    for nonsense in [json!({}), json!([]), json!("text"), json!({ "type": "VerifiableCredential" })] {
        let found = verify(&app, json!({ "credential": { "document": nonsense } })).await;
        assert_eq!(found["verdict"], "INVALID", "{nonsense}: {found:#}");
    }
    let own = format!("{}/credentials/x", app.service.config.public_url);
    for nothing in [json!({ "id": "crd_nothing" }), json!({ "url": own })] {
        assert_eq!(verify(&app, json!({ "credential": nothing })).await, Value::Null);
    }
    let elsewhere = json!({ "url": "https://elsewhere.example/credentials/x" });
    let found = verify(&app, json!({ "credential": elsewhere })).await;
    assert_eq!(
        (&found["verdict"], outcome(&found, "STRUCTURE")),
        (&json!("UNKNOWN"), "SKIPPED"),
        "{found:#}"
    );
    app.stop().await;
}

#[tokio::test]
async fn a_credential_expires_by_time_alone() {
    use cairn_service::patch::Patch;
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    let validity = cairn_service::program::Validity { months: 24, ..Default::default() };
    course.revise(|new| new.validity = Patch::Set(validity)).await;
    course.enroll(1, None).await;
    course.complete([0]).await;
    course.issue_to_everyone().await;
    let credential = course.credentials().await.remove(0);
    assert_eq!(credential["validUntil"], "2028-03-01T09:30:00Z");
    app.clock.advance(TimeDelta::days(1_000));
    let found = verify(&app, json!({ "credential": { "document": credential["document"] } })).await;
    assert_eq!(found["verdict"], "EXPIRED", "{found:#}");
    assert_eq!(outcome(&found, "PROOF"), "PASSED");
    app.stop().await;
}

#[tokio::test]
async fn the_command_line_tells_valid_invalid_and_unknown_by_its_exit_code() {
    let app = TestApp::start().await;
    if !app.database_url().starts_with("sqlite") {
        // The command line has no setting for the schema that a test works in.
        return app.stop().await;
    }
    let (_, credential) = issued(&app).await;
    let key = app.service.master_key.to_base64();
    let settings = [
        ("CAIRN_DATABASE_URL", app.database_url()),
        ("CAIRN_MASTER_KEY", key.as_str()),
        ("CAIRN_PUBLIC_URL", app.service.config.public_url.as_str()),
    ];
    let folder = tempfile::tempdir().unwrap();
    let run = |name: &str, document: &Value| {
        let file = folder.path().join(name);
        std::fs::write(&file, document.to_string()).unwrap();
        let output = cairn_tests::cairn(["verify", file.to_str().unwrap(), "--offline", "--json"], &settings);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
        (output.status.code().unwrap(), report["verdict"].as_str().unwrap().to_owned())
    };
    assert_eq!(run("good.json", &credential["document"]), (0, "VALID".to_owned()));
    let mut tampered = credential["document"].clone();
    tampered["name"] = json!("Data mastery");
    assert_eq!(run("tampered.json", &tampered), (1, "INVALID".to_owned()));
    let mut foreign = credential["document"].clone();
    foreign["issuer"]["id"] = json!("did:web:elsewhere.example");
    foreign["proof"][0]["verificationMethod"] = json!("did:web:elsewhere.example#key-1");
    assert_eq!(run("foreign.json", &foreign), (2, "UNKNOWN".to_owned()));
    app.stop().await;
}
