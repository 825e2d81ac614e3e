//! Who sees a credential's page and until when, and what a shared link becomes elsewhere.

use cairn_service::patch::Patch;
use cairn_tests::TestApp;
use reqwest::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use serde_json::{Value, json};

use super::{bytes, issued};
use crate::pages::path;

#[tokio::test]
async fn a_page_is_shared_until_a_moment_and_its_views_are_counted() {
    let app = TestApp::start().await;
    let (course, credential) = issued(&app, "alpha", Patch::Keep).await;
    let page = path(&credential["urls"]["page"]);
    let share = "mutation($input: ShareCredentialInput!) { shareCredential(input: $input) {
        credential { visibility sharedUntil views } userErrors { field code } } }";
    let input = |visibility: &str, until: Value| json!({ "credential": { "id": credential["id"] }, "visibility": visibility, "expiresAt": until });
    let status = async |address: String| app.anonymous().get(&address, "text/html").await.status().as_u16();

    for _ in 0..3 {
        assert_eq!(status(page.clone()).await, 200);
    }
    // Neither files nor a look at the headers are views.
    bytes(&app, &format!("{page}.json")).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.head(format!("{}{page}", app.base())).send().await.unwrap();
    let until = (app.service.now() + chrono::TimeDelta::days(2)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let shared = course.provider.mutate(share, input("PUBLIC", json!(until))).await["credential"].clone();
    assert_eq!((&shared["views"], &shared["visibility"]), (&json!(3), &json!("PUBLIC")));
    assert_eq!(shared["sharedUntil"], json!(until));
    assert_eq!(status(page.clone()).await, 200);

    app.clock.advance(chrono::TimeDelta::days(3));
    for form in ["", ".json", ".png", ".pdf", "/embed", "/qr.svg"] {
        assert_eq!(status(format!("{page}{form}")).await, 404, "{form} is shown no longer");
    }
    for (visibility, until) in
        [("UNLISTED", json!("2020-01-01T00:00:00Z")), ("PRIVATE", json!("2999-01-01T00:00:00Z"))]
    {
        let answer = course.provider.send(share, json!({ "input": input(visibility, until) })).await;
        assert_eq!(answer.user_errors(), [("expiresAt".to_owned(), "INVALID".to_owned())]);
    }
    course.provider.mutate(share, input("UNLISTED", Value::Null)).await;
    assert_eq!(status(page.clone()).await, 200);
    let read = "query($id: ID!) { node(id: $id) { ... on Credential { views sharedUntil } } }";
    let now = course.provider.data(read, json!({ "id": credential["id"] })).await["node"].clone();
    assert_eq!(now, json!({ "views": 5, "sharedUntil": null }));
    app.stop().await;
}

#[tokio::test]
async fn a_shared_link_unfolds_and_others_put_the_card_on_their_pages() {
    let app = TestApp::start().await;
    let (course, credential) = issued(&app, "alpha", Patch::Keep).await;
    let address = credential["urls"]["page"].as_str().unwrap();
    let page = path(&credential["urls"]["page"]);
    let html = app.anonymous().get(&page, "text/html").await.text().await.unwrap();
    assert!(html.contains(&format!("<meta property=\"og:image\" content=\"{address}.png\">")), "{html}");
    assert!(html.contains("<meta name=\"robots\" content=\"noindex\">"), "unlisted ones are not listed");
    let data = html.split_once("application/ld+json\">").unwrap().1.split_once("</script>").unwrap().0;
    let data: Value = serde_json::from_str(data).unwrap();
    assert_eq!(
        (&data["@type"], &data["validFrom"]),
        (&json!("EducationalOccupationalCredential"), &json!("2026-03-01"))
    );

    let read =
        "query($id: ID!) { node(id: $id) { ... on Credential { urls { oembed embed qr linkedIn } } } }";
    let urls = course.provider.data(read, json!({ "id": credential["id"] })).await["node"]["urls"].clone();
    let added: url::Url = urls["linkedIn"].as_str().unwrap().parse().unwrap();
    let fields: std::collections::BTreeMap<String, String> = added.query_pairs().into_owned().collect();
    let expected = [
        (
            "certId",
            format!(
                "urn:uuid:{}",
                credential["document"]["id"].as_str().unwrap().trim_start_matches("urn:uuid:")
            ),
        ),
        ("certUrl", address.to_owned()),
        ("issueMonth", "3".to_owned()),
        ("issueYear", "2026".to_owned()),
        ("name", "Data <b>literacy</b> & more – بيانات".to_owned()),
        ("organizationName", "alpha University".to_owned()),
        ("startTask", "CERTIFICATION_NAME".to_owned()),
    ];
    assert_eq!(fields, expected.map(|(name, value)| (name.to_owned(), value)).into_iter().collect());

    let found: url::Url = urls["oembed"].as_str().unwrap().parse().unwrap();
    let asked = format!("{}?{}", found.path(), found.query().unwrap());
    let answer: Value = serde_json::from_slice(&bytes(&app, &asked).await).unwrap();
    assert_eq!((&answer["version"], &answer["type"]), (&json!("1.0"), &json!("rich")));
    assert!(answer["html"].as_str().unwrap().contains(urls["embed"].as_str().unwrap()));
    let small: Value = serde_json::from_slice(&bytes(&app, &format!("{asked}&maxwidth=300")).await).unwrap();
    assert_eq!(small["width"], 300);
    assert!(
        small["html"].as_str().unwrap().contains("width=\"300\""),
        "the frame is as small as it is said to be"
    );
    for (query, status) in
        [("url=https://elsewhere.example/credentials/x", 404), ("url=nonsense", 404), ("", 400)]
    {
        assert_eq!(app.anonymous().get(&format!("/oembed?{query}"), "*/*").await.status(), status, "{query}");
    }
    let xml = asked.replace("format=json", "format=xml");
    assert_eq!(app.anonymous().get(&xml, "*/*").await.status(), 501);

    let card = app.anonymous().get(&path(&urls["embed"]), "text/html").await;
    assert!(card.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().contains("frame-ancestors *"));
    assert!(card.text().await.unwrap().contains("This credential stands"));
    let code = app.anonymous().get(&path(&urls["qr"]), "*/*").await;
    assert_eq!(code.headers()[CONTENT_TYPE], "image/svg+xml");

    let share =
        "mutation($input: ShareCredentialInput!) { shareCredential(input: $input) { userErrors { code } } }";
    let public = json!({ "credential": { "id": credential["id"] }, "visibility": "PUBLIC" });
    course.provider.mutate(share, public).await;
    let html = app.anonymous().get(&page, "text/html").await.text().await.unwrap();
    assert!(!html.contains("noindex"), "public ones may be listed");
    app.stop().await;
}
