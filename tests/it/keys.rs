//! Signing keys: several at once, rotated, given up when somebody else may have them; and the master key that keeps them secret.

use cairn_credential::key::{LocalSigner, SecretKey};
use cairn_credential::proof::{self, Cryptosuite};
use cairn_service::actor::{Role, Scope};
use cairn_service::rows::signing_key;
use cairn_tests::{Client, Course, TestApp, cairn};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

pub const ROTATE: &str = "mutation($input: RotateSigningKeyInput!) { rotateSigningKey(input: $input) {
    signingKey { id algorithm status custody } userErrors { field message code } } }";
pub const COMPROMISE: &str = "mutation($input: MarkSigningKeyCompromisedInput!) { markSigningKeyCompromised(input: $input) {
    signingKey { id status retiredAt compromisedAt compromiseNote } successor { id algorithm status } affectedCredentialCount
    userErrors { field message code } } }";
const KEYS: &str = "query($slug: String!) { issuer(slug: $slug) {
    signingKeys { id algorithm status custody createdAt retiredAt compromisedAt compromiseNote } } }";
const VERIFY: &str = "query($input: VerifyCredentialInput!) { verifyCredential(input: $input) {
    verdict checks { name outcome detail } } }";

pub async fn keys(client: &Client, slug: &str) -> Vec<Value> {
    let found = client.data(KEYS, json!({ "slug": slug })).await;
    found["issuer"]["signingKeys"].as_array().unwrap().clone()
}

