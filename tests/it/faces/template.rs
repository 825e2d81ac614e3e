//! An issuer's own look of certificates.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cairn_service::actor::Scope;
use cairn_service::patch::Patch;
use cairn_tests::TestApp;
use serde_json::{Value, json};

use super::{TINY_PNG, bytes, issued, letters, tool, verdict};
use crate::pages::path;

const SET: &str = "mutation($input: SetCertificateTemplateInput!) { setCertificateTemplate(input: $input) {
    certificateTemplate { heading introduction statement primaryColor secondaryColor paper signatures { name role hasPicture } updatedAt }
    userErrors { field code } } }";

#[tokio::test]
async fn an_issuer_sets_how_its_certificates_look() {
    let app = TestApp::start().await;
    let (course, credential) = issued(&app, "alpha", Patch::Keep).await;
    let page = path(&credential["urls"]["page"]);
    let read = "query { issuer(slug: \"alpha\") { certificateTemplate { heading signatures { name } } } }";
    let shown = async || app.anonymous().data(read, json!({})).await["issuer"]["certificateTemplate"].clone();
    assert_eq!(shown().await, Value::Null, "it has chosen nothing");
    let plain = bytes(&app, &format!("{page}.pdf")).await;

    let template = json!({ "heading": "Urkunde", "introduction": "Hiermit wird bescheinigt, dass", "statement": "bestanden hat",
        "primaryColor": "#7a0019", "secondaryColor": "#ffcc33", "paper": "LETTER",
        "signatures": [{ "name": "Ada Beispiel", "role": "Dekanin", "picture": TINY_PNG }, { "name": "Karl Muster", "role": "Leiter" }] });
    let set = course.provider.mutate(SET, template.clone()).await["certificateTemplate"].clone();
    assert_eq!((&set["heading"], &set["paper"]), (&json!("Urkunde"), &json!("LETTER")));
    let signed = json!([{ "name": "Ada Beispiel", "role": "Dekanin", "hasPicture": true },
        { "name": "Karl Muster", "role": "Leiter", "hasPicture": false }]);
    assert_eq!(set["signatures"], signed);
    assert_eq!(shown().await["heading"], "Urkunde");
    let changed = bytes(&app, &format!("{page}.pdf")).await;
    assert!(plain != changed);
    let text = tool("pdftotext", &["-layout"], &changed, &["-"]);
    for part in [
        "Urkunde",
        "Hiermit wird bescheinigt, dass",
        "bestanden hat",
        "Ada Beispiel",
        "Dekanin",
        "Karl Muster",
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    assert!(tool("pdfinfo", &[], &changed, &[]).contains("(letter)"), "the issuer's paper");
    assert!(tool("pdfinfo", &[], &bytes(&app, &format!("{page}.pdf?paper=a4")).await, &[]).contains("(A4)"));
    let badge = String::from_utf8(bytes(&app, &format!("{page}.svg")).await).unwrap();
    assert!(badge.contains("#7a0019") && badge.contains("#ffcc33"), "the badge bears the issuer's colors");
    assert_eq!(verdict(&app, &changed).await, "VALID");

    // Set as a whole: what is absent is the server's again.
    let set =
        course.provider.mutate(SET, json!({ "statement": "hat bestanden" })).await["certificateTemplate"]
            .clone();
    assert_eq!(
        (&set["heading"], &set["statement"], &set["signatures"]),
        (&Value::Null, &json!("hat bestanden"), &json!([]))
    );
    assert!(
        tool("pdftotext", &[], &bytes(&app, &format!("{page}.pdf")).await, &["-"]).contains("Certificate")
    );
    app.stop().await;
}

#[tokio::test]
async fn an_issuers_sentences_are_in_the_readers_language_where_it_has_them_in_it() {
    let app = TestApp::start().await;
    let (course, credential) = issued(&app, "alpha", Patch::Keep).await;
    let page = path(&credential["urls"]["page"]);
    let set = "mutation($input: SetCertificateTemplateInput!) { setCertificateTemplate(input: $input) {
        certificateTemplate { heading translations { language heading introduction statement } } userErrors { field code } } }";
    let template = json!({ "heading": "Diploma of alpha", "statement": "has earned", "translations": [
        { "language": "de", "heading": "Urkunde der alpha" }, { "language": "ar", "heading": "", "statement": "نال" }] });
    let answer = course.provider.mutate(set, template).await["certificateTemplate"].clone();
    let expected = json!({ "heading": "Diploma of alpha", "translations": [
        { "language": "de", "heading": "Urkunde der alpha", "introduction": null, "statement": null },
        { "language": "ar", "heading": "", "introduction": null, "statement": "نال" }] });
    assert_eq!(answer, expected);
    for (language, there, missing) in [
        ("en", ["Diploma of alpha", "This certifies that", "has earned"], "Urkunde"),
        ("de", ["Urkunde der alpha", "Hiermit wird bescheinigt:", "has earned"], "Diploma"),
        ("ar", ["تُمنح هذه الشهادة إلى", "نال", "تاريخ المنح"], "Diploma"),
    ] {
        let file = bytes(&app, &format!("{page}.pdf?lang={language}")).await;
        let text = tool("pdftotext", &["-layout"], &file, &["-"]);
        assert!(
            there.iter().all(|part| letters(&text).contains(&letters(part))) && !text.contains(missing),
            "{language}: {text}"
        );
    }
    for (translations, field) in [
        (json!([{ "language": "tlh" }]), "translations.0.language"),
        (json!([{ "language": "de" }, { "language": "de" }]), "translations.1.language"),
        (json!([{ "language": "de", "heading": "x".repeat(201) }]), "translations.0.heading"),
        (json!([{ "language": "de", "introduction": "\u{0}" }]), "translations.0.introduction"),
        (json!([{ "language": "de", "statement": "x".repeat(201) }]), "translations.0.statement"),
    ] {
        let answer = course.provider.send(set, json!({ "input": { "translations": translations } })).await;
        assert_eq!(answer.user_errors(), [(field.to_owned(), "INVALID".to_owned())]);
    }
    app.stop().await;
}

