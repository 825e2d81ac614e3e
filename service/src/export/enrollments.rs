//! The file of enrollments.

use cairn_entity::enrollment;
use uuid::Uuid;

use super::cell::Cell;
use super::table::{Column, Placed, plain, where_in, who};
use crate::ids::Kind;

impl Placed for enrollment::Model {
    fn learner(&self) -> Uuid {
        self.learner_id
    }

    fn program(&self) -> Uuid {
        self.program_id
    }

    fn version(&self) -> Uuid {
        self.version_id
    }

    fn cohort(&self) -> Option<Uuid> {
        self.cohort_id
    }
}

/// Its columns.
pub fn columns() -> Vec<Column<enrollment::Model>> {
    let mut columns = vec![
        plain("id", |row: &enrollment::Model, _| Cell::id(Kind::Enrollment, row.id)),
        plain("externalId", |row, _| Cell::text(row.external_id.as_deref())),
    ];
    columns.extend(who());
    columns.extend(where_in());
    columns.extend([
        plain("track", |row: &enrollment::Model, _| Cell::text(row.track.as_deref())),
        plain("status", |row, _| Cell::named(&row.status)),
        plain("enrolledAt", |row, _| Cell::moment(row.enrolled_at)),
        plain("startedAt", |row, _| Cell::moment(row.started_at)),
        plain("completedAt", |row, _| Cell::moment(row.completed_at)),
        plain("withdrawnAt", |row, _| Cell::moment(row.withdrawn_at)),
        plain("failedAt", |row, _| Cell::moment(row.failed_at)),
        plain("endsAt", |row, _| Cell::moment(row.ends_at)),
        plain("lastActivityAt", |row, _| Cell::moment(row.last_activity_at)),
        plain("percent", |row, _| Cell::amount(Some(row.percent))),
        plain("score", |row, _| Cell::amount(Some(row.score).filter(|score| *score >= 0))),
        plain("requiredDone", |row, _| Cell::Whole(row.required_done.into())),
        plain("requiredTotal", |row, _| Cell::Whole(row.required_total.into())),
        plain("updatedAt", |row, _| Cell::moment(row.updated_at)),
    ]);
    columns
}