pub async fn did_document(app: &TestApp, slug: &str) -> Value {
    let answer = app.anonymous().get(&format!("/issuers/{slug}/did.json"), "*/*").await;
    assert_eq!(answer.status(), 200);
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

pub async fn verdict(app: &TestApp, document: &Value) -> Value {
    let input = json!({ "credential": { "document": document } });
    app.anonymous().data(VERIFY, json!({ "input": input })).await["verifyCredential"].clone()
}

/// A course with so many learners who have completed it.
pub async fn course(app: &TestApp, slug: &str, learners: usize) -> Course {
    let course = Course::publish(app, slug).await;
    course.enroll(learners, None).await;
    course.complete(0..learners).await;
    course
}

/// Issues to one learner and returns the credential.
pub async fn issue(course: &Course, learner: usize) -> Value {
    let done = course.issue_to(&[course.enrollment(learner)]).await;
    let row = &done["rows"]["edges"][0]["node"];
    assert_eq!(row["outcome"], "ISSUED", "{done:#}");
    let all = course.credentials().await;
    all.into_iter().find(|one| one["enrollment"]["externalId"] == course.enrollment(learner)).unwrap()
}

fn method(credential: &Value) -> &Value {
    &credential["document"]["proof"][0]["verificationMethod"]
}

#[tokio::test]
async fn an_issuer_has_a_key_of_each_kind_and_rotating_one_leaves_the_other() {
    let app = TestApp::start().await;
    let course = course(&app, "alpha", 2).await;
    let first = keys(&app.anonymous(), "alpha").await;
    let of =
        |list: &[Value], name: &str| -> Vec<Value> { list.iter().map(|key| key[name].clone()).collect() };
    assert_eq!(of(&first, "algorithm"), ["ED25519", "P256"]);
    assert_eq!(of(&first, "status"), ["ACTIVE", "ACTIVE"]);
    assert_eq!(of(&first, "custody"), ["SERVER", "SERVER"]);
    let before = issue(&course, 0).await;

    let provider = &course.provider;
    let made = provider.mutate(ROTATE, json!({ "algorithm": "P256" })).await;
    assert_eq!(made["signingKey"]["algorithm"], "P256");
    let made = provider.mutate(ROTATE, json!({})).await;
    assert_eq!(
        (&made["signingKey"]["algorithm"], &made["signingKey"]["status"]),
        (&json!("ED25519"), &json!("ACTIVE"))
    );
    let second = keys(&app.anonymous(), "alpha").await;
    assert_eq!(second.len(), 4);
    for key in &second {
        let old = first.iter().any(|one| one["id"] == key["id"]);
        assert_eq!(key["status"], if old { "RETIRED" } else { "ACTIVE" });
        assert_eq!(key["retiredAt"].is_string(), old);
        assert_eq!((&key["compromisedAt"], &key["compromiseNote"]), (&Value::Null, &Value::Null));
    }

    // Both credentials stand, and all keys are published for assertions: the old ones, too.
    let after = issue(&course, 1).await;
    assert_ne!(method(&before), method(&after));
    let did = did_document(&app, "alpha").await;
    let listed = did["assertionMethod"].as_array().unwrap();
    assert_eq!((listed.len(), did["verificationMethod"].as_array().unwrap().len()), (4, 4));
    for one in [&before, &after] {
        assert!(listed.contains(method(one)));
        assert_eq!(verdict(&app, &one["document"]).await["verdict"], "VALID");
    }

    let reader = app.key(&course.issuer, &[Scope::CredentialsRead]).await;
    assert_eq!(reader.send(ROTATE, json!({ "input": {} })).await.code(), "FORBIDDEN");
    let beta = app.issuer("beta").await;
    let stranger = app.provider(&beta).await;
    let refused = stranger.send(ROTATE, json!({ "input": { "issuer": { "slug": "alpha" } } })).await;
    assert_eq!(refused.user_errors(), [("issuer".to_owned(), "NOT_FOUND".to_owned())]);
    app.stop().await;
}

#[tokio::test]
async fn rotating_ends_while_the_did_document_still_has_room_for_an_emergency() {
    let app = TestApp::start().await;
    let issuer = app.issuer("alpha").await;
    let provider = app.provider(&issuer).await;
    let mut made = 2;
    let refused = loop {
        let answer = provider.send(ROTATE, json!({ "input": {} })).await;
        if answer.user_errors().is_empty() {
            made += 1;
            assert!(made < 60, "it never ends");
        } else {
            break answer;
        }
    };
    assert_eq!(refused.user_errors(), [("issuer".to_owned(), "LIMIT_REACHED".to_owned())]);
    assert!(made >= 20, "{made} keys");
    let all = keys(&provider, "alpha").await;
    let active: Vec<_> = all.iter().filter(|key| key["status"] == "ACTIVE").collect();
    assert_eq!((all.len(), active.len()), (made, 2), "the refused rotation retired nothing");

    let key = active.iter().find(|key| key["algorithm"] == "ED25519").unwrap();
    let given_up =
        provider.mutate(COMPROMISE, json!({ "id": key["id"], "since": "2026-01-01T00:00:00Z" })).await;
    assert_eq!(given_up["successor"]["status"], "ACTIVE", "{given_up}");
    let answer = app.anonymous().get("/issuers/alpha/did.json", "*/*").await;
    let bytes = answer.text().await.unwrap();
    assert!(bytes.len() <= 8_192, "{} bytes", bytes.len());
    assert_eq!(
        serde_json::from_str::<Value>(&bytes).unwrap()["assertionMethod"].as_array().unwrap().len(),
        made + 1
    );
    app.stop().await;
}

/// Signs a document as somebody would who has stolen a key.
async fn forged(app: &TestApp, genuine: &Value, change: impl FnOnce(&mut Value)) -> Value {
    let id = genuine["proof"][0]["verificationMethod"].as_str().unwrap().to_owned();
    let key = id.rsplit_once('#').unwrap().1;
    let (_, id_of_row) = cairn_service::ids::decode(key).unwrap();
    let row = signing_key::Entity::find_by_id(id_of_row).one(&app.database().await).await.unwrap().unwrap();
    let secret =
        app.service.master_key.open(&format!("signing_key:{id_of_row}"), &row.sealed_secret).unwrap();
    let signer = LocalSigner::new(SecretKey::ed25519(&secret.try_into().unwrap()), id);
    let created: DateTime<Utc> = genuine["proof"][0]["created"].as_str().unwrap().parse().unwrap();
    let mut document = genuine.clone();
    change(&mut document);
    let proof = proof::create(Cryptosuite::EddsaRdfc2022, &document, &signer, created).unwrap();
    document["proof"] = json!([proof]);
    document
}

#[tokio::test]
async fn what_a_compromised_key_signed_after_the_moment_is_flagged_and_what_it_signed_before_stands() {
    let app = TestApp::start().await;
    let course = course(&app, "alpha", 3).await;
    let provider = &course.provider;
    let before = issue(&course, 0).await;
    app.clock.advance(TimeDelta::hours(1));
    let since = app.service.now();
    app.clock.advance(TimeDelta::hours(1));
    let after = issue(&course, 1).await;
    // The signed list is kept by then, and was signed by this key, too.
    assert_eq!(verdict(&app, &after["document"]).await["verdict"], "VALID");
    let forged_before =
        forged(&app, &before["document"], |document| document["name"] = json!("Doctor")).await;
    assert_eq!(
        verdict(&app, &forged_before).await["verdict"],
        "VALID",
        "whoever has the key signs as well as we do"
    );
    app.clock.advance(TimeDelta::hours(1));

    let key = keys(provider, "alpha").await[0]["id"].clone();
    let input = json!({ "id": key, "since": since, "note": "The laptop of Zoë" });
    let reader = app.key(&course.issuer, &[Scope::CredentialsRevoke]).await;
    assert_eq!(reader.send(COMPROMISE, json!({ "input": input })).await.code(), "FORBIDDEN");
    let stranger = app.provider(&app.issuer("beta").await).await;
    let refused = stranger.send(COMPROMISE, json!({ "input": input })).await;
    assert_eq!(refused.user_errors(), [("id".to_owned(), "NOT_FOUND".to_owned())]);
    let soon = json!({ "input": { "id": key, "since": app.service.now() + TimeDelta::hours(1) } });
    assert_eq!(
        provider.send(COMPROMISE, soon).await.user_errors(),
        [("since".to_owned(), "INVALID".to_owned())]
    );

    let done = provider.mutate(COMPROMISE, input.clone()).await;
    assert_eq!(
        (&done["signingKey"]["status"], &done["affectedCredentialCount"]),
        (&json!("COMPROMISED"), &json!(1))
    );
    assert!(done["signingKey"]["retiredAt"].is_string());
    assert_eq!(done["signingKey"]["compromiseNote"], "The laptop of Zoë");
    assert_eq!(done["successor"]["algorithm"], "ED25519");
    let public = keys(&app.anonymous(), "alpha").await;
    let shown = public.iter().find(|one| one["id"] == key).unwrap();
    assert!(shown["compromisedAt"].is_string() && shown["compromiseNote"].is_null(), "{shown}");
    let did = did_document(&app, "alpha").await;
    let published =
        did["verificationMethod"].as_array().unwrap().iter().find(|one| one["id"] == *method(&before));
    assert!(published.unwrap()["revoked"].is_string());

    // The verdicts: before the moment it stands, after it does not, and a backdated forgery is not on record.
    assert_eq!(verdict(&app, &before["document"]).await["verdict"], "VALID");
    for flagged in [&after["document"], &forged_before] {
        let found = verdict(&app, flagged).await;
        assert_eq!(found["verdict"], "INVALID", "{found:#}");
        assert!(found.to_string().contains("was revoked before the signature was made"), "{found:#}");
    }
    let affected = "query($filter: CredentialFilter) { credentials(first: 10, filter: $filter) { nodes { id signingKey { id } } } }";
    let filter = json!({ "filter": { "signingKeys": [key], "issuedAt": { "from": since } } });
    let listed = provider.data(affected, filter).await["credentials"]["nodes"].clone();
    assert_eq!(listed, json!([{ "id": after["id"], "signingKey": { "id": key } }]));

    // The successor signs from now on, lists included.
    let next = issue(&course, 2).await;
    assert_ne!(method(&next), method(&before));
    assert_eq!(verdict(&app, &next["document"]).await["verdict"], "VALID");

    // The moment moves back, never forward.
    assert_eq!(
        provider.send(COMPROMISE, json!({ "input": input })).await.user_errors(),
        [("since".to_owned(), "ALREADY_DONE".to_owned())]
    );
    let earlier = json!({ "id": key, "since": since - TimeDelta::days(1) });
    let worse = provider.mutate(COMPROMISE, earlier).await;
    assert_eq!((&worse["affectedCredentialCount"], &worse["successor"]), (&json!(2), &Value::Null));
    assert_eq!(verdict(&app, &before["document"]).await["verdict"], "INVALID");
    let audit =
        "{ auditLog(first: 10, filter: { actions: [\"signing_key.compromised\"] }) { nodes { detail } } }";
    let log = provider.data(audit, json!({})).await;
    assert_eq!(log["auditLog"]["nodes"].as_array().unwrap().len(), 2);
    assert!(!log.to_string().contains("laptop"), "words of people stay out of the log");
    app.stop().await;
}

#[tokio::test]
async fn a_retired_key_can_be_given_up_and_nobody_takes_over() {
    let app = TestApp::start().await;
    let course = course(&app, "alpha", 1).await;
    let credential = issue(&course, 0).await;
    let key = keys(&course.provider, "alpha").await[0]["id"].clone();
    course.provider.mutate(ROTATE, json!({})).await;
    let admin = app.person(&course.issuer, Role::IssuerAdmin, "boss").await;
    let done = admin.mutate(COMPROMISE, json!({ "id": key, "since": "2026-01-01T00:00:00Z" })).await;
    assert_eq!((&done["successor"], &done["affectedCredentialCount"]), (&Value::Null, &json!(1)));
    assert_eq!(verdict(&app, &credential["document"]).await["verdict"], "INVALID");
    let all = keys(&admin, "alpha").await;
    assert_eq!(all.iter().filter(|key| key["status"] == "ACTIVE").count(), 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_master_key_is_changed_and_everything_sealed_with_it() {
    let app = TestApp::start().await;
    let course = course(&app, "alpha", 2).await;
    let before = issue(&course, 0).await;
    let old = app.service.master_key.to_base64();
    let new = cairn_service::seal::MasterKey::generate(app.service.random.as_ref()).unwrap().to_base64();
    let run = |settings: &[(&str, &str)], arguments: &[&str]| {
        let common = [
            ("CAIRN_DATABASE_URL", app.database_url()),
            ("CAIRN_PUBLIC_URL", app.service.config.public_url.as_str()),
        ];
        cairn(arguments, &[&common, settings].concat())
    };
    let text = |output: &std::process::Output| format!("{output:?}");

    let alone = run(&[("CAIRN_MASTER_KEY", &new)], &["keys", "rotate-master"]);
    assert!(!alone.status.success() && text(&alone).contains("the master key is not the one"), "{alone:?}");
    let both = [("CAIRN_MASTER_KEY", new.as_str()), ("CAIRN_MASTER_KEY_PREVIOUS", old.as_str())];
    let done = run(&both, &["keys", "rotate-master", "--json"]);
    let counted: Value = serde_json::from_slice(&done.stdout).unwrap_or_else(|_| panic!("{done:?}"));
    // Two signing keys, one status list, the server's token key.
    assert_eq!(counted, json!({ "sealed": 4, "sealedAnew": 4 }));
    let again = run(&both, &["keys", "rotate-master", "--json"]);
    assert_eq!(serde_json::from_slice::<Value>(&again.stdout).unwrap()["sealedAnew"], 0);

    // With the new key alone all works: keys, lists and tokens are opened; the old one opens nothing.
    let alone = [("CAIRN_MASTER_KEY", new.as_str())];
    let issued = run(&alone, &["issue", "--issuer", "alpha", "--program", "course"]);
    assert!(issued.status.success(), "{issued:?}");
    let minted = run(&alone, &["token", "mint", "--issuer", "alpha", "--role", "learner"]);
    assert!(minted.status.success(), "{minted:?}");
    let outdated = run(&[("CAIRN_MASTER_KEY", &old)], &["keys", "list", "--issuer", "alpha"]);
    assert!(
        !outdated.status.success() && text(&outdated).contains("the master key is not the one"),
        "{outdated:?}"
    );
    let all = course.credentials().await;
    assert_eq!(all.len(), 2);
    let after = all.iter().find(|one| one["id"] != before["id"]).unwrap();
    assert_eq!(method(after), method(&before), "the same key, sealed anew");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_managed_from_the_command_line() {
    let app = TestApp::start().await;
    let course = course(&app, "alpha", 1).await;
    let key = app.service.master_key.to_base64();
    let settings = [
        ("CAIRN_DATABASE_URL", app.database_url()),
        ("CAIRN_MASTER_KEY", key.as_str()),
        ("CAIRN_PUBLIC_URL", app.service.config.public_url.as_str()),
    ];
    let run = |arguments: &[&str]| -> Value {
        let output = cairn(arguments.iter().chain(&["--json"]), &settings);
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let made = run(&["keys", "rotate", "--issuer", "alpha", "--algorithm", "p256"]);
    assert_eq!((&made["algorithm"], &made["status"]), (&json!("p256"), &json!("active")));
    assert_eq!(run(&["keys", "list", "--issuer", "alpha"]).as_array().unwrap().len(), 3);
    let id = made["id"].as_str().unwrap();
    let done =
        run(&["keys", "compromise", id, "--since", "2026-01-01T00:00:00Z", "--note", "found in a log"]);
    assert_eq!((&done["key"]["status"], &done["affectedCredentials"]), (&json!("compromised"), &json!(0)));
    assert_eq!(done["successor"]["algorithm"], "p256");
    let shown = cairn(["keys", "list", "--issuer", "alpha"], &settings);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains(id) && !shown.contains("sealed"), "{shown}");
    let wrong = cairn(["keys", "compromise", "sgk_no", "--since", "2026-01-01T00:00:00Z"], &settings);
    assert!(!wrong.status.success());
    issue(&course, 0).await;
    app.stop().await;
}