#[tokio::test]
async fn a_template_that_cannot_be_drawn_is_refused_and_strangers_set_none() {
    let app = TestApp::start().await;
    let (course, _) = issued(&app, "alpha", Patch::Keep).await;
    let signature = |picture: &str| json!([{ "name": "A", "role": "B", "picture": picture }]);
    for (input, field) in [
        (json!({ "heading": "\u{0}" }), "heading"),
        (json!({ "introduction": "x".repeat(201) }), "introduction"),
        (json!({ "statement": "x".repeat(201) }), "statement"),
        (json!({ "primaryColor": "red" }), "primaryColor"),
        (json!({ "secondaryColor": "#12345" }), "secondaryColor"),
        (json!({ "signatures": vec![json!({ "name": "A", "role": "B" }); 4] }), "signatures"),
        (json!({ "signatures": [{ "name": "", "role": "B" }] }), "signatures.0.name"),
        (json!({ "signatures": [{ "name": "A", "role": "" }] }), "signatures.0.role"),
        (json!({ "signatures": signature("no base64!") }), "signatures.0.picture"),
        (json!({ "signatures": signature(&STANDARD.encode("no picture")) }), "signatures.0.picture"),
        (json!({ "signatures": signature(&STANDARD.encode(vec![0; 110 * 1024])) }), "signatures.0.picture"),
    ] {
        let answer = course.provider.send(SET, json!({ "input": input })).await;
        let fields: Vec<String> = answer.user_errors().into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, [field], "{answer:?}");
    }
    let beta = app.issuer("beta").await;
    let reader = app.key(&beta, &[Scope::ProgramsRead]).await;
    assert_eq!(reader.send(SET, json!({ "input": {} })).await.code(), "FORBIDDEN");
    assert_eq!(app.anonymous().send(SET, json!({ "input": {} })).await.code(), "UNAUTHENTICATED");
    let stranger = app.provider(&beta).await;
    let answer = stranger.send(SET, json!({ "input": { "issuer": { "slug": "alpha" } } })).await;
    assert_eq!(answer.user_errors(), [("issuer".to_owned(), "NOT_FOUND".to_owned())]);
    app.stop().await;
}
