//! The offline bundle: taken along as a file, and checked by somebody elsewhere who has no network at all.

use std::path::Path;

use cairn_tests::{Course, TestApp, cairn, contract, operation_text};
use chrono::TimeDelta;
use reqwest::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde_json::{Value, json};

use crate::faces::{bytes, issued, verdict};
use crate::keys::{COMPROMISE, ROTATE};
use crate::pages::path;
use cairn_service::patch::Patch;

/// What a verifier far away says: settings of a server that has not been started yet, and a proxy that lets nothing through.
struct Elsewhere(tempfile::TempDir);

impl Elsewhere {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn keep(&self, name: &str, content: &[u8]) -> String {
        let file = self.0.path().join(name);
        std::fs::write(&file, content).unwrap();
        file.to_str().unwrap().to_owned()
    }

    /// The exit code and the report.
    fn verify(&self, bundle: &[u8], more: &[&str]) -> (i32, Value) {
        let (code, said) = self.run(bundle, &[&["--json"], more].concat());
        (code, serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}")))
    }

    /// The exit code and what is said.
    fn run(&self, bundle: &[u8], more: &[&str]) -> (i32, String) {
        let folder = |name: &str| Path::join(self.0.path(), name).to_str().unwrap().to_owned();
        let (database, data) = (format!("sqlite://{}?mode=rwc", folder("cairn.db")), folder("data"));
        let settings = [
            ("CAIRN_DATABASE_URL", database.as_str()),
            ("CAIRN_DATA_DIR", data.as_str()),
            ("CAIRN_PUBLIC_URL", "https://verifier.example"),
            ("HTTPS_PROXY", "http://127.0.0.1:9"),
            ("HTTP_PROXY", "http://127.0.0.1:9"),
        ];
        let file = self.keep("credential.offline.json", bundle);
        let output = cairn([&["verify", file.as_str()], more].concat(), &settings);
        assert!(!Path::new(&data).exists() && !self.0.path().join("cairn.db").exists(), "nothing was made");
        let said = String::from_utf8(output.stdout).unwrap();
        (output.status.code().unwrap_or_else(|| panic!("{said}")), said)
    }
}

fn detail<'a>(report: &'a Value, name: &str) -> &'a str {
    let checks = report["checks"].as_array().unwrap();
    checks.iter().find(|check| check["name"] == name).unwrap()["detail"].as_str().unwrap()
}

async fn bundle_of(app: &TestApp, credential: &Value) -> Vec<u8> {
    bytes(app, &path(&credential["urls"]["bundle"])).await
}

async fn did_document(app: &TestApp, slug: &str) -> Vec<u8> {
    bytes(app, &format!("/issuers/{slug}/did.json")).await
}

async fn revoke(course: &Course, credential: &Value) {
    let document = contract("provider/credential_lifecycle.graphql");
    let input = json!({ "credential": { "id": credential["id"] }, "reason": "ISSUED_IN_ERROR" });
    course.provider.mutate(&operation_text(&document, "RevokeCredential"), input).await;
}

#[tokio::test]
async fn a_bundle_is_checked_without_a_network_by_whoever_has_the_issuers_keys() {
    let app = TestApp::start().await;
    let (course, credential) = issued(&app, "alpha", Patch::Keep).await;
    let page = path(&credential["urls"]["page"]);
    let html = app.anonymous().get(&page, "text/html").await.text().await.unwrap();
    assert!(html.contains(credential["urls"]["bundle"].as_str().unwrap()), "the page offers it: {html}");
    let answer = app.anonymous().get(&path(&credential["urls"]["bundle"]), "*/*").await;
    assert_eq!(answer.headers()[CONTENT_TYPE], "application/vnd.cairn.offline+json");
    assert!(answer.headers()[CONTENT_DISPOSITION].to_str().unwrap().contains("credential.offline.json"));
    let by_accept = app.anonymous().get(&page, "application/vnd.cairn.offline+json").await;
    assert_eq!(by_accept.json::<Value>().await.unwrap()["type"], "CairnOfflineBundle");

    let there = Elsewhere::new();
    let bundle = answer.bytes().await.unwrap();
    let taken_at = serde_json::from_slice::<Value>(&bundle).unwrap()["takenAt"].clone();
    let keys = there.keep("alpha.did.json", &did_document(&app, "alpha").await);
    for network in [&["--offline"][..], &[]] {
        let (code, report) = there.verify(&bundle, &[&["--trust", &keys], network].concat());
        assert_eq!((code, &report["verdict"]), (0, &json!("VALID")), "{report:#}");
        assert_eq!((&report["statusAsOf"], &report["bundle"]["takenAt"]), (&taken_at, &taken_at));
        assert_eq!(report["bundle"]["keys"], "TRUSTED");
    }

    // A key that was told by word of mouth does as well; one that nobody vouches for does not.
    let (code, said) = there.run(&bundle, &["--offline"]);
    assert_eq!(code, 2, "{said}");
    assert!(said.starts_with("UNKNOWN") && said.contains("NOBODY VOUCHES FOR THEM"), "{said}");
    assert!(said.contains(&format!("Status as of {}", taken_at.as_str().unwrap())), "{said}");
    let line = there.keep("trusted", said.lines().last().unwrap().as_bytes());
    assert_eq!(there.verify(&bundle, &["--trust", &line, "--offline"]).0, 0);
    let nothing = there.keep("nothing", b"a key\n");
    assert_eq!(there.run(&bundle, &["--trust", &nothing]).0, 1, "a file that names no key is refused");

    // Revoked since: the bundle tells of its moment, whoever can ask is told of today.
    revoke(&course, &credential).await;
    let (code, report) = there.verify(&bundle, &["--trust", &keys, "--offline"]);
    assert_eq!((code, &report["statusAsOf"]), (0, &taken_at), "{report:#}");
    assert_eq!(verdict(&app, &bundle).await, "REVOKED");
    let (code, report) = there.verify(&bundle_of(&app, &credential).await, &["--trust", &keys, "--offline"]);
    assert_eq!((code, &report["verdict"]), (1, &json!("REVOKED")), "{report:#}");
    app.stop().await;
}

