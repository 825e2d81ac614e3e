//! What a command on enrollments refers to, read in a fixed number of statements: learners, programs with their versions, cohorts, and the
//! enrollments that are there already.

use std::collections::{BTreeSet, HashMap};

use cairn_entity::{cohort, enrollment, issuer, learner, program, program_version};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sea_orm::sea_query::{ExprTrait, LockType};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::Work;
use crate::error::{Result, UserError, UserErrorCode};
use crate::program::terms::Terms;
use crate::reference::{self, Reference};

/// Who is to be enrolled in what, as inputs say it.
pub(super) struct Named<'a> {
    pub(super) learner: &'a Reference,
    pub(super) program: &'a Reference,
    pub(super) cohort: Option<&'a Reference>,
    pub(super) external_id: Option<&'a str>,
}

/// Among which rows references are looked for.
pub(super) struct Visible {
    pub(super) learners: Condition,
    pub(super) programs: Condition,
    pub(super) cohorts: Condition,
    pub(super) enrollments: Condition,
}

/// What was found.
pub(super) struct Scene {
    learners: HashMap<Reference, learner::Model>,
    programs: HashMap<Reference, program::Model>,
    cohorts: HashMap<Reference, cohort::Model>,
    versions: HashMap<Uuid, program_version::Model>,
    zones: HashMap<Uuid, Tz>,
    /// Enrollments of these learners in these programs, and those with these external ids; locked.
    pub(super) enrollments: Vec<enrollment::Model>,
}

/// Where one learner is to be enrolled.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    pub(super) learner: &'a learner::Model,
    pub(super) program: &'a program::Model,
    pub(super) cohort: Option<&'a cohort::Model>,
}

impl Spot<'_> {
    /// The cohort, or the program where there is none.
    pub(super) fn place(&self) -> Uuid {
        self.cohort.map_or(self.program.id, |cohort| cohort.id)
    }
}

impl Scene {
    /// Reads everything that the inputs name. Learners are locked, so that two calls never enroll one learner twice.
    pub(super) async fn read(work: &Work<'_>, visible: Visible, named: &[Named<'_>]) -> Result<Self> {
        let home = work.actor().issuer;
        let learners = named.iter().map(|named| named.learner);
        let mut learners =
            reference::find::<learner::Entity>(work.tx(), home, visible.learners, learners).await?;
        let programs = named.iter().map(|named| named.program);
        let programs =
            reference::find::<program::Entity>(work.tx(), home, visible.programs, programs).await?;
        let cohorts = named.iter().filter_map(|named| named.cohort);
        let cohorts = reference::find::<cohort::Entity>(work.tx(), home, visible.cohorts, cohorts).await?;
        lock_learners(work, &mut learners).await?;
        let external_ids: BTreeSet<&str> = named.iter().filter_map(|named| named.external_id).collect();
        let mut of = Condition::any().add(
            enrollment::Column::LearnerId
                .is_in(learners.values().map(|row| row.id))
                .and(enrollment::Column::ProgramId.is_in(programs.values().map(|row| row.id))),
        );
        if !external_ids.is_empty() {
            let issuers: BTreeSet<Uuid> = programs.values().map(|row| row.issuer_id).collect();
            of = of.add(
                enrollment::Column::IssuerId
                    .is_in(issuers)
                    .and(enrollment::Column::ExternalId.is_in(external_ids)),
            );
        }
        let enrollments = enrollment::Entity::find()
            .filter(visible.enrollments)
            .filter(of)
            .order_by_asc(enrollment::Column::Id)
            .lock(LockType::NoKeyUpdate)
            .all(work.tx())
            .await?;
        let versions = versions(work, &programs, &cohorts, &enrollments).await?;
        let zones = zones(work, programs.values().map(|row| row.issuer_id).collect()).await?;
        Ok(Self { learners, programs, cohorts, versions, zones, enrollments })
    }

    /// The rows that an input names; at `path`, what of them is not found or does not fit together.
    pub(super) fn spot(&self, path: &str, named: &Named<'_>) -> Result<Spot<'_>, Vec<UserError>> {
        let mut errors = Vec::new();
        let learner = self.learners.get(named.learner);
        let program = self.programs.get(named.program);
        let cohort = named.cohort.and_then(|cohort| self.cohorts.get(cohort));
        let mut fail = |field: &str, code, message: &str| {
            errors.push(UserError::at(field, code, message).under(path));
        };
        if learner.is_none_or(|learner| learner.erased_at.is_some() || learner.merged_into_id.is_some()) {
            fail("learner", UserErrorCode::NotFound, "there is no such learner");
        }
        match program {
            None => fail("program", UserErrorCode::NotFound, "there is no such program"),
            Some(program) if learner.is_some_and(|learner| learner.issuer_id != program.issuer_id) => {
                fail("program", UserErrorCode::Invalid, "the learner belongs to another issuer");
            }
            Some(_) => {}
        }
        match (cohort, program) {
            (None, _) if named.cohort.is_some() => {
                fail("cohort", UserErrorCode::NotFound, "there is no such cohort");
            }
            (Some(cohort), Some(program)) if cohort.program_id != program.id => {
                fail("cohort", UserErrorCode::Invalid, "this cohort is of another program");
            }
            _ => {}
        }
        match (learner, program) {
            (Some(learner), Some(program)) if errors.is_empty() => Ok(Spot { learner, program, cohort }),
            _ => Err(errors),
        }
    }

    /// The version that one enrolls in: the cohort's, else the one that is published now.
    pub(super) fn version(&self, spot: Spot<'_>) -> Option<&program_version::Model> {
        let id = spot.cohort.and_then(|cohort| cohort.version_id).or(spot.program.current_version_id)?;
        self.versions.get(&id)
    }

    /// Whether a version has a track of that code.
    pub(super) fn has_track(&self, version: Uuid, code: &str) -> Result<bool> {
        let Some(version) = self.versions.get(&version) else { return Ok(false) };
        Ok(version.tracks()?.iter().any(|track| track.code == code))
    }

    /// Whether the cohort begins on a later day than this moment's, in the issuer's time zone.
    pub(super) fn begins_later(&self, spot: Spot<'_>, now: DateTime<Utc>) -> bool {
        spot.cohort.is_some_and(|cohort| begins_later(cohort, self.zones.get(&cohort.issuer_id), now))
    }
}

