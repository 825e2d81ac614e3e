//! `/verify`: anybody's credential, checked on a page.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cairn_service::patch::Patch;
use cairn_tests::TestApp;
use reqwest::header::CONTENT_TYPE;
use serde_json::json;

use super::{TINY_PNG, bytes, issued};
use crate::pages::path;

/// Sends a form of the page of verifying, as a browser does.
pub async fn submit(app: &TestApp, fields: &[(&str, &[u8])]) -> (u16, String) {
    let mut body = Vec::new();
    for (name, content) in fields {
        let file = if *name == "file" { "; filename=\"it\"" } else { "" };
        body.extend_from_slice(
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.post(format!("{}/verify", app.base())).body(body);
    let answer = request.header(CONTENT_TYPE, "multipart/form-data; boundary=edge").send().await.unwrap();
    assert_eq!(answer.headers()["cache-control"], "no-store");
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn anybody_checks_a_file_a_text_or_a_link_on_the_page_of_verifying() {
    let app = TestApp::start().await;
    let (course, credential) = issued(&app, "alpha", Patch::Keep).await;
    let page = path(&credential["urls"]["page"]);
    let form = app.anonymous().get("/verify", "text/html").await.text().await.unwrap();
    assert!(form.contains("<form ") && form.contains("type=\"file\""), "{form}");
    for ending in ["json", "jwt", "png", "svg", "pdf"] {
        let file = bytes(&app, &format!("{page}.{ending}")).await;
        let (status, html) = submit(&app, &[("file", &file), ("text", b""), ("link", b"")]).await;
        assert_eq!(status, 200);
        assert!(
            html.contains("This credential stands") && html.contains("An issuer of this server"),
            "{ending}: {html}"
        );
        assert!(html.contains("Data &lt;b&gt;literacy") && html.contains("<bdi>Zoë"), "{html}");
    }
    let document = credential["document"].to_string();
    let address = credential["urls"]["page"].as_str().unwrap();
    for fields in [("text", document.as_str()), ("text", address), ("link", address)] {
        let (status, html) = submit(&app, &[("file", b""), (fields.0, fields.1.as_bytes())]).await;
        assert!(status == 200 && html.contains("This credential stands"), "{html}");
    }
    let screenshot = STANDARD.decode(TINY_PNG).unwrap();
    for nothing in [screenshot.as_slice(), b"good day"] {
        let (status, html) = submit(&app, &[("file", nothing)]).await;
        assert!(status == 200 && html.contains("There is no credential in this"), "{html}");
        assert!(!html.contains("This credential is not valid") && html.contains("screenshot"), "{html}");
    }
    let tampered = document.replace("alpha University", "Alpha University");
    assert!(submit(&app, &[("text", tampered.as_bytes())]).await.1.contains("This credential is not valid"));
    for (fields, said) in [
        (vec![], "Choose a file"),
        (vec![("link", b"ftp://x".as_slice())], "A link begins with https://"),
        (vec![("text", b"\xff\xfe".as_slice())], "The text is not readable"),
        (vec![("other", b"x".as_slice())], "could not be read"),
        (vec![("text", [b' '; 1_048_577].as_slice())], "That is too large"),
    ] {
        let (status, html) = submit(&app, &fields).await;
        assert!(status == 400 && html.contains(said), "{status} {said}: {html}");
    }
    let share =
        "mutation($input: ShareCredentialInput!) { shareCredential(input: $input) { userErrors { code } } }";
    let private = json!({ "credential": { "id": credential["id"] }, "visibility": "PRIVATE" });
    course.provider.mutate(share, private).await;
    assert!(submit(&app, &[("link", address.as_bytes())]).await.1.contains("leads to no credential"));
    app.stop().await;
}
