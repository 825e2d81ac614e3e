//! A shared passport as files: what its page shows as one signed learner record, and as one PDF.

use cairn_tests::TestApp;
use chrono::TimeDelta;
use reqwest::Response;
use reqwest::header::{
    ACCEPT_LANGUAGE, ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_DISPOSITION, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, ORIGIN,
};
use serde_json::{Value, json};

use super::{Schools, create, share};
use crate::faces::{bytes, letters, tool, verdict};
use crate::pages;

/// A form of a shared passport.
async fn form(app: &TestApp, shared: &Value, form: &str) -> Response {
    app.anonymous().get(&format!("{}.{form}", pages::path(&shared["url"])), "*/*").await
}

/// The record of a shared passport.
async fn record(app: &TestApp, shared: &Value) -> Value {
    let answer = form(app, shared, "json").await;
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

/// The text of the PDF of a shared passport.
async fn printed(app: &TestApp, shared: &Value) -> String {
    let file = bytes(app, &format!("{}.pdf", pages::path(&shared["url"]))).await;
    tool("pdftotext", &["-layout"], &file, &["-"])
}

fn within(record: &Value) -> &Vec<Value> {
    record["credentialSubject"]["verifiableCredential"].as_array().unwrap()
}

/// Hides a credential's own page.
async fn hide(schools: &Schools<'_>, credential: &Value) {
    let hide =
        "mutation($input: ShareCredentialInput!) { shareCredential(input: $input) { userErrors { code } } }";
    let input = json!({ "credential": { "id": credential["id"] }, "visibility": "PRIVATE" });
    schools.maya.mutate(hide, input).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_passport_is_one_record_that_any_verifier_takes() {
    let app = TestApp::start().await;
    let schools = Schools::found(&app).await;
    let shared = share(&schools.maya, json!({ "visibility": "UNLISTED" })).await;
    let made = record(&app, &shared).await;
    assert_eq!(made["type"], json!(["VerifiableCredential", "ClrCredential"]));
    assert_eq!(made["credentialSubject"]["identifier"][0]["identityHash"], "Name of maya");
    for held in ["weaving-maya", "dyeing-maya"] {
        assert!(within(&made).contains(&schools.held(held).await["document"]), "{held}: {made:#}");
    }
    assert_eq!(verdict(&app, made.to_string().as_bytes()).await, "VALID");
    #[cfg(feature = "conformance")]
    crate::document::fits(&made, "clr_v2p0_clrcredential_schema.json");

    // However it is asked for, and from wherever; whoever has it is told so.
    let urls = "{ viewer { passport { share { url recordUrl pdfUrl views } } } }";
    let urls = schools.maya.data(urls, json!({})).await["viewer"]["passport"]["share"].clone();
    let page = pages::path(&shared["url"]);
    assert_eq!(pages::path(&urls["recordUrl"]), format!("{page}.json"));
    assert_eq!(pages::path(&urls["pdfUrl"]), format!("{page}.pdf"));
    for media in ["application/vc+ld+json", "application/vc", "application/ld+json", "application/json"] {
        let answer = app.anonymous().get(&page, media).await;
        assert_eq!(answer.headers()[CONTENT_TYPE], media);
        assert_eq!(answer.json::<Value>().await.unwrap(), made, "{media}");
    }
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let get = || client.get(format!("{}{page}.json", app.base())).header(ORIGIN, "https://wallet.example");
    let answer = get().send().await.unwrap();
    assert_eq!(answer.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    let tag = answer.headers()[ETAG].clone();
    assert_eq!(get().header(IF_NONE_MATCH, tag).send().await.unwrap().status(), 304);

    // Who publishes it is asked for by name; who has issued nothing of it does not.
    app.issuer("east").await;
    for (issuer, status) in [("north", 200), ("south", 200), ("east", 404), ("nowhere", 404)] {
        let answer = app.anonymous().get(&format!("{page}.json?issuer={issuer}"), "*/*").await;
        assert_eq!(answer.status(), status, "{issuer}");
        if status == 200 {
            let by = answer.json::<Value>().await.unwrap()["issuer"]["name"].clone();
            assert_eq!(by, format!("{issuer} University"));
        }
    }
    for (path, accept, status) in [
        (page.clone(), "image/png", 406),
        (format!("{page}.png"), "*/*", 404),
        (format!("{page}.json.pdf"), "*/*", 404),
        (format!("{page}.pdf?paper=legal"), "*/*", 400),
        ("/passports/nothing.json".to_owned(), "*/*", 404),
        ("/passports/nothing.pdf".to_owned(), "*/*", 404),
    ] {
        assert_eq!(app.anonymous().get(&path, accept).await.status(), status, "{path}");
    }
    assert_eq!(urls["views"], 0, "files are no views of the page");
    let html = super::page(&app, &shared).await;
    for file in [".json\"", ".pdf\""] {
        assert!(html.contains(&format!("{}{file}", shared["url"].as_str().unwrap())), "{file} in {html}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_passport_is_one_clean_pdf_with_the_record_in_it() {
    let app = TestApp::start().await;
    let schools = Schools::found(&app).await;
    let text = "They wove it over a winter. ".repeat(170);
    create(
        &schools.maya,
        json!({ "title": "A tapestry", "text": format!("First\n\n{text}\nThe end"), "startedOn": "2026-01-10",
            "links": [{ "title": "Pictures", "url": "https://maya.example/tapestry" }],
            "files": [{ "name": "pattern.pdf", "mediaType": "application/pdf", "size": 5_000_000,
                "digest": "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" }],
            "outcomes": [schools.outcome(&schools.north, "weaving").await] }),
    )
    .await;
    let shared = share(&schools.maya, json!({ "visibility": "UNLISTED" })).await;
    let page = pages::path(&shared["url"]);
    for (paper, size) in [("a4", "595.28 x 841.89 pts (A4)"), ("letter", "612 x 792 pts (letter)")] {
        let file = bytes(&app, &format!("{page}.pdf?paper={paper}")).await;
        tool("qpdf", &["--check"], &file, &[]);
        let info = tool("pdfinfo", &[], &file, &[]);
        assert!(info.contains("Tagged:          yes") && info.contains(size), "{info}");
        let fonts = tool("pdffonts", &[], &file, &[]);
        assert!(fonts.lines().skip(2).all(|line| line.contains(" yes yes yes ")), "{fonts}");
        assert!(tool("pdftoppm", &["-r", "20", "-png", "-f", "1", "-l", "1"], &file, &[]).len() > 500);
    }
    let text = printed(&app, &shared).await;
    for said in [
        "Learning passport",
        "Name of maya",
        "2 credentials · As of",
        "Title of dyeing",
        "south University",
        "Stands",
        "Valid until 1 March 2027",
        "weaving · Crafts",
        "EQF level 6",
        "Title of textiles",
        "1 of 2 parts done",
        "Still missing",
        "A tapestry",
        "Since 10 January 2026",
        "https://maya.example/tapestry",
        "pattern.pdf · application/pdf · 5 MB",
        "Shows: Work by weaving alone",
        "The end",
        "Page 2 of 2",
    ] {
        assert!(text.contains(said), "{said} is missing in {text}");
    }
    assert_eq!(text.matches("wove it").count(), 170, "nothing is cut");
    assert!(!text.contains("maya@example.org"), "{text}");

    // The record is in the file, and verifies alone.
    let file = bytes(&app, &format!("{page}.pdf")).await;
    let attached = tool("pdfdetach", &["-list"], &file, &[]);
    assert!(attached.contains("1 embedded files") && attached.contains("learner-record.json"), "{attached}");
    let carried: Value = serde_json::from_str(&cairn_credential::bake::unbake(&file).unwrap()).unwrap();
    assert_eq!(carried, record(&app, &shared).await);
    assert_eq!(verdict(&app, &file).await, "VALID");

    // In the reader's language; the same one again is not sent again.
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let get =
        |language: &str| client.get(format!("{}{page}.pdf", app.base())).header(ACCEPT_LANGUAGE, language);
    for (language, said) in [
        ("de-DE", ["Lernpass", "Gültig bis 1. März 2027", "Seite 1 von 2"]),
        ("ar", ["جواز التعلّم", "1 مارس 2027", "الصفحة 1 من 2"]),
    ] {
        let answer = get(language).send().await.unwrap();
        assert_eq!(answer.headers()[CONTENT_LANGUAGE], language[..2]);
        assert_eq!(answer.headers()[CONTENT_DISPOSITION], "inline; filename=\"passport.pdf\"");
        let tag = answer.headers()[ETAG].clone();
        assert_eq!(get(language).header(IF_NONE_MATCH, &tag).send().await.unwrap().status(), 304);
        assert_eq!(get("en").header(IF_NONE_MATCH, &tag).send().await.unwrap().status(), 200);
        let file = answer.bytes().await.unwrap();
        tool("qpdf", &["--check"], &file, &[]);
        let text = letters(&tool("pdftotext", &[], &file, &["-"]));
        for said in said {
            assert!(text.contains(&letters(said)), "{said} is missing in {text}");
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_passport_does_not_show_is_in_none_of_its_files() {
    let app = TestApp::start().await;
    let schools = Schools::found(&app).await;
    let maya = &schools.maya;
    schools.north.enrollments(vec![crate::school::row("textiles-maya", "maya", "textiles", json!({}))]).await;
    create(maya, json!({ "title": "A tapestry" })).await;
    let (weaving, dyeing) = (schools.held("weaving-maya").await, schools.held("dyeing-maya").await);
    let all = record(&app, &share(maya, json!({ "visibility": "UNLISTED" })).await).await;
    let under_way = all["credentialSubject"]["achievement"].as_array().unwrap();
    assert_eq!((under_way.len(), &under_way[0]["name"]), (1, &json!("Title of textiles")));

    // A publisher vouches for no name that the holder chose, and for no progress that they do not show.
    let input =
        json!({ "visibility": "UNLISTED", "name": "M. Weaver", "projects": false, "progress": false });
    let shared = share(maya, input).await;
    let made = record(&app, &shared).await;
    assert_eq!((&made["name"], within(&made).len()), (&json!("Learner record"), 2));
    let subject = made["credentialSubject"].as_object().unwrap();
    assert!(!subject.contains_key("achievement"), "{made:#}");
    for identifier in subject["identifier"].as_array().unwrap() {
        assert_eq!(identifier["hashed"], true, "{identifier}");
    }
    let text = printed(&app, &shared).await;
    assert!(text.contains("M. Weaver") && text.contains("Title of dyeing"), "{text}");
    for hidden in ["Name of maya", "A tapestry", "parts done", "Title of textiles"] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }

    // One whose own page is private is named where it was chosen; what it says is not given away.
    let chosen =
        json!({ "visibility": "UNLISTED", "credentials": [{ "id": weaving["id"] }, { "id": dyeing["id"] }] });
    hide(&schools, &dyeing).await;
    let shared = share(maya, chosen).await;
    assert_eq!(within(&record(&app, &shared).await), &vec![weaving["document"].clone()]);
    assert!(printed(&app, &shared).await.contains("Title of dyeing"));
    hide(&schools, &weaving).await;
    assert_eq!(form(&app, &shared, "json").await.status(), 404, "nothing is left to put into a record");
    let page = pages::path(&shared["url"]);
    assert!(!super::page(&app, &shared).await.contains(&format!("{page}.json")));
    let file = bytes(&app, &format!("{page}.pdf")).await;
    assert!(tool("pdfdetach", &["-list"], &file, &[]).contains("0 embedded files"));
    let text = printed(&app, &shared).await;
    assert!(text.contains("Title of weaving") && text.contains("Stands"), "{text}");

    // All of it is shown as long as the page is.
    let until = (app.service.now() + TimeDelta::days(2)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let shared = share(maya, json!({ "visibility": "PUBLIC", "expiresAt": until })).await;
    app.clock.advance(TimeDelta::days(3));
    for ended in ["json", "pdf"] {
        assert_eq!(form(&app, &shared, ended).await.status(), 404, "{ended}");
    }
    let private = share(&schools.signed_in().await, json!({ "visibility": "PRIVATE" })).await;
    for hidden in ["json", "pdf"] {
        assert_eq!(form(&app, &private, hidden).await.status(), 404, "{hidden}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_of_a_credential_is_in_the_next_file() {
    let app = TestApp::start().await;
    let schools = Schools::found(&app).await;
    let shared = share(&schools.maya, json!({ "visibility": "UNLISTED" })).await;
    let (before, first) = (record(&app, &shared).await, form(&app, &shared, "pdf").await);
    let lifecycle = cairn_tests::contract("provider/credential_lifecycle.graphql");
    let revoke = cairn_tests::operation_text(&lifecycle, "RevokeCredential");
    let weaving = schools.held("weaving-maya").await;
    let input = json!({ "credential": { "id": weaving["id"] }, "reason": "OTHER" });
    schools.north.provider.mutate(&revoke, input).await;
    let after = record(&app, &shared).await;
    assert!(after["id"] != before["id"] && within(&after).len() == 1, "{after:#}");
    let second = form(&app, &shared, "pdf").await;
    assert_ne!(second.headers()[ETAG], first.headers()[ETAG]);
    assert!(printed(&app, &shared).await.contains("Revoked"));
    app.stop().await;
}
