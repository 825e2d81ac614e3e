//! Verifying what others issued: their keys and lists are fetched, from public addresses alone and within limits.

use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cairn_credential::bake;
use cairn_service::fetch::{Web, address::Gate};
use cairn_tests::{Course, Elsewhere, Reply, TestApp, contract};
use chrono::TimeDelta;
use serde_json::{Value, json};

async fn issued(app: &TestApp) -> (Course, Value) {
    let course = Course::publish(app, "beta").await;
    course.enroll(1, None).await;
    course.complete([0]).await;
    course.issue_to_everyone().await;
    let credential = course.credentials().await.remove(0);
    (course, credential)
}

async fn verify(app: &TestApp, credential: Value) -> Value {
    let document = contract("public/verify_credential.graphql");
    let input = json!({ "input": { "credential": credential } });
    app.anonymous().data(&document, input).await["verifyCredential"].clone()
}

fn check<'a>(found: &'a Value, name: &str) -> &'a Value {
    found["checks"].as_array().unwrap().iter().find(|check| check["name"] == name).unwrap()
}

/// What the check says that could not be made.
fn why<'a>(found: &'a Value, name: &str) -> &'a str {
    let check = check(found, name);
    assert_eq!((&found["verdict"], &check["outcome"]), (&json!("UNKNOWN"), &json!("SKIPPED")), "{found:#}");
    check["detail"].as_str().unwrap()
}

const TINY_PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

#[tokio::test]
async fn a_credential_of_another_server_verifies_in_every_form() {
    let (here, there) = (TestApp::start_fetching().await, TestApp::start().await);
    let (_, credential) = issued(&there).await;
    let document = credential["document"].to_string();
    let svg = bake::bake(b"<svg xmlns='http://www.w3.org/2000/svg'/>", &document).unwrap();
    let png = bake::bake(&STANDARD.decode(TINY_PNG).unwrap(), &document).unwrap();
    for form in [
        json!({ "document": credential["document"] }),
        json!({ "url": credential["urls"]["json"] }),
        json!({ "url": credential["urls"]["page"] }),
        json!({ "file": STANDARD.encode(&document) }),
        json!({ "file": STANDARD.encode(&svg) }),
        json!({ "file": STANDARD.encode(&png) }),
    ] {
        let found = verify(&here, form).await;
        assert_eq!(found["verdict"], "VALID", "{found:#}");
        assert_eq!((&found["issuer"]["known"], &found["credential"]), (&json!(false), &Value::Null));
        for name in ["STRUCTURE", "ISSUER", "PROOF", "STATUS", "DATES", "TERMS"] {
            assert_eq!(check(&found, name)["outcome"], "PASSED", "{name}: {found:#}");
        }
    }
    let tampered = document.replace("beta University", "Beta University");
    let found = verify(&here, json!({ "file": STANDARD.encode(tampered) })).await;
    assert_eq!(found["verdict"], "INVALID", "{found:#}");
    here.stop().await;
    there.stop().await;
}

#[tokio::test]
async fn a_revocation_elsewhere_is_seen_once_the_kept_list_is_old() {
    let (here, there) = (TestApp::start_fetching().await, TestApp::start().await);
    let (course, credential) = issued(&there).await;
    let document = json!({ "document": credential["document"] });
    assert_eq!(verify(&here, document.clone()).await["verdict"], "VALID");
    let revoke =
        cairn_tests::operation_text(&contract("provider/credential_lifecycle.graphql"), "RevokeCredential");
    course
        .provider
        .mutate(&revoke, json!({ "credential": { "id": credential["id"] }, "reason": "ISSUED_IN_ERROR" }))
        .await;
    assert_eq!(
        verify(&here, document.clone()).await["verdict"],
        "VALID",
        "the list may be kept for five minutes"
    );
    here.clock.advance(TimeDelta::minutes(6));
    let found = verify(&here, document).await;
    assert_eq!(found["verdict"], "REVOKED", "{found:#}");
    here.stop().await;
    there.stop().await;
}

