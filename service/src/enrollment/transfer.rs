//! `transferEnrollments`: from one cohort, or one version of a program, to another. What is carried over is the business of `carry`.

use std::collections::{BTreeSet, HashMap, HashSet};

use cairn_entity::enums::{EnrollmentChangeKind, EnrollmentStatus};
use cairn_entity::{cohort, enrollment, learner, program_version};
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::carry::{self, Carried};
use super::change::{Change, Turn, apply, lock, record, turn};
use super::scene::{begins_later, zones};
use super::seats::{self, Taken};
use super::{resolve, rules};
use crate::actor::{Actor, Reach, Scope};
use crate::bulk::{self, RowOutcome, UpsertOutcome};
use crate::error::{Result, UserError, UserErrorCode};
use crate::idempotency::kept_as;
use crate::ids::{self, Kind};
use crate::patch::Patch;
use crate::program::terms::Terms;
use crate::reference::{self, EnrollmentReference, Reference};
use crate::validate::Checks;
use crate::{Service, Work, completion, save, tenancy};

/// Where an enrollment is to go.
#[derive(Clone, Debug)]
pub struct Transfer {
    /// Which.
    pub enrollment: EnrollmentReference,
    /// Into which cohort of the program; null: into none.
    pub cohort: Patch<Reference>,
    /// To which version, by number; the cohort's own where it has one.
    pub version: Option<i32>,
    /// Why.
    pub reason: Option<String>,
}

/// What became of one row.
#[derive(Clone, Debug)]
pub struct Transferred {
    /// Place in the input, from 0.
    pub index: usize,
    /// What became of it.
    pub outcome: UpsertOutcome,
    /// The enrollment as it now is; none where the row failed.
    pub enrollment: Option<enrollment::Model>,
    /// What was done before and counts in the new place.
    pub carried_over: Vec<Carried>,
    /// What was done before and has no place there; it stays on record.
    pub left_behind: Vec<Carried>,
    /// Why it failed.
    pub errors: Vec<UserError>,
}

kept_as!(
    Transferred,
    (RowOutcome<enrollment::Model>, (Vec<Carried>, Vec<Carried>)),
    |done| {
        let Transferred { index, outcome, enrollment, carried_over, left_behind, errors } = done.clone();
        (RowOutcome { index, outcome, value: enrollment, errors }, (carried_over, left_behind))
    },
    |(RowOutcome { index, outcome, value: enrollment, errors }, (carried_over, left_behind))| Self {
        index,
        outcome,
        enrollment,
        carried_over,
        left_behind,
        errors,
    }
);

/// Moves up to 1,000 enrollments, each with its own outcome. Needs `enrollments:write` for whole issuers. What has ended is not moved. The number of
/// statements does not depend on how many they are.
#[crate::boxed]
pub async fn transfer(service: &Service, actor: &Actor, rows: Vec<Transfer>) -> Result<Vec<Transferred>> {
    let reach = actor.reach_whole(Scope::EnrollmentsWrite)?;
    bulk::check_count("rows", rows.len())?;
    let mut work = Work::begin(service, actor).await?;
    let mut told = transfer_in(&mut work, reach, &rows).await?;
    for one in &mut told {
        let at = format!("rows.{}", one.index);
        one.errors = std::mem::take(&mut one.errors).into_iter().map(|error| error.under(&at)).collect();
    }
    work.answer(told).await
}

