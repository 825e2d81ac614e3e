//! Someone with eight years of experience skips what they already master: competency, not seat time, decides.

use cairn_service::actor::Role;
use cairn_tests::{TestApp, contract};
use serde_json::{Value, json};

use super::{Academy, missing};
use crate::prior_learning::{call, component, decided, part};

const PROGRAM: &str = "cloud-operations";
const OF: &str = "cloud-operations/viktor";

/// A challenge or the day of operations, observed.
async fn observed(academy: &Academy<'_>, assessment: &str, score: f64, supervision: &str, identity: &str) {
    let row = json!({ "externalId": assessment, "enrollment": { "externalId": OF }, "assessment": { "externalId": assessment }, "score": score,
        "submittedAt": "2026-11-03T10:00:00Z", "gradedAt": "2026-11-03T12:00:00Z",
        "observed": { "supervision": supervision, "proctor": "Examination office", "identityCheck": identity, "identityMethod": "Passport" } });
    let made =
        academy.provider.mutate(&contract("provider/record_results.graphql"), json!({ "rows": [row] })).await;
    assert_eq!(made["summary"]["failed"], 0, "{made}");
}

async fn sources(academy: &Academy<'_>) -> Vec<Value> {
    let read = "query($ref: EnrollmentRef!) { enrollment(ref: $ref) { progress { components { source } } } }";
    let read = academy.provider.data(read, json!({ "ref": { "externalId": OF } })).await;
    let components = read["enrollment"]["progress"]["components"].as_array().unwrap().clone();
    components.into_iter().map(|one| one["source"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_years_of_experience_skip_what_they_master() {
    let app = TestApp::start().await;
    let academy = Academy::open(&app, "competency-not-seat-time.json").await;
    academy.enroll("viktor", &[PROGRAM], "2026-11-02T08:00:00Z").await;
    academy.travel("2026-11-06T10:00:00Z");

    // Tested out of three units, and failed the fourth challenge.
    for (unit, score) in
        [("systems", 92.0), ("networks", 85.0), ("automation", 81.0), ("observability", 60.0)]
    {
        observed(&academy, &format!("challenge-{unit}"), score, "PROCTORED", "DOCUMENT").await;
    }
    let (tested, open) = (json!("ASSESSED"), Value::Null);
    assert_eq!(sources(&academy).await, [&tested, &tested, &tested, &open, &open, &open].map(Clone::clone));
    // Two more by what he has done for years; leading is not shown.
    let viktor = app.person(&academy.issuer, Role::Learner, "viktor").await;
    let units = ["observability", "security", "incidents"].map(component);
    let claim = json!({ "enrollment": { "externalId": OF }, "statement": "On call for eight years", "parts": units.clone().map(part) });
    let claim = call(&viktor, "claimPriorLearning", claim).await;
    let decision = decided(&claim, &units[..2], &units[2..]);
    assert_eq!(
        call(&academy.provider, "decidePriorLearningClaim", decision).await["status"],
        "PARTLY_GRANTED"
    );
    let standing = academy.standing(PROGRAM, "viktor").await;
    assert_eq!(
        missing(&standing)[0],
        (
            "Complete “Incidents”".to_owned(),
            "not started; may be recognized if you have learned it before".to_owned()
        )
    );
    academy.done(PROGRAM, "viktor", "incidents", "2026-11-04T18:00:00Z").await;

    // Nobody skips the day of operations, and it counts only as it was observed.
    observed(&academy, "operations-day", 95.0, "PROCTORED", "DOCUMENT").await;
    assert_eq!(academy.standing(PROGRAM, "viktor").await["status"], "ACTIVE");
    observed(&academy, "operations-day", 95.0, "ON_SITE", "IN_PERSON").await;
    let standing = academy.standing(PROGRAM, "viktor").await;
    assert_eq!(standing["status"], "COMPLETED", "four days after he enrolled: {standing}");
    let (recognized, learned) = (json!("RECOGNIZED"), json!("LEARNED"));
    assert_eq!(
        sources(&academy).await,
        [&tested, &tested, &tested, &recognized, &recognized, &learned].map(Clone::clone)
    );

    // A challenge that no longer stands takes its unit along; recognition is not touched by it.
    observed(&academy, "challenge-systems", 40.0, "PROCTORED", "DOCUMENT").await;
    let standing = academy.standing(PROGRAM, "viktor").await;
    assert_eq!(missing(&standing)[0].0, "Complete “Systems”");
    app.stop().await;
}
