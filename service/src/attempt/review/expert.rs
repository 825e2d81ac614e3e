//! The judgement of one of several experts, and of the moderator where they are too far apart.

use cairn_entity::enums::{ReviewKind, ReviewStatus};
use cairn_entity::review;
use serde_json::json;

use super::super::grade::{self, Judgement, NewGrade};
use super::super::ledger::Judge;
use super::super::rubric::Rubric;
use super::super::rules::Graders;
use super::super::scene::Scene;
use super::{filled, keep, of_attempt};
use crate::error::{Error, Result, UserErrorCode};
use crate::{Work, save};

/// Takes one expert's judgement: each judges once. A moderator's word is the grade.
pub(in super::super) async fn take(
    work: &mut Work<'_>,
    scene: &mut Scene,
    rule: Graders,
    new: NewGrade,
) -> Result<()> {
    let refused = |code, message: &str| Err(Error::user("attempt", code, message));
    let Some(person) = work.actor().person() else {
        let message = "several people judge this attempt, each signed in; a key records what they came to: recordResults";
        return refused(UserErrorCode::Conflict, message);
    };
    let present = of_attempt(work, scene.before.id).await?;
    if present.iter().any(|row| row.person_id == Some(person)) {
        return refused(UserErrorCode::AlreadyDone, "you have judged this attempt before");
    }
    let rubric = Rubric::read(work, scene.before.assessment_id).await?;
    let judgement = Judgement::of(&rubric, scene.before.max_score, &new, &[])?;
    let moderates = scene.before.awaits_moderation;
    let row = review::Model {
        id: work.new_id()?,
        issuer_id: scene.before.issuer_id,
        attempt_id: scene.before.id,
        kind: if moderates { ReviewKind::Moderator } else { ReviewKind::Expert },
        person_id: Some(person),
        enrollment_id: None,
        status: ReviewStatus::Assigned,
        score: None,
        requires_changes: false,
        feedback: None,
        rubric: json!([]),
        assigned_at: work.now,
        submitted_at: None,
    };
    let row = filled(work, row, &judgement, new.feedback);
    if moderates {
        save::rows::<review::Entity>(work.tx(), vec![row]).await?;
        return grade::lay(work, scene, judgement, new.reason, Judge::Caller).await;
    }
    keep(work, scene, rule, (&rubric, present, row)).await
}