/// Moves enrollments within a command; paths of errors begin at the row.
pub(crate) async fn transfer_in(
    work: &mut Work<'_>,
    reach: Reach,
    rows: &[Transfer],
) -> Result<Vec<Transferred>> {
    let mut desk = Desk::open(work, reach, rows).await?;
    let mut decided = Vec::with_capacity(rows.len());
    for row in rows {
        decided.push(desk.decide(work, row)?);
    }
    let moves: Vec<&Move> = decided.iter().flatten().flatten().collect();
    let mut carried = carry::over(work, moves.iter().map(|step| (&step.before, &step.now))).await?;
    write(work, &moves).await?;
    let ids: Vec<Uuid> = moves.iter().map(|step| step.now.id).collect();
    let now = enrollment::Entity::find().filter(enrollment::Column::Id.is_in(ids)).all(work.tx()).await?;
    let mut now: HashMap<Uuid, enrollment::Model> = now.into_iter().map(|row| (row.id, row)).collect();
    let told = decided.into_iter().enumerate().map(|(index, decided)| {
        let (outcome, enrollment, errors) = match decided {
            Err(errors) => (UpsertOutcome::Failed, None, errors),
            Ok(None) => {
                (UpsertOutcome::Unchanged, desk.found.get(&rows[index].enrollment).cloned(), Vec::new())
            }
            Ok(Some(step)) => {
                (UpsertOutcome::Updated, now.remove(&step.now.id).or(Some(step.now)), Vec::new())
            }
        };
        let carried = enrollment.as_ref().and_then(|row| carried.remove(&row.id)).unwrap_or_default();
        let (carried_over, left_behind) = (carried.over, carried.behind);
        Transferred { index, outcome, enrollment, carried_over, left_behind, errors }
    });
    Ok(told.collect())
}

/// An enrollment as it was and as it is to be.
struct Move {
    before: enrollment::Model,
    now: enrollment::Model,
    /// Whether it leaves a waiting list.
    seated: bool,
    reason: Option<String>,
}

/// What the rows of a call refer to.
struct Desk {
    found: HashMap<EnrollmentReference, enrollment::Model>,
    taken_up: HashSet<Uuid>,
    cohorts: HashMap<Reference, cohort::Model>,
    versions: HashMap<Uuid, Vec<program_version::Model>>,
    seats: HashMap<Uuid, Taken>,
    /// All enrollments of the learners in these programs: place, ordinal and whether it has ended.
    theirs: Vec<enrollment::Model>,
}

impl Desk {
    async fn open(work: &Work<'_>, reach: Reach, rows: &[Transfer]) -> Result<Self> {
        let named: HashSet<EnrollmentReference> = rows.iter().map(|row| row.enrollment.clone()).collect();
        let named: Vec<EnrollmentReference> = named.into_iter().collect();
        let found = resolve(work.tx(), work.actor(), reach, &named).await?;
        learner::Entity::find()
            .filter(learner::Column::Id.is_in(found.values().map(|row| row.learner_id)))
            .order_by_asc(learner::Column::Id)
            .lock(LockType::NoKeyUpdate)
            .all(work.tx())
            .await?;
        let ids: Vec<Uuid> = found.values().map(|row| row.id).collect();
        let locked = lock(work, &ids).await?;
        let locked: HashMap<Uuid, enrollment::Model> = locked.into_iter().map(|row| (row.id, row)).collect();
        let found: HashMap<_, _> = found
            .into_iter()
            .filter_map(|(named, row)| Some((named, locked.get(&row.id)?.clone())))
            .collect();
        let programs: HashSet<Uuid> = found.values().map(|row| row.program_id).collect();
        let theirs = enrollment::Entity::find()
            .filter(enrollment::Column::LearnerId.is_in(found.values().map(|row| row.learner_id)))
            .filter(enrollment::Column::ProgramId.is_in(programs.iter().copied()))
            .all(work.tx())
            .await?;
        let references = rows.iter().filter_map(|row| match &row.cohort {
            Patch::Set(cohort) => Some(cohort),
            Patch::Keep | Patch::Clear => None,
        });
        let visible = tenancy::whole_issuer(reach, cohort::Column::IssuerId);
        let cohorts =
            reference::find::<cohort::Entity>(work.tx(), work.actor().issuer, visible, references).await?;
        let targets: BTreeSet<Uuid> = cohorts.values().map(|row| row.id).collect();
        seats::lock(work, &targets).await?;
        let seats = seats::taken(work, &targets).await?;
        let rows = program_version::Entity::find()
            .filter(program_version::Column::ProgramId.is_in(programs))
            .filter(program_version::Column::PublishedAt.is_not_null())
            .all(work.tx())
            .await?;
        let mut versions: HashMap<Uuid, Vec<program_version::Model>> = HashMap::new();
        for row in rows {
            versions.entry(row.program_id).or_default().push(row);
        }
        Ok(Self { found, taken_up: HashSet::new(), cohorts, versions, seats, theirs })
    }

