//! Kim is an associate whose certification is due for renewal with 18 of 30 units; the proof of practice for the higher one waits to be approved.

use serde_json::json;

use super::hand::Hand;
use super::story::{enrollment, issue_for, learner, result};
use crate::cli::Failure;

/// Makes it happen; how many learners there are.
pub async fn tell(hand: &Hand) -> Result<usize, Failure> {
    let kim = "bp-7";
    hand.rows("upsertLearners", vec![learner(kim, "Kim", "Park")]).await?;
    let (begun, examined) = (hand.ago(960), hand.ago(900));
    let enrolled = |program: &str| enrollment(kim, program, None, None, &begun);
    hand.rows("upsertEnrollments", ["safety-associate", "safety-practitioner"].map(enrolled).to_vec())
        .await?;
    let results = vec![
        result(kim, "safety-associate", "associate-exam", 81.0, &examined),
        result(kim, "safety-practitioner", "practitioner-exam", 77.0, &hand.ago(40)),
    ];
    hand.rows("recordResults", results).await?;
    let units = [("u-1", "ethics", "6", 500), ("u-2", "practice", "12", 200)].map(|(id, category, amount, days)| {
        json!({ "externalId": id, "enrollment": { "externalId": "safety-associate/bp-7" }, "category": category,
            "amount": amount, "title": "Workshop", "earnedAt": hand.ago(days) })
    });
    hand.rows("recordContinuingUnits", units.to_vec()).await?;
    let proof = json!({ "enrollment": { "externalId": "safety-practitioner/bp-7" }, "assessment": { "externalId": "eligibility" },
        "evidence": [{ "name": "Letters of employers", "description": "Four years on site" }] });
    hand.mutate("submitAttempt", "attempt { id }", proof).await?;
    issue_for(hand, &["safety-associate/bp-7"]).await?;
    Ok(1)
}
