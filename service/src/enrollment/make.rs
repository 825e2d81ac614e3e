//! Making enrollments: the new row, its history and what is announced of it.

use cairn_entity::enums::EnrollmentStatus;
use cairn_entity::{enrollment, learner, program, program_version};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, IntoActiveModel};

use super::change::{COLUMNS, announce, record, stand, step};
use super::scene::Spot;
use crate::error::{Error, Result, UserErrorCode};
use crate::{Work, chunk};

/// An enrollment to be made.
pub(super) struct New<'a> {
    pub(super) spot: Spot<'a>,
    pub(super) version: &'a program_version::Model,
    pub(super) ordinal: i32,
    pub(super) external_id: Option<String>,
    pub(super) track: Option<String>,
    pub(super) status: EnrollmentStatus,
    pub(super) enrolled_at: DateTime<Utc>,
    /// When it came to stand where it stands.
    pub(super) status_at: DateTime<Utc>,
}

/// The row of a new enrollment.
pub(super) fn row(work: &Work<'_>, new: New<'_>) -> Result<enrollment::Model> {
    let mut row = enrollment::Model {
        id: work.new_id()?,
        issuer_id: new.spot.program.issuer_id,
        learner_id: new.spot.learner.id,
        program_id: new.spot.program.id,
        version_id: new.version.id,
        cohort_id: new.spot.cohort.map(|cohort| cohort.id),
        place_id: new.spot.place(),
        ordinal: new.ordinal,
        external_id: new.external_id,
        status: new.status,
        track: new.track,
        identity_verified_at: None,
        enrolled_at: new.enrolled_at,
        started_at: None,
        completed_at: None,
        withdrawn_at: None,
        failed_at: None,
        expired_at: None,
        ends_at: None,
        last_activity_at: new.enrolled_at,
        sort_name: new.spot.learner.sort_name.clone(),
        percent: 0,
        score: -1,
        required_done: 0,
        required_total: 0,
        unsupported_since: None,
        held_since: None,
        created_at: work.now,
        updated_at: work.now,
    };
    stand(&mut row, new.status, new.status_at);
    Ok(row)
}

/// An enrollment that a learner could have in a version, begun now; nothing is written.
pub(crate) fn candidate(
    work: &Work<'_>,
    program: &program::Model,
    version: &program_version::Model,
    learner: &learner::Model,
) -> Result<enrollment::Model> {
    let new = New {
        spot: Spot { learner, program, cohort: None },
        version,
        ordinal: 1,
        external_id: None,
        track: None,
        status: EnrollmentStatus::Active,
        enrolled_at: work.now,
        status_at: work.now,
    };
    row(work, new)
}

/// Writes new enrollments with their history, and announces them. The number of statements does not depend on how many they are.
pub(crate) async fn insert(work: &mut Work<'_>, rows: Vec<enrollment::Model>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut history = Vec::with_capacity(rows.len());
    for row in &rows {
        let at = row.completed_at.or(row.withdrawn_at).or(row.failed_at).or(row.expired_at);
        history.push(step(work, row, None, at.unwrap_or(row.enrolled_at), None)?);
        announce(work, row, None)?;
    }
    let expected = rows.len() as u64;
    let mut written = 0;
    for rows in chunk::rows(rows, COLUMNS) {
        written += enrollment::Entity::insert_many(rows.into_iter().map(IntoActiveModel::into_active_model))
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(work.tx())
            .await?;
    }
    if written < expected {
        let message =
            "another call writes enrollments with the same external ids at this moment; send it again";
        return Err(Error::user("", UserErrorCode::Conflict, message));
    }
    record(work, history).await
}
