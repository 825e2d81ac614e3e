//! The professional certification: exam, approved evidence, continuing units by category in every cycle; renewing the higher renews the lower.

use cairn_service::actor::Role;
use cairn_tests::{TestApp, contract};
use serde_json::{Value, json};

use super::{Academy, missing};

fn units(id: &str, category: &str, amount: &str, at: &str) -> Value {
    json!({ "externalId": id, "enrollment": { "externalId": "safety-practitioner/kim" }, "category": category,
        "amount": amount, "title": "Workshop", "earnedAt": at })
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_earned_by_exam_and_evidence_and_renewed_by_units_of_every_category() {
    let app = TestApp::start().await;
    let academy = Academy::open(&app, "professional-certification.json").await;
    let higher = "safety-practitioner";
    academy.travel("2027-02-01T10:00:00Z");
    academy.enroll("kim", &["safety-associate", higher], "2027-01-05T10:00:00Z").await;
    academy.scored("safety-associate", "kim", "associate-exam", 80.0, "2027-01-10T10:00:00Z").await;
    academy.scored(higher, "kim", "practitioner-exam", 90.0, "2027-01-20T10:00:00Z").await;
    let open = missing(&academy.standing(higher, "kim").await);
    assert_eq!(open.len(), 1, "{open:?}");
    assert_eq!(open[0].0, "Have your evidence for “Proof of four years of practice” approved");
    // A grade without evidence is no approval of any.
    academy.scored(higher, "kim", "eligibility", 100.0, "2027-01-21T10:00:00Z").await;
    assert_eq!(academy.standing(higher, "kim").await["status"], "ACTIVE");
    let kim = app.person(&academy.issuer, Role::Learner, "kim").await;
    let evidence = json!([{ "name": "Letters of employers", "description": "Four years on site" }]);
    let submit = json!({ "enrollment": { "externalId": format!("{higher}/kim") },
        "assessment": { "externalId": "eligibility" }, "evidence": evidence });
    let tried = kim.mutate(&contract("learner/submit_attempt.graphql"), submit).await;
    academy
        .call(
            "gradeAttempt",
            "attempt { passed }",
            json!({ "attempt": { "id": tried["attempt"]["id"] }, "score": 100.0 }),
        )
        .await;
    assert_eq!(academy.standing(higher, "kim").await["status"], "COMPLETED");
    for program in ["safety-associate", higher] {
        let input = json!({ "target": { "everyoneEligibleIn": { "externalId": program } } });
        academy.call("issueCredentials", "bulkOperation { id }", input).await;
    }
    let old = academy.credential(higher, "kim").await;
    let lower = academy.credential("safety-associate", "kim").await;

    // Too early, then too little: every category that is short is named.
    let renew = json!({ "credential": { "id": old["id"] } });
    assert_eq!(academy.refusal("renewCredential", renew.clone()).await.1, "CONFLICT");
    academy.travel("2029-06-01T10:00:00Z");
    let rows = json!({ "rows": [
        units("a", "practice", "45", "2028-03-01T10:00:00Z"), units("b", "ethics", "4", "2028-04-01T10:00:00Z"),
        units("old", "ethics", "50", "2026-04-01T10:00:00Z"), units("bad", "ethics", "0", "2028-04-01T10:00:00Z")] });
    let made = academy
        .call(
            "recordContinuingUnits",
            "results { outcome userErrors { field code } } summary { created failed }",
            rows,
        )
        .await;
    assert_eq!((&made["summary"]["created"], &made["summary"]["failed"]), (&json!(3), &json!(1)), "{made}");
    assert_eq!(
        cairn_tests::user_error(&made["results"][3]["userErrors"][0]),
        ("rows.3.amount".to_owned(), "INVALID".to_owned())
    );
    let (_, code, message) = academy.refusal("renewCredential", renew.clone()).await;
    assert_eq!(code, "NOT_ELIGIBLE");
    assert!(
        message.contains("Earn 60 continuing units (49 so far)") && message.contains("“ethics” (4 so far)"),
        "{message}"
    );
    assert!(!message.contains("practice"), "{message}");

    // The same again changes nothing; what was wrong is corrected.
    let more = json!({ "rows": [units("a", "practice", "45", "2028-03-01T10:00:00Z"), units("b", "ethics", "15", "2028-04-01T10:00:00Z")] });
    let made = academy.call("recordContinuingUnits", "results { outcome }", more).await;
    assert_eq!(made["results"], json!([{ "outcome": "UNCHANGED" }, { "outcome": "UPDATED" }]));
    let new = academy.call("renewCredential", "credential { validFrom }", renew).await;
    assert_eq!(new["credential"]["validFrom"], old["validUntil"], "from the old end");
    let read = "query($id: ID!) { node(id: $id) { ... on Credential { renewedBy { validUntil } } } }";
    let renewed = academy.provider.data(read, json!({ "id": lower["id"] })).await;
    assert!(renewed["node"]["renewedBy"]["validUntil"].is_string(), "the lower goes with it");
    app.stop().await;
}
