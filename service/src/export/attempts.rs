//! The file of attempts with their scores.

use cairn_entity::{assessment, attempt, enrollment};
use uuid::Uuid;

use super::around::{Around, by_id};
use super::cell::Cell;
use super::table::{Column, Placed, plain, where_in, who};
use crate::Service;
use crate::error::{Error, Result};
use crate::ids::Kind;

/// An attempt with its enrollment.
pub struct Tried {
    row: attempt::Model,
    of: enrollment::Model,
}

impl Placed for Tried {
    fn learner(&self) -> Uuid {
        self.of.learner_id
    }

    fn program(&self) -> Uuid {
        self.of.program_id
    }

    fn version(&self) -> Uuid {
        self.of.version_id
    }

    fn cohort(&self) -> Option<Uuid> {
        self.of.cohort_id
    }
}

/// Attempts with their enrollments, and what stands around them.
pub(super) async fn around(service: &Service, rows: Vec<attempt::Model>) -> Result<(Vec<Tried>, Around)> {
    let enrollments = rows.iter().map(|row| row.enrollment_id);
    let enrollments = by_id::<enrollment::Entity>(service, enrollments, |row| row.id).await?;
    let rows = rows.into_iter().map(|row| match enrollments.get(&row.enrollment_id) {
        Some(of) => Ok(Tried { of: of.clone(), row }),
        None => Err(Error::internal("an attempt belongs to no enrollment", row.id.to_string())),
    });
    let rows = rows.collect::<Result<Vec<_>>>()?;
    let mut around = Around::placed(service, &rows).await?;
    let assessments = rows.iter().map(|one| one.row.assessment_id);
    around.assessments = by_id::<assessment::Entity>(service, assessments, |row| row.id).await?;
    Ok((rows, around))
}

/// Its columns.
pub fn columns() -> Vec<Column<Tried>> {
    let mut columns = vec![
        plain("id", |one: &Tried, _| Cell::id(Kind::Attempt, one.row.id)),
        plain("externalId", |one, _| Cell::text(one.row.external_id.as_deref())),
        plain("enrollmentId", |one, _| Cell::id(Kind::Enrollment, one.of.id)),
        plain("enrollmentExternalId", |one, _| Cell::text(one.of.external_id.as_deref())),
    ];
    columns.extend(who());
    columns.extend(where_in());
    columns.extend([
        plain("assessmentId", |one: &Tried, _| Cell::id(Kind::Assessment, one.row.assessment_id)),
        plain("assessmentExternalId", |one, around| {
            Cell::text(around.assessments.get(&one.row.assessment_id).map(|of| of.external_id.as_str()))
        }),
        plain("assessmentTitle", |one, around| {
            Cell::text(around.assessments.get(&one.row.assessment_id).map(|of| of.title.as_str()))
        }),
        plain("number", |one, _| Cell::Whole(one.row.number.into())),
        plain("status", |one, _| Cell::named(&one.row.status)),
        plain("score", |one, _| Cell::amount(one.row.score)),
        plain("maxScore", |one, _| Cell::amount(Some(one.row.max_score))),
        plain("passed", |one, _| one.row.passed.map_or(Cell::None, Cell::Switch)),
        plain("startedAt", |one, _| Cell::moment(one.row.started_at)),
        plain("dueAt", |one, _| Cell::moment(one.row.due_at)),
        plain("submittedAt", |one, _| Cell::moment(one.row.submitted_at)),
        plain("gradedAt", |one, _| Cell::moment(one.row.graded_at)),
        plain("updatedAt", |one, _| Cell::moment(one.row.updated_at)),
    ]);
    columns
}
