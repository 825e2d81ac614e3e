//! The course with two tracks: all learn the same; the certificate is for verified learners whose identity was checked, and who pass.

use cairn_tests::{TestApp, ended};
use serde_json::{Value, json};

use super::{Academy, asked, by_code, call_as, programs, refusal_to};

const FILE: &str = "audit-and-verified.json";
const PROGRAM: &str = "statistics";

async fn learn(academy: &Academy<'_>, learner: &str, score: f64) {
    for week in ["week-1", "week-3", "week-5"] {
        academy.done(PROGRAM, learner, week, "2027-02-01T10:00:00Z").await;
    }
    academy.scored(PROGRAM, learner, "final-exam", score, "2027-02-10T10:00:00Z").await;
}

/// Issues to a learner by name; what came of it.
async fn issue(academy: &Academy<'_>, learner: &str) -> (String, Value) {
    let named = json!({ "target": { "enrollments": [{ "externalId": format!("{PROGRAM}/{learner}") }] } });
    let made = academy.call("issueCredentials", "bulkOperation { id }", named).await;
    let ended = ended(&academy.provider, made["bulkOperation"]["id"].as_str().unwrap()).await;
    let row = &ended["rows"]["edges"][0]["node"];
    (row["outcome"].as_str().unwrap().to_owned(), row["userErrors"][0]["message"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn only_verified_learners_who_pass_get_the_certificate() {
    let app = TestApp::start().await;
    let academy = Academy::open(&app, FILE).await;
    academy.travel("2027-03-01T10:00:00Z");
    let at = "2027-01-05T10:00:00Z";
    for (learner, track, checked) in [
        ("aud", "audit", false),
        ("ver", "verified", true),
        ("fai", "verified", true),
        ("unc", "verified", false),
    ] {
        let checked = checked.then_some("2027-01-06T10:00:00Z");
        academy
            .enroll_with(learner, &[PROGRAM], at, json!({ "track": track, "identityVerifiedAt": checked }))
            .await;
        learn(&academy, learner, if learner == "fai" { 59.0 } else { 60.0 }).await;
    }
    let statuses = async |learner: &str| academy.standing(PROGRAM, learner).await["status"].clone();
    assert_eq!(
        [statuses("aud").await, statuses("ver").await, statuses("fai").await],
        ["ACTIVE", "COMPLETED", "ACTIVE"]
    );
    assert_eq!(asked(&academy.standing(PROGRAM, "aud").await), ["Be on the track “verified”"]);
    assert_eq!(issue(&academy, "aud").await.0, "NOT_ELIGIBLE");
    assert_eq!(issue(&academy, "fai").await.0, "NOT_ELIGIBLE");
    assert_eq!(issue(&academy, "ver").await.0, "ISSUED");
    let (outcome, message) = issue(&academy, "unc").await;
    assert_eq!(outcome, "NOT_ELIGIBLE");
    assert!(message.as_str().unwrap().contains("check of identity"), "{message}");
    academy.enroll_with("unc", &[PROGRAM], at, json!({ "identityVerifiedAt": "2027-02-20T10:00:00Z" })).await;
    assert_eq!(issue(&academy, "unc").await.0, "ISSUED");
    let credential = academy.credential(PROGRAM, "ver").await;
    assert_eq!(credential["validUntil"], "2030-02-10T10:00:00Z", "three years from the completion");

    // Who audits may upgrade, and keeps what was learned.
    let aud = academy.learner("aud").await;
    let to =
        |track: &str| json!({ "enrollment": { "externalId": format!("{PROGRAM}/aud") }, "track": track });
    assert_eq!(by_code(&refusal_to(&aud, "changeTrack", to("gold")).await), ("track", "INVALID"));
    call_as(&aud, "changeTrack", "enrollment { track }", to("verified")).await;
    let standing = academy.standing(PROGRAM, "aud").await;
    assert_eq!(
        (&standing["status"], &standing["track"]),
        (&json!("COMPLETED"), &json!("verified")),
        "{standing}"
    );

    let mut free = programs(FILE).remove(0);
    free["externalId"] = json!("free");
    free["slug"] = json!("academy-free");
    free["tracks"][1]["leadsToAwards"] = json!(false);
    let message = academy.refuses_to_publish(free).await;
    assert!(message.contains("none of its tracks leads to an award"), "{message}");
    app.stop().await;
}
