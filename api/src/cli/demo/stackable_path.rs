//! Ada's four units have become a certificate by themselves, and two more count towards the diploma; Sami has the first two.

use super::hand::Hand;
use super::story::{completed, enrollment, issue, learner, record, result};
use crate::cli::Failure;

/// Makes it happen; how many learners there are.
pub async fn tell(hand: &Hand) -> Result<usize, Failure> {
    let people = vec![learner("nm-1009", "Ada", "Mensah"), learner("nm-1010", "Sami", "Koskinen")];
    let count = people.len();
    hand.rows("upsertLearners", people).await?;
    units(hand, &[("nm-1009", 1..=4), ("nm-1010", 1..=2)], "2026-05-20T10:00:00Z").await?;
    let diploma = enrollment("nm-1009", "pg-diploma", None, None, "2026-06-01T08:00:00Z");
    hand.rows("upsertEnrollments", vec![diploma]).await?;
    units(hand, &[("nm-1009", 5..=6)], "2026-10-20T10:00:00Z").await?;
    issue(hand, "pg-certificate").await?;
    Ok(count)
}

/// Units that were passed.
async fn units(
    hand: &Hand,
    passed: &[(&str, std::ops::RangeInclusive<usize>)],
    at: &str,
) -> Result<(), Failure> {
    let (mut enrollments, mut events, mut results) = (Vec::new(), Vec::new(), Vec::new());
    for (id, units) in passed {
        for n in units.clone() {
            let unit = format!("pg-{n}");
            enrollments.push(enrollment(id, &unit, None, None, "2026-02-01T08:00:00Z"));
            events.push(completed(id, &unit, &format!("{unit}-unit"), at));
            results.push(result(id, &unit, &format!("{unit}-assignment"), 64.0, at));
        }
    }
    hand.rows("upsertEnrollments", enrollments).await?;
    record(hand, events).await?;
    hand.rows("recordResults", results).await
}
