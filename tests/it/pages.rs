//! Public pages and documents: what an employer, a wallet and a verifier get.

use cairn_tests::{Course, TestApp};
use reqwest::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG};
use serde_json::{Value, json};

async fn issued(app: &TestApp) -> (Course, Value) {
    let course = Course::publish(app, "alpha").await;
    course.enroll(1, None).await;
    course.complete([0]).await;
    course.issue_to_everyone().await;
    let credential = course.credentials().await.remove(0);
    (course, credential)
}

pub fn path(address: &Value) -> String {
    let address: url::Url = address.as_str().unwrap().parse().unwrap();
    address.path().to_owned()
}

#[tokio::test]
async fn the_page_says_what_who_by_whom_and_that_it_stands() {
    let app = TestApp::start().await;
    let (_, credential) = issued(&app).await;
    let answer = app.anonymous().get(&path(&credential["urls"]["page"]), "text/html,*/*;q=0.8").await;
    assert_eq!(answer.status(), 200);
    let policy = answer.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && policy.contains("img-src 'self'"), "{policy}");
    assert!(!policy.contains("script") && policy.contains("frame-ancestors 'none'"), "{policy}");
    let html = answer.text().await.unwrap();
    for part in [
        "Data &lt;b&gt;literacy&lt;/b&gt; &amp; more – بيانات",
        "<bdi>Zoë عُمَر 🦉 0</bdi>",
        "alpha University",
        "This credential stands",
        "1 March 2026",
        "dir=\"auto\"",
        "How it was checked",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
    assert!(!html.contains("<b>literacy"));
    let data = html.split("<script").collect::<Vec<_>>();
    assert!(data.len() == 2 && data[1].starts_with(" type=\"application/ld+json\">"), "data, and no program");
    assert!(!html.contains("S0@learn.example") && !html.contains("s0@learn.example"));
    let icon = app.anonymous().get("/icon.svg", "image/svg+xml").await;
    assert_eq!(
        (icon.status().as_u16(), &icon.headers()["content-type"]),
        (200, &"image/svg+xml".parse().unwrap())
    );
    assert!(html.contains("href=\"/icon.svg\""), "{html}");
    let style = app.anonymous().get("/pages.css", "text/css").await;
    assert_eq!(style.status(), 200);
    app.stop().await;
}

#[tokio::test]
async fn the_signed_bytes_are_served_as_they_were_signed() {
    let app = TestApp::start().await;
    let (_, credential) = issued(&app).await;
    let page = path(&credential["urls"]["page"]);
    let bytes = app.anonymous().get(&format!("{page}.json"), "*/*").await.text().await.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&bytes).unwrap(), credential["document"]);
    for media in ["application/vc+ld+json", "application/json"] {
        let answer = app.anonymous().get(&page, media).await;
        assert!(answer.headers()[CONTENT_TYPE].to_str().unwrap().starts_with(media));
        assert_eq!(answer.text().await.unwrap(), bytes);
    }
    assert_eq!(app.anonymous().get(&format!("{page}.txt"), "*/*").await.status(), 404);
    assert_eq!(app.anonymous().get("/credentials/nothing", "text/html").await.status(), 404);
    assert_eq!(app.anonymous().get(&page, "image/webp").await.status(), 406);
    app.stop().await;
}

#[tokio::test]
async fn issuer_key_achievement_and_status_list_are_found_from_the_document() {
    let app = TestApp::start().await;
    let (_, credential) = issued(&app).await;
    let document = &credential["document"];
    let anonymous = app.anonymous();
    let json = async |address: &str| -> Value {
        let answer = anonymous.get(address, "application/json").await;
        assert_eq!(answer.status(), 200, "{address}");
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    };

    let did = json("/issuers/alpha/did.json").await;
    assert_eq!(did["id"], document["issuer"]["id"]);
    assert!(did["assertionMethod"].as_array().unwrap().contains(&document["proof"][0]["verificationMethod"]));
    assert_eq!(json("/issuers/alpha").await["name"], "alpha University");
    let achievement = &document["credentialSubject"]["achievement"];
    assert_eq!(json(&path(&achievement["id"])).await["name"], achievement["name"]);
    for page in ["/issuers/alpha".to_owned(), path(&achievement["id"])] {
        let answer = anonymous.get(&page, "text/html").await;
        assert!(answer.headers()[CONTENT_TYPE].to_str().unwrap().starts_with("text/html"), "{page}");
    }

    let entry = &document["credentialStatus"];
    assert!(entry.is_object(), "the standard's schema takes one object");
    let list = json(&path(&entry["statusListCredential"])).await;
    assert_eq!(list["id"], entry["statusListCredential"]);
    assert_eq!(list["issuer"], document["issuer"]["id"]);
    assert_eq!(list["credentialSubject"]["statusPurpose"], "revocation");
    for missing in ["/issuers/no", "/issuers/no/did.json", "/achievements/no", "/status/no"] {
        assert_eq!(anonymous.get(missing, "*/*").await.status(), 404, "{missing}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_status_list_is_kept_until_a_bit_changes() {
    let app = TestApp::start().await;
    let (course, credential) = issued(&app).await;
    let address = path(&credential["document"]["credentialStatus"]["statusListCredential"]);
    let fetch = async || {
        let answer = app.anonymous().get(&address, "*/*").await;
        let tag = answer.headers()[ETAG].to_str().unwrap().to_owned();
        (tag, answer.text().await.unwrap())
    };
    let (tag, before) = fetch().await;
    assert_eq!(fetch().await, (tag.clone(), before.clone()), "the same bytes while nothing changes");
    let client = cairn_tests::http();
    let conditional = client.get(format!("{}{address}", app.base())).header("if-none-match", &tag);
    assert_eq!(conditional.send().await.unwrap().status(), 304);

    let revoke = "mutation($input: RevokeCredentialInput!) { revokeCredential(input: $input) { userErrors { code } } }";
    course
        .provider
        .mutate(revoke, json!({ "credential": { "id": credential["id"] }, "reason": "OTHER" }))
        .await;
    let (changed, after) = fetch().await;
    assert_ne!(changed, tag);
    let encoded =
        |text: &str| serde_json::from_str::<Value>(text).unwrap()["credentialSubject"]["encodedList"].clone();
    assert_ne!(encoded(&before), encoded(&after));
    app.stop().await;
}

#[tokio::test]
async fn a_rotated_key_signs_on_and_what_the_old_one_signed_still_verifies() {
    let app = TestApp::start().await;
    let (course, old) = issued(&app).await;
    let actor = cairn_service::actor::Actor::system_for(course.issuer.id);
    let rotation = cairn_service::signing_key::Rotation {
        issuer: None,
        algorithm: cairn_service::rows::enums::KeyAlgorithm::Ed25519,
        remote_key: None,
    };
    cairn_service::signing_key::rotate(&app.service, &actor, rotation).await.unwrap();
    course.enroll(2, None).await;
    course.complete([1]).await;
    course.issue_to(&[course.enrollment(1)]).await;
    let all = course.credentials().await;
    let new = all.iter().find(|one| one["id"] != old["id"]).unwrap();
    assert_ne!(
        new["document"]["proof"][0]["verificationMethod"],
        old["document"]["proof"][0]["verificationMethod"]
    );
    for one in [&old, new] {
        let html = app.anonymous().get(&path(&one["urls"]["page"]), "text/html").await.text().await.unwrap();
        assert!(html.contains("This credential stands"), "{html}");
    }
    app.stop().await;
}