/// Whether a cohort begins on a later day than this moment's, in the issuer's time zone.
pub(super) fn begins_later(cohort: &cohort::Model, zone: Option<&Tz>, now: DateTime<Utc>) -> bool {
    let today = now.with_timezone(zone.unwrap_or(&Tz::UTC)).date_naive();
    cohort.starts_on.is_some_and(|first| first > today)
}

async fn lock_learners(work: &Work<'_>, learners: &mut HashMap<Reference, learner::Model>) -> Result<()> {
    let rows = learner::Entity::find()
        .filter(learner::Column::Id.is_in(learners.values().map(|row| row.id)))
        .order_by_asc(learner::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(work.tx())
        .await?;
    // As they are now: who was first may have erased one or merged it into another.
    let rows: HashMap<Uuid, learner::Model> = rows.into_iter().map(|row| (row.id, row)).collect();
    for learner in learners.values_mut() {
        if let Some(row) = rows.get(&learner.id) {
            learner.clone_from(row);
        }
    }
    Ok(())
}

async fn versions(
    work: &Work<'_>,
    programs: &HashMap<Reference, program::Model>,
    cohorts: &HashMap<Reference, cohort::Model>,
    enrollments: &[enrollment::Model],
) -> Result<HashMap<Uuid, program_version::Model>> {
    let ids: BTreeSet<Uuid> = programs
        .values()
        .filter_map(|row| row.current_version_id)
        .chain(cohorts.values().filter_map(|row| row.version_id))
        .chain(enrollments.iter().map(|row| row.version_id))
        .collect();
    let rows =
        program_version::Entity::find().filter(program_version::Column::Id.is_in(ids)).all(work.tx()).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Time zones of issuers.
pub(super) async fn zones(work: &Work<'_>, issuers: BTreeSet<Uuid>) -> Result<HashMap<Uuid, Tz>> {
    let rows = issuer::Entity::find().filter(issuer::Column::Id.is_in(issuers)).all(work.tx()).await?;
    let zone = |row: issuer::Model| (row.id, row.time_zone.parse().unwrap_or(Tz::UTC));
    Ok(rows.into_iter().map(zone).collect())
}
