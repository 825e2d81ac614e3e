//! Viktor has run services for eight years: he tested out of three units, one more is recognized, and what he still lacks can be read from "why not yet?".

use serde_json::{Value, json};

use super::hand::Hand;
use super::story::{enrollment, learner, result};
use crate::cli::Failure;

const PROGRAM: &str = "cloud-operations";
const VIKTOR: &str = "nm-1023";

/// Makes it happen; how many learners there are.
pub async fn tell(hand: &Hand) -> Result<usize, Failure> {
    hand.rows("upsertLearners", vec![learner(VIKTOR, "Viktor", "Sørensen")]).await?;
    hand.rows("upsertEnrollments", vec![enrollment(VIKTOR, PROGRAM, None, None, "2026-11-02T08:00:00Z")])
        .await?;
    let challenges = [("systems", 92.0), ("networks", 85.0), ("automation", 81.0), ("observability", 60.0)];
    let challenges = challenges.map(|(unit, score)| {
        result(VIKTOR, PROGRAM, &format!("challenge-{unit}"), score, "2026-11-03T10:00:00Z")
    });
    hand.rows("recordResults", challenges.to_vec()).await?;
    let units = ["observability", "incidents"];
    let part = |unit: &str| {
        json!({ "target": { "component": unit }, "evidence": [{ "name": "Reference of the head of operations",
            "url": format!("https://work.example/{unit}.pdf"), "description": "On call since 2018" }] })
    };
    let claim = json!({ "enrollment": { "externalId": format!("{PROGRAM}/{VIKTOR}") }, "statement": "On call for eight years",
        "parts": units.map(part).to_vec() });
    let claim: Value = hand.mutate("claimPriorLearning", "claim { id }", claim).await?["claim"]["id"].clone();
    let parts = json!([
        { "target": { "component": "observability" }, "verdict": "GRANTED" },
        { "target": { "component": "incidents" }, "verdict": "REFUSED", "feedback": "Taking part is shown, leading is not." },
    ]);
    let decision = json!({ "claim": claim, "parts": parts });
    hand.mutate("decidePriorLearningClaim", "claim { status }", decision).await?;
    Ok(1)
}
