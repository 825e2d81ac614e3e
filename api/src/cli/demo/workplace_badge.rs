//! Mia's badge has expired and may be renewed; Sam has one of the two units to choose.

use super::hand::Hand;
use super::story::{completed, enrollment, issue_for, learner, record, result};
use crate::cli::Failure;

const PROGRAM: &str = "safe-warehouse";

/// Makes it happen; how many learners there are.
pub async fn tell(hand: &Hand) -> Result<usize, Failure> {
    let people = vec![learner("co-4", "Mia", "Rossi"), learner("co-5", "Sam", "Adeyemi")];
    let count = people.len();
    hand.rows("upsertLearners", people).await?;
    let (begun, then, lately) = (hand.ago(440), hand.ago(400), hand.ago(9));
    let enrollments = vec![
        enrollment("co-4", PROGRAM, None, None, &begun),
        enrollment("co-5", PROGRAM, None, None, &hand.ago(30)),
    ];
    hand.rows("upsertEnrollments", enrollments).await?;
    let mut events: Vec<_> =
        ["induction", "forklift", "firstaid"].map(|unit| completed("co-4", PROGRAM, unit, &then)).to_vec();
    events.extend(["induction", "loading"].map(|unit| completed("co-5", PROGRAM, unit, &lately)));
    record(hand, events).await?;
    hand.rows("recordResults", vec![result("co-4", PROGRAM, "observed", 1.0, &then)]).await?;
    issue_for(hand, &["safe-warehouse/co-4"]).await?;
    Ok(count)
}
