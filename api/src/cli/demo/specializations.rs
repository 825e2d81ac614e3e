//! Bo takes two specializations that share a course: one is complete, the other has got to its second course.

use super::hand::Hand;
use super::story::{completed, enrollment, issue_for, learner, record, result};
use crate::cli::Failure;

/// Makes it happen; how many learners there are.
pub async fn tell(hand: &Hand) -> Result<usize, Failure> {
    let bo = "bp-4";
    hand.rows("upsertLearners", vec![learner(bo, "Bo", "Andersson")]).await?;
    let enrolled = |program: &str| enrollment(bo, program, None, None, "2026-02-02T08:00:00Z");
    let programs =
        ["machine-learning", "business-analytics", "python-basics", "stats-python", "models", "dashboards"];
    hand.rows("upsertEnrollments", programs.map(enrolled).to_vec()).await?;
    let mut events = vec![completed(bo, "dashboards", "dashboards-1", "2026-10-05T18:00:00Z")];
    let mut results = Vec::new();
    for (course, month) in [("python-basics", 3), ("stats-python", 5), ("models", 7)] {
        let at = format!("2026-{month:02}-20T18:00:00Z");
        events.extend((1..=3).map(|week| completed(bo, course, &format!("{course}-{week}"), &at)));
        results.push(result(bo, course, &format!("{course}-quiz"), 84.0, &at));
    }
    results.push(result(bo, "machine-learning", "ml-capstone-project", 85.0, "2026-09-10T18:00:00Z"));
    record(hand, events).await?;
    hand.rows("recordResults", results).await?;
    issue_for(hand, &["stats-python/bp-4", "machine-learning/bp-4"]).await?;
    Ok(1)
}