    /// The move that a row asks for; nothing where the enrollment is there already.
    fn decide(&mut self, work: &Work<'_>, row: &Transfer) -> Result<Result<Option<Move>, Vec<UserError>>> {
        let fail = |field: &str, code, message: &str| Ok(Err(vec![UserError::at(field, code, message)]));
        let mut checks = Checks::default();
        checks.optional_text("reason", row.reason.as_deref(), 500);
        if !checks.is_ok() {
            return Ok(Err(checks.into_errors()));
        }
        let Some(before) = self.found.get(&row.enrollment).cloned() else {
            let message = "there is no such enrollment, or it is not yours";
            return fail("enrollment", UserErrorCode::NotFound, message);
        };
        if !self.taken_up.insert(before.id) {
            return fail("enrollment", UserErrorCode::Conflict, "an earlier row names the same enrollment");
        }
        if before.status == EnrollmentStatus::Completed || rules::is_over(before.status) {
            return fail("enrollment", UserErrorCode::Conflict, "what has ended stays where it ended");
        }
        let cohort = match self.cohort(row, &before) {
            Ok(cohort) => cohort,
            Err(error) => return Ok(Err(vec![error])),
        };
        let version = match self.version(row, &before, cohort.as_ref())? {
            Ok(version) => version,
            Err(error) => return Ok(Err(vec![error])),
        };
        let mut now = enrollment::Model { version_id: version, updated_at: work.now, ..before.clone() };
        let mut seated = false;
        if !row.cohort.is_keep() && cohort.as_ref().map(|cohort| cohort.id) != before.cohort_id {
            match self.settle(&mut now, cohort.as_ref()) {
                Ok(from_waiting) => seated = from_waiting,
                Err(error) => return Ok(Err(vec![error])),
            }
        }
        let same = now.version_id == before.version_id && now.cohort_id == before.cohort_id;
        Ok(Ok((!same).then(|| Move { before, now, seated, reason: row.reason.clone() })))
    }

    fn cohort(&self, row: &Transfer, before: &enrollment::Model) -> Result<Option<cohort::Model>, UserError> {
        let Patch::Set(named) = &row.cohort else { return Ok(None) };
        match self.cohorts.get(named) {
            None => Err(UserError::at("cohort", UserErrorCode::NotFound, "there is no such cohort")),
            Some(cohort) if cohort.program_id != before.program_id => {
                Err(UserError::at("cohort", UserErrorCode::Invalid, "this cohort is of another program"))
            }
            Some(cohort) => Ok(Some(cohort.clone())),
        }
    }

    /// The version that it is to be in: the one asked for, the cohort's, or the one that it is in.
    fn version(
        &self,
        row: &Transfer,
        before: &enrollment::Model,
        cohort: Option<&cohort::Model>,
    ) -> Result<Result<Uuid, UserError>> {
        let of_cohort = cohort.and_then(|cohort| cohort.version_id);
        let published = self.versions.get(&before.program_id).map(Vec::as_slice).unwrap_or_default();
        let target = match row.version {
            None => of_cohort.unwrap_or(before.version_id),
            Some(number) => match published.iter().find(|version| version.number == number) {
                Some(version) => version.id,
                None => {
                    let message = "the program has no published version of this number";
                    return Ok(Err(UserError::at("version", UserErrorCode::NotFound, message)));
                }
            },
        };
        if of_cohort.is_some_and(|of_cohort| of_cohort != target) {
            let message = "the cohort runs another version";
            return Ok(Err(UserError::at("version", UserErrorCode::Conflict, message)));
        }
        let version = published.iter().find(|version| version.id == target);
        if let (Some(track), Some(version)) = (&before.track, version)
            && !version.tracks()?.iter().any(|known| known.code == *track)
        {
            let message = "that version does not have the enrollment's track; change the track first";
            return Ok(Err(UserError::at("version", UserErrorCode::Conflict, message)));
        }
        Ok(Ok(target))
    }

