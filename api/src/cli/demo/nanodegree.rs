//! Ida's first project came back once and waits for its second review; Jon's met its specifications at once.

use serde_json::{Value, json};

use super::hand::Hand;
use super::story::{enrollment, learner};
use crate::cli::Failure;

const PROGRAM: &str = "backend-developer";

/// Makes it happen; how many learners there are.
pub async fn tell(hand: &Hand) -> Result<usize, Failure> {
    let people = vec![learner("bp-5", "Ida", "Sørensen"), learner("bp-6", "Jon", "Baker")];
    let count = people.len();
    hand.rows("upsertLearners", people).await?;
    let enrolled = |id: &str| enrollment(id, PROGRAM, None, None, "2026-09-01T08:00:00Z");
    hand.rows("upsertEnrollments", ["bp-5", "bp-6"].map(enrolled).to_vec()).await?;
    let first = hand_in(hand, "bp-5").await?;
    review(hand, &first, &[1, 0], "Two operations have no test: `cancel` and `refund`.").await?;
    let jon = hand_in(hand, "bp-6").await?;
    review(hand, &jon, &[1, 1], "Clear, and complete.").await?;
    hand_in(hand, "bp-5").await?;
    Ok(count)
}

async fn hand_in(hand: &Hand, id: &str) -> Result<Value, Failure> {
    let work = json!({ "enrollment": { "externalId": format!("{PROGRAM}/{id}") }, "assessment": { "externalId": "project-api" },
        "evidence": [{ "name": "Repository", "url": format!("https://work.example/{id}/api") }] });
    let selection = "attempt { id assessment { rubric { id levels { points } } } }";
    Ok(hand.mutate("submitAttempt", selection, work).await?["attempt"].take())
}

/// Gives each criterion one of its levels.
async fn review(hand: &Hand, attempt: &Value, levels: &[usize], feedback: &str) -> Result<(), Failure> {
    let criteria = attempt["assessment"]["rubric"].as_array().into_iter().flatten();
    let scores: Vec<Value> = criteria
        .zip(levels)
        .map(|(criterion, level)| json!({ "criterion": criterion["id"], "points": criterion["levels"][*level]["points"] }))
        .collect();
    let input = json!({ "attempt": { "id": attempt["id"] }, "rubricScores": scores, "feedback": feedback });
    hand.mutate("gradeAttempt", "attempt { status }", input).await?;
    Ok(())
}
