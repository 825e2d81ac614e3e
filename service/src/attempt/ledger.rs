//! The attempts of some enrollments at hand in one transaction: numbered, limited, graded, and written together at the end.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::{ActorKind, AttemptStatus};
use cairn_entity::{attempt, enrollment, score_revision};
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use super::rules;
use crate::clock::END_OF_TIME;
use crate::completion::Assessment;
use crate::error::Result;
use crate::ids::Kind;
use crate::{Work, chunk, save};

/// The attempts of some enrollments.
pub(crate) struct Ledger {
    attempts: Vec<attempt::Model>,
    places: HashMap<(Uuid, Uuid), Vec<usize>>,
    changed: HashSet<usize>,
    revisions: Vec<score_revision::ActiveModel>,
}

/// A score to be given.
#[derive(Clone, Debug)]
pub(crate) struct Grade {
    /// Points, in ten-thousandths, before anything is taken off for handing in late; none where work is given back without any.
    pub score: Option<i64>,
    /// Points to be had.
    pub max_score: i64,
    /// Graded or given back.
    pub status: AttemptStatus,
    /// When.
    pub at: DateTime<Utc>,
    /// Why it was changed.
    pub reason: Option<String>,
    /// Who judged.
    pub by: Judge,
}

/// Who judged an attempt, and whether the score is to be taken as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judge {
    /// The caller, here: what is due for handing in late is taken off.
    Caller,
    /// The caller's own gradebook, which has taken off what it takes off.
    Gradebook,
    /// The server, by the keys of questions or by what several graders said.
    Server,
}

/// An attempt of (issuer, enrollment, assessment), handed in and not graded, of which nothing more is known.
pub(crate) fn blank(
    id: Uuid,
    (issuer_id, enrollment_id, assessment_id): (Uuid, Uuid, Uuid),
    number: i32,
    max_score: i64,
    now: DateTime<Utc>,
) -> attempt::Model {
    attempt::Model {
        id,
        issuer_id,
        enrollment_id,
        assessment_id,
        number,
        external_id: None,
        status: AttemptStatus::Submitted,
        score: None,
        max_score,
        passed: None,
        feedback: None,
        submitted_at: None,
        graded_at: None,
        sort_submitted_at: now,
        sort_graded_at: END_OF_TIME,
        event_id: None,
        started_at: None,
        ends_at: None,
        due_at: None,
        earned: None,
        penalty: 0,
        supervision: None,
        proctor: None,
        identity_check: None,
        identity_method: None,
        observed_at: None,
        awaits_moderation: false,
        disqualified: false,
        created_at: now,
        updated_at: now,
    }
}

impl Ledger {
    /// Reads the attempts of enrollments that are locked.
    pub(crate) async fn read(work: &Work<'_>, enrollments: impl IntoIterator<Item = Uuid>) -> Result<Self> {
        let rows = attempt::Entity::find()
            .filter(attempt::Column::EnrollmentId.is_in(enrollments))
            .order_by_asc(attempt::Column::Number)
            .all(work.tx())
            .await?;
        let mut ledger = Self {
            attempts: Vec::with_capacity(rows.len()),
            places: HashMap::new(),
            changed: HashSet::new(),
            revisions: Vec::new(),
        };
        for row in rows {
            ledger.hold(row);
        }
        Ok(ledger)
    }

    fn hold(&mut self, row: attempt::Model) -> usize {
        let index = self.attempts.len();
        self.places.entry((row.enrollment_id, row.assessment_id)).or_default().push(index);
        self.attempts.push(row);
        index
    }

    /// One of the attempts.
    pub(crate) fn get(&self, index: usize) -> &attempt::Model {
        &self.attempts[index]
    }

    /// The attempts of an enrollment at an assessment.
    pub(crate) fn at(
        &self,
        enrollment: Uuid,
        assessment: Uuid,
    ) -> impl Iterator<Item = (usize, &attempt::Model)> {
        let indices = self.places.get(&(enrollment, assessment)).into_iter().flatten();
        indices.map(|index| (*index, &self.attempts[*index]))
    }