    /// Puts it into another cohort, or none; whether it leaves a waiting list by that.
    fn settle(
        &mut self,
        now: &mut enrollment::Model,
        cohort: Option<&cohort::Model>,
    ) -> Result<bool, UserError> {
        let place = cohort.map_or(now.program_id, |cohort| cohort.id);
        let there = |row: &&enrollment::Model| row.learner_id == now.learner_id && row.place_id == place;
        if self.theirs.iter().filter(there).any(|row| !rules::is_over(row.status)) {
            let message = "the learner is enrolled there already";
            return Err(UserError::at("cohort", UserErrorCode::AlreadyDone, message));
        }
        let ordinal = self.theirs.iter().filter(there).map(|row| row.ordinal).max().unwrap_or_default() + 1;
        if let Some(cohort) = cohort {
            let taken = self.seats.entry(cohort.id).or_default();
            if cohort.capacity.is_some_and(|capacity| taken.seats >= i64::from(capacity)) {
                return Err(UserError::at("cohort", UserErrorCode::LimitReached, "the cohort is full"));
            }
            taken.seats += 1;
        }
        if let Some(left) = now.cohort_id.filter(|_| seats::holds(now.status))
            && let Some(taken) = self.seats.get_mut(&left)
        {
            taken.seats -= 1;
        }
        (now.cohort_id, now.place_id, now.ordinal) = (cohort.map(|cohort| cohort.id), place, ordinal);
        // A later row of the call sees it where it is to be.
        self.theirs.retain(|row| row.id != now.id);
        self.theirs.push(now.clone());
        Ok(now.status == EnrollmentStatus::Waitlisted)
    }
}

/// Writes moves with their history; whoever waited for a seat that was left moves up.
async fn write(work: &mut Work<'_>, moves: &[&Move]) -> Result<()> {
    let mut history = Vec::new();
    let mut steps = Vec::new();
    let mut left = BTreeSet::new();
    for step in moves {
        let (before, now) = (&step.before, &step.now);
        let cohort = |id: Uuid| ids::encode(Kind::Cohort, id);
        let version = |id: Uuid| ids::encode(Kind::ProgramVersion, id);
        let turns = [
            (EnrollmentChangeKind::Cohort, before.cohort_id.map(cohort), now.cohort_id.map(cohort)),
            (EnrollmentChangeKind::Version, Some(version(before.version_id)), Some(version(now.version_id))),
        ];
        for (kind, from, to) in turns.into_iter().filter(|(_, from, to)| from != to) {
            let reason = step.reason.clone();
            history.push(turn(work, Turn { row: now, kind, from, to, reason })?);
        }
        if before.cohort_id != now.cohort_id && seats::holds(before.status) {
            left.extend(before.cohort_id);
        }
        if step.seated {
            steps.push(now.clone());
        }
    }
    save::rows::<enrollment::Entity>(work.tx(), moves.iter().map(|step| step.now.clone()).collect()).await?;
    record(work, history).await?;
    seat(work, steps).await?;
    let ids: Vec<Uuid> = moves.iter().map(|step| step.now.id).collect();
    completion::refresh(work, &ids).await?;
    seats::fill(work, left).await?;
    Ok(())
}

/// Those that waited for a seat have one now.
async fn seat(work: &mut Work<'_>, waiting: Vec<enrollment::Model>) -> Result<()> {
    let cohorts: BTreeSet<Uuid> = waiting.iter().filter_map(|row| row.cohort_id).collect();
    let rows = seats::lock(work, &cohorts).await?;
    let zones = zones(work, rows.iter().map(|row| row.issuer_id).collect()).await?;
    let later = rows.iter().filter(|row| begins_later(row, zones.get(&row.issuer_id), work.now));
    let later: HashSet<Uuid> = later.map(|row| row.id).collect();
    let at = work.now;
    let change = |before: enrollment::Model| {
        let begins_later = before.cohort_id.is_some_and(|cohort| later.contains(&cohort));
        let to = if begins_later { EnrollmentStatus::Pending } else { EnrollmentStatus::Active };
        Change { before, to, at, reason: Some("transferred".to_owned()) }
    };
    apply(work, waiting.into_iter().map(change).collect()).await?;
    Ok(())
}
