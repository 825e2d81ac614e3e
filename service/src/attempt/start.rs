//! Beginning an attempt: questions are drawn and the time starts to run.

use std::collections::HashMap;

use cairn_entity::enums::AttemptStatus;
use cairn_entity::{attempt, enrollment};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::ledger::{Grade, Judge, Ledger};
use super::{admit, answers, rules, submit};
use crate::actor::Actor;
use crate::completion::{self, Assessment, Told};
use crate::error::Result;
use crate::ids::Kind;
use crate::reference::{EnrollmentReference, Reference};
use crate::{Service, Work};

/// An attempt to be begun.
#[derive(Clone, Debug)]
pub struct NewStart {
    /// Whose.
    pub enrollment: EnrollmentReference,
    /// At what.
    pub assessment: Reference,
}

/// Begins an attempt, for those who may hand in for the enrollment: draws its questions and lets its time run. One that is begun and whose time
/// is not up is given again, with the same questions. One whose time is up has used up its try, and is closed without points when the next begins.
#[crate::boxed]
pub async fn start(service: &Service, actor: &Actor, new: NewStart) -> Result<attempt::Model> {
    let reaches = submit::reaches(actor)?;
    let mut work = Work::begin(service, actor).await?;
    let (row, assessment) = submit::place(&work, &reaches, &new.enrollment, &new.assessment).await?;
    let mut ledger = Ledger::read(&work, [row.id]).await?;
    if let Some(index) = ledger.begun(row.id, assessment.id) {
        if !is_over(ledger.get(index), work.now) {
            return Ok(ledger.get(index).clone());
        }
        run_out(&mut work, &mut ledger, index, &assessment)?;
    }
    admit::another(&ledger, &row, &assessment, work.now)?;
    let terms = admit::terms(&work, &ledger, &row, &assessment).await?;
    let index = ledger.open(&work, &row, &assessment, None, None)?;
    let now = work.now;
    ledger.change(&work, index, |attempt| {
        attempt.status = AttemptStatus::Started;
        attempt.started_at = Some(now);
        attempt.ends_at = ends_at(&assessment, now);
        attempt.due_at = terms.due_at;
    });
    let made = ledger.get(index).clone();
    settle(&mut work, ledger, &row).await?;
    answers::put(&work, service.random.as_ref(), &made, &assessment).await?;
    let subject = (Kind::Attempt, made.id);
    work.audit(Some(made.issuer_id), "attempt.started", subject, json!({ "number": made.number }))?;
    let payload =
        json!({ "attempt": made.id, "enrollment": made.enrollment_id, "assessment": made.assessment_id });
    work.emit(Some(made.issuer_id), "attempt.started", subject, payload);
    work.answer(made).await
}

fn ends_at(assessment: &Assessment, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let minutes = assessment.rules.time_limit_minutes?;
    now.checked_add_signed(TimeDelta::minutes(i64::from(minutes)))
}

/// Whether the time of an attempt is up, the way through the network allowed for.
pub(super) fn is_over(row: &attempt::Model, now: DateTime<Utc>) -> bool {
    row.ends_at.is_some_and(|ends_at| now > ends_at + rules::GRACE)
}

/// Closes an attempt whose time is up: no points.
fn run_out(work: &mut Work<'_>, ledger: &mut Ledger, index: usize, assessment: &Assessment) -> Result<()> {
    ledger.change(work, index, |row| row.submitted_at = row.ends_at);
    let row = ledger.get(index);
    let (max_score, at) = (row.max_score, row.ends_at.unwrap_or(work.now));
    let status = AttemptStatus::Graded;
    let grade = Grade { score: Some(0), max_score, status, at, reason: None, by: Judge::Server };
    ledger.grade(work, index, assessment, grade)
}

async fn settle(work: &mut Work<'_>, ledger: Ledger, row: &enrollment::Model) -> Result<()> {
    ledger.write(work).await?;
    let told = HashMap::from([(row.id, Told { heard_at: work.now, regraded: false })]);
    completion::refresh_told(work, &told).await
}
