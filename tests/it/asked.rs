//! What requests for public resources say besides the path: parameters that cannot be read, and what the reader has already.

use cairn_tests::{TestApp, http};
use reqwest::StatusCode;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, ETAG, IF_NONE_MATCH};
use serde_json::{Value, json};

use crate::faces::issued;
use crate::pages::path;
use cairn_service::actor::Role;
use cairn_service::patch::Patch;

const SHARE: &str = "mutation($input: SharePassportInput!) { sharePassport(input: $input) {
    passport { share { url } } userErrors { field message code } } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_that_cannot_be_read_is_refused_by_its_name() {
    let app = TestApp::start().await;
    let (course, credential) = issued(&app, "alpha", Patch::Keep).await;
    let learner = app.person(&course.issuer, Role::Learner, "s-0").await;
    let shared = learner.mutate(SHARE, json!({ "visibility": "UNLISTED" })).await;
    let passport = path(&shared["passport"]["share"]["url"]);
    let page = path(&credential["urls"]["page"]);
    let whole = format!("url={}", credential["urls"]["page"].as_str().unwrap());
    for (address, name) in [
        (format!("{page}?lang=en&lang=ar"), "lang"),
        (format!("{page}?lang="), "lang"),
        (format!("{page}?lang=<b>"), "lang"),
        ("/verify?lang=german%20please".to_owned(), "lang"),
        ("/issuers/alpha?lang=12345".to_owned(), "lang"),
        (format!("{page}.pdf?paper=a4&paper=letter"), "paper"),
        (format!("{page}.pdf?paper=A5"), "paper"),
        (format!("{page}.jwt?profile=none"), "profile"),
        (format!("{page}.jwt?alg=none"), "alg"),
        (format!("{page}.json?proof=none"), "proof"),
        (format!("{passport}?credentials=nonsense"), "credentials"),
        (format!("{passport}?stacks=nonsense"), "stacks"),
        (format!("{passport}?projects=nonsense"), "projects"),
        (format!("{passport}.pdf?paper=A5"), "paper"),
        (format!("{passport}.pdf?paper=a4&paper=a4"), "paper"),
        (format!("{passport}.json?issuer=alpha&issuer=beta"), "issuer"),
        ("/oembed".to_owned(), "url"),
        (format!("/oembed?{whole}&maxwidth=wide"), "maxwidth"),
        (format!("/oembed?{whole}&maxheight=-1"), "maxheight"),
    ] {
        for accept in ["text/html", "*/*"] {
            let answer = app.anonymous().get(&address, accept).await;
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{address}");
            let said = answer.text().await.unwrap();
            assert!(
                said.contains(&format!("“{name}”")) || said.contains(&format!("`{name}`")),
                "{address}: {said}"
            );
        }
    }
    let refused = app.anonymous().get("/oembed", "application/json").await.json::<Value>().await.unwrap();
    assert_eq!(refused["errors"][0]["extensions"]["code"], "BAD_REQUEST");
    for known in
        [format!("{page}?lang=tlh"), format!("{page}?utm_source=x"), format!("/oembed?{whole}&maxwidth=100")]
    {
        assert!(app.anonymous().get(&known, "*/*").await.status().is_success(), "{known}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_it_already_is_told_so_however_the_tag_is_written() {
    let app = TestApp::start().await;
    let (_, credential) = issued(&app, "alpha", Patch::Keep).await;
    let page = path(&credential["urls"]["page"]);
    let suffixed =
        [".json", ".jwt", ".svg", ".png", ".pdf", ".offline.json"].map(|suffix| format!("{page}{suffix}"));
    let more = ["/issuers/alpha/did.json", "/graphiql/graphiql.css"];
    for address in suffixed.into_iter().chain(more.map(str::to_owned)) {
        let get = |tag: Option<String>| {
            let request = http()
                .get(format!("{}{address}", app.base()))
                .header(ACCEPT, "*/*")
                .header(ACCEPT_ENCODING, "gzip");
            let request = match tag {
                Some(tag) => request.header(IF_NONE_MATCH, tag),
                None => request,
            };
            async { request.send().await.unwrap() }
        };
        let answer = get(None).await;
        assert_eq!(answer.status(), StatusCode::OK, "{address}");
        let Some(tag) = answer.headers().get(ETAG) else { panic!("{address} has no entity tag") };
        let strong = tag.to_str().unwrap().trim_start_matches("W/").to_owned();
        for same in
            [strong.clone(), format!("W/{strong}"), format!("\"x\", W/{strong} , \"y\""), "*".to_owned()]
        {
            assert_eq!(get(Some(same.clone())).await.status(), StatusCode::NOT_MODIFIED, "{address}: {same}");
        }
        for other in ["\"x\", W/\"y\"", "nonsense", ""] {
            assert_eq!(get(Some(other.to_owned())).await.status(), StatusCode::OK, "{address}: {other}");
        }
    }
    app.stop().await;
}