    /// The attempt of an enrollment that a sender's own id names.
    pub(crate) fn of_external_id(&self, enrollment: Uuid, external_id: &str) -> Option<usize> {
        self.attempts.iter().position(|row| {
            row.enrollment_id == enrollment && row.external_id.as_deref() == Some(external_id)
        })
    }

    /// The attempt of an enrollment at an assessment that is begun and not handed in.
    pub(crate) fn begun(&self, enrollment: Uuid, assessment: Uuid) -> Option<usize> {
        let begun = |(_, row): &(usize, &attempt::Model)| row.status == AttemptStatus::Started;
        self.at(enrollment, assessment).find(begun).map(|(index, _)| index)
    }

    /// The latest attempt of an enrollment at an assessment that was not taken out.
    pub(crate) fn latest(&self, enrollment: Uuid, assessment: Uuid) -> Option<&attempt::Model> {
        let rows = self.at(enrollment, assessment).map(|(_, row)| row);
        rows.filter(|row| row.status != AttemptStatus::Voided).max_by_key(|row| row.number)
    }

    /// Whether no more attempts are allowed. What was taken out or given back for changes does not use up a try; what
    /// was disqualified does.
    pub(crate) fn is_full(&self, enrollment: Uuid, assessment: &Assessment) -> bool {
        let Some(most) = assessment.max_attempts.and_then(|most| usize::try_from(most).ok()) else {
            return false;
        };
        let counts = |row: &attempt::Model| {
            let live = [AttemptStatus::Started, AttemptStatus::Submitted, AttemptStatus::Graded];
            row.disqualified || live.contains(&row.status)
        };
        self.at(enrollment, assessment.id).filter(|(_, row)| counts(row)).count() >= most
    }

    /// Makes an attempt, handed in and not graded; numbered next where no number is given.
    pub(crate) fn open(
        &mut self,
        work: &Work<'_>,
        enrollment: &enrollment::Model,
        assessment: &Assessment,
        number: Option<i32>,
        submitted_at: Option<DateTime<Utc>>,
    ) -> Result<usize> {
        let last = self.at(enrollment.id, assessment.id).map(|(_, row)| row.number).max();
        let place = (enrollment.issuer_id, enrollment.id, assessment.id);
        let number = number.unwrap_or(last.unwrap_or(0) + 1);
        let index = self.hold(attempt::Model {
            submitted_at,
            sort_submitted_at: submitted_at.unwrap_or(work.now),
            ..blank(work.new_id()?, place, number, assessment.max_score, work.now)
        });
        self.changed.insert(index);
        Ok(index)
    }

    /// Changes an attempt's own values; whether anything did change.
    pub(crate) fn change(
        &mut self,
        work: &Work<'_>,
        index: usize,
        change: impl FnOnce(&mut attempt::Model),
    ) -> bool {
        let mut row = self.attempts[index].clone();
        change(&mut row);
        row.sort_submitted_at = row.submitted_at.or(row.graded_at).unwrap_or(row.created_at);
        row.sort_graded_at = row.graded_at.unwrap_or(END_OF_TIME);
        if row == self.attempts[index] {
            return false;
        }
        row.updated_at = work.now;
        self.attempts[index] = row;
        self.changed.insert(index);
        true
    }

