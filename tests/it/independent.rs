//! What we sign, judged by libraries that none of us wrote, in `tests/clients`: npm's `@digitalbazaar/vc` and its relatives, and a second
//! verifier that shares no code with them.

use std::process::{Command, Output};

use cairn_tests::{Course, Documented, TestApp, World};
use serde_json::{Value, json};

/// Runs a script of `tests/clients` against the server of a test.
pub fn node(script: &str, app: &TestApp, sources: &[String]) -> Output {
    // Credentials name the server as `localhost`; it listens on 127.0.0.1 alone.
    let origin = ["--origin".to_owned(), format!("{}={}", app.service.config.public_url, app.base())];
    run_node(script, &[&origin, sources].concat())
}

/// Runs a script of `tests/clients`.
pub fn run_node(script: &str, arguments: &[String]) -> Output {
    let clients = concat!(env!("CARGO_MANIFEST_DIR"), "/clients");
    let installed = std::path::Path::new(clients).join("node_modules").is_dir();
    assert!(
        installed,
        "the npm packages of tests/clients are missing: `tests/run` installs them (or `npm ci` there)"
    );
    let mut command = Command::new("node");
    command.arg(format!("{clients}/{script}")).args(arguments);
    command.output().unwrap_or_else(|error| panic!("node cannot be run ({error}): `tests/run` installs it"))
}

pub fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.code().is_some_and(|code| code < 2),
        "{text}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Addresses of the signed documents of the first issuer, by credential.
