//! Several graders of one attempt: each judges alone, and when all have, what they say becomes one grade. Until then the attempt is not decided.

mod combine;
mod draw;
mod expert;
mod peer;
mod read;

pub use peer::{NewReview, submit};
pub use read::{Review, Reviewing, Task, TaskFilter, count_tasks, reviewing, tasks, visible_tasks};

pub(super) use draw::draw;
pub(super) use expert::take;

use cairn_entity::enums::{AttemptStatus, GradingMode, ReviewStatus};
use cairn_entity::review;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::grade::{self, Judgement};
use super::ledger::Judge;
use super::rubric::{Point, Rubric};
use super::rules::Graders;
use super::scene::Scene;
use crate::completion::Assessment;
use crate::error::Result;
use crate::ids::Kind;
use crate::{Work, save};
use combine::{Said, Verdict};

/// The rule by which an attempt that waits for its grade is judged by several experts; none where one grader decides.
pub(super) fn of_experts(scene: &Scene) -> Option<Graders> {
    let experts = scene.assessment.grading == GradingMode::Expert;
    scene.assessment.rules.graders.filter(|_| experts && scene.before.graded_at.is_none())
}

/// The rule by which fellow learners judge; none where they do not.
fn of_peers(assessment: &Assessment) -> Option<Graders> {
    assessment.rules.graders.filter(|_| assessment.grading == GradingMode::Peer)
}

/// The reviews of an attempt, whether handed in or asked for.
async fn of_attempt(work: &Work<'_>, attempt: Uuid) -> Result<Vec<review::Model>> {
    let rows = review::Entity::find().filter(review::Column::AttemptId.eq(attempt)).all(work.tx()).await?;
    Ok(rows)
}

/// A row of a review with a judgement in it, handed in now by the caller.
fn filled(
    work: &Work<'_>,
    row: review::Model,
    judgement: &Judgement,
    feedback: Option<String>,
) -> review::Model {
    review::Model {
        person_id: work.actor().person(),
        status: ReviewStatus::Submitted,
        score: judgement.score,
        requires_changes: judgement.requires_changes,
        feedback,
        rubric: json!(judgement.points),
        submitted_at: Some(work.now),
        ..row
    }
}

/// Keeps a review that was handed in, and decides the attempt where all have judged and are near enough; `present` are the others.
async fn keep(
    work: &mut Work<'_>,
    scene: &mut Scene,
    rule: Graders,
    (rubric, mut present, row): (&Rubric, Vec<review::Model>, review::Model),
) -> Result<()> {
    present.retain(|other| other.status == ReviewStatus::Submitted && other.id != row.id);
    present.push(row.clone());
    save::rows::<review::Entity>(work.tx(), vec![row.clone()]).await?;
    note(work, scene, &row, (present.len(), rule.needed))?;
    let said = present.iter().map(Said::read).collect::<Result<Vec<_>>>()?;
    match combine::verdict(rule, &said) {
        Verdict::Waits => Ok(()),
        Verdict::Apart => {
            scene.ledger.change(work, scene.index, |row| row.awaits_moderation = true);
            let attempt = scene.ledger.get(scene.index);
            let payload = json!({ "attempt": attempt.id, "enrollment": attempt.enrollment_id,
                "assessment": attempt.assessment_id });
            work.emit(
                Some(attempt.issuer_id),
                "attempt.moderation_needed",
                (Kind::Attempt, attempt.id),
                payload,
            );
            Ok(())
        }
        Verdict::Agreed(judgement) => {
            let points = rubric.placed(judgement.points);
            grade::lay(work, scene, Judgement { points, ..judgement }, None, Judge::Server).await
        }
    }
}

/// Notes that somebody has judged; never what, nor of fellow learners who.
fn note(
    work: &mut Work<'_>,
    scene: &Scene,
    row: &review::Model,
    (submitted, needed): (usize, i32),
) -> Result<()> {
    let detail = json!({ "kind": row.kind, "submitted": submitted, "needed": needed });
    work.audit(Some(row.issuer_id), "attempt.reviewed", (Kind::Attempt, row.attempt_id), detail)?;
    let payload = json!({ "attempt": row.attempt_id, "enrollment": scene.enrollment.id,
        "assessment": scene.assessment.id, "submitted": submitted, "needed": needed });
    work.emit(Some(row.issuer_id), "attempt.reviewed", (Kind::Attempt, row.attempt_id), payload);
    Ok(())
}

/// Whether a review may still change what becomes of an attempt.
fn waits(status: AttemptStatus) -> bool {
    status == AttemptStatus::Submitted
}

impl Said {
    fn read(row: &review::Model) -> Result<Self> {
        let points: Vec<Point> = serde_json::from_value(row.rubric.clone())?;
        Ok(Self(Judgement { score: row.score, requires_changes: row.requires_changes, points }))
    }
}
