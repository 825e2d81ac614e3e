//! What a person earned as one signed learner record (1EdTech CLR 2.0): what goes into it, who publishes it, and what it is worth elsewhere.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cairn_service::patch::Patch;
use cairn_service::program::{NewComponent, NewItem};
use cairn_service::reference::Reference;
use cairn_service::rows::{audit_entry, learner_record};
use cairn_tests::{Client, TestApp, contract, ended, operation_text, tables_with};
use chrono::TimeDelta;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::faces::submit;
use crate::independent::{lines, run_node};
use crate::keys::{COMPROMISE, ROTATE};
use crate::school::{School, row};

const RECORD: &str = "query($issuer: IssuerRef) { viewer { passport { record(issuer: $issuer) { document issuer { slug } signedAt validUntil } } } }";
const VERIFY: &str = "query($input: VerifyCredentialInput!) { verifyCredential(input: $input) { verdict issuer { name known }
    checks { name outcome detail } credentials { verdict documentId issuer { name did known } achievement { name achievementType }
        validFrom validUntil statusAsOf checks { name outcome } } } }";

/// Two schools at which Maya learns: at the one she has woven, which counts towards textiles, in which she is enrolled; at the other she has dyed.
struct Schools<'a> {
    north: School<'a>,
    south: School<'a>,
}

impl<'a> Schools<'a> {
    async fn found(app: &'a TestApp) -> Self {
        let (north, south) = (School::found(app, "north").await, School::found(app, "south").await);
        north.program("weaving").await;
        north.program("spinning").await;
        let part = |name: &str| NewComponent {
            required: true,
            group_code: None,
            item: NewItem::Program(Reference::ExternalId(name.to_owned())),
        };
        let parts = Patch::Set(vec![part("weaving"), part("spinning")]);
        north.program_with("textiles", |new| new.components = parts).await;
        south.program("dyeing").await;
        let done = json!({ "status": "COMPLETED", "statusAt": "2026-03-01T09:30:00Z", "enrolledAt": "2026-01-01T00:00:00Z" });
        for school in [&north, &south] {
            school.learners(&["maya", "otto"]).await;
        }
        north.enrollments(vec![row("weaving-maya", "maya", "weaving", done.clone())]).await;
        north.enrollments(vec![row("textiles-maya", "maya", "textiles", json!({}))]).await;
        south.enrollments(vec![row("dyeing-maya", "maya", "dyeing", done)]).await;
        issue(&north, "weaving-maya").await;
        issue(&south, "dyeing-maya").await;
        let maya = north.learner("maya").await;
        link(&south, "maya", &maya).await;
        Self { north, south }
    }

    /// Maya's record, published by the issuer of that slug.
    async fn record(&self, by: &str) -> Value {
        self.kept(Some(by)).await["document"].clone()
    }

    async fn kept(&self, by: Option<&str>) -> Value {
        let variables = by.map_or(json!({}), |slug| json!({ "issuer": { "slug": slug } }));
        // Days may have passed since she signed in.
        let maya = self.north.learner("maya").await;
        maya.data(RECORD, variables).await["viewer"]["passport"]["record"].clone()
    }

    /// The credential that Maya holds for an enrollment.
    async fn held(&self, enrollment: &str) -> Value {
        let query =
            "{ viewer { passport { credentials { nodes { id enrollment { externalId } document } } } } }";
        let data = self.north.learner("maya").await.data(query, json!({})).await;
        let all = data["viewer"]["passport"]["credentials"]["nodes"].as_array().unwrap().clone();
        let of = |one: &Value| one["enrollment"]["externalId"] == enrollment;
        all.into_iter().find(of).unwrap_or_else(|| panic!("{enrollment}: {data}"))
    }
}

async fn issue(school: &School<'_>, enrollment: &str) {
    let document = contract("provider/issue_credentials.graphql");
    let target = json!({ "enrollments": [{ "externalId": enrollment }] });
    let made = school.provider.mutate(&document, json!({ "target": target })).await;
    let operation = ended(&school.provider, made["bulkOperation"]["id"].as_str().unwrap()).await;
    assert_eq!(operation["succeeded"], 1, "{operation}");
}

