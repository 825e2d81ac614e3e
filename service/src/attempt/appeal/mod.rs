//! Appeals: the learner of a graded attempt objects within the time that its assessment allows, and somebody who did not grade it decides.

mod decide;
mod file;
mod read;

pub use decide::{Decision, Regrade, decide};
pub use file::{NewAppeal, file};
pub use read::{AppealFilter, appeals_of, count, list, visible_by_ids};

use cairn_entity::{appeal, attempt};
use serde_json::json;

use crate::Work;
use crate::error::Result;
use crate::ids::Kind;

/// Most characters of a reason or a decision.
const LONGEST: usize = 10_000;

/// Notes what happened to an appeal: scores and where it stands, never what was written.
fn tell(work: &mut Work<'_>, row: &appeal::Model, of: &attempt::Model, event: &str) -> Result<()> {
    let subject = (Kind::Appeal, row.id);
    let detail = json!({ "attempt": row.attempt_id, "status": row.status, "from": row.score_before,
        "to": row.score_after });
    work.audit(Some(row.issuer_id), event, subject, detail)?;
    let payload = json!({ "appeal": row.id, "attempt": row.attempt_id, "enrollment": of.enrollment_id,
        "assessment": of.assessment_id, "status": row.status });
    work.emit(Some(row.issuer_id), event, subject, payload);
    Ok(())
}
