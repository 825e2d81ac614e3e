//! Results in bulk, as a gradebook keeps them: found again by the sender's own id, by the number of the try, or by when it was handed in.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::AttemptStatus;
use cairn_entity::{attempt, enrollment};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::ledger::{Grade, Judge, Ledger};
use super::observe::{self, NewObservation};
use crate::actor::{Actor, Scope};
use crate::bulk::{self, RowOutcome, UpsertOutcome};
use crate::completion::{self, Assessment, Told, load};
use crate::error::{Result, UserError, UserErrorCode};
use crate::patch::Patch;
use crate::progress;
use crate::reference::{EnrollmentReference, Reference};
use crate::validate::Checks;
use crate::{Service, Work, enrollment as enrollments};

/// A result of an assessment.
#[derive(Clone, Debug)]
pub struct NewResult {
    /// The sender's own id of the result, unique in the enrollment; found again by it.
    pub external_id: Option<String>,
    /// Whose.
    pub enrollment: EnrollmentReference,
    /// At what.
    pub assessment: Reference,
    /// Points.
    pub score: f64,
    /// Points to be had, where the sender's scale differs.
    pub max_score: Option<f64>,
    /// Which try, from 1.
    pub attempt_number: Option<i32>,
    /// When handed in.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When graded; now where absent and the score is new.
    pub graded_at: Option<DateTime<Utc>>,
    /// In words.
    pub feedback: Patch<String>,
    /// What was observed of supervision and identity.
    pub observed: Option<NewObservation>,
}

/// Records up to 1,000 results, each with its own outcome. A row is the attempt of its external id; without one, of its number; without that, the one
/// handed in at the same moment, or, where no moment is told, the latest. What is not found is made. Of rows with the same key the
/// last one wins, and the earlier ones are UNCHANGED and say so. The number of statements does not depend on how many rows there are.
#[crate::boxed]
pub async fn record(
    service: &Service,
    actor: &Actor,
    rows: Vec<NewResult>,
) -> Result<Vec<RowOutcome<attempt::Model>>> {
    let reach = actor.reach(Scope::ProgressWrite)?;
    bulk::check_count("rows", rows.len())?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut work = Work::begin(service, actor).await?;
    let named: HashSet<EnrollmentReference> = rows.iter().map(|row| row.enrollment.clone()).collect();
    let named: Vec<EnrollmentReference> = named.into_iter().collect();
    let found = enrollments::resolve(work.tx(), actor, reach, &named).await?;
    let ids: HashSet<Uuid> = found.values().map(|row| row.id).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let locked = enrollments::lock(&work, &ids).await?;
    let plans = load::plans(work.tx(), &locked).await?;
    let ledger = Ledger::read(&work, ids).await?;
    let mut desk = Desk { ledger, told: HashMap::new() };
    let placed: Vec<_> =
        rows.iter().enumerate().map(|(index, row)| Placed::of(&work, index, row, &found, &plans)).collect();
    let mut last: HashMap<Key, usize> = HashMap::new();
    for (index, placed) in placed.iter().enumerate() {
        if let Ok(placed) = placed {
            last.insert(placed.key(), index);
        }
    }
    let mut outcomes = Vec::with_capacity(rows.len());
    for (index, placed) in placed.into_iter().enumerate() {
        let done = match placed {
            Err(errors) => Err(errors),
            Ok(placed) if last.get(&placed.key()) != Some(&index) => {
                outcomes.push(superseded(index));
                continue;
            }
            Ok(placed) => desk.take(&mut work, index, &placed)?,
        };
        outcomes.push(match done {
            Ok((outcome, row)) => RowOutcome { index, outcome, value: Some(row), errors: Vec::new() },
            Err(errors) => RowOutcome { index, outcome: UpsertOutcome::Failed, value: None, errors },
        });
    }
    desk.ledger.write(&work).await?;
    completion::refresh_told(&mut work, &desk.told).await?;
    work.answer(outcomes).await
}

fn superseded(index: usize) -> RowOutcome<attempt::Model> {
    let message = "a later row of this call has the same key and wins";
    let error = UserError::at(&format!("rows.{index}"), UserErrorCode::Conflict, message);
    RowOutcome { index, outcome: UpsertOutcome::Unchanged, value: None, errors: vec![error] }
}

type Refused = Vec<UserError>;

/// What a row is found again by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    External(Uuid, String),
    Number(Uuid, Uuid, i32),
    Moment(Uuid, Uuid, Option<DateTime<Utc>>),
}