/// Links a record to a person by a code of the issuer's.
async fn link(school: &School<'_>, learner: &str, person: &Client) {
    let create = "mutation($input: CreateLearnerLinkCodeInput!) { createLearnerLinkCode(input: $input) { code userErrors { code } } }";
    let made = school.provider.mutate(create, json!({ "learner": { "externalId": learner } })).await;
    let redeem = "mutation($input: RedeemLearnerLinkCodeInput!) { redeemLearnerLinkCode(input: $input) { userErrors { code } } }";
    person.mutate(redeem, json!({ "code": made["code"] })).await;
}

async fn verified(app: &TestApp, record: &Value) -> Value {
    let input = json!({ "credential": { "document": record } });
    app.anonymous().data(VERIFY, json!({ "input": input })).await["verifyCredential"].clone()
}

fn within(record: &Value) -> &Vec<Value> {
    record["credentialSubject"]["verifiableCredential"].as_array().unwrap()
}

async fn revoke(schools: &Schools<'_>, credential: &Value) {
    let document = contract("provider/credential_lifecycle.graphql");
    let input = json!({ "credential": { "id": credential["id"] }, "reason": "ISSUED_IN_ERROR" });
    schools.north.provider.mutate(&operation_text(&document, "RevokeCredential"), input).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_earned_is_one_signed_record() {
    let app = TestApp::start().await;
    let schools = Schools::found(&app).await;
    let made = schools.record("north").await;
    assert_eq!(made["type"], json!(["VerifiableCredential", "ClrCredential"]));
    assert_eq!((&made["name"], &made["partial"]), (&json!("Learner record of Name of maya"), &json!(false)));
    let subject = &made["credentialSubject"];
    assert_eq!(subject["identifier"][0]["identityHash"], "Name of maya");
    assert!(!subject["identifier"].to_string().contains("maya@"), "{subject:#}");
    for held in ["weaving-maya", "dyeing-maya"] {
        let document = &schools.held(held).await["document"];
        assert!(within(&made).contains(document), "{held} is there as it was signed");
    }
    let woven = &schools.held("weaving-maya").await["document"]["credentialSubject"]["achievement"]["id"];
    let associations = subject["association"].as_array().unwrap();
    assert_eq!(associations.len(), 1, "{associations:#?}");
    assert_eq!(
        (&associations[0]["sourceId"], &associations[0]["associationType"]),
        (woven, &json!("isPartOf"))
    );
    let under_way = subject["achievement"].as_array().unwrap();
    assert_eq!((under_way.len(), &under_way[0]["name"]), (1, &json!("Title of textiles")), "{under_way:#?}");
    assert_eq!(associations[0]["targetId"], under_way[0]["id"]);
    #[cfg(feature = "conformance")]
    crate::document::fits(&made, "clr_v2p0_clrcredential_schema.json");

    let found = verified(&app, &made).await;
    assert_eq!((&found["verdict"], &found["issuer"]["known"]), (&json!("VALID"), &json!(true)), "{found:#}");
    let each = found["credentials"].as_array().unwrap();
    assert!(
        each.len() == 2 && each.iter().all(|one| one["verdict"] == "VALID" && one["issuer"]["known"] == true)
    );
    let (status, html) = submit(&app, &[("file", made.to_string().as_bytes())]).await;
    assert!(status == 200 && html.contains("The credentials in it"), "{html}");
    assert!(
        html.matches("This credential stands").count() == 3 && html.contains("Title of dyeing"),
        "{html}"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn its_holder_chooses_who_publishes_it_and_nobody_else_has_it() {
    let app = TestApp::start().await;
    let schools = Schools::found(&app).await;
    for school in ["north", "south"] {
        let kept = schools.kept(Some(school)).await;
        assert_eq!(kept["issuer"]["slug"], school, "{kept:#}");
        assert_eq!(verified(&app, &kept["document"]).await["verdict"], "VALID");
    }
    assert_eq!(schools.kept(None).await["issuer"]["slug"], "south", "the newest is theirs");
    app.issuer("east").await;
    for nobody in ["east", "nowhere"] {
        assert_eq!(schools.kept(Some(nobody)).await, Value::Null, "{nobody} has issued nothing of it");
    }
    let otto = schools.south.learner("otto").await;
    let none = otto.data(RECORD, json!({})).await;
    assert_eq!(none["viewer"]["passport"]["record"], Value::Null, "who has earned nothing has no record");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_kept_while_it_says_the_same_and_signed_anew_when_it_does_not() {
    let app = TestApp::start().await;
    let schools = Schools::found(&app).await;
    let first = schools.record("north").await;
    assert_eq!(schools.record("north").await, first);
    app.clock.advance(TimeDelta::days(10));
    assert_eq!(schools.record("north").await, first);
    app.clock.advance(TimeDelta::days(6));
    let later = schools.record("north").await;
    assert!(later["id"] != first["id"] && verified(&app, &first).await["verdict"] == "VALID");
    schools.north.provider.mutate(ROTATE, json!({})).await;
    let rotated = schools.record("north").await;
    assert_ne!(rotated["proof"][0]["verificationMethod"], later["proof"][0]["verificationMethod"]);
    app.clock.advance(TimeDelta::days(20));
    assert_eq!(verified(&app, &first).await["verdict"], "EXPIRED", "a picture of a moment");

    // What is taken back is left out; in the older record it says so itself.
    let weaving = schools.held("weaving-maya").await;
    revoke(&schools, &weaving).await;
    assert_eq!(schools.kept(Some("north")).await, Value::Null);
    let now = schools.record("south").await;
    assert_eq!(within(&now).len(), 1);
    let found = verified(&app, &rotated).await;
    let revoked = found["credentials"].as_array().unwrap().iter().filter(|one| one["verdict"] == "REVOKED");
    assert_eq!(revoked.count(), 1, "{found:#}");

    // Each signature is in the audit log, with its key and no name.
    let log = audit_entry::Entity::find().all(&app.database().await).await.unwrap();
    let signed: Vec<_> = log.iter().filter(|entry| entry.action == "learner_record.signed").collect();
    assert!(
        signed.len() >= 4 && signed.iter().all(|entry| entry.detail["sha256"].as_str().unwrap().len() == 64)
    );
    assert!(!signed.iter().any(|entry| entry.detail.to_string().contains("maya")));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_key_takes_the_records_with_it_that_nobody_has_kept() {
    let app = TestApp::start().await;
    let schools = Schools::found(&app).await;
    let made = schools.record("north").await;
    app.clock.advance(TimeDelta::hours(1));
    let since = app.service.now().to_rfc3339();
    let method = made["proof"][0]["verificationMethod"].as_str().unwrap();
    let key = method.split_once('#').unwrap().1;
    schools.north.provider.mutate(COMPROMISE, json!({ "id": key, "since": since })).await;
    assert_eq!(
        verified(&app, &made).await["verdict"],
        "VALID",
        "the server knows that it signed this before"
    );
    let mut forged = made.clone();
    forged["proof"][0]["proofValue"] = json!(format!("z{}", "1".repeat(88)));
    assert_eq!(verified(&app, &forged).await["verdict"], "INVALID");
    let anew = schools.record("north").await;
    assert_ne!(anew["proof"][0]["verificationMethod"], made["proof"][0]["verificationMethod"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_a_learner_takes_their_records_away() {
    let app = TestApp::start().await;
    let schools = Schools::found(&app).await;
    schools.record("south").await;
    assert_eq!(learner_record::Entity::find().all(&app.database().await).await.unwrap().len(), 1);
    let erase =
        "mutation($input: EraseLearnerInput!) { eraseLearner(input: $input) { userErrors { code } } }";
    schools.south.provider.mutate(erase, json!({ "learner": { "externalId": "maya" } })).await;
    assert!(!tables_with(&app, "Title of dyeing").await.contains("learner_record"));
    let left = schools.record("north").await;
    assert_eq!(within(&left).len(), 1, "what the other school awarded stays");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_signed_goes_when_a_record_is_theirs_no_more() {
    let app = TestApp::start().await;
    let schools = Schools::found(&app).await;
    schools.record("north").await;
    let unlink =
        "mutation($input: UnlinkLearnerInput!) { unlinkLearner(input: $input) { userErrors { code } } }";
    schools.south.provider.mutate(unlink, json!({ "learner": { "externalId": "maya" } })).await;
    assert!(
        learner_record::Entity::find().all(&app.database().await).await.unwrap().is_empty(),
        "or erasing her at the one school would leave its documents with the other"
    );
    assert_eq!(within(&schools.record("north").await).len(), 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn independent_libraries_accept_a_record_and_refuse_every_change() {
    let app = TestApp::start().await;
    let schools = Schools::found(&app).await;
    let made = schools.record("south").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("record.json");
    std::fs::write(&file, made.to_string()).unwrap();
    let context = concat!(env!("CARGO_MANIFEST_DIR"), "/../credential/contexts/clr-v2p0-2.0.1.json");
    let context = format!("https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json={context}");
    let origin = format!("{}={}", app.service.config.public_url, app.base());
    for by in ["first", "second"] {
        let arguments = ["--by", by, "--context", &context, "--origin", &origin, file.to_str().unwrap()];
        let arguments = arguments.map(str::to_owned);
        let verdict = lines(&run_node("verify.mjs", &arguments)).remove(0);
        assert_eq!(verdict["verified"], true, "{by}: {verdict}");
    }
    let mut changed = Vec::new();
    for (pointer, value) in [
        ("/name", json!("Learner record of somebody else")),
        ("/partial", json!(true)),
        ("/validUntil", json!("2999-01-01T00:00:00Z")),
        ("/credentialSubject/identifier/0/identityHash", json!("Otto")),
        ("/credentialSubject/association/0/associationType", json!("isPeerOf")),
        ("/credentialSubject/association/0/targetId", json!("https://elsewhere.example/a")),
        ("/credentialSubject/achievement/0/name", json!("A doctorate")),
        ("/credentialSubject/verifiableCredential/0/name", json!("A doctorate")),
        (
            "/credentialSubject/verifiableCredential/1/credentialSubject/achievement/name",
            json!("A doctorate"),
        ),
        (
            "/credentialSubject/verifiableCredential/0/proof/0/proofValue",
            json!(format!("z{}", "2".repeat(88))),
        ),
    ] {
        let mut one = made.clone();
        *one.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
        assert_eq!(verified(&app, &one).await["verdict"], "INVALID", "{pointer}");
        let file = folder.path().join(format!("{}.json", changed.len()));
        std::fs::write(&file, one.to_string()).unwrap();
        changed.push(file.to_str().unwrap().to_owned());
    }
    let mut emptied = made.clone();
    emptied["credentialSubject"]["verifiableCredential"].as_array_mut().unwrap().pop();
    assert_eq!(verified(&app, &emptied).await["verdict"], "INVALID");
    for by in ["first", "second"] {
        let shared = ["--by", by, "--context", &context, "--origin", &origin].map(str::to_owned);
        for verdict in lines(&run_node("verify.mjs", &[&shared[..], &changed].concat())) {
            assert_eq!(verdict["verified"], false, "{by}: {verdict}");
        }
    }
    let file = json!({ "credential": { "file": STANDARD.encode(made.to_string()) } });
    let found = app.anonymous().data(VERIFY, json!({ "input": file })).await["verifyCredential"].clone();
    assert_eq!(found["verdict"], "VALID");
    app.stop().await;
}
