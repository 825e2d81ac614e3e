//! `enroll`: a learner for themselves, or the issuer's staff for a learner, with windows, seats, tracks and prerequisites.

use std::collections::{BTreeSet, HashSet};

use cairn_entity::enums::{EnrollmentChangeKind, EnrollmentStatus, ProgramStatus};
use cairn_entity::{cohort, enrollment, learner, program, program_version};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use uuid::Uuid;

use super::change::{Turn, record, turn};
use super::make::{self, New};
use super::scene::{Named, Scene, Spot, Visible};
use super::{rules, seats};
use crate::actor::{Actor, Reach, Role, Scope};
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::{self, Kind};
use crate::program::terms::Terms;
use crate::reference::{self, Reference};
use crate::validate::Checks;
use crate::{Service, Work, completion, tenancy};

/// Who is to be enrolled in what.
#[derive(Clone, Debug)]
pub struct NewEnrollment {
    /// In what.
    pub program: Reference,
    /// In which cohort.
    pub cohort: Option<Reference>,
    /// Code of the track.
    pub track: Option<String>,
    /// Who; the caller where absent.
    pub learner: Option<Reference>,
    /// Why missing prerequisites do not matter; for staff.
    pub override_reason: Option<String>,
}

/// How a caller enrolls and withdraws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    /// For learners of an issuer.
    Staff(Reach),
    /// For themselves.
    Learner {
        /// Who.
        person: Uuid,
    },
}

impl Caller {
    /// What the actor may do here, the widest first; never empty.
    pub(super) fn of(actor: &Actor) -> Result<Vec<Self>> {
        let whole = match actor.reach_or_none(Scope::EnrollmentsWrite)? {
            Some(reach @ (Reach::Everything | Reach::Issuer(_))) => Some(Caller::Staff(reach)),
            _ => None,
        };
        let learner = actor.person().filter(|_| actor.roles.contains(&Role::Learner) || whole.is_some());
        let callers: Vec<Self> =
            whole.into_iter().chain(learner.map(|person| Caller::Learner { person })).collect();
        if callers.is_empty() {
            actor.reach_whole(Scope::EnrollmentsWrite)?;
        }
        Ok(callers)
    }

    /// The rows that it reaches.
    pub(super) fn reach(self) -> Reach {
        match self {
            Caller::Staff(reach) => reach,
            Caller::Learner { person } => Reach::Own { person },
        }
    }
}

/// Enrolls a learner in the version that is published now (or that the cohort runs). A full cohort puts them on its waiting list, which is
/// as long as the cohort is large. Who withdrew, failed or ran out of time may enroll anew; learners themselves only within the
/// cohort's enrollment window.
#[crate::boxed]
pub async fn enroll(service: &Service, actor: &Actor, new: NewEnrollment) -> Result<enrollment::Model> {
    let callers = Caller::of(actor)?;
    let staff = callers.iter().copied().find(|caller| matches!(caller, Caller::Staff(_)));
    let own = callers.iter().copied().find(|caller| matches!(caller, Caller::Learner { .. }));
    let caller = match (&new.learner, staff, own) {
        (Some(_), Some(staff), _) => staff,
        (_, _, Some(own)) => own,
        _ => return Err(Error::user("learner", UserErrorCode::Required, "say who is to be enrolled")),
    };
    check_override(&new, caller)?;
    let mut work = Work::begin(service, actor).await?;
    let learner = match (&new.learner, caller) {
        (Some(learner), _) => learner.clone(),
        (None, Caller::Learner { person }) => own_record(&work, person, &new.program).await?,
        (None, Caller::Staff(_)) => Reference::NoSuchId,
    };
    let named =
        Named { learner: &learner, program: &new.program, cohort: new.cohort.as_ref(), external_id: None };
    let scene = Scene::read(&work, visible(caller), std::slice::from_ref(&named)).await?;
    let spot = scene.spot("", &named).map_err(Error::User)?;
    let version = admissible(&work, &scene, spot, caller)?;
    if let Some(track) = &new.track
        && !scene.has_track(version.id, track)?
    {
        let message = "the program's version has no track of this code";
        return Err(Error::user("track", UserErrorCode::Invalid, message));
    }
    let ordinal = ordinal(&scene, spot)?;
    let missing = missing_prerequisites(&work, spot.learner, version).await?;
    if let (false, None) = (missing.is_empty(), &new.override_reason) {
        return Err(prerequisites_missing(&work, missing).await?);
    }
    let status = seat(&work, &scene, spot).await?;
    let now = work.now;
    let row = make::row(
        &work,
        New {
            spot,
            version,
            ordinal,
            external_id: None,
            track: new.track,
            status,
            enrolled_at: now,
            status_at: now,
        },
    )?;
    let id = row.id;
    make::insert(&mut work, vec![row.clone()]).await?;
    if let (false, Some(reason)) = (missing.is_empty(), new.override_reason) {
        let kind = EnrollmentChangeKind::Prerequisites;
        let programs: Vec<String> = missing.into_iter().map(|id| ids::encode(Kind::Program, id)).collect();
        let from = Some(programs.join(" "));
        let line = turn(&mut work, Turn { row: &row, kind, from, to: None, reason: Some(reason) })?;
        record(&work, vec![line]).await?;
    }
    completion::refresh(&mut work, &[id]).await?;
    let row = enrollment::Entity::find_by_id(id).one(work.tx()).await?;
    let row =
        row.ok_or_else(|| Error::internal("an enrollment vanished in its own transaction", id.to_string()))?;
    work.answer(row).await
}

