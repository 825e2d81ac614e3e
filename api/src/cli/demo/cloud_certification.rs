//! Zoe sits the exam from the bank of questions and is certified; Tim's certification is in its last six months; Ana waits for her third try.

use std::sync::Arc;

use cairn_service::Service;
use serde_json::{Value, json};

use super::hand::Hand;
use super::people::{Badges, CANDIDATE};
use super::story::{enrollment, issue_for, learner, result};
use crate::cli::Failure;

/// The program's file.
pub const PROGRAMS: &str = include_str!("../../../../examples/programs/cloud-certification.json");
const PROGRAM: &str = "cloud-architect";

/// Makes it happen; how many learners there are.
pub async fn tell(service: &Arc<Service>, hand: &Hand, badges: &Badges) -> Result<usize, Failure> {
    let people = vec![
        learner(CANDIDATE, "Zoe", "Laurent"),
        learner("co-2", "Tim", "Osei"),
        learner("co-3", "Ana", "Lima"),
    ];
    let count = people.len();
    hand.rows("upsertLearners", people).await?;
    let enrolled = [(CANDIDATE, 30), ("co-2", 700), ("co-3", 60)]
        .map(|(id, days)| enrollment(id, PROGRAM, None, None, &hand.ago(days)));
    hand.rows("upsertEnrollments", enrolled.to_vec()).await?;
    let mut passed = result("co-2", PROGRAM, "exam", 910.0, &hand.ago(640));
    passed["observed"] = watched();
    let tries = [(1, 540.0, 25), (2, 660.0, 4)].map(|(number, score, days)| {
        let mut row = result("co-3", PROGRAM, "exam", score, &hand.ago(days));
        row["externalId"] = json!(format!("exam-{number}"));
        row["attemptNumber"] = json!(number);
        row["observed"] = watched();
        row
    });
    hand.rows("recordResults", [vec![passed], tries.to_vec()].concat()).await?;
    let sat = sit(&Hand::of_person(service, &badges.candidate)).await?;
    let seen = json!({ "attempt": { "id": sat }, "observed": watched() });
    hand.mutate("recordObservation", "attempt { passed }", seen).await?;
    issue_for(hand, &["cloud-architect/co-1", "cloud-architect/co-2"]).await?;
    Ok(count)
}

fn watched() -> Value {
    json!({ "supervision": "PROCTORED", "proctor": "Watchful Proctors", "identityCheck": "DOCUMENT", "identityMethod": "passport" })
}

/// Begins the exam, answers what is asked, hands it in; the attempt.
async fn sit(candidate: &Hand) -> Result<Value, Failure> {
    let mut input = json!({ "enrollment": { "externalId": format!("{PROGRAM}/{CANDIDATE}") }, "assessment": { "externalId": "exam" } });
    let begun = "attempt { answers { question { id prompt } } }";
    let begun = candidate.mutate("startAttempt", begun, input.clone()).await?;
    let programs: Value = serde_json::from_str(PROGRAMS).map_err(|error| Failure::new(error.to_string()))?;
    let bank = programs[0]["assessments"][0]["questions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let put = begun["attempt"]["answers"].as_array().into_iter().flatten();
    let answers = put.filter_map(|one| {
        let question = bank.iter().find(|known| known["prompt"] == one["question"]["prompt"])?;
        let mut answer = known(&question["answer"]);
        answer["question"] = one["question"]["id"].clone();
        Some(answer)
    });
    input["answers"] = answers.collect();
    Ok(candidate.mutate("submitAttempt", "attempt { id }", input).await?["attempt"]["id"].take())
}

/// What somebody answers who knows: the key of a question, as an answer to it.
fn known(key: &Value) -> Value {
    let single = &key["singleChoice"]["correct"];
    let several = &key["multipleChoice"]["correct"];
    json!({ "choices": if single.is_null() { several.as_array().cloned().unwrap_or_default() } else { vec![single.clone()] },
        "number": key["numeric"]["value"], "text": key["shortAnswer"]["accepted"][0] })
}
