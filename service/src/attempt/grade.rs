//! Grading, and grading again: by points or by rubric; the earlier score stays in the history.

use cairn_entity::attempt;
use cairn_entity::enums::AttemptStatus;
use cairn_entity::rubric_score;
use chrono::{DateTime, Utc};
use serde_json::json;

use super::ledger::{Grade, Judge};
use super::review;
use super::rubric::{self, NewRubricScore, Point, Rubric};
use super::scene::Scene;
use super::start;
use crate::actor::{Actor, Scope};
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::reference::Reference;
use crate::validate::Checks;
use crate::{Service, Work, progress, save};

/// A judgement of an attempt.
#[derive(Clone, Debug)]
pub struct NewGrade {
    /// Which.
    pub attempt: Reference,
    /// Points; the sum of the rubric where absent.
    pub score: Option<f64>,
    /// Points by criterion.
    pub rubric_scores: Vec<NewRubricScore>,
    /// In words; what was said before stays where absent.
    pub feedback: Option<String>,
    /// Give it back: requires changes.
    pub requires_changes: bool,
    /// Why; needed when graded before.
    pub reason: Option<String>,
}

/// What somebody judged, held against the rubric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Judgement {
    /// Points, in ten-thousandths; none for work that is given back without any.
    pub score: Option<i64>,
    /// Whether it is given back.
    pub requires_changes: bool,
    /// Points by criterion.
    pub points: Vec<Point>,
}

impl Judgement {
    /// What was judged of an attempt with so many points to be had; `before` are the points by criterion that it has already.
    pub fn of(rubric: &Rubric, max_score: i64, new: &NewGrade, before: &[Point]) -> Result<Self> {
        let points = rubric.points(max_score, &new.rubric_scores, before)?;
        let requires_changes = new.requires_changes || rubric.requires_changes(&points);
        let score = rubric.score(new.score, &points, requires_changes, max_score)?;
        Ok(Self { score, requires_changes, points })
    }
}

/// Grades an attempt, or grades it again with a reason. Where several experts grade it, this is the judgement of one of them, and the attempt is
/// decided when all have judged. The caller must reach it with `assessments:grade`: staff of its cohort, or a key of its issuer.
/// Completion is decided anew; a completion made before stays, and the audit log notes where grades no longer support it. What becomes of a
/// credential then is the program's to say.
#[crate::boxed]
pub async fn grade(service: &Service, actor: &Actor, new: NewGrade) -> Result<attempt::Model> {
    let reach = actor.reach(Scope::AssessmentsGrade)?;
    check(&new)?;
    let mut work = Work::begin(service, actor).await?;
    let mut scene = Scene::find(&work, reach, &new.attempt).await?;
    scene.not_ones_own(&work).await?;
    refuse(&scene, &new, work.now)?;
    let regraded = scene.before.graded_at.is_some();
    match review::of_experts(&scene) {
        Some(rule) => review::take(&mut work, &mut scene, rule, new).await?,
        None => give(&mut work, &mut scene, new).await?,
    }
    let after = scene.finish(&mut work, regraded).await?;
    work.answer(after).await
}

/// Why this attempt cannot be graded now, by one grader.
fn refuse(scene: &Scene, new: &NewGrade, now: DateTime<Utc>) -> Result<()> {
    let refused = |field: &str, code, message: &str| Err(Error::user(field, code, message));
    match scene.before.status {
        AttemptStatus::Voided => refused("attempt", UserErrorCode::Conflict, "this attempt was taken out"),
        AttemptStatus::Started if !start::is_over(&scene.before, now) => {
            refused("attempt", UserErrorCode::TooEarly, "this attempt is not handed in yet")
        }
        _ if scene.before.graded_at.is_some() && new.reason.is_none() => {
            refused("reason", UserErrorCode::Required, "it was graded before: say why the grade changes")
        }
        _ => Ok(()),
    }
}

/// Gives a grade: into the ledger, with points by criterion and what is noted of it.
pub(super) async fn give(work: &mut Work<'_>, scene: &mut Scene, new: NewGrade) -> Result<()> {
    let before = &scene.before;
    let rubric = Rubric::read(work, before.assessment_id).await?;
    let present = rubric::present(work, before.id).await?;
    let judgement = Judgement::of(&rubric, before.max_score, &new, &rubric::said(&present))?;
    if new.feedback.is_some() {
        scene.ledger.change(work, scene.index, |row| row.feedback.clone_from(&new.feedback));
    }
    lay(work, scene, judgement, new.reason, Judge::Caller).await
}

/// Makes a judgement the grade of an attempt.
pub(super) async fn lay(
    work: &mut Work<'_>,
    scene: &mut Scene,
    judgement: Judgement,
    reason: Option<String>,
    by: Judge,
) -> Result<()> {
    let before = scene.before.clone();
    let Judgement { score, requires_changes, points } = judgement;
    let status = if requires_changes { AttemptStatus::Returned } else { AttemptStatus::Graded };
    let (max_score, at) = (before.max_score, work.now);
    let grade = Grade { score, max_score, status, at, reason, by };
    scene.ledger.grade(work, scene.index, &scene.assessment, grade)?;
    if before.score.is_none() {
        note(work, scene.ledger.get(scene.index))?;
    }
    let present = rubric::present(work, before.id).await?;
    let rows = rubric::rows(work, &before, &present, points)?;
    save::rows::<rubric_score::Entity>(work.tx(), rows).await
}

/// Checks a judgement in itself.
pub(super) fn check(new: &NewGrade) -> Result<()> {
    let mut checks = Checks::default();
    progress::number(&mut checks, "score", new.score);
    rubric::check(&mut checks, &new.rubric_scores);
    checks.optional_text("feedback", new.feedback.as_deref(), super::LONGEST_FEEDBACK);
    if let Some(reason) = &new.reason {
        checks.text("reason", reason, 1_000);
    }
    checks.finish()
}

/// Notes a first grade; later ones are noted as regrades.
pub(super) fn note(work: &mut Work<'_>, row: &attempt::Model) -> Result<()> {
    let detail = json!({ "score": row.score, "passed": row.passed, "status": row.status });
    work.audit(Some(row.issuer_id), "attempt.graded", (Kind::Attempt, row.id), detail)
}