/// The programs that everybody sees.
fn published() -> Condition {
    Condition::all().add(program::Column::CurrentVersionId.is_not_null())
}

fn visible(caller: Caller) -> Visible {
    let reach = caller.reach();
    let (programs, cohorts) = match caller {
        Caller::Staff(_) => (
            tenancy::whole_issuer(reach, program::Column::IssuerId),
            tenancy::whole_issuer(reach, cohort::Column::IssuerId),
        ),
        // Cohorts are public with their programs.
        Caller::Learner { .. } => (published(), Condition::all()),
    };
    Visible {
        learners: tenancy::learners(reach),
        programs,
        cohorts,
        enrollments: tenancy::enrollments(reach),
    }
}

/// The person's record with the program's issuer; the oldest where there are several.
async fn own_record(work: &Work<'_>, person: Uuid, program: &Reference) -> Result<Reference> {
    let home = work.actor().issuer;
    let program = reference::find_one::<program::Entity>(work.tx(), home, published(), program)
        .await?
        .ok_or_else(|| Error::user("program", UserErrorCode::NotFound, "there is no such program"))?;
    let row = learner::Entity::find()
        .filter(learner::Column::PersonId.eq(person))
        .filter(learner::Column::IssuerId.eq(program.issuer_id))
        .order_by_asc(learner::Column::Id)
        .one(work.tx())
        .await?;
    Ok(row.map_or(Reference::NoSuchId, |row| Reference::Id(row.id)))
}

/// The version to enroll in, if program and cohort take anybody now.
fn admissible<'a>(
    work: &Work<'_>,
    scene: &'a Scene,
    spot: Spot<'_>,
    caller: Caller,
) -> Result<&'a program_version::Model> {
    let conflict = |field: &str, message: &str| Error::user(field, UserErrorCode::Conflict, message);
    let version = scene.version(spot).ok_or_else(|| conflict("program", "it has no published version"))?;
    if version.status == ProgramStatus::Retired {
        return Err(conflict("program", "it is retired and takes nobody any more"));
    }
    let Some(cohort) = spot.cohort.filter(|_| matches!(caller, Caller::Learner { .. })) else {
        return Ok(version);
    };
    if cohort.enrollment_opens_at.is_some_and(|opens| opens > work.now) {
        return Err(conflict("cohort", "enrollment is not open yet"));
    }
    if cohort.enrollment_closes_at.is_some_and(|closes| closes <= work.now) {
        return Err(conflict("cohort", "enrollment is closed"));
    }
    Ok(version)
}