/// A row whose names were found.
struct Placed<'a> {
    row: &'a NewResult,
    enrollment: &'a enrollment::Model,
    assessment: Assessment,
    score: i64,
    max_score: i64,
}

impl<'a> Placed<'a> {
    fn of(
        work: &Work<'_>,
        index: usize,
        row: &'a NewResult,
        found: &'a HashMap<EnrollmentReference, enrollment::Model>,
        plans: &load::Plans,
    ) -> std::result::Result<Self, Refused> {
        let mut checks = Checks::default();
        let at = |name: &str| format!("rows.{index}.{name}");
        let (score, max_score) = check(&mut checks, work.now, index, row);
        let enrollment = found.get(&row.enrollment);
        if enrollment.is_none() {
            let message = "there is no such enrollment, or it is not yours";
            checks.fail(&at("enrollment"), UserErrorCode::NotFound, message);
        }
        let assessment = enrollment.and_then(|row_of| plans.of(row_of).assessment(&row.assessment).cloned());
        if enrollment.is_some() && assessment.is_none() {
            let message = "neither the enrollment's version nor its cohort has such an assessment";
            checks.fail(&at("assessment"), UserErrorCode::NotFound, message);
        }
        let most = max_score.or(assessment.as_ref().map(|assessment| assessment.max_score));
        if let (Some(score), Some(most)) = (score, most)
            && !(0..=most).contains(&score)
        {
            checks.fail(&at("score"), UserErrorCode::Invalid, "must be 0 to the points to be had");
        }
        match (checks.is_ok(), enrollment, assessment, score, most) {
            (true, Some(enrollment), Some(assessment), Some(score), Some(max_score)) => {
                Ok(Self { row, enrollment, assessment, score, max_score })
            }
            _ => Err(checks.into_errors()),
        }
    }

    fn key(&self) -> Key {
        match (&self.row.external_id, self.row.attempt_number) {
            (Some(external_id), _) => Key::External(self.enrollment.id, external_id.clone()),
            (None, Some(number)) => Key::Number(self.enrollment.id, self.assessment.id, number),
            (None, None) => Key::Moment(self.enrollment.id, self.assessment.id, self.row.submitted_at),
        }
    }
}

/// Checks a row in itself; gives its numbers.
fn check(
    checks: &mut Checks,
    now: DateTime<Utc>,
    index: usize,
    row: &NewResult,
) -> (Option<i64>, Option<i64>) {
    let at = |name: &str| format!("rows.{index}.{name}");
    if let Some(external_id) = &row.external_id {
        checks.external_id(&at("externalId"), external_id);
    }
    if let Some(observed) = &row.observed {
        observe::check(checks, &at("observed"), observed);
    }
    let score = progress::number(checks, &at("score"), Some(row.score));
    let max_score = progress::number(checks, &at("maxScore"), row.max_score);
    if max_score.is_some_and(|max| max <= 0) {
        checks.fail(&at("maxScore"), UserErrorCode::Invalid, "must be more than 0");
    }
    if row.attempt_number.is_some_and(|number| number < 1) {
        checks.fail(&at("attemptNumber"), UserErrorCode::Invalid, "must be 1 or more");
    }
    for (name, moment) in [("submittedAt", row.submitted_at), ("gradedAt", row.graded_at)] {
        if moment.is_some_and(|moment| moment > now + progress::AHEAD) {
            checks.fail(&at(name), UserErrorCode::Invalid, "must not lie in the future");
        }
    }
    if let Patch::Set(feedback) = &row.feedback {
        checks.optional_text(&at("feedback"), Some(feedback), super::LONGEST_FEEDBACK);
    }
    (score, max_score)
}

struct Desk {
    ledger: Ledger,
    told: HashMap<Uuid, Told>,
}

