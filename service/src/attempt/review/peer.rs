//! The judgement of a fellow learner who was asked for it.

use cairn_entity::attempt;
use cairn_entity::enums::{ReviewKind, ReviewStatus};
use sea_orm::EntityTrait;
use uuid::Uuid;

use super::super::grade::{self, Judgement, NewGrade};
use super::super::rubric::{NewRubricScore, Rubric};
use super::super::scene::Scene;
use super::read::Task;
use super::{filled, keep, of_attempt, of_peers, read, waits};
use crate::actor::{Actor, Reach, Scope};
use crate::error::{Error, Result, UserErrorCode};
use crate::reference::Reference;
use crate::{Service, Work};

/// A fellow learner's judgement.
#[derive(Clone, Debug)]
pub struct NewReview {
    /// The task: none where the id is none's.
    pub task: Option<Uuid>,
    /// Points; the sum of the rubric where absent.
    pub score: Option<f64>,
    /// Points by criterion.
    pub rubric_scores: Vec<NewRubricScore>,
    /// In words.
    pub feedback: Option<String>,
    /// Whether it should be given back: requires changes.
    pub requires_changes: bool,
}

/// The reach of somebody's own tasks.
pub(super) fn own(actor: &Actor) -> Result<Reach> {
    actor.reach(Scope::EnrollmentsRead)?;
    let person = actor.person();
    let person = person.ok_or_else(|| Error::Forbidden("only learners are asked to review".to_owned()))?;
    Ok(Reach::Own { person })
}

/// Hands in a review that the caller was asked for, once. When all who were asked have, the attempt is decided.
#[crate::boxed]
pub async fn submit(service: &Service, actor: &Actor, new: NewReview) -> Result<Task> {
    let reach = own(actor)?;
    let NewReview { task, score, rubric_scores, feedback, requires_changes } = new;
    let attempt = Reference::NoSuchId; // it is known by the task
    let new = NewGrade { attempt, score, rubric_scores, feedback, requires_changes, reason: None };
    grade::check(&new)?;
    let mut work = Work::begin(service, actor).await?;
    let named = match task {
        Some(id) => read::own_tasks(reach, [id]).one(work.tx()).await?,
        None => None,
    };
    let named = named.ok_or_else(not_found)?;
    let attempt =
        attempt::Entity::find_by_id(named.attempt_id).one(work.tx()).await?.ok_or_else(not_found)?;
    let mut scene = Scene::of(&work, attempt).await?;
    scene.not_ones_own(&work).await?;
    let present = of_attempt(&work, scene.before.id).await?;
    let row = present.iter().find(|row| row.id == named.id).cloned().ok_or_else(not_found)?;
    let refused = |code, message: &str| Err(Error::user("task", code, message));
    if row.status == ReviewStatus::Submitted || present.iter().any(|row| row.person_id == actor.person()) {
        return refused(UserErrorCode::AlreadyDone, "you have reviewed this work before");
    }
    let rule = of_peers(&scene.assessment).filter(|_| waits(scene.before.status));
    let Some(rule) = rule.filter(|_| row.kind == ReviewKind::Peer && !scene.before.awaits_moderation) else {
        return refused(UserErrorCode::Conflict, "this work needs no review any more");
    };
    let rubric = Rubric::read(&work, scene.before.assessment_id).await?;
    let judgement = Judgement::of(&rubric, scene.before.max_score, &new, &[])?;
    let row = filled(&work, row, &judgement, new.feedback);
    keep(&mut work, &mut scene, rule, (&rubric, present, row.clone())).await?;
    let assessment = scene.assessment.id;
    scene.finish(&mut work, false).await?;
    work.answer(Task { row, assessment }).await
}

fn not_found() -> Error {
    Error::user("task", UserErrorCode::NotFound, "there is no such task, or it is not yours")
}
