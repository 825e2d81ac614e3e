//! Whether one more try may begin, and what is taken off for handing in now: limits, waiting times and due dates.

use cairn_entity::enums::AttemptStatus;
use cairn_entity::{attempt, enrollment};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

use super::due;
use super::ledger::Ledger;
use crate::Work;
use crate::completion::Assessment;
use crate::error::{Error, Result, UserErrorCode};

/// What holds for work that is begun or handed in now.
pub(super) struct Terms {
    /// Until when it is due.
    pub due_at: Option<DateTime<Utc>>,
    /// Share of the points that is taken off, percent in ten-thousandths.
    pub penalty: i64,
}

/// Refuses a try that may not begin now: no more are allowed, or it is too early after the last one.
pub(super) fn another(
    ledger: &Ledger,
    enrollment: &enrollment::Model,
    assessment: &Assessment,
    now: DateTime<Utc>,
) -> Result<()> {
    let refuse = |code, message: String| Err(Error::user("assessment", code, message));
    if ledger.is_full(enrollment.id, assessment) {
        let message = "no more attempts are allowed at this assessment";
        return refuse(UserErrorCode::LimitReached, message.to_owned());
    }
    match next_at(ledger, enrollment, assessment) {
        Some(next) if now < next => {
            let next = next.to_rfc3339_opts(SecondsFormat::Secs, true);
            refuse(UserErrorCode::TooEarly, format!("the next attempt may begin at {next}"))
        }
        _ => Ok(()),
    }
}

/// From when the next try may begin, by the waiting time after the last one; work that was given back waits for nothing.
fn next_at(
    ledger: &Ledger,
    enrollment: &enrollment::Model,
    assessment: &Assessment,
) -> Option<DateTime<Utc>> {
    let wait = TimeDelta::minutes(i64::from(assessment.rules.wait_minutes?));
    let last = ledger.latest(enrollment.id, assessment.id)?;
    let counts = matches!(last.status, AttemptStatus::Submitted | AttemptStatus::Graded);
    let ended = last.submitted_at.or(last.ends_at).unwrap_or(last.created_at);
    ended.checked_add_signed(wait).filter(|_| counts)
}

/// Until when work is due, and what is taken off now; refused where it is not accepted any more. Work that was given back and is handed in again
/// keeps what held for it first.
pub(super) async fn terms(
    work: &Work<'_>,
    ledger: &Ledger,
    enrollment: &enrollment::Model,
    assessment: &Assessment,
) -> Result<Terms> {
    let returned = |row: &&attempt::Model| row.status == AttemptStatus::Returned;
    if let Some(back) = ledger.latest(enrollment.id, assessment.id).filter(returned) {
        return Ok(Terms { due_at: back.due_at, penalty: back.penalty });
    }
    let due_at = due::of(work, enrollment, assessment).await?;
    match assessment.rules.penalty(due_at, work.now) {
        Some(penalty) => Ok(Terms { due_at, penalty }),
        None => {
            let message = "it was due earlier, and this assessment does not accept late work";
            Err(Error::user("assessment", UserErrorCode::TooLate, message))
        }
    }
}