/// Which enrollment of the learner at this place the new one is.
fn ordinal(scene: &Scene, spot: Spot<'_>) -> Result<i32> {
    let here: Vec<&enrollment::Model> = scene
        .enrollments
        .iter()
        .filter(|row| row.learner_id == spot.learner.id && row.place_id == spot.place())
        .collect();
    if here.iter().any(|row| !rules::is_over(row.status)) {
        let field = if spot.cohort.is_some() { "cohort" } else { "program" };
        return Err(Error::user(field, UserErrorCode::AlreadyDone, "the learner is enrolled here already"));
    }
    Ok(here.iter().map(|row| row.ordinal).max().unwrap_or_default() + 1)
}

/// Only staff may say that prerequisites do not matter, and why.
fn check_override(new: &NewEnrollment, caller: Caller) -> Result<()> {
    let Some(reason) = &new.override_reason else { return Ok(()) };
    let field = "prerequisiteOverride.reason";
    let mut checks = Checks::default();
    checks.text(field, reason, 500);
    checks.finish()?;
    match caller {
        Caller::Staff(_) => Ok(()),
        Caller::Learner { .. } => {
            let message = "only the issuer's staff may enroll without what is needed before";
            Err(Error::user("prerequisiteOverride", UserErrorCode::Invalid, message))
        }
    }
}

/// Programs that the version asks for and the learner (or the person, with whatever issuer) has not completed.
async fn missing_prerequisites(
    work: &Work<'_>,
    learner: &learner::Model,
    version: &program_version::Model,
) -> Result<Vec<Uuid>> {
    let asked = version.prerequisites()?;
    let asked: BTreeSet<Uuid> = asked.map(|asked| asked.programs.into_iter().collect()).unwrap_or_default();
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let records = learner::Entity::find()
        .select_only()
        .column(learner::Column::Id)
        .filter(match learner.person_id {
            Some(person) => learner::Column::PersonId.eq(person),
            None => learner::Column::Id.eq(learner.id),
        })
        .into_query();
    let done: Vec<Uuid> = enrollment::Entity::find()
        .select_only()
        .column(enrollment::Column::ProgramId)
        .filter(enrollment::Column::LearnerId.in_subquery(records))
        .filter(enrollment::Column::ProgramId.is_in(asked.iter().copied()))
        .filter(enrollment::Column::Status.eq(EnrollmentStatus::Completed))
        .into_tuple()
        .all(work.tx())
        .await?;
    let done: HashSet<Uuid> = done.into_iter().collect();
    Ok(asked.into_iter().filter(|id| !done.contains(id)).collect())
}

/// The refusal, naming what is missing.
async fn prerequisites_missing(work: &Work<'_>, missing: Vec<Uuid>) -> Result<Error> {
    let titles: Vec<String> = program_version::Entity::find()
        .select_only()
        .column(program_version::Column::Title)
        .filter(
            program_version::Column::Id.in_subquery(
                program::Entity::find()
                    .select_only()
                    .column(program::Column::CurrentVersionId)
                    .filter(program::Column::Id.is_in(missing))
                    .into_query(),
            ),
        )
        .order_by_asc(program_version::Column::Title)
        .into_tuple()
        .all(work.tx())
        .await?;
    let message = format!("to be completed before: {}", titles.join("; "));
    Ok(Error::user("program", UserErrorCode::PrerequisiteMissing, message))
}

/// Where the new enrollment stands: with a seat, or waiting for one.
async fn seat(work: &Work<'_>, scene: &Scene, spot: Spot<'_>) -> Result<EnrollmentStatus> {
    let seated = match scene.begins_later(spot, work.now) {
        true => EnrollmentStatus::Pending,
        false => EnrollmentStatus::Active,
    };
    let Some(cohort) = spot.cohort else { return Ok(seated) };
    let ids = BTreeSet::from([cohort.id]);
    // Read again under lock: the capacity may have changed meanwhile.
    let capacity = seats::lock(work, &ids).await?.first().and_then(|row| row.capacity).map(i64::from);
    let Some(capacity) = capacity else { return Ok(seated) };
    let taken = seats::taken(work, &ids).await?.get(&cohort.id).copied().unwrap_or_default();
    if taken.seats < capacity {
        Ok(seated)
    } else if taken.waiting < capacity {
        Ok(EnrollmentStatus::Waitlisted)
    } else {
        let message = "the cohort is full, and so is its waiting list";
        Err(Error::user("cohort", UserErrorCode::LimitReached, message))
    }
}