    /// Gives a score. The earlier one stays in the history.
    pub(crate) fn grade(
        &mut self,
        work: &mut Work<'_>,
        index: usize,
        assessment: &Assessment,
        grade: Grade,
    ) -> Result<()> {
        let graded = grade.status == AttemptStatus::Graded;
        let before = self.attempts[index].clone();
        let penalty = if grade.by == Judge::Gradebook { 0 } else { before.penalty };
        let score = grade.score.map(|earned| rules::less(earned, penalty));
        let observed = assessment.is_observed(&before);
        let passed = score.map(|score| graded && observed && assessment.passes(score, grade.max_score));
        self.change(work, index, |row| {
            row.status = grade.status;
            row.score = score.or(row.score);
            row.earned = grade.score.or(row.earned);
            row.penalty = penalty;
            row.max_score = grade.max_score;
            row.passed = passed.or(if graded { row.passed } else { Some(false) });
            row.graded_at = Some(grade.at);
            row.awaits_moderation = false;
        });
        let row = self.attempts[index].clone();
        if let Some(score) = score {
            let (grader_kind, grader_id) = match grade.by {
                Judge::Server => (ActorKind::System, None),
                Judge::Caller | Judge::Gradebook => (work.actor().kind, work.actor().id),
            };
            self.revisions.push(score_revision::ActiveModel {
                id: Set(work.new_id()?),
                issuer_id: Set(row.issuer_id),
                attempt_id: Set(row.id),
                score: Set(score),
                passed: Set(passed),
                graded_at: Set(grade.at),
                grader_kind: Set(grader_kind),
                grader_id: Set(grader_id),
                reason: Set(grade.reason),
            });
        }
        if before.score.is_some() {
            let detail = json!({ "from": before.score, "to": row.score, "passedBefore": before.passed, "passed": row.passed });
            work.audit(Some(row.issuer_id), "attempt.regraded", (Kind::Attempt, row.id), detail)?;
        }
        let payload = json!({
            "attempt": row.id,
            "enrollment": row.enrollment_id,
            "assessment": row.assessment_id,
            "status": row.status,
            "score": row.score,
            "passed": row.passed,
        });
        work.emit(Some(row.issuer_id), "attempt.graded", (Kind::Attempt, row.id), payload);
        Ok(())
    }

    /// Decides anew whether a graded attempt passed, after what was observed of it has changed; whether it passed before and no longer does.
    pub(crate) fn judge_anew(&mut self, work: &Work<'_>, index: usize, assessment: &Assessment) -> bool {
        let row = &self.attempts[index];
        let (before, score) = (row.passed, row.score.filter(|_| row.status == AttemptStatus::Graded));
        let Some(score) = score else { return false };
        let passed = assessment.is_observed(row) && assessment.passes(score, row.max_score);
        self.change(work, index, |row| row.passed = Some(passed));
        before == Some(true) && !passed
    }

    /// Takes an attempt out: the event that made it counts no more. Its scores stay in the history.
    pub(crate) fn take_out(&mut self, work: &mut Work<'_>, index: usize) -> Result<()> {
        self.change(work, index, |row| {
            row.status = AttemptStatus::Voided;
            row.awaits_moderation = false;
        });
        let row = self.attempts[index].clone();
        let detail = json!({ "score": row.score, "passed": row.passed, "event": row.event_id });
        work.audit(Some(row.issuer_id), "attempt.voided", (Kind::Attempt, row.id), detail)?;
        let payload = json!({
            "attempt": row.id,
            "enrollment": row.enrollment_id,
            "assessment": row.assessment_id,
            "status": row.status,
        });
        work.emit(Some(row.issuer_id), "attempt.voided", (Kind::Attempt, row.id), payload);
        Ok(())
    }

    /// Has an attempt that was disqualified stand for the event that takes the place of the one that made it: a correction is no new try.
    pub(crate) fn stays_disqualified(&mut self, work: &Work<'_>, event: Uuid, instead: Uuid) {
        let of_event = |row: &attempt::Model| row.disqualified && row.event_id == Some(event);
        if let Some(index) = self.attempts.iter().position(of_event) {
            self.change(work, index, |row| row.event_id = Some(instead));
        }
    }

    /// Writes what changed, in a number of statements that does not depend on how much.
    pub(crate) async fn write(self, work: &Work<'_>) -> Result<()> {
        let mut changed: Vec<usize> = self.changed.into_iter().collect();
        changed.sort_unstable();
        let rows = changed.into_iter().map(|index| self.attempts[index].clone()).collect();
        save::rows::<attempt::Entity>(work.tx(), rows).await?;
        for rows in chunk::rows(self.revisions, 9) {
            score_revision::Entity::insert_many(rows).exec_without_returning(work.tx()).await?;
        }
        Ok(())
    }
}
