//! Noor has passed the comprehensive exam, but nobody has recorded yet who watched; Ola has the MicroMasters, and a third of the master's with it.

use serde_json::{Value, json};

use super::hand::Hand;
use super::story::{enrollment, issue_for, learner, result};
use crate::cli::Failure;

const PROGRAM: &str = "scm-micromasters";
const COURSES: [&str; 4] = ["scm-1", "scm-2", "scm-3", "scm-4"];

/// Makes it happen; how many learners there are.
pub async fn tell(hand: &Hand) -> Result<usize, Failure> {
    let people = vec![learner("nm-1007", "Noor", "Rahimi"), learner("nm-1008", "Ola", "Nowak")];
    let count = people.len();
    hand.rows("upsertLearners", people).await?;
    let watched = json!({ "supervision": "PROCTORED", "proctor": "Watchful Proctors", "identityCheck": "DOCUMENT",
        "identityMethod": "passport" });
    let mut enrollments = Vec::new();
    let mut results = Vec::new();
    for (id, observed) in [("nm-1007", Value::Null), ("nm-1008", watched)] {
        for course in COURSES {
            let mut row = enrollment(id, course, None, Some("verified"), "2025-09-01T08:00:00Z");
            row["identityVerifiedAt"] = json!("2025-09-02T08:00:00Z");
            enrollments.push(row);
            for (work, score) in [("work", 74.0), ("final", 68.0)] {
                let assessment = format!("{course}-{work}");
                results.push(result(id, course, &assessment, score, "2026-06-20T10:00:00Z"));
            }
        }
        enrollments.push(enrollment(id, PROGRAM, None, None, "2025-09-01T08:00:00Z"));
        let mut exam = result(id, PROGRAM, "comprehensive-exam", 71.0, "2026-07-15T10:00:00Z");
        exam["observed"] = observed;
        results.push(exam);
    }
    hand.rows("upsertEnrollments", enrollments).await?;
    hand.rows("recordResults", results).await?;
    let later = ["msc-scm", "scm-residence"]
        .map(|program| enrollment("nm-1008", program, None, None, "2026-09-01T08:00:00Z"));
    hand.rows("upsertEnrollments", later.to_vec()).await?;
    issue_for(hand, &["scm-micromasters/nm-1008"]).await?;
    Ok(count)
}