#[tokio::test]
async fn whoever_has_no_server_verifies_and_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let (_, credential) = issued(&app, "alpha", Patch::Keep).await;
    let there = Elsewhere::new();
    let file = there.keep("credential.offline.json", &bundle_of(&app, &credential).await);
    let keys = there.keep("alpha.did.json", &did_document(&app, "alpha").await);
    let empty = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = cairn_tests::cairn_command(&[("HTTPS_PROXY", "http://127.0.0.1:9")]);
        let output = command.args(arguments).current_dir(empty.path()).output().unwrap();
        assert_eq!(
            std::fs::read_dir(empty.path()).unwrap().count(),
            0,
            "{arguments:?} left something behind"
        );
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    let arguments = ["verify", file.as_str(), "--offline", "--trust", keys.as_str()];
    let (code, said) = run(&arguments);
    let lines: Vec<&str> = said.lines().collect();
    let holder =
        credential["document"]["credentialSubject"]["identifier"][0]["identityHash"].as_str().unwrap();
    let did = credential["document"]["issuer"]["id"].as_str().unwrap();
    assert_eq!((code, lines[0]), (0, "VALID"), "{said}");
    assert_eq!(
        lines[1],
        format!("  Achieved   {}", credential["document"]["name"].as_str().unwrap()),
        "{said}"
    );
    assert!(lines[2].starts_with("  Issuer     ") && lines[2].ends_with(&format!(" ({did})")), "{said}");
    assert_eq!(lines[3], format!("  Holder     {holder}"), "{said}");
    assert_eq!(lines[4], format!("  From       {}", credential["validFrom"].as_str().unwrap()), "{said}");
    assert!(lines[5].starts_with("  STRUCTURE  PASSED"), "{said}");
    let (_, report) = run(&[&arguments[..], &["--json"]].concat());
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!((&report["holder"], &report["verdict"]), (&json!(holder), &json!("VALID")), "{report:#}");

    // Words of a forger are no lines of ours.
    let mut forged = credential["document"].clone();
    forged["credentialSubject"]["achievement"]["name"] = json!("\u{1b}[2J\nVALID");
    let file = there.keep("forged.json", forged.to_string().as_bytes());
    let (code, said) = run(&["verify", &file, "--offline"]);
    assert!(code != 0 && !said.contains('\u{1b}') && !said.lines().any(|line| line == "VALID"), "{said}");
    app.stop().await;
}

