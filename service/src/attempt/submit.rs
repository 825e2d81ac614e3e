//! Handing work in.

use std::collections::HashMap;

use cairn_credential::multihash;
use cairn_entity::enums::{AttemptStatus, EnrollmentStatus};
use cairn_entity::{attempt, enrollment, evidence};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde_json::json;

use super::answers::{self, NewAnswer};
use super::ledger::{Grade, Judge, Ledger};
use super::{admit, review, start};
use crate::actor::{Actor, Reach, Role, Scope};
use crate::completion::{self, Assessment, Told, load};
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::reference::{EnrollmentReference, Reference};
use crate::validate::Checks;
use crate::{Service, Work, enrollment as enrollments};

/// Most pieces of evidence with one attempt.
const MOST_EVIDENCE: usize = 50;

/// Work to be handed in.
#[derive(Clone, Debug)]
pub struct NewAttempt {
    /// Whose.
    pub enrollment: EnrollmentReference,
    /// At what.
    pub assessment: Reference,
    /// What is handed in.
    pub evidence: Vec<NewEvidence>,
    /// Answers to the questions of the attempt.
    pub answers: Vec<NewAnswer>,
}

/// A piece of evidence.
#[derive(Clone, Debug)]
pub struct NewEvidence {
    /// Name.
    pub name: String,
    /// Where it is.
    pub url: Option<String>,
    /// In words.
    pub description: Option<String>,
    /// Digest of the content, as a multihash in multibase.
    pub digest: Option<String>,
}

/// Hands in an attempt: learners their own, staff and keys that may write progress on behalf of those they reach. The one that was begun, else a new one
/// with the next number; what was given back for changes does not use up a try. Answers to questions are marked at once. A pending enrollment becomes active.
#[crate::boxed]
pub async fn submit(service: &Service, actor: &Actor, new: NewAttempt) -> Result<attempt::Model> {
    let reaches = reaches(actor)?;
    check(&new)?;
    let mut work = Work::begin(service, actor).await?;
    let (row, assessment) = place(&work, &reaches, &new.enrollment, &new.assessment).await?;
    let mut ledger = Ledger::read(&work, [row.id]).await?;
    let begun = ledger.begun(row.id, assessment.id);
    match begun {
        Some(index) if start::is_over(ledger.get(index), work.now) => {
            return Err(refused(UserErrorCode::TooLate, "the time of this attempt is up"));
        }
        Some(_) => {}
        None => {
            admit::another(&ledger, &row, &assessment, work.now)?;
            if must_begin(&work, &assessment).await? {
                let message = "an attempt at this assessment is begun first: startAttempt";
                return Err(refused(UserErrorCode::Conflict, message));
            }
        }
    }
    let terms = admit::terms(&work, &ledger, &row, &assessment).await?;
    let now = work.now;
    let index = match begun {
        Some(index) => index,
        None => ledger.open(&work, &row, &assessment, None, Some(now))?,
    };
    ledger.change(&work, index, |attempt| {
        attempt.status = AttemptStatus::Submitted;
        attempt.submitted_at = Some(now);
        attempt.due_at = terms.due_at;
        attempt.penalty = terms.penalty;
    });
    let points = answers::take(&work, ledger.get(index), &assessment, new.answers).await?;
    note(&mut work, ledger.get(index))?;
    if let Some(score) = points {
        mark(&mut work, &mut ledger, index, &assessment, score)?;
    }
    let made = ledger.get(index).clone();
    ledger.write(&work).await?;
    attach(&work, &made, new.evidence).await?;
    review::draw(&mut work, &row, &assessment).await?;
    let told = HashMap::from([(row.id, Told { heard_at: now, regraded: false })]);
    completion::refresh_told(&mut work, &told).await?;
    work.answer(made).await
}

fn refused(code: UserErrorCode, message: &str) -> Error {
    Error::user("assessment", code, message)
}

/// Whether an attempt must be begun before it is handed in: it has questions, or its time runs.
async fn must_begin(work: &Work<'_>, assessment: &Assessment) -> Result<bool> {
    Ok(assessment.rules.time_limit_minutes.is_some() || answers::has_questions(work, assessment.id).await?)
}

fn note(work: &mut Work<'_>, made: &attempt::Model) -> Result<()> {
    let subject = (Kind::Attempt, made.id);
    let detail = json!({ "number": made.number, "penalty": made.penalty });
    work.audit(Some(made.issuer_id), "attempt.submitted", subject, detail)?;
    let payload =
        json!({ "attempt": made.id, "enrollment": made.enrollment_id, "assessment": made.assessment_id });
    work.emit(Some(made.issuer_id), "attempt.submitted", subject, payload);
    Ok(())
}

