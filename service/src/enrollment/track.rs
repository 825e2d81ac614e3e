//! `changeTrack`: from one way of taking part to another, such as from audit to verified.

use cairn_entity::enums::{EnrollmentChangeKind, EnrollmentStatus};
use cairn_entity::{enrollment, program_version};
use sea_orm::EntityTrait;

use super::change::{Turn, record, turn};
use super::enroll::Caller;
use super::rules;
use super::withdraw::find;
use crate::actor::Actor;
use crate::error::{Error, Result, UserErrorCode};
use crate::program::terms::Terms;
use crate::reference::EnrollmentReference;
use crate::validate::Checks;
use crate::{Service, Work, completion, save};

/// Puts an enrollment on another track of its version: learners their own, staff with `enrollments:write` those of the issuer. What was
/// learned before counts on the new track, too.
#[crate::boxed]
pub async fn change_track(
    service: &Service,
    actor: &Actor,
    reference: &EnrollmentReference,
    track: String,
    reason: Option<String>,
) -> Result<enrollment::Model> {
    let callers = Caller::of(actor)?;
    let mut checks = Checks::default();
    checks.optional_text("reason", reason.as_deref(), 500);
    checks.finish()?;
    let mut work = Work::begin(service, actor).await?;
    let before = find(&work, &callers, reference).await?;
    let version = program_version::Entity::find_by_id(before.version_id).one(work.tx()).await?;
    let tracks = version.map(|version| version.tracks()).transpose()?.unwrap_or_default();
    if !tracks.iter().any(|known| known.code == track) {
        let message = "the enrollment's version has no track of this code";
        return Err(Error::user("track", UserErrorCode::Invalid, message));
    }
    if before.track.as_ref() == Some(&track) {
        return Err(Error::user("track", UserErrorCode::AlreadyDone, "it is on this track already"));
    }
    if before.status == EnrollmentStatus::Completed {
        let message = "a completed enrollment keeps its track";
        return Err(Error::user("enrollment", UserErrorCode::Conflict, message));
    }
    if rules::is_over(before.status) {
        return Err(Error::user("enrollment", UserErrorCode::Conflict, "it has ended already"));
    }
    let row = enrollment::Model { track: Some(track.clone()), updated_at: work.now, ..before.clone() };
    save::rows::<enrollment::Entity>(work.tx(), vec![row.clone()]).await?;
    let (kind, from) = (EnrollmentChangeKind::Track, before.track);
    let line = turn(&mut work, Turn { row: &row, kind, from, to: Some(track), reason })?;
    record(&work, vec![line]).await?;
    completion::refresh(&mut work, &[row.id]).await?;
    let row = enrollment::Entity::find_by_id(row.id).one(work.tx()).await?;
    let row =
        row.ok_or_else(|| Error::internal("an enrollment vanished in its own transaction", "changeTrack"))?;
    work.answer(row).await
}
