//! What becomes of each row of `upsertEnrollments`, decided in memory and in order, so that a later row sees what an earlier one did.

use std::collections::HashMap;

use cairn_entity::enrollment;
use cairn_entity::enums::EnrollmentStatus;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::make::{self, New};
use super::rules;
use super::scene::{Scene, Spot};
use super::upsert::EnrollmentRow;
use crate::Work;
use crate::error::{Result, UserError, UserErrorCode};
use crate::patch::Patch;

/// What becomes of a row.
pub(super) enum Decided {
    Failed(Vec<UserError>),
    Superseded(usize),
    Created(enrollment::Model),
    Updated(enrollment::Model),
    Unchanged(enrollment::Model),
}

/// An enrollment as it was (nothing for a new one) and as it is to be.
pub(super) struct Entry {
    pub(super) before: Option<enrollment::Model>,
    pub(super) now: enrollment::Model,
    /// The status that it is to get, and since when.
    pub(super) step: Option<(EnrollmentStatus, DateTime<Utc>)>,
    touched: bool,
}

/// The enrollments of one call.
pub(super) struct Roll<'a> {
    scene: &'a Scene,
    entries: Vec<Entry>,
    by_external_id: HashMap<(Uuid, String), usize>,
    by_learner: HashMap<(Uuid, Uuid), Vec<usize>>,
}

/// Which enrollment a row means.
enum Meant {
    This(usize),
    New { ordinal: i32 },
    Refused(UserError),
}

impl<'a> Roll<'a> {
    pub(super) fn new(scene: &'a Scene) -> Self {
        let mut roll =
            Self { scene, entries: Vec::new(), by_external_id: HashMap::new(), by_learner: HashMap::new() };
        for row in &scene.enrollments {
            roll.add(Entry { before: Some(row.clone()), now: row.clone(), step: None, touched: false });
        }
        roll
    }

    /// Those that are to be written.
    pub(super) fn into_entries(self) -> impl Iterator<Item = Entry> {
        self.entries.into_iter().filter(|entry| entry.touched)
    }

    /// Decides what becomes of a row that is sound by itself.
    pub(super) fn decide(&mut self, work: &Work<'_>, path: &str, row: &EnrollmentRow) -> Result<Decided> {
        let spot = match self.scene.spot(path, &row.named()) {
            Ok(spot) => spot,
            Err(errors) => return Ok(Decided::Failed(errors)),
        };
        match self.meant(row, spot) {
            Meant::Refused(error) => Ok(Decided::Failed(vec![error.under(path)])),
            Meant::New { ordinal } => self.make(work, path, row, spot, ordinal),
            Meant::This(index) => self.change(work, path, row, index),
        }
    }

    fn add(&mut self, entry: Entry) -> usize {
        let index = self.entries.len();
        if let Some(external_id) = &entry.now.external_id {
            self.by_external_id.insert((entry.now.issuer_id, external_id.clone()), index);
        }
        self.by_learner.entry((entry.now.learner_id, entry.now.program_id)).or_default().push(index);
        self.entries.push(entry);
        index
    }

    fn meant(&self, row: &EnrollmentRow, spot: Spot<'_>) -> Meant {
        if let Some(external_id) = &row.external_id {
            let named = self.by_external_id.get(&(spot.program.issuer_id, external_id.clone()));
            if let Some(index) = named {
                return match misfit(&self.entries[*index].now, row, spot) {
                    Some(error) => Meant::Refused(error),
                    None => Meant::This(*index),
                };
            }
        }
        let theirs = self.by_learner.get(&(spot.learner.id, spot.program.id)).map_or(&[][..], Vec::as_slice);
        let latest_at = |place: Uuid| {
            let there = theirs.iter().copied().filter(|index| self.entries[*index].now.place_id == place);
            there.max_by_key(|index| self.entries[*index].now.ordinal)
        };
        let current = || {
            let live = theirs
                .iter()
                .copied()
                .filter(|index| self.entries[*index].now.status != EnrollmentStatus::Withdrawn);
            live.max_by_key(|index| (self.entries[*index].now.enrolled_at, self.entries[*index].now.id))
        };
        let here = latest_at(spot.place());
        let next = here.map_or(1, |index| self.entries[index].now.ordinal + 1);
        let found = match (&row.external_id, &row.cohort) {
            (None, Patch::Keep) => current().or(here),
            _ => here,
        };
        let Some(index) = found else { return Meant::New { ordinal: next } };
        let there = &self.entries[index].now;
        match &row.external_id {
            None if rules::begins_anew(there.status, row.status) => Meant::New { ordinal: next },
            None => Meant::This(index),
            Some(_) if rules::is_over(there.status) => Meant::New { ordinal: next },
            Some(_) if there.external_id.is_none() => Meant::This(index),
            Some(_) => Meant::Refused(UserError::at(
                "externalId",
                UserErrorCode::Conflict,
                "the learner is enrolled here already, under another external id",
            )),
        }
    }