#[tokio::test]
async fn nobody_changes_a_bundle_or_the_keys_in_it() {
    let app = TestApp::start().await;
    let (_, credential) = issued(&app, "alpha", Patch::Keep).await;
    let (_, other) = issued(&app, "beta", Patch::Keep).await;
    let bundle: Value = serde_json::from_slice(&bundle_of(&app, &credential).await).unwrap();
    let foreign: Value = serde_json::from_slice(&bundle_of(&app, &other).await).unwrap();
    let there = Elsewhere::new();
    let keys = there.keep("alpha.did.json", &did_document(&app, "alpha").await);
    let theirs = there.keep("beta.did.json", &did_document(&app, "beta").await);
    for name in ["version", "takenAt", "issuer", "credential", "keys", "statusLists", "proof"] {
        let mut changed = bundle.clone();
        changed[name] = match name {
            "version" => json!(2),
            "takenAt" => json!("2026-01-01T00:00:00Z"),
            _ => foreign[name].clone(),
        };
        let (code, report) = there
            .verify(changed.to_string().as_bytes(), &["--trust", &keys, "--trust", &theirs, "--offline"]);
        assert_ne!(code, 0, "{name}: {report:#}");
        let verdict = if name == "version" { "UNKNOWN" } else { "INVALID" };
        assert_eq!(report["verdict"], verdict, "{name}: {report:#}");
        assert_eq!(self::verdict(&app, changed.to_string().as_bytes()).await, verdict, "{name}, online");
    }
    // Another issuer's keys vouch for nothing.
    let (code, report) = there.verify(bundle.to_string().as_bytes(), &["--trust", &theirs, "--offline"]);
    assert_eq!((code, &report["bundle"]["keys"]), (2, &json!("CLAIMED")), "{report:#}");
    app.stop().await;
}

#[tokio::test]
async fn a_bundle_grows_old_with_its_status_list() {
    let app = TestApp::start().await;
    app.clock.advance(TimeDelta::days(-8));
    let (_, credential) = issued(&app, "alpha", Patch::Keep).await;
    let there = Elsewhere::new();
    let keys = there.keep("alpha.did.json", &did_document(&app, "alpha").await);
    let (code, report) = there.verify(&bundle_of(&app, &credential).await, &["--trust", &keys, "--offline"]);
    assert_eq!((code, &report["verdict"]), (2, &json!("UNKNOWN")), "{report:#}");
    assert!(detail(&report, "STATUS").contains("it was good until"), "{report:#}");
    app.clock.advance(TimeDelta::days(8));
    let (code, report) = there.verify(&bundle_of(&app, &credential).await, &["--trust", &keys, "--offline"]);
    assert_eq!(code, 0, "a new one is good again: {report:#}");
    app.stop().await;
}

#[tokio::test]
async fn a_bundle_that_says_the_same_is_given_out_again_for_a_minute() {
    let app = TestApp::start().await;
    app.clock.advance(TimeDelta::hours(-1));
    let (course, credential) = issued(&app, "alpha", Patch::Keep).await;
    let first = bundle_of(&app, &credential).await;
    app.clock.advance(TimeDelta::seconds(59));
    assert_eq!(bundle_of(&app, &credential).await, first);
    let as_token = bytes(&app, &format!("{}?profile=vc-jose", path(&credential["urls"]["bundle"]))).await;
    assert_ne!(as_token, first, "another form is another bundle");

    // Whatever it tells of has changed: it is made anew at once.
    course.provider.mutate(ROTATE, json!({})).await;
    let rotated = bundle_of(&app, &credential).await;
    let signed_by = |bundle: &[u8]| {
        serde_json::from_slice::<Value>(bundle).unwrap()["proof"]["verificationMethod"].clone()
    };
    assert_ne!(signed_by(&rotated), signed_by(&first));
    revoke(&course, &credential).await;
    let revoked = bundle_of(&app, &credential).await;
    assert_ne!(revoked, rotated);
    let there = Elsewhere::new();
    let keys = there.keep("alpha.did.json", &did_document(&app, "alpha").await);
    assert_eq!(there.verify(&revoked, &["--trust", &keys, "--offline"]).1["verdict"], "REVOKED");
    app.clock.advance(TimeDelta::seconds(60));
    let later = bundle_of(&app, &credential).await;
    let taken_at = |bundle: &[u8]| serde_json::from_slice::<Value>(bundle).unwrap()["takenAt"].clone();
    assert_ne!(taken_at(&later), taken_at(&revoked), "after a minute it tells of another moment");
    app.stop().await;
}

