//! The pages that the demonstration names: a credential in every standing, and the passport of the learner whose JWT it gives.

use cairn_tests::{Client, Demo};
use serde_json::{Value, json};

const VERIFY: &str = "query($url: URL!) { verifyCredential(input: { credential: { url: $url } }) { verdict endorsements { verdict } } }";

#[tokio::test(flavor = "multi_thread")]
async fn there_is_a_page_for_a_credential_in_every_standing() {
    let demo = Demo::start();
    let anyone = Client::anonymous_of(&demo.client("LEARNER"));
    assert_eq!(demo.page("standing"), demo.told("PAGE"));
    for (standing, verdict, said) in [
        ("standing", "VALID", "This credential stands"),
        ("revoked", "REVOKED", "This credential was revoked"),
        ("suspended", "SUSPENDED", "This credential is suspended"),
        ("expired", "EXPIRED", "This credential has expired"),
        ("replaced", "REVOKED", "A corrected credential has taken its place."),
        ("renewed", "VALID", "It was renewed."),
        ("endorsed", "VALID", "Who vouches for it"),
    ] {
        let page = demo.page(standing);
        let answer = anyone.get(page.strip_prefix(demo.told("CAIRN")).unwrap(), "text/html").await;
        assert!(answer.status().is_success(), "{standing}");
        let html = answer.text().await.unwrap();
        assert!(html.contains(said), "{standing}: {html}");
        let found = anyone.data(VERIFY, json!({ "url": page })).await["verifyCredential"].clone();
        assert_eq!(found["verdict"], verdict, "{standing}");
        if standing == "endorsed" {
            assert_eq!(found["endorsements"], json!([{ "verdict": "VALID" }]));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_graduate_holds_the_passport_that_is_shared() {
    let demo = Demo::start();
    let passport = "{ viewer { passport { share { url } earnedSkills { skill { name } } } } }";
    let told = demo.client("GRADUATE").data(passport, json!({})).await["viewer"]["passport"].clone();
    assert_eq!(told["share"]["url"], demo.page("passport"));
    assert_ne!(told["earnedSkills"], Value::Array(Vec::new()));
}