impl Desk {
    /// Takes a row in.
    fn take(
        &mut self,
        work: &mut Work<'_>,
        index: usize,
        placed: &Placed<'_>,
    ) -> Result<std::result::Result<(UpsertOutcome, attempt::Model), Refused>> {
        let refuse = |name: &str, code, message: &str| {
            Ok(Err(vec![UserError::at(&format!("rows.{index}.{name}"), code, message)]))
        };
        let (made, attempt) = match self.find(placed) {
            Err((name, message)) => return refuse(name, UserErrorCode::Conflict, message),
            Ok(Some(attempt)) => (false, attempt),
            Ok(None) => {
                let most = placed.assessment.max_attempts;
                let number = placed.row.attempt_number;
                if number.zip(most).is_some_and(|(number, most)| number > most) {
                    let message = "so many attempts are not allowed at this assessment";
                    return refuse("attemptNumber", UserErrorCode::LimitReached, message);
                }
                if self.ledger.is_full(placed.enrollment.id, &placed.assessment) {
                    let message = "no more attempts are allowed at this assessment";
                    return refuse("assessment", UserErrorCode::LimitReached, message);
                }
                let (enrollment, assessment) = (placed.enrollment, &placed.assessment);
                (true, self.ledger.open(work, enrollment, assessment, number, placed.row.submitted_at)?)
            }
        };
        let changed = self.write(work, attempt, placed)?;
        let outcome = match (made, changed) {
            (true, _) => UpsertOutcome::Created,
            (false, true) => UpsertOutcome::Updated,
            (false, false) => UpsertOutcome::Unchanged,
        };
        Ok(Ok((outcome, self.ledger.get(attempt).clone())))
    }

    /// The attempt that a row means.
    fn find(&self, placed: &Placed<'_>) -> std::result::Result<Option<usize>, (&'static str, &'static str)> {
        let row = placed.row;
        let at = || self.ledger.at(placed.enrollment.id, placed.assessment.id);
        let numbered = row.attempt_number.and_then(|number| at().find(|(_, known)| known.number == number));
        let named = row
            .external_id
            .as_deref()
            .and_then(|external_id| self.ledger.of_external_id(placed.enrollment.id, external_id));
        let found = match (named, numbered) {
            (Some(named), _) => {
                let known = self.ledger.get(named);
                if known.assessment_id != placed.assessment.id {
                    return Err(("assessment", "the result of this external id is of another assessment"));
                }
                if row.attempt_number.is_some_and(|number| number != known.number) {
                    return Err(("attemptNumber", "the result of this external id has another number"));
                }
                Some(named)
            }
            (None, Some((_, known))) if row.external_id.is_some() && known.external_id.is_some() => {
                return Err(("attemptNumber", "the try of this number has another external id"));
            }
            (None, Some((index, _))) => Some(index),
            (None, None) if row.external_id.is_some() || row.attempt_number.is_some() => None,
            (None, None) if row.submitted_at.is_some() => {
                at().find(|(_, known)| known.submitted_at == row.submitted_at).map(|(index, _)| index)
            }
            (None, None) => at().max_by_key(|(_, known)| known.number).map(|(index, _)| index),
        };
        match found {
            Some(index) if self.ledger.get(index).status == AttemptStatus::Voided => {
                Err(("assessment", "this attempt was taken out"))
            }
            found => Ok(found),
        }
    }

    /// Writes a row's values to its attempt; whether anything changed.
    fn write(&mut self, work: &mut Work<'_>, index: usize, placed: &Placed<'_>) -> Result<bool> {
        let row = placed.row;
        let before = self.ledger.get(index).clone();
        let mut changed = self.ledger.change(work, index, |attempt| {
            if row.external_id.is_some() {
                attempt.external_id.clone_from(&row.external_id);
            }
            attempt.submitted_at = row.submitted_at.or(attempt.submitted_at);
            row.feedback.clone().apply(&mut attempt.feedback);
            if let Some(observed) = &row.observed {
                observe::lay(attempt, observed, work.now);
            }
        });
        let mut lost = false;
        let same_grade = before.status == AttemptStatus::Graded
            && (before.score, before.max_score) == (Some(placed.score), placed.max_score);
        if same_grade {
            changed |= self.ledger.change(work, index, |attempt| {
                attempt.graded_at = row.graded_at.or(attempt.graded_at);
            });
            lost = self.ledger.judge_anew(work, index, &placed.assessment);
        } else {
            let grade = Grade {
                score: Some(placed.score),
                max_score: placed.max_score,
                status: AttemptStatus::Graded,
                at: row.graded_at.unwrap_or(work.now),
                reason: None,
                by: Judge::Gradebook,
            };
            self.ledger.grade(work, index, &placed.assessment, grade)?;
            changed = true;
        }
        if changed {
            let heard_at = row.submitted_at.or(row.graded_at).unwrap_or(work.now).min(work.now);
            let told = self.told.entry(placed.enrollment.id).or_insert(Told { heard_at, regraded: false });
            told.heard_at = told.heard_at.max(heard_at);
            told.regraded |= lost || (before.score.is_some() && !same_grade);
        }
        Ok(changed)
    }
}
