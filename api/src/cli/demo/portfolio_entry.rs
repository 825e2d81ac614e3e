//! Farida's portfolio was judged: half of the program is recognized, the rest is learned, and she holds the certificate. Goran's waits for an assessor.

use serde_json::{Value, json};

use super::hand::Hand;
use super::story::{completed, enrollment, issue_for, learner, record, result};
use crate::cli::Failure;

const PROGRAM: &str = "workplace-learning";

/// Makes it happen; how many learners there are.
pub async fn tell(hand: &Hand) -> Result<usize, Failure> {
    let people = vec![learner("nm-1021", "Farida", "Haidari"), learner("nm-1022", "Goran", "Petrović")];
    let count = people.len();
    hand.rows("upsertLearners", people).await?;
    let enrolled = |id: &str| enrollment(id, PROGRAM, None, None, "2026-09-01T08:00:00Z");
    hand.rows("upsertEnrollments", ["nm-1021", "nm-1022"].map(enrolled).to_vec()).await?;
    claim(hand, "nm-1022", &["F4", "F5"]).await?;
    let claimed = claim(hand, "nm-1021", &["F1", "F2", "F3"]).await?;
    let grant = |code: &str| json!({ "target": { "outcome": code }, "verdict": "GRANTED" });
    let granted = ["F1", "F2", "F3"].map(grant);
    let decision = json!({ "claim": claimed, "parts": granted, "feedback": "Eleven years, and shown." });
    hand.mutate("decidePriorLearningClaim", "claim { status }", decision).await?;
    let learned = |unit: &str| completed("nm-1021", PROGRAM, unit, "2026-10-20T10:00:00Z");
    record(hand, ["facilitation", "evaluation"].map(learned).to_vec()).await?;
    let spoken = result("nm-1021", PROGRAM, "conversation", 82.0, "2026-11-02T10:00:00Z");
    hand.rows("recordResults", vec![spoken]).await?;
    issue_for(hand, &["workplace-learning/nm-1021"]).await?;
    Ok(count)
}

/// A claim of outcomes, each with the same reference; its id.
async fn claim(hand: &Hand, learner: &str, outcomes: &[&str]) -> Result<Value, Failure> {
    let part = |code: &&str| {
        json!({ "target": { "outcome": code }, "evidence": [{ "name": "Reference of the ward", "url": "https://work.example/reference.pdf",
            "description": "Who was trained in what, since 2015" }] })
    };
    let parts: Vec<Value> = outcomes.iter().map(part).collect();
    let input = json!({ "enrollment": { "externalId": format!("{PROGRAM}/{learner}") },
        "statement": "I have trained colleagues on the ward for eleven years", "parts": parts });
    Ok(hand.mutate("claimPriorLearning", "claim { id }", input).await?["claim"]["id"].clone())
}
