//! Raising a flag.

use cairn_entity::enums::{AttemptStatus, FlagStatus, IntegrityCategory};
use cairn_entity::{attempt, integrity_flag};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use crate::actor::{Actor, Scope};
use crate::attempt::{find_enrollment, scene};
use crate::error::{Error, Result, UserErrorCode};
use crate::reference::{EnrollmentReference, Reference};
use crate::validate::Checks;
use crate::{Service, Work, completion, enrollment as enrollments};

/// What is in doubt.
#[derive(Clone, Debug)]
pub enum On {
    /// An attempt.
    Attempt(Reference),
    /// An enrollment as a whole.
    Enrollment(EnrollmentReference),
}

impl On {
    fn field(&self) -> &'static str {
        match self {
            On::Attempt(_) => "on.attempt",
            On::Enrollment(_) => "on.enrollment",
        }
    }
}

/// A flag to be raised.
#[derive(Clone, Debug)]
pub struct NewFlag {
    /// On what.
    pub on: On,
    /// What is in doubt about it.
    pub category: IntegrityCategory,
    /// In words, for staff.
    pub note: String,
}

/// Raises a flag. Needs `assessments:grade` over it; nobody raises one on their own work. What rests on it is not awarded until it is resolved, and
/// credentials that were issued are suspended where their program says so.
#[crate::boxed]
pub async fn raise(service: &Service, actor: &Actor, new: NewFlag) -> Result<integrity_flag::Model> {
    let reach = actor.reach(Scope::AssessmentsGrade)?;
    let mut checks = Checks::default();
    checks.text("note", &new.note, super::LONGEST);
    checks.finish()?;
    let mut work = Work::begin(service, actor).await?;
    let (enrollment, attempt) = match &new.on {
        On::Attempt(named) => {
            let row = scene::find(&work, reach, named).await.map_err(|error| error.under("on"))?;
            (row.enrollment_id, Some(row.id))
        }
        On::Enrollment(named) => {
            let found = find_enrollment(&work, &[reach], named).await;
            (found.map_err(|error| error.under("on"))?.id, None)
        }
    };
    let gone = || Error::user(new.on.field(), UserErrorCode::NotFound, "it is no longer there");
    let enrollment = enrollments::lock(&work, &[enrollment]).await?.pop().ok_or_else(gone)?;
    scene::not_ones_own(&work, &enrollment).await?;
    refuse(&work, &new, enrollment.id, attempt).await?;
    let row = integrity_flag::Model {
        id: work.new_id()?,
        issuer_id: enrollment.issuer_id,
        enrollment_id: enrollment.id,
        attempt_id: attempt,
        category: new.category,
        status: FlagStatus::Open,
        note: new.note,
        raised_at: work.now,
        raised_by_kind: actor.kind,
        raised_by_id: actor.id,
        finding: None,
        resolved_at: None,
        resolved_by_kind: None,
        resolved_by_id: None,
    };
    row.clone().into_active_model().reset_all().insert(work.tx()).await?;
    super::tell(&mut work, &row, "integrity_flag.raised")?;
    completion::refresh(&mut work, &[enrollment.id]).await?;
    work.answer(row).await
}

/// Refuses a doubt that is open already, and one about what counts no more.
async fn refuse(work: &Work<'_>, new: &NewFlag, enrollment: Uuid, attempt: Option<Uuid>) -> Result<()> {
    let refused = |code, message: &str| Err(Error::user(new.on.field(), code, message));
    if let Some(id) = attempt {
        let row = attempt::Entity::find_by_id(id).one(work.tx()).await?;
        if row.is_none_or(|row| row.status == AttemptStatus::Voided) {
            return refused(UserErrorCode::Conflict, "this attempt was taken out, and counts no more");
        }
    }
    let of_attempt = match attempt {
        Some(id) => integrity_flag::Column::AttemptId.eq(id),
        None => integrity_flag::Column::AttemptId.is_null(),
    };
    let same = integrity_flag::Entity::find()
        .filter(integrity_flag::Column::EnrollmentId.eq(enrollment))
        .filter(of_attempt)
        .filter(integrity_flag::Column::Category.eq(new.category))
        .filter(integrity_flag::Column::Status.eq(FlagStatus::Open))
        .count(work.tx())
        .await?;
    match same {
        0 => Ok(()),
        _ => refused(UserErrorCode::AlreadyDone, "a flag of this category is open on it already"),
    }
}
