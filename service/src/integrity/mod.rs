//! Doubts about the integrity of attempts and enrollments: raised by staff or by systems that watch, kept apart from grades, and resolved. While one
//! is open nothing is awarded that rests on it. What was written down is for staff alone, and stands in no log.

mod raise;
mod read;
mod resolve;

pub use raise::{NewFlag, On, raise};
pub(crate) use read::involved;
pub use read::{FlagFilter, count, list, of_attempts, of_enrollments, visible_by_ids};
pub use resolve::{Resolution, resolve};

use cairn_entity::integrity_flag;
use serde_json::json;

use crate::Work;
use crate::error::Result;
use crate::ids::Kind;

/// Most characters of a note or a finding.
const LONGEST: usize = 10_000;

/// Notes what happened to a flag: what is in doubt and where it stands, never what was written.
fn tell(work: &mut Work<'_>, row: &integrity_flag::Model, event: &str) -> Result<()> {
    let subject = (Kind::IntegrityFlag, row.id);
    let detail = json!({ "enrollment": row.enrollment_id, "attempt": row.attempt_id, "category": row.category,
        "status": row.status });
    work.audit(Some(row.issuer_id), event, subject, detail)?;
    let payload = json!({ "integrityFlag": row.id, "enrollment": row.enrollment_id, "attempt": row.attempt_id,
        "status": row.status });
    work.emit(Some(row.issuer_id), event, subject, payload);
    Ok(())
}
