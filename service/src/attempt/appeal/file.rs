//! Making an appeal.

use cairn_entity::enums::{AppealStatus, AttemptStatus};
use cairn_entity::{appeal, attempt};
use chrono::TimeDelta;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::super::scene::{self, Scene};
use super::super::submit;
use crate::actor::{Actor, Reach};
use crate::error::{Error, Result, UserErrorCode};
use crate::reference::Reference;
use crate::validate::Checks;
use crate::{Service, Work};

/// An appeal to be made.
#[derive(Clone, Debug)]
pub struct NewAppeal {
    /// Against the grade of which attempt.
    pub attempt: Reference,
    /// Why, in words.
    pub reason: String,
}

/// Makes an appeal against a grade: learners against their own, staff and keys that may write progress on behalf of those they reach.
#[crate::boxed]
pub async fn file(service: &Service, actor: &Actor, new: NewAppeal) -> Result<appeal::Model> {
    let reaches = submit::reaches(actor)?;
    let mut checks = Checks::default();
    checks.text("reason", &new.reason, super::LONGEST);
    checks.finish()?;
    let mut work = Work::begin(service, actor).await?;
    let scene = Scene::of(&work, find(&work, &reaches, &new.attempt).await?).await?;
    refuse(&work, &scene).await?;
    let row = appeal::Model {
        id: work.new_id()?,
        issuer_id: scene.before.issuer_id,
        attempt_id: scene.before.id,
        status: AppealStatus::Open,
        reason: new.reason,
        filed_at: work.now,
        filed_by_kind: actor.kind,
        filed_by_id: actor.id,
        score_before: scene.before.score,
        score_after: None,
        decision: None,
        decided_at: None,
        decided_by_kind: None,
        decided_by_id: None,
    };
    row.clone().into_active_model().reset_all().insert(work.tx()).await?;
    super::tell(&mut work, &row, &scene.before, "appeal.filed")?;
    work.answer(row).await
}

/// The attempt that a reference names, by the first right that reaches it.
async fn find(work: &Work<'_>, reaches: &[Reach], named: &Reference) -> Result<attempt::Model> {
    let mut found = Err(scene::not_found());
    for reach in reaches {
        found = scene::find(work, *reach, named).await;
        if found.is_ok() {
            break;
        }
    }
    found
}

/// Why an attempt's grade cannot be appealed against now.
async fn refuse(work: &Work<'_>, scene: &Scene) -> Result<()> {
    let refused = |code, message: &str| Err(Error::user("attempt", code, message));
    match scene.before.status {
        AttemptStatus::Graded => {}
        AttemptStatus::Started | AttemptStatus::Submitted => {
            return refused(UserErrorCode::TooEarly, "this attempt is not graded yet");
        }
        AttemptStatus::Returned | AttemptStatus::Voided => {
            return refused(UserErrorCode::Conflict, "this attempt was given back, or taken out");
        }
    }
    let Some(days) = scene.assessment.rules.appeal_days else {
        return refused(UserErrorCode::NotEligible, "this assessment provides for no appeals");
    };
    let graded_at = scene.before.sort_graded_at;
    let end = graded_at.checked_add_signed(TimeDelta::days(i64::from(days)));
    if end.is_some_and(|end| work.now > end) {
        return refused(UserErrorCode::TooLate, "the time for an appeal has passed");
    }
    let earlier =
        appeal::Entity::find().filter(appeal::Column::AttemptId.eq(scene.before.id)).all(work.tx()).await?;
    if earlier.iter().any(|row| row.status == AppealStatus::Open) {
        return refused(UserErrorCode::AlreadyDone, "an appeal is open already");
    }
    if earlier.iter().any(|row| row.decided_at.is_some_and(|decided| decided >= graded_at)) {
        return refused(UserErrorCode::AlreadyDone, "this grade was decided upon by an appeal");
    }
    Ok(())
}
