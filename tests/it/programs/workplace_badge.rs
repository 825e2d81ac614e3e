//! The workplace badge: units to choose from, a company's branding, a year of validity, and a place in the holder's passport for good.

use cairn_tests::TestApp;
use serde_json::{Value, json};

use super::{Academy, asked, by_code, programs};

const FILE: &str = "workplace-badge.json";
const PROGRAM: &str = "safe-warehouse";

#[tokio::test(flavor = "multi_thread")]
async fn two_units_of_choice_earn_a_badge_that_expires_and_stays_visible() {
    let app = TestApp::start().await;
    let academy = Academy::open(&app, FILE).await;
    academy.travel("2027-03-01T10:00:00Z");
    academy.enroll("mia", &[PROGRAM], "2027-01-05T10:00:00Z").await;
    academy.done(PROGRAM, "mia", "induction", "2027-01-10T10:00:00Z").await;
    academy.done(PROGRAM, "mia", "hazard", "2027-01-20T10:00:00Z").await;
    academy.scored(PROGRAM, "mia", "observed", 1.0, "2027-01-25T10:00:00Z").await;
    let standing = academy.standing(PROGRAM, "mia").await;
    assert_eq!(standing["status"], "ACTIVE", "one of two");
    assert_eq!(asked(&standing).len(), 1, "one more of the three that are left: {standing}");
    academy.done(PROGRAM, "mia", "firstaid", "2027-02-01T10:00:00Z").await;
    let standing = academy.standing(PROGRAM, "mia").await;
    assert_eq!((&standing["status"], &standing["progress"]["percent"]), (&json!("COMPLETED"), &json!(100.0)));
    let badge = academy.credential(PROGRAM, "mia").await;
    assert_eq!(badge["validUntil"], "2028-02-01T10:00:00Z");

    // The company's colors and logo, in the catalogue and on the badge's page.
    let branding = json!({ "primaryColor": "#0b5c6b", "secondaryColor": "#f2a900", "logoUrl": "https://corviant.example/logo.svg" });
    let shown = academy
        .shown(
            "corviant-safe-warehouse",
            "branding { primaryColor secondaryColor logoUrl } componentGroups { code title choose }",
        )
        .await;
    assert_eq!(shown["branding"], branding);
    assert_eq!(shown["componentGroups"][0]["choose"], 2);
    let read = "query($id: ID!) { node(id: $id) { ... on Credential { urls { page } } } }";
    let urls = academy.provider.data(read, json!({ "id": badge["id"] })).await;
    let page = crate::pages::path(&urls["node"]["urls"]["page"]);
    let open = async || app.anonymous().get(&page, "text/html").await.text().await.unwrap();
    let text = open().await;
    assert!(
        text.contains("#0b5c6b") && !text.contains("corviant.example/logo"),
        "nothing is asked of others: {text}"
    );
    assert!(text.contains("This credential stands"), "{text}");

    // It ends with its year, and stays in the passport; so does what renews it.
    academy.travel("2028-02-02T10:00:00Z");
    let held = academy.passport("mia").await["credentials"].clone();
    assert_eq!((&held["totalCount"], &held["nodes"][0]["status"]), (&json!(1), &json!("EXPIRED")), "{held}");
    assert!(open().await.contains("This credential has expired"));
    let renew = json!({ "credential": { "id": badge["id"] } });
    let new = academy.call("renewCredential", "credential { validFrom }", renew.clone()).await;
    assert_eq!(&new["credential"]["validFrom"].as_str().unwrap()[..10], "2028-02-02", "from the renewal");
    assert_eq!(academy.refusal("renewCredential", renew).await.1, "ALREADY_DONE");
    let held = academy.passport("mia").await["credentials"].clone();
    let statuses: Vec<&Value> = held["nodes"].as_array().unwrap().iter().map(|one| &one["status"]).collect();
    assert_eq!(statuses.len(), 2, "{held}");
    assert!(statuses.contains(&&json!("EXPIRED")) && statuses.contains(&&json!("ACTIVE")), "{held}");
    assert_eq!(academy.passport("nobody").await["credentials"]["totalCount"], 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_that_cannot_be_made_is_refused() {
    let app = TestApp::start().await;
    let academy = Academy::open(&app, FILE).await;
    let badge = || programs(FILE).remove(0);
    let mut cases = Vec::new();
    let mut case = |pointer: &str, value: Value, field: &'static str, code: &'static str| {
        let mut wrong = badge();
        *wrong.pointer_mut(pointer).unwrap() = value;
        cases.push((wrong, field, code));
    };
    case("/componentGroups/0/choose", json!(5), "componentGroups.0.choose", "INVALID");
    case("/componentGroups/0/choose", json!(0), "componentGroups.0.choose", "INVALID");
    case("/components/1/required", json!(true), "components.1.required", "CONFLICT");
    case("/branding/primaryColor", json!("teal"), "branding.primaryColor", "INVALID");
    case("/branding/secondaryColor", json!("#f2a90"), "branding.secondaryColor", "INVALID");
    case("/branding/logoUrl", json!("ftp://corviant.example/logo.svg"), "branding.logoUrl", "INVALID");
    case(
        "/components/1/item/module/outcomes/0",
        json!("SAIL"),
        "components.1.item.module.outcomes.0",
        "NOT_FOUND",
    );
    for (wrong, field, code) in cases {
        let refused = academy.refusal("upsertProgram", wrong).await;
        assert_eq!(by_code(&refused), (field, code), "{refused:?}");
    }
    app.stop().await;
}