#[tokio::test]
async fn this_server_asks_itself_nothing_over_the_network() {
    let elsewhere = Elsewhere::start().await;
    let app = TestApp::start_fetching().await;
    let (_, credential) = issued(&app).await;
    let mut document = credential["document"].clone();
    assert_eq!(verify(&app, json!({ "document": document })).await["verdict"], "VALID");
    let base = app.service.config.public_url.clone();
    // Its page and its list were not asked for: the metrics count every request.
    let metrics = app.anonymous().get("/metrics", "*/*").await.text().await.unwrap();
    assert!(!metrics.contains("did.json") && !metrics.contains("/status"), "{metrics}");
    // What it does not have, it does not look for outside either.
    assert_eq!(verify(&app, json!({ "url": format!("{base}/credentials/nothing") })).await, Value::Null);
    let did = document["issuer"]["id"].as_str().unwrap().replace("issuers:beta", "issuers:nobody");
    document["issuer"]["id"] = json!(did);
    document["proof"][0]["verificationMethod"] = json!(format!("{did}#key-1"));
    let found = verify(&app, json!({ "document": document })).await;
    assert!(why(&found, "PROOF").contains("this server has no such thing"), "{found:#}");
    assert_eq!(elsewhere.heads(), Vec::<String>::new());
    app.stop().await;
}

#[tokio::test]
async fn nothing_private_is_ever_asked() {
    let elsewhere = Elsewhere::start().await;
    let app = TestApp::start_with(|service| service.fetch = Arc::new(Web::new(Gate::default()))).await;
    let port = elsewhere.port();
    for address in [
        format!("https://127.0.0.1:{port}/c.json"),
        // A name that the system resolves to the loopback.
        format!("https://localhost:{port}/c.json"),
        format!("https://localhost.:{port}/c.json"),
        format!("https://[::1]:{port}/c.json"),
        format!("https://[::ffff:127.0.0.1]:{port}/c.json"),
        format!("https://0x7f.1:{port}/c.json"),
        "https://169.254.169.254/latest/meta-data/".to_owned(),
        "https://10.0.0.1/".to_owned(),
        "https://[fd00::1]/".to_owned(),
    ] {
        let found = verify(&app, json!({ "url": address })).await;
        assert!(why(&found, "STRUCTURE").contains("its host has no public address"), "{address}: {found:#}");
    }
    for address in [format!("http://localhost:{port}/c.json"), "http://example.com/c.json".to_owned()] {
        let found = verify(&app, json!({ "url": address })).await;
        assert!(why(&found, "STRUCTURE").contains("only https addresses are asked"), "{found:#}");
    }
    let other = TestApp::start().await;
    let (_, credential) = issued(&other).await;
    let found = verify(&app, json!({ "document": credential["document"] })).await;
    assert!(why(&found, "PROOF").contains("only https addresses are asked"), "{found:#}");
    assert_eq!(elsewhere.heads(), Vec::<String>::new(), "nobody called");
    other.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn redirects_are_followed_as_far_as_they_stay_public() {
    let elsewhere = Elsewhere::start().await;
    let app = TestApp::start_fetching().await;
    let there = TestApp::start().await;
    let (_, credential) = issued(&there).await;
    let url = |path: &str| format!("{}{path}", elsewhere.base());
    elsewhere.reply("/1", Reply::redirect("/2"));
    elsewhere.reply("/2", Reply::redirect(&url("/3")));
    elsewhere.reply("/3", Reply::redirect(credential["urls"]["json"].as_str().unwrap()));
    let found = verify(&app, json!({ "url": url("/1") })).await;
    assert_eq!(found["verdict"], "VALID", "{found:#}");

    elsewhere.reply("/0", Reply::redirect("/1"));
    let found = verify(&app, json!({ "url": url("/0") })).await;
    assert!(why(&found, "STRUCTURE").contains("redirected more than 3 times"), "{found:#}");
    elsewhere.reply("/loop", Reply::redirect("/loop"));
    let found = verify(&app, json!({ "url": url("/loop") })).await;
    assert!(why(&found, "STRUCTURE").contains("redirected more than 3 times"), "{found:#}");
    assert_eq!(elsewhere.asked("/loop"), 4);
    for (path, to, expected) in [
        ("/metadata", "https://169.254.169.254/latest", "no public address"),
        ("/private", "https://192.168.0.1/", "no public address"),
        ("/mapped", "https://[::ffff:10.0.0.1]/", "no public address"),
        ("/plain", "http://example.com/", "only https"),
        ("/file", "file:///etc/passwd", "no public address"),
        ("/credentials", "https://user:secret@example.com/", "user name or password"),
        ("/nowhere", "", "redirected more than 3 times"),
    ] {
        elsewhere.reply(path, Reply::redirect(to));
        let found = verify(&app, json!({ "url": url(path) })).await;
        assert!(why(&found, "STRUCTURE").contains(expected), "{path}: {found:#}");
    }
    there.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn size_time_and_kind_of_what_is_fetched_are_limited() {
    let elsewhere = Elsewhere::start().await;
    let app = TestApp::start_fetching().await;
    let bomb = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![b' '; 64 * 1024 * 1024]).unwrap();
        encoder.finish().unwrap()
    };
    assert!(bomb.len() < 100_000);
    for (path, reply, expected) in [
        ("/large", Reply::ok("").header("content-length", "9999999999"), "larger than 2097152 bytes"),
        ("/endless", Reply::endless(), "larger than 2097152 bytes"),
        ("/bomb", Reply::ok(bomb).header("content-encoding", "gzip"), "larger than 2097152 bytes"),
        ("/broken", Reply::ok("no gzip").header("content-encoding", "gzip"), "cannot be unpacked"),
        ("/brotli", Reply::ok("x").header("content-encoding", "br"), "not asked for"),
        ("/gone", Reply::status(410), "its server answered 410"),
        ("/partial", Reply::status(206), "its server answered 206"),
        ("/dripping", Reply::dripping(), "took longer than 5 seconds"),
    ] {
        elsewhere.reply(path, reply);
        let begun = Instant::now();
        let found = verify(&app, json!({ "url": format!("{}{path}", elsewhere.base()) })).await;
        assert!(why(&found, "STRUCTURE").contains(expected), "{path}: {found:#}");
        assert!(begun.elapsed() < Duration::from_secs(8), "{path}");
    }
    for (path, body) in
        [("/html", "<!doctype html><title>Hello</title>"), ("/empty", ""), ("/list", "[1, 2]")]
    {
        elsewhere.reply(path, Reply::ok(body));
        let found = verify(&app, json!({ "url": format!("{}{path}", elsewhere.base()) })).await;
        assert_eq!(found["verdict"], "INVALID", "{path}: {found:#}");
    }
    app.stop().await;
}

