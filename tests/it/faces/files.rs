//! A credential as files: the badge as PNG and SVG, the certificate as PDF. Each is handed on alone and has to verify alone.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cairn_credential::bake;
use cairn_service::patch::Patch;
use cairn_service::program::terms::Branding;
use cairn_tests::{Elsewhere, Reply, TestApp};
use reqwest::header::{
    ACCEPT_LANGUAGE, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use serde_json::{Value, json};

use super::{TINY_PNG, bytes, issued, tool, verdict};
use crate::pages::path;

const FORMS: [(&str, &str); 3] = [("png", "image/png"), ("svg", "image/svg+xml"), ("pdf", "application/pdf")];

#[tokio::test]
async fn every_file_carries_the_credential_and_verifies_alone() {
    let app = TestApp::start().await;
    let (_, credential) = issued(&app, "alpha", Patch::Keep).await;
    let signed = bytes(&app, &path(&credential["urls"]["json"])).await;
    for (form, media) in FORMS {
        let page = path(&credential["urls"]["page"]);
        let by_accept = app.anonymous().get(&page, media).await;
        assert_eq!(by_accept.headers()[CONTENT_TYPE], media);
        let file = bytes(&app, &format!("{page}.{form}")).await;
        assert!(file == by_accept.bytes().await.unwrap(), "{form} is the same however it is asked for");
        assert_eq!(verdict(&app, &file).await, "VALID", "{form}");
        let carried: Value = serde_json::from_str(&bake::unbake(&file).unwrap()).unwrap();
        assert_eq!(carried, serde_json::from_slice::<Value>(&signed).unwrap(), "{form}");
        let address = credential["urls"].get(form);
        if let Some(address) = address {
            assert_eq!(path(address), format!("{page}.{form}"));
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn who_has_a_file_is_told_so_and_a_changed_one_is_another() {
    let app = TestApp::start().await;
    let (course, credential) = issued(&app, "alpha", Patch::Keep).await;
    let page = path(&credential["urls"]["page"]);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let get = |form: &str| client.get(format!("{}{page}.{form}", app.base()));
    let mut tags = Vec::new();
    for (form, _) in FORMS {
        let answer = get(form).send().await.unwrap();
        let policy = answer.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
        let tag = answer.headers()[ETAG].clone();
        let again = get(form).header(IF_NONE_MATCH, &tag).send().await.unwrap();
        assert_eq!((again.status().as_u16(), &again.headers()[ETAG]), (304, &tag), "{form}");
        assert_eq!(client.head(format!("{}{page}.{form}", app.base())).send().await.unwrap().status(), 200);
        tags.push(tag);
    }
    assert!(tags[0] != tags[1] && tags[1] != tags[2]);

    let revoke = "mutation($input: RevokeCredentialInput!) { revokeCredential(input: $input) { userErrors { code } } }";
    let input = json!({ "credential": { "id": credential["id"] }, "reason": "OTHER" });
    course.provider.mutate(revoke, input).await;
    let changed = get("pdf").header(IF_NONE_MATCH, &tags[2]).send().await.unwrap();
    assert_eq!(changed.status(), 200, "a revoked credential has another certificate");
    let text = tool("pdftotext", &[], &changed.bytes().await.unwrap(), &["-"]);
    assert!(text.contains("This credential was revoked on"), "{text}");
    app.stop().await;
}

#[tokio::test]
async fn the_certificate_is_one_clean_page_with_the_credential_attached() {
    let app = TestApp::start().await;
    let (_, credential) = issued(&app, "alpha", Patch::Keep).await;
    let page = path(&credential["urls"]["page"]);
    for (paper, size) in [("a4", "841.89 x 595.28 pts (A4)"), ("letter", "792 x 612 pts (letter)")] {
        let file = bytes(&app, &format!("{page}.pdf?paper={paper}")).await;
        tool("qpdf", &["--check"], &file, &[]);
        let info = tool("pdfinfo", &[], &file, &[]);
        let has = |name: &str, value: &str| {
            info.lines().any(|line| line.starts_with(name) && line.ends_with(value))
        };
        assert!(has("Pages:", " 1") && has("Tagged:", "yes") && info.contains(size), "{info}");
        let text = tool("pdftotext", &["-layout"], &file, &["-"]);
        let said = [
            "Certificate",
            "Data <b>literacy</b> & more",
            "1 March 2026",
            "Zoë",
            "alpha University",
            "/credentials/",
        ];
        for part in said {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
        assert!(!text.to_lowercase().contains("learn.example"), "{text}");
        let fonts = tool("pdffonts", &[], &file, &[]);
        let embedded = fonts.lines().skip(2).all(|line| line.contains(" yes yes yes "));
        assert!(embedded && fonts.lines().count() > 3, "{fonts}");
        let attached = tool("pdfdetach", &["-list"], &file, &[]);
        assert!(attached.contains("1 embedded files") && attached.contains("credential.json"), "{attached}");
        let picture = tool("pdftoppm", &["-r", "20", "-png"], &file, &[]);
        assert!(picture.len() > 500, "it can be shown");
    }
    app.stop().await;
}

#[tokio::test]
async fn paper_follows_the_query_or_the_callers_language() {
    let app = TestApp::start().await;
    let (_, credential) = issued(&app, "alpha", Patch::Keep).await;
    let page = path(&credential["urls"]["page"]);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for (language, query, paper) in [("en-US", "", "letter"), ("de", "", "A4"), ("en-US", "?paper=a4", "A4")]
    {
        let address = format!("{}{page}.pdf{query}", app.base());
        let answer = client.get(address).header(ACCEPT_LANGUAGE, language).send().await.unwrap();
        assert!(answer.headers()[CONTENT_DISPOSITION].to_str().unwrap().starts_with("inline"));
        assert!(answer.headers()[VARY].to_str().unwrap().contains("Accept-Language"));
        let info = tool("pdfinfo", &[], &answer.bytes().await.unwrap(), &[]);
        assert!(info.contains(&format!("({paper})")), "{language} {query}: {info}");
    }
    assert_eq!(app.anonymous().get(&format!("{page}.pdf?paper=legal"), "*/*").await.status(), 400);
    app.stop().await;
}

#[tokio::test]
async fn private_credentials_have_no_files() {
    let app = TestApp::start().await;
    let (course, credential) = issued(&app, "alpha", Patch::Keep).await;
    let share =
        "mutation($input: ShareCredentialInput!) { shareCredential(input: $input) { userErrors { code } } }";
    let input = json!({ "credential": { "id": credential["id"] }, "visibility": "PRIVATE" });
    course.provider.mutate(share, input).await;
    for (form, _) in FORMS {
        let address = format!("{}.{form}", path(&credential["urls"]["page"]));
        assert_eq!(app.anonymous().get(&address, "*/*").await.status(), 404, "{form}");
        assert_eq!(app.anonymous().get(&format!("/credentials/nothing.{form}"), "*/*").await.status(), 404);
    }
    app.stop().await;
}

#[tokio::test]
async fn a_badge_bears_the_programs_colors_and_a_logo_that_can_be_had() {
    let elsewhere = Elsewhere::start().await;
    let app = TestApp::start_fetching().await;
    elsewhere.reply("/logo", Reply::ok(STANDARD.decode(TINY_PNG).unwrap()));
    elsewhere.reply("/broken", Reply::ok("no picture"));
    for (name, shown) in [("logo", true), ("broken", false), ("missing", false)] {
        let branding = Branding {
            primary_color: Some("#aa1155".to_owned()),
            secondary_color: Some("#00ff88".to_owned()),
            logo_url: Some(format!("{}/{name}", elsewhere.base())),
        };
        let (_, credential) = issued(&app, name, Patch::Set(branding)).await;
        let page = path(&credential["urls"]["page"]);
        let svg = String::from_utf8(bytes(&app, &format!("{page}.svg")).await).unwrap();
        let drawn = svg.split_once("<path").unwrap().1;
        assert!(drawn.contains("#aa1155") && drawn.contains("#00ff88"), "{name}");
        assert_eq!(drawn.contains("<image "), shown, "{name}");
        assert!(
            !svg.contains("<script") && !drawn.contains("127.0.0.1"),
            "nothing is fetched when it is shown"
        );
        bytes(&app, &format!("{page}.png")).await;
        bytes(&app, &format!("{page}.pdf")).await;
        assert_eq!(
            elsewhere.asked(&format!("/{name}")),
            1,
            "it is kept for a while, and so is that it is missing"
        );
    }
    app.stop().await;
}
