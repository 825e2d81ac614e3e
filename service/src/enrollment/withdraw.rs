//! `withdraw`: an enrollment is given up, and its seat goes to whoever waits for one.

use cairn_entity::enrollment;
use cairn_entity::enums::EnrollmentStatus;

use super::change::{Change, apply, lock};
use super::enroll::Caller;
use super::{resolve, seats};
use crate::actor::Actor;
use crate::error::{Error, Result, UserErrorCode};
use crate::reference::EnrollmentReference;
use crate::validate::Checks;
use crate::{Service, Work};

/// Gives up an enrollment: learners their own, staff with `enrollments:write` those of the issuer. The first on the cohort's waiting list moves up.
#[crate::boxed]
pub async fn withdraw(
    service: &Service,
    actor: &Actor,
    reference: &EnrollmentReference,
    reason: Option<String>,
) -> Result<enrollment::Model> {
    let callers = Caller::of(actor)?;
    let mut checks = Checks::default();
    checks.optional_text("reason", reason.as_deref(), 500);
    checks.finish()?;
    let mut work = Work::begin(service, actor).await?;
    let before = find(&work, &callers, reference).await?;
    let refuse = |code, message: &str| Err(Error::user("enrollment", code, message));
    match before.status {
        EnrollmentStatus::Withdrawn => {
            return refuse(UserErrorCode::AlreadyDone, "it was withdrawn before");
        }
        EnrollmentStatus::Completed => {
            return refuse(UserErrorCode::Conflict, "a completed enrollment stays completed");
        }
        EnrollmentStatus::Failed | EnrollmentStatus::Expired => {
            return refuse(UserErrorCode::Conflict, "it has ended already");
        }
        EnrollmentStatus::Pending | EnrollmentStatus::Waitlisted | EnrollmentStatus::Active => {}
    }
    let freed = before.cohort_id.filter(|_| seats::holds(before.status));
    let at = work.now;
    let change = Change { before, to: EnrollmentStatus::Withdrawn, at, reason };
    let row = apply(&mut work, vec![change]).await?.pop();
    seats::fill(&mut work, freed.into_iter().collect()).await?;
    let row = row.ok_or_else(not_found)?;
    work.answer(row).await
}

/// The enrollment, locked, by the widest right that reaches it.
pub(super) async fn find(
    work: &Work<'_>,
    callers: &[Caller],
    reference: &EnrollmentReference,
) -> Result<enrollment::Model> {
    for caller in callers {
        let found = resolve(work.tx(), work.actor(), caller.reach(), std::slice::from_ref(reference)).await?;
        if let Some(row) = found.get(reference) {
            return lock(work, &[row.id]).await?.pop().ok_or_else(not_found);
        }
    }
    Err(not_found())
}

fn not_found() -> Error {
    Error::user("enrollment", UserErrorCode::NotFound, "there is no such enrollment, or it is not yours")
}

/// Withdraws enrollments that run, locked by the caller, and fills the places that they held.
pub(crate) async fn give_up(work: &mut Work<'_>, rows: Vec<enrollment::Model>, reason: &str) -> Result<()> {
    leave(work, rows, EnrollmentStatus::Withdrawn, reason).await
}

/// Ends enrollments that run, locked by the caller, and fills the places that they held.
pub(crate) async fn leave(
    work: &mut Work<'_>,
    rows: Vec<enrollment::Model>,
    to: EnrollmentStatus,
    reason: &str,
) -> Result<()> {
    let freed = rows.iter().filter(|row| seats::holds(row.status)).filter_map(|row| row.cohort_id).collect();
    let at = work.now;
    let change = |before| Change { before, to, at, reason: Some(reason.to_owned()) };
    apply(work, rows.into_iter().map(change).collect()).await?;
    seats::fill(work, freed).await?;
    Ok(())
}
