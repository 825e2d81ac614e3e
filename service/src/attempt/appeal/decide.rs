//! Deciding an appeal: the grade is upheld, or changed as any other regrade.

use cairn_entity::enums::{AppealStatus, AttemptStatus};
use cairn_entity::{appeal, attempt, review, score_revision};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use super::super::grade::{self, NewGrade};
use super::super::rubric::NewRubricScore;
use super::super::scene::Scene;
use super::read::covered;
use crate::actor::{Actor, Reach, Scope};
use crate::error::{Error, Result, UserErrorCode};
use crate::reference::Reference;
use crate::validate::Checks;
use crate::{Service, Work};

/// A decision of an appeal.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Which; none where the id is none's.
    pub appeal: Option<Uuid>,
    /// In words, for the learner.
    pub decision: String,
    /// The new grade; the old one is upheld where absent.
    pub regrade: Option<Regrade>,
}

/// A grade given on appeal.
#[derive(Clone, Debug)]
pub struct Regrade {
    /// Points; the sum of the rubric where absent.
    pub score: Option<f64>,
    /// Points by criterion.
    pub rubric_scores: Vec<NewRubricScore>,
    /// In words; what was said before stays where absent.
    pub feedback: Option<String>,
    /// Give it back: requires changes.
    pub requires_changes: bool,
}

impl From<Regrade> for NewGrade {
    fn from(new: Regrade) -> Self {
        Self {
            attempt: Reference::NoSuchId, // it is known by the appeal
            score: new.score,
            rubric_scores: new.rubric_scores,
            feedback: new.feedback,
            requires_changes: new.requires_changes,
            reason: Some("changed on appeal".to_owned()),
        }
    }
}

/// Decides an appeal. Needs `assessments:grade` over the attempt; nobody decides about their own work, nor about a grade that they gave or had a part in.
/// A changed grade is a regrade: the earlier one stays in the history, and what becomes of an award is the program's to say.
#[crate::boxed]
pub async fn decide(service: &Service, actor: &Actor, new: Decision) -> Result<appeal::Model> {
    let reach = actor.reach(Scope::AssessmentsGrade)?;
    let regrade = new.regrade.map(NewGrade::from);
    let mut checks = Checks::default();
    checks.text("decision", &new.decision, super::LONGEST);
    checks.finish()?;
    if let Some(regrade) = &regrade {
        grade::check(regrade).map_err(|error| error.under("regrade"))?;
    }
    let mut work = Work::begin(service, actor).await?;
    let named = find(&work, reach, new.appeal).await?;
    let attempt =
        attempt::Entity::find_by_id(named.attempt_id).one(work.tx()).await?.ok_or_else(not_found)?;
    let mut scene = Scene::of(&work, attempt).await?;
    scene.not_ones_own(&work).await?;
    // Read again under the lock of the enrollment.
    let row = find(&work, reach, Some(named.id)).await?;
    refuse(&work, &scene, &row, regrade.is_some()).await?;
    let changed = regrade.is_some();
    if let Some(regrade) = regrade {
        grade::give(&mut work, &mut scene, regrade).await.map_err(|error| error.under("regrade"))?;
    }
    let row = appeal::Model {
        status: if changed { AppealStatus::Changed } else { AppealStatus::Upheld },
        score_after: scene.ledger.get(scene.index).score,
        decision: Some(new.decision),
        decided_at: Some(work.now),
        decided_by_kind: Some(actor.kind),
        decided_by_id: actor.id,
        ..row
    };
    row.clone().into_active_model().reset_all().update(work.tx()).await?;
    super::tell(&mut work, &row, &scene.before, "appeal.decided")?;
    if changed {
        scene.finish(&mut work, true).await?;
    }
    work.answer(row).await
}

async fn find(work: &Work<'_>, reach: Reach, id: Option<Uuid>) -> Result<appeal::Model> {
    let row = appeal::Entity::find()
        .filter(covered(reach))
        .filter(appeal::Column::Id.eq(id.ok_or_else(not_found)?))
        .one(work.tx())
        .await?;
    row.ok_or_else(not_found)
}

fn not_found() -> Error {
    Error::user("appeal", UserErrorCode::NotFound, "there is no such appeal, or it is not within your reach")
}

async fn refuse(work: &Work<'_>, scene: &Scene, row: &appeal::Model, regrades: bool) -> Result<()> {
    let refused = |field: &str, code, message: &str| Err(Error::user(field, code, message));
    if row.status != AppealStatus::Open {
        return refused("appeal", UserErrorCode::AlreadyDone, "it was decided before");
    }
    if regrades && scene.before.status == AttemptStatus::Voided {
        return refused("regrade", UserErrorCode::Conflict, "this attempt was taken out meanwhile");
    }
    if has_judged(work, scene.before.id).await? {
        let message = "somebody decides who had no part in the grade: you had";
        return refused("appeal", UserErrorCode::Conflict, message);
    }
    Ok(())
}

/// Whether the caller has graded or reviewed an attempt.
async fn has_judged(work: &Work<'_>, attempt: Uuid) -> Result<bool> {
    let actor = work.actor();
    let Some(id) = actor.id else { return Ok(false) };
    let graded = score_revision::Entity::find()
        .filter(score_revision::Column::AttemptId.eq(attempt))
        .filter(score_revision::Column::GraderKind.eq(actor.kind))
        .filter(score_revision::Column::GraderId.eq(id))
        .count(work.tx())
        .await?;
    let reviewed = review::Entity::find()
        .filter(review::Column::AttemptId.eq(attempt))
        .filter(review::Column::PersonId.eq(id))
        .count(work.tx())
        .await?;
    Ok(graded + reviewed > 0)
}