/// Gives the points that the answers are worth.
fn mark(
    work: &mut Work<'_>,
    ledger: &mut Ledger,
    index: usize,
    assessment: &Assessment,
    score: i64,
) -> Result<()> {
    let max_score = ledger.get(index).max_score;
    let (status, at) = (AttemptStatus::Graded, work.now);
    let grade = Grade { score: Some(score), max_score, status, at, reason: None, by: Judge::Server };
    ledger.grade(work, index, assessment, grade)?;
    super::grade::note(work, ledger.get(index))
}

/// On whose behalf the caller may hand in: whom they write progress for, and, as a learner, their own.
pub(crate) fn reaches(actor: &Actor) -> Result<Vec<Reach>> {
    let own =
        actor.person().filter(|_| actor.roles.contains(&Role::Learner)).map(|person| Reach::Own { person });
    let reaches: Vec<Reach> = actor.reach_or_none(Scope::ProgressWrite)?.into_iter().chain(own).collect();
    match reaches.is_empty() {
        true => actor.reach(Scope::ProgressWrite).map(|reach| vec![reach]),
        false => Ok(reaches),
    }
}

/// The enrollment, locked, and the assessment that references name; refused where nothing is handed in there any more.
pub(super) async fn place(
    work: &Work<'_>,
    reaches: &[Reach],
    enrollment: &EnrollmentReference,
    assessment: &Reference,
) -> Result<(enrollment::Model, Assessment)> {
    let row = find(work, reaches, enrollment).await?;
    let row = enrollments::lock(work, &[row.id]).await?.pop().ok_or_else(not_found)?;
    refuse_ended(&row)?;
    let plan = load::plans(work.tx(), std::slice::from_ref(&row)).await?.of(&row);
    let assessment = plan.assessment(assessment).cloned().ok_or_else(|| {
        let message = "neither the enrollment's version nor its cohort has such an assessment";
        refused(UserErrorCode::NotFound, message)
    })?;
    Ok((row, assessment))
}

/// Refuses where nothing is handed in any more. Who is complete by one part of the rule may still hand in the rest.
pub(crate) fn refuse_ended(row: &enrollment::Model) -> Result<()> {
    let open = [EnrollmentStatus::Pending, EnrollmentStatus::Active, EnrollmentStatus::Completed];
    if open.contains(&row.status) {
        return Ok(());
    }
    let message = "work is handed in only while the enrollment is pending, active or completed";
    Err(Error::user("enrollment", UserErrorCode::Conflict, message))
}

/// The enrollment that a reference names, among those that any of these reaches covers.
pub(crate) async fn find(
    work: &Work<'_>,
    reaches: &[Reach],
    named: &EnrollmentReference,
) -> Result<enrollment::Model> {
    for reach in reaches {
        let named = std::slice::from_ref(named);
        let mut found = enrollments::resolve(work.tx(), work.actor(), *reach, named).await?;
        if let Some(row) = found.remove(&named[0]) {
            return Ok(row);
        }
    }
    Err(not_found())
}

fn not_found() -> Error {
    let message = "there is no such enrollment, or it is not yours";
    Error::user("enrollment", UserErrorCode::NotFound, message)
}

fn check(new: &NewAttempt) -> Result<()> {
    let mut checks = Checks::default();
    check_evidence(&mut checks, &new.evidence);
    checks.finish()
}

/// Notes what is wrong with pieces of evidence that stand in an input under `evidence`.
pub(crate) fn check_evidence(checks: &mut Checks, evidence: &[NewEvidence]) {
    checks.at_most("evidence", evidence.len(), MOST_EVIDENCE);
    for (index, evidence) in evidence.iter().enumerate() {
        let at = |name: &str| format!("evidence.{index}.{name}");
        checks.text(&at("name"), &evidence.name, 300);
        checks.url(&at("url"), evidence.url.as_deref());
        checks.optional_text(&at("description"), evidence.description.as_deref(), 20_000);
        if evidence.digest.as_deref().is_some_and(|digest| !multihash::is_sha2(digest)) {
            let message = "must be a SHA-2 multihash in multibase, base58btc (`z…`) or base64url (`u…`)";
            checks.fail(&at("digest"), UserErrorCode::Invalid, message);
        }
    }
}

async fn attach(work: &Work<'_>, attempt: &attempt::Model, list: Vec<NewEvidence>) -> Result<()> {
    if list.is_empty() {
        return Ok(());
    }
    let mut rows = Vec::with_capacity(list.len());
    for (position, new) in (1..).zip(list) {
        rows.push(evidence::ActiveModel {
            id: Set(work.new_id()?),
            issuer_id: Set(attempt.issuer_id),
            attempt_id: Set(attempt.id),
            position: Set(position),
            name: Set(new.name),
            url: Set(new.url),
            description: Set(new.description),
            digest: Set(new.digest),
        });
    }
    evidence::Entity::insert_many(rows).exec_without_returning(work.tx()).await?;
    Ok(())
}
