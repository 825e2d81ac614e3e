//! Pages and certificates in the reader's language.

use cairn_service::patch::Patch;
use cairn_tests::TestApp;
use reqwest::Response;
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_LANGUAGE, VARY};
use serde_json::{Value, json};

use super::{issued, letters, tool};
use crate::pages::path;

async fn read(app: &TestApp, address: &str, accept: &str, languages: &str) -> Response {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.get(format!("{}{address}", app.base())).header(ACCEPT, accept);
    request.header(ACCEPT_LANGUAGE, languages).send().await.unwrap()
}

async fn html(app: &TestApp, address: &str, languages: &str) -> String {
    let answer = read(app, address, "text/html", languages).await;
    let vary = answer.headers()[VARY].to_str().unwrap().to_owned();
    assert!(vary.contains("Accept-Language"), "{address}: {vary}");
    let language = answer.headers()[CONTENT_LANGUAGE].to_str().unwrap().to_owned();
    let html = answer.text().await.unwrap();
    let direction = if language == "ar" { "rtl" } else { "ltr" };
    assert!(html.contains(&format!("<html lang=\"{language}\" dir=\"{direction}\">")), "{address}: {html}");
    html
}

#[tokio::test]
async fn a_reader_gets_the_best_language_there_is_or_the_one_chosen_by_hand() {
    let app = TestApp::start().await;
    let (_, credential) = issued(&app, "alpha", Patch::Keep).await;
    let page = path(&credential["urls"]["page"]);
    for (languages, query, said) in [
        ("de", "", "Dieser Nachweis gilt"),
        ("fr, ar-EG;q=0.4, de-AT;q=0.8", "", "Dieser Nachweis gilt"),
        ("ar;q=0.9, en;q=0.5", "", "هذه الشهادة سارية"),
        ("fr, es", "", "This credential stands"),
        ("de;q=0, *", "", "This credential stands"),
        ("de", "?lang=ar", "هذه الشهادة سارية"),
        ("de", "?lang=en", "This credential stands"),
        ("de", "?lang=tlh", "Dieser Nachweis gilt"),
        ("", "?lang=de", "Dieser Nachweis gilt"),
    ] {
        let html = html(&app, &format!("{page}{query}"), languages).await;
        assert!(html.contains(said), "{languages} {query}: {html}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_page_says_everything_in_one_language_but_what_the_credential_states() {
    let app = TestApp::start().await;
    let (_, credential) = issued(&app, "alpha", Patch::Keep).await;
    let page = path(&credential["urls"]["page"]);
    let german = html(&app, &page, "de").await;
    for part in [
        "Verliehen an",
        "1. März 2026",
        "Wie geprüft wurde",
        "Die Signatur stimmt.",
        "Laut der Liste der ausstellenden Stelle ist er nicht widerrufen.",
        "Data &lt;b&gt;literacy",
        "Microcredential",
        "alpha University",
    ] {
        assert!(german.contains(part), "{part} is missing in {german}");
    }
    let title = "<h1><bdi lang=\"en\">";
    assert!(german.contains(title), "a title has its own language: {german}");
    for english in ["Awarded", "Is it", "the signature", "Valid", "Share", "hours"] {
        assert!(!german.contains(english), "{english}: {german}");
    }
    let arabic = html(&app, &page, "ar").await;
    for part in ["مُنحت إلى", "1 مارس 2026", "التوقيع مطابق", "شهادة مصغّرة"]
    {
        assert!(arabic.contains(part), "{part} is missing in {arabic}");
    }
    assert!(html(&app, &page, "en-US").await.contains("March 1, 2026"));
    app.stop().await;
}

#[tokio::test]
async fn the_language_chosen_by_hand_stays_and_every_page_offers_the_others() {
    let app = TestApp::start().await;
    let (_, credential) = issued(&app, "alpha", Patch::Keep).await;
    let page = path(&credential["urls"]["page"]);
    let achievement = path(&credential["document"]["credentialSubject"]["achievement"]["id"]);
    for address in [page.as_str(), "/issuers/alpha", &achievement, "/verify", "/nothing", "/credentials/no"] {
        let asked = format!("{address}?lang=ar");
        let html = html(&app, &asked, "de").await;
        for other in ["en", "de"] {
            let link = format!("<a href=\"{address}?lang={other}\" hreflang=\"{other}\"");
            assert!(html.contains(&link), "{link}: {html}");
        }
        // Whoever lists pages wants whole addresses.
        let public = app.service.config.public_url.trim_end_matches('/');
        let alternate = format!("<link rel=\"alternate\" hreflang=\"ar\" href=\"{public}{asked}\">");
        assert!(html.contains(&alternate), "{html}");
    }
    let chosen = html(&app, &format!("{page}?lang=ar"), "de").await;
    for linked in ["/issuers/alpha?lang=ar\"", ".pdf?lang=ar\"", "/verify?lang=ar\"", "?lang=ar\" rel="] {
        assert!(chosen.contains(linked), "{linked}: {chosen}");
    }
    let signed = path(&credential["urls"]["json"]);
    assert!(chosen.contains(&format!("{signed}\"")), "what is signed has no language");
    let accepted = html(&app, &page, "ar").await;
    assert!(!accepted.contains("/issuers/alpha?lang"), "who has not chosen is asked again");
    let form = html(&app, "/verify?lang=de", "").await;
    assert!(form.contains("action=\"/verify?lang=de\""), "{form}");
    app.stop().await;
}

#[tokio::test]
async fn what_is_not_there_is_said_in_the_readers_language_and_programs_get_json() {
    let app = TestApp::start().await;
    for address in ["/nothing", "/credentials/no", "/issuers/no", "/achievements/no", "/status/no"] {
        let answer = read(&app, address, "text/html", "de").await;
        assert_eq!(answer.status(), 404, "{address}");
        assert!(answer.text().await.unwrap().contains("Hier ist nichts"), "{address}");
    }
    let answer = read(&app, "/nothing", "*/*", "de").await;
    assert_eq!(answer.status(), 404);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(
        body,
        json!({ "errors": [{ "message": "Nothing is here.", "extensions": { "code": "NOT_FOUND" } }] })
    );
    let (_, credential) = issued(&app, "alpha", Patch::Keep).await;
    let page = path(&credential["urls"]["page"]);
    for (query, said) in [
        (".pdf?paper=legal", "Das Papier ist"),
        (".jwt?profile=x", "Das Profil ist"),
        (".json?proof=x", "Der Nachweis ist „eddsa"),
        (".jwt?alg=x", "Der Algorithmus ist"),
    ] {
        let answer = read(&app, &format!("{page}{query}&lang=de"), "*/*", "en").await;
        assert_eq!(answer.status(), 400, "{query}");
        assert!(answer.text().await.unwrap().contains(said), "{query}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_certificate_is_written_in_the_readers_language() {
    let app = TestApp::start().await;
    let (_, credential) = issued(&app, "alpha", Patch::Keep).await;
    let page = path(&credential["urls"]["page"]);
    let mut tags = std::collections::BTreeSet::new();
    for (query, languages, language, said) in [
        (
            "",
            "de;q=0.9, en;q=0.8",
            "de",
            ["Zertifikat", "hat den folgenden Nachweis erworben", "1. März 2026"],
        ),
        ("?lang=de", "ar", "de", ["Zertifikat", "Verliehen am", "Scannen und sehen"]),
        ("?lang=ar", "de", "ar", ["تُمنح هذه الشهادة إلى", "تاريخ المنح", "تقديرًا لإنجاز"]),
        ("", "fr", "en", ["Certificate", "has been awarded", "1 March 2026"]),
    ] {
        let answer = read(&app, &format!("{page}.pdf{query}"), "application/pdf", languages).await;
        assert_eq!(answer.headers()[CONTENT_LANGUAGE], language);
        tags.insert(answer.headers()["etag"].to_str().unwrap().to_owned());
        let file = answer.bytes().await.unwrap();
        let text = tool("pdftotext", &["-layout"], &file, &["-"]);
        for part in said {
            assert!(letters(&text).contains(&letters(part)), "{part} is missing in {text}");
        }
        assert!(text.contains("alpha University") && text.contains("literacy"), "{text}");
        let info = tool("pdfinfo", &[], &file, &[]);
        assert!(info.contains("Tagged:          yes"), "{info}");
    }
    assert_eq!(tags.len(), 3, "each language is a file of its own");
    app.stop().await;
}