async fn documents(world: &World, app: &TestApp) -> Vec<(String, String)> {
    let query = "{ credentials(first: 100) { nodes { id urls { json } } } }";
    let data = world.alpha.provider.data(query, json!({})).await;
    let nodes = data["credentials"]["nodes"].as_array().unwrap().clone();
    let address = |node: &Value| {
        node["urls"]["json"].as_str().unwrap().replace(&app.service.config.public_url, app.base())
    };
    nodes.iter().map(|node| (node["id"].as_str().unwrap().to_owned(), address(node))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn independent_libraries_accept_what_we_sign_and_refuse_every_change() {
    let app = TestApp::start().await;
    let world = World::build(&app, 2).await;
    let before = documents(&world, &app).await;
    let rotate = "mutation($input: RotateSigningKeyInput!) { rotateSigningKey(input: $input) { signingKey { id } userErrors { code } } }";
    world.alpha.provider.mutate(rotate, json!({})).await;
    let sources: Vec<String> = before.iter().map(|(_, address)| address.clone()).collect();
    for verdict in lines(&node("verify.mjs", &app, &sources)) {
        assert_eq!(
            (&verdict["verified"], &verdict["statusValid"]),
            (&json!(true), &json!(true)),
            "after rotation: {verdict}"
        );
    }
    let tampered = lines(&node("tamper.mjs", &app, &sources[..1]));
    assert_eq!(tampered[0]["accepted"], json!([]), "{tampered:?}");
    assert!(tampered[0]["mutations"].as_u64().unwrap() > 50, "{tampered:?}");

    let revoke = cairn_tests::operation_text(
        &cairn_tests::contract("provider/credential_lifecycle.graphql"),
        "RevokeCredential",
    );
    world
        .alpha
        .provider
        .mutate(&revoke, json!({ "credential": { "id": before[0].0 }, "reason": "ISSUED_IN_ERROR" }))
        .await;
    let verdicts = lines(&node("verify.mjs", &app, &sources));
    assert_eq!(
        (&verdicts[0]["verified"], &verdicts[0]["statusValid"]),
        (&json!(true), &json!(false)),
        "revoked: {:?}",
        verdicts[0]
    );
    assert_eq!(verdicts[1]["statusValid"], true, "the others stand: {:?}", verdicts[1]);

    // Suspended and reinstated, renewed and replaced.
    let change = async |name: &str, more: Value| {
        let document = cairn_tests::contract("provider/credential_lifecycle.graphql");
        let mut input = json!({ "credential": { "id": before[1].0 } });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        world.alpha.provider.mutate(&cairn_tests::operation_text(&document, name), input).await
    };
    for (name, stands) in [("SuspendCredential", false), ("ReinstateCredential", true)] {
        change(name, json!({})).await;
        let verdict = lines(&node("verify.mjs", &app, &sources[1..2])).remove(0);
        assert_eq!(
            (&verdict["verified"], &verdict["statusValid"]),
            (&json!(true), &json!(stands)),
            "{name}: {verdict}"
        );
    }
    change(
        "RenewCredential",
        json!({ "evidence": [{ "name": "Hours", "url": "https://work.example/hours" }] }),
    )
    .await;
    change("ReplaceCredential", json!({ "reason": "A slip" })).await;
    let after: Vec<String> = documents(&world, &app).await.into_iter().map(|one| one.1).collect();
    let new: Vec<String> = after.into_iter().filter(|address| !sources.contains(address)).collect();
    assert_eq!(new.len(), 2);
    for verdict in lines(&node("verify.mjs", &app, &new)) {
        let found = (&verdict["verified"], &verdict["statusValid"]);
        assert_eq!(found, (&json!(true), &json!(true)), "renewed or replaced: {verdict}");
    }
    app.stop().await;
}

/// The least that a program's author can enter, and one status entry.
async fn minimal(app: &TestApp) -> Value {
    let course = Course::publish(app, "least").await;
    course.enroll(1, None).await;
    course.complete([0]).await;
    course.issue_to_everyone().await;
    let document = course.credentials().await.remove(0)["document"].clone();
    assert!(document["credentialStatus"].is_object(), "{document:#}");
    document
}

/// One document of each kind that is signed: files and addresses.
async fn every_kind(app: &TestApp, folder: &std::path::Path) -> Vec<String> {
    let all = Documented::build(app).await;
    let endorse = "mutation($input: EndorseIssuerInput!) { endorseIssuer(input: $input) { endorsement { document } userErrors { code } } }";
    let said = json!({ "issuer": { "slug": "northmoor" }, "statement": "We know their *work*." });
    let endorsement = all.guild.mutate(endorse, said).await["endorsement"]["document"].clone();
    let full = all.issue().await["document"].clone();
    assert!(full["issuer"]["endorsement"].is_array() && full["evidence"].is_array());
    let course = Course::publish(app, "small").await;
    course.revise(|new| new.may_suspend = cairn_service::patch::Patch::Set(true)).await;
    course.enroll(1, None).await;
    course.complete([0]).await;
    course.issue_to_everyone().await;
    let twofold = course.credentials().await.remove(0);
    let page = twofold["urls"]["page"].as_str().unwrap().replace(&app.service.config.public_url, "");
    let twofold = twofold["document"].clone();
    assert_eq!(twofold["credentialStatus"].as_array().unwrap().len(), 2);
    let minimal = minimal(app).await;
    let over_text = app.anonymous().get(&format!("{page}.json?proof=eddsa-jcs-2022"), "*/*").await;
    let over_text = over_text.json::<Value>().await.unwrap();
    assert_eq!(over_text["proof"][0]["cryptosuite"], "eddsa-jcs-2022");
    let mut sources = Vec::new();
    for (name, document) in [
        ("minimal", &minimal),
        ("over-text", &over_text),
        ("twofold", &twofold),
        ("endorsement", &endorsement),
        ("full", &full),
    ] {
        let file = folder.join(format!("{name}.json"));
        std::fs::write(&file, document.to_string()).unwrap();
        sources.push(file.to_str().unwrap().to_owned());
    }
    let list = full["credentialStatus"]["statusListCredential"].as_str().unwrap();
    sources.push(list.replace(&app.service.config.public_url, app.base()));
    sources
}

fn judged(by: &str, script: &str, app: &TestApp, sources: &[String]) -> Vec<Value> {
    let options = ["--by".to_owned(), by.to_owned()];
    let verdicts = lines(&node(script, app, &[&options, sources].concat()));
    assert_eq!(verdicts.len(), sources.len(), "{by}: {script} answers for each");
    verdicts
}

#[tokio::test(flavor = "multi_thread")]
async fn two_verifiers_accept_every_kind_before_and_after_rotation_and_refuse_every_change() {
    let app = TestApp::start().await;
    let folder = tempfile::tempdir().unwrap();
    let sources = every_kind(&app, folder.path()).await;
    let accept = || {
        for by in ["first", "second"] {
            for verdict in judged(by, "verify.mjs", &app, &sources) {
                assert_eq!(verdict["verified"], true, "{by}: {verdict}");
                assert_ne!(verdict["statusValid"], false, "{by}: {verdict}");
            }
        }
    };
    accept();
    let operator = app.operator().await;
    let rotate = "mutation($input: RotateSigningKeyInput!) { rotateSigningKey(input: $input) { signingKey { id } userErrors { code } } }";
    for slug in ["northmoor", "guild", "small", "least"] {
        operator.mutate(rotate, json!({ "issuer": { "slug": slug } })).await;
    }
    accept();
    // The bytes are the same whatever the database; every member in turn takes its time.
    if app.database_url().starts_with("sqlite") {
        std::thread::scope(|scope| {
            for by in ["first", "second"] {
                let (app, sources) = (&app, &sources);
                scope.spawn(move || {
                    for tampered in judged(by, "tamper.mjs", app, sources) {
                        assert_eq!(tampered["verified"], true, "{by}: {tampered}");
                        assert_eq!(tampered["accepted"], json!([]), "{by}: {tampered}");
                        assert!(tampered["mutations"].as_u64().unwrap() > 40, "{by}: {tampered}");
                    }
                });
            }
        });
    }
    app.stop().await;
}