    fn make(
        &mut self,
        work: &Work<'_>,
        path: &str,
        row: &EnrollmentRow,
        spot: Spot<'_>,
        ordinal: i32,
    ) -> Result<Decided> {
        let Some(version) = self.scene.version(spot) else {
            let error = UserError::at("program", UserErrorCode::Conflict, "it has no published version");
            return Ok(Decided::Failed(vec![error.under(path)]));
        };
        let track = match &row.track {
            Patch::Set(track) => Some(track.clone()),
            Patch::Keep | Patch::Clear => None,
        };
        if let Some(error) = self.unknown_track(version.id, track.as_deref())? {
            return Ok(Decided::Failed(vec![error.under(path)]));
        }
        let enrolled_at = row.enrolled_at.unwrap_or(row.status_at.unwrap_or(work.now).min(work.now));
        let later = enrolled_at > work.now || self.scene.begins_later(spot, work.now);
        let default = if later { EnrollmentStatus::Pending } else { EnrollmentStatus::Active };
        let status = row.status.unwrap_or(default);
        let ended = rules::is_over(status) || status == EnrollmentStatus::Completed;
        let since = if ended { work.now.max(enrolled_at) } else { enrolled_at };
        let mut made = make::row(
            work,
            New {
                spot,
                version,
                ordinal,
                external_id: row.external_id.clone(),
                track,
                status,
                enrolled_at,
                status_at: row.status_at.unwrap_or(since),
            },
        )?;
        attributes(&mut made, row);
        self.add(Entry { before: None, now: made.clone(), step: None, touched: true });
        Ok(Decided::Created(made))
    }

    fn change(&mut self, work: &Work<'_>, path: &str, row: &EnrollmentRow, index: usize) -> Result<Decided> {
        let before = self.entries[index].now.clone();
        let mut now = before.clone();
        if row.external_id.is_some() {
            now.external_id.clone_from(&row.external_id);
        }
        row.track.clone().apply(&mut now.track);
        now.enrolled_at = row.enrolled_at.unwrap_or(now.enrolled_at);
        attributes(&mut now, row);
        let mut errors = Vec::new();
        if now.track != before.track {
            errors.extend(self.unknown_track(now.version_id, now.track.as_deref())?);
            if before.status == EnrollmentStatus::Completed {
                let message = "a completed enrollment keeps its track";
                errors.push(UserError::at("track", UserErrorCode::Conflict, message));
            }
        }
        let step = row.status.filter(|to| *to != before.status);
        if let Some(message) = step.and_then(|to| rules::refusal(before.status, to)) {
            errors.push(UserError::at("status", UserErrorCode::Conflict, message));
        }
        if !errors.is_empty() {
            return Ok(Decided::Failed(errors.into_iter().map(|error| error.under(path)).collect()));
        }
        if step.is_none() && now == before {
            return Ok(Decided::Unchanged(now));
        }
        if let Some(external_id) = &now.external_id {
            self.by_external_id.insert((now.issuer_id, external_id.clone()), index);
        }
        let entry = &mut self.entries[index];
        entry.touched = true;
        if let Some(to) = step {
            let at = row.status_at.unwrap_or(work.now);
            match entry.before {
                Some(_) => entry.step = Some((to, at)),
                None => super::change::stand(&mut now, to, at),
            }
            now.status = to;
        }
        entry.now = now.clone();
        Ok(Decided::Updated(now))
    }

    fn unknown_track(&self, version: Uuid, track: Option<&str>) -> Result<Option<UserError>> {
        match track {
            Some(track) if !self.scene.has_track(version, track)? => Ok(Some(UserError::at(
                "track",
                UserErrorCode::Invalid,
                "the program's version has no track of this code",
            ))),
            _ => Ok(None),
        }
    }
}

fn attributes(to: &mut enrollment::Model, row: &EnrollmentRow) {
    row.started_at.clone().apply(&mut to.started_at);
    row.ends_at.clone().apply(&mut to.ends_at);
    row.identity_verified_at.clone().apply(&mut to.identity_verified_at);
}

/// Why an external id's enrollment is not the one that the row describes: who, in what and in which cohort never change.
fn misfit(there: &enrollment::Model, row: &EnrollmentRow, spot: Spot<'_>) -> Option<UserError> {
    let conflict = |field, message| Some(UserError::at(field, UserErrorCode::Conflict, message));
    if there.learner_id != spot.learner.id {
        return conflict("learner", "the enrollment with this external id is another learner's");
    }
    if there.program_id != spot.program.id {
        return conflict("program", "the enrollment with this external id is in another program");
    }
    if !row.cohort.is_keep() && there.cohort_id != spot.cohort.map(|cohort| cohort.id) {
        return conflict(
            "cohort",
            "the enrollment with this external id is in another cohort; withdraw it and enroll anew",
        );
    }
    None
}