#[tokio::test]
async fn nothing_of_ours_goes_along_and_answers_are_kept() {
    let elsewhere = Elsewhere::start().await;
    let app = TestApp::start_fetching().await;
    let url = |path: &str| format!("{}{path}", elsewhere.base());
    elsewhere
        .reply("/kept", Reply::ok("{}").header("cache-control", "max-age=60").header("set-cookie", "a=b"));
    elsewhere
        .reply("/fleeting", Reply::ok("{}").header("cache-control", "no-store").header("set-cookie", "a=b"));
    let ask = async |path: &str| verify(&app, json!({ "url": url(path) })).await;
    for _ in 0..3 {
        ask("/kept").await;
        ask("/fleeting").await;
        ask("/missing").await;
    }
    assert_eq!(["/kept", "/fleeting", "/missing"].map(|path| elsewhere.asked(path)), [1, 1, 1]);
    app.clock.advance(TimeDelta::seconds(31));
    for path in ["/kept", "/fleeting", "/missing"] {
        ask(path).await;
    }
    assert_eq!(["/kept", "/fleeting", "/missing"].map(|path| elsewhere.asked(path)), [1, 2, 2]);
    app.clock.advance(TimeDelta::seconds(30));
    ask("/kept").await;
    assert_eq!(elsewhere.asked("/kept"), 2);
    for head in elsewhere.heads() {
        let head = head.to_ascii_lowercase();
        assert!(head.contains("user-agent: cairn/"), "{head}");
        for header in ["cookie:", "authorization:", "referer:", "x-api-key:"] {
            assert!(!head.contains(header), "{head}");
        }
    }
    // Many at once ask once.
    elsewhere.reply("/popular", Reply::ok("{}"));
    futures_util::future::join_all((0..20).map(|_| ask("/popular"))).await;
    assert_eq!(elsewhere.asked("/popular"), 1);
    app.stop().await;
}

#[tokio::test]
async fn what_is_no_base64_is_a_mistake_of_the_callers() {
    let app = TestApp::start().await;
    let document = contract("public/verify_credential.graphql");
    let input = json!({ "input": { "credential": { "file": "§" } } });
    assert_eq!(app.anonymous().send(&document, input).await.code(), "BAD_REQUEST");
    app.stop().await;
}