#[tokio::test]
async fn keys_that_were_rotated_or_given_up_travel_with_their_dates() {
    let app = TestApp::start().await;
    app.clock.advance(TimeDelta::days(-60));
    let (course, credential) = issued(&app, "alpha", Patch::Keep).await;
    let there = Elsewhere::new();
    let before = there.keep("before.did.json", &did_document(&app, "alpha").await);
    app.clock.advance(TimeDelta::days(60));
    course.provider.mutate(ROTATE, json!({})).await;
    let bundle = bundle_of(&app, &credential).await;
    let (code, report) = there.verify(&bundle, &["--trust", &before, "--offline"]);
    assert_eq!(
        (code, &report["bundle"]["keys"]),
        (2, &json!("CLAIMED")),
        "signed by a newer key: {report:#}"
    );
    let after = there.keep("after.did.json", &did_document(&app, "alpha").await);
    assert_eq!(there.verify(&bundle, &["--trust", &after, "--offline"]).0, 0, "a retired key counts");

    // The credential was signed sixty days ago: a key that was lost later has signed it well, one that was lost before has not.
    let retired = credential["document"]["proof"][0]["verificationMethod"].as_str().unwrap();
    let key = retired.split_once('#').unwrap().1;
    for (days, expected) in [(30, (0, "VALID")), (90, (1, "INVALID"))] {
        let since = (app.service.now() - TimeDelta::days(days)).to_rfc3339();
        course.provider.mutate(COMPROMISE, json!({ "id": key, "since": since })).await;
        let bundle = bundle_of(&app, &credential).await;
        let given_up = there.keep("given-up.did.json", &did_document(&app, "alpha").await);
        let (code, report) = there.verify(&bundle, &["--trust", &given_up, "--offline"]);
        assert_eq!((code, report["verdict"].as_str().unwrap()), expected, "{days} days: {report:#}");
        let published: Value = serde_json::from_slice(&bundle).unwrap();
        let methods = published["keys"][0]["document"]["verificationMethod"].as_array().unwrap();
        assert!(methods.iter().any(|method| method["id"] == retired && method["revoked"].is_string()));
    }
    app.stop().await;
}

#[tokio::test]
async fn every_signed_form_travels_in_a_bundle() {
    let app = TestApp::start().await;
    let (course, credential) = issued(&app, "alpha", Patch::Keep).await;
    let there = Elsewhere::new();
    let keys = there.keep("alpha.did.json", &did_document(&app, "alpha").await);
    let address = path(&credential["urls"]["bundle"]);
    for (form, token) in [
        ("proof=eddsa-jcs-2022", false),
        ("proof=eddsa-rdfc-2022", false),
        ("profile=open-badges", true),
        ("profile=open-badges&alg=ES256", true),
        ("profile=vc-jose", true),
        ("profile=vc-jose&alg=ES256", true),
    ] {
        let bundle = bytes(&app, &format!("{address}?{form}")).await;
        let carried: Value = serde_json::from_slice(&bundle).unwrap();
        assert_eq!(carried["credential"].is_string(), token, "{form}");
        let (code, report) = there.verify(&bundle, &["--trust", &keys, "--offline"]);
        assert_eq!(code, 0, "{form}: {report:#}");
        assert_eq!(verdict(&app, &bundle).await, "VALID", "{form}");
    }
    for nonsense in ["profile=other", "proof=other", "profile=vc-jose&alg=RS256"] {
        let answer = app.anonymous().get(&format!("{address}?{nonsense}"), "*/*").await;
        assert_eq!(answer.status(), 400, "{nonsense}");
    }
    let share =
        "mutation($input: ShareCredentialInput!) { shareCredential(input: $input) { userErrors { code } } }";
    let private = json!({ "credential": { "id": credential["id"] }, "visibility": "PRIVATE" });
    course.provider.mutate(share, private).await;
    assert_eq!(app.anonymous().get(&address, "*/*").await.status(), 404, "a private credential has none");
    app.stop().await;
}

#[tokio::test]
async fn the_report_tells_of_the_bundle_in_graphql_and_on_the_page() {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    let app = TestApp::start().await;
    let (_, credential) = issued(&app, "alpha", Patch::Keep).await;
    let bundle = bundle_of(&app, &credential).await;
    let verify = "query($input: VerifyCredentialInput!) { verifyCredential(input: $input) {
        verdict checkedAt statusAsOf bundle { takenAt keyId publicKey keys } } }";
    let input = json!({ "credential": { "file": STANDARD.encode(&bundle) } });
    let found = app.anonymous().data(verify, json!({ "input": input })).await["verifyCredential"].clone();
    let taken: Value = serde_json::from_slice(&bundle).unwrap();
    assert_eq!(
        (&found["verdict"], &found["bundle"]["keys"]),
        (&json!("VALID"), &json!("LOOKED_UP")),
        "{found:#}"
    );
    assert_eq!(found["statusAsOf"], found["checkedAt"], "asked anew");
    assert_eq!(found["bundle"]["takenAt"], taken["takenAt"]);
    assert_eq!(found["bundle"]["keyId"], taken["proof"]["verificationMethod"]);
    assert!(found["bundle"]["publicKey"].as_str().unwrap().starts_with("z6Mk"));
    let plain = json!({ "credential": { "document": credential["document"] } });
    let found = app.anonymous().data(verify, json!({ "input": plain })).await["verifyCredential"].clone();
    assert_eq!(found["bundle"], Value::Null);

    let (status, html) = crate::faces::submit(&app, &[("file", &bundle)]).await;
    assert!(status == 200 && html.contains("This credential stands"), "{html}");
    assert!(html.contains("Its offline bundle"), "{html}");
    app.stop().await;
}
