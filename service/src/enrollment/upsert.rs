//! `upsertEnrollments`: the sender's word on up to 1,000 enrollments. What a status may follow is said in `rules`, how it is written in `change`.

use std::collections::{BTreeMap, BTreeSet};

use cairn_entity::enrollment;
use cairn_entity::enums::{EnrollmentChangeKind, EnrollmentStatus};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::change::{Change, Turn, apply, record, turn};
use super::make;
use super::row::{Decided, Roll};
use super::scene::{Named, Scene, Visible};
use super::seats;
use crate::actor::{Actor, Reach, Scope};
use crate::bulk::{self, RowOutcome, UpsertOutcome};
use crate::error::{Result, UserError, UserErrorCode};
use crate::patch::Patch;
use crate::reference::Reference;
use crate::validate::Checks;
use crate::{Service, Work, completion, save, tenancy};

/// An enrollment to be made or changed. It is told apart by its external id, else by learner, program and cohort.
#[derive(Clone, Debug)]
pub struct EnrollmentRow {
    /// The sender's own id.
    pub external_id: Option<String>,
    /// Who.
    pub learner: Reference,
    /// In what.
    pub program: Reference,
    /// In which cohort. Absent: that of the latest enrollment that is not withdrawn; null: in none.
    pub cohort: Patch<Reference>,
    /// Code of the track.
    pub track: Patch<String>,
    /// Where it stands; for a new one under way, or pending where it or its cohort begins later.
    pub status: Option<EnrollmentStatus>,
    /// When it came to stand there; now where absent.
    pub status_at: Option<DateTime<Utc>>,
    /// When made; now where absent.
    pub enrolled_at: Option<DateTime<Utc>>,
    /// When begun.
    pub started_at: Patch<DateTime<Utc>>,
    /// When it will run out of time, or is to end.
    pub ends_at: Patch<DateTime<Utc>>,
    /// When the learner's identity was checked.
    pub identity_verified_at: Patch<DateTime<Utc>>,
}

impl EnrollmentRow {
    pub(super) fn named(&self) -> Named<'_> {
        Named {
            learner: &self.learner,
            program: &self.program,
            cohort: match &self.cohort {
                Patch::Set(cohort) => Some(cohort),
                Patch::Keep | Patch::Clear => None,
            },
            external_id: self.external_id.as_deref(),
        }
    }
}

/// Makes or changes up to 1,000 enrollments, each with its own outcome. The sender is the one who knows: capacity, enrollment windows and
/// prerequisites are not asked for, and a status is taken as sent, except that what is completed stays so and what has begun does not
/// become pending again. The number of statements does not depend on how many they are.
#[crate::boxed]
pub async fn upsert(
    service: &Service,
    actor: &Actor,
    rows: Vec<EnrollmentRow>,
) -> Result<Vec<RowOutcome<enrollment::Model>>> {
    let reach = actor.reach_whole(Scope::EnrollmentsWrite)?;
    bulk::check_count("rows", rows.len())?;
    let mut work = Work::begin(service, actor).await?;
    let errors: Vec<Vec<UserError>> =
        rows.iter().enumerate().map(|(index, row)| check(&format!("rows.{index}"), row, work.now)).collect();
    // Only what passes reaches the database: PostgreSQL refuses some texts.
    let sound: Vec<Named<'_>> = rows
        .iter()
        .zip(&errors)
        .filter(|(_, errors)| errors.is_empty())
        .map(|(row, _)| row.named())
        .collect();
    let scene = Scene::read(&work, visible(reach), &sound).await?;
    let winners = bulk::winners(rows.iter().zip(&errors).map(|(row, errors)| key(&scene, row, errors)));
    let mut roll = Roll::new(&scene);
    let mut outcomes = Vec::with_capacity(rows.len());
    for (index, (row, errors)) in rows.iter().zip(errors).enumerate() {
        outcomes.push(match (errors.is_empty(), winners[index]) {
            (false, _) => Decided::Failed(errors),
            (true, Some(winner)) => Decided::Superseded(winner),
            (true, None) => roll.decide(&work, &format!("rows.{index}"), row)?,
        });
    }
    let touched = write(&mut work, roll).await?;
    let written = reread(&work, &touched).await?;
    let told = |(index, decided)| outcome(index, decided, &written);
    work.answer(outcomes.into_iter().enumerate().map(told).collect()).await
}

fn visible(reach: Reach) -> Visible {
    use cairn_entity::{cohort, learner, program};
    Visible {
        learners: tenancy::whole_issuer(reach, learner::Column::IssuerId),
        programs: tenancy::whole_issuer(reach, program::Column::IssuerId),
        cohorts: tenancy::whole_issuer(reach, cohort::Column::IssuerId),
        enrollments: tenancy::enrollments(reach),
    }
}

/// What tells rows of one call apart.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    External(Uuid, String),
    Place(Uuid, Uuid, Option<Option<Uuid>>),
}

fn key(scene: &Scene, row: &EnrollmentRow, errors: &[UserError]) -> Option<Key> {
    let spot = scene.spot("", &row.named()).ok().filter(|_| errors.is_empty())?;
    Some(match &row.external_id {
        Some(external_id) => Key::External(spot.program.issuer_id, external_id.clone()),
        None => {
            let cohort = (!row.cohort.is_keep()).then_some(spot.cohort.map(|cohort| cohort.id));
            Key::Place(spot.learner.id, spot.program.id, cohort)
        }
    })
}

/// Everything that is wrong with one row by itself.
fn check(path: &str, row: &EnrollmentRow, now: DateTime<Utc>) -> Vec<UserError> {
    let mut checks = Checks::default();
    if let Some(external_id) = &row.external_id {
        checks.external_id("externalId", external_id);
    }
    let past = |moment: &Patch<DateTime<Utc>>| match moment {
        Patch::Set(moment) => *moment <= now,
        Patch::Keep | Patch::Clear => true,
    };
    let moments = [
        ("statusAt", row.status_at.is_none_or(|moment| moment <= now)),
        ("startedAt", past(&row.started_at)),
        ("identityVerifiedAt", past(&row.identity_verified_at)),
    ];
    for (field, _) in moments.iter().filter(|(_, good)| !good) {
        checks.fail(field, UserErrorCode::Invalid, "must not lie in the future");
    }
    if row.status_at.is_some() && row.status.is_none() {
        checks.fail("status", UserErrorCode::Required, "`statusAt` needs a status");
    }
    checks.into_errors().into_iter().map(|error| error.under(path)).collect()
}

/// Writes what was decided; gives the ids of what was written.
async fn write(work: &mut Work<'_>, roll: Roll<'_>) -> Result<Vec<Uuid>> {
    let mut touched = Vec::new();
    let mut made = Vec::new();
    let mut edited = Vec::new();
    let mut changes = Vec::new();
    let mut left = BTreeSet::new();
    let mut history = Vec::new();
    for entry in roll.into_entries() {
        touched.push(entry.now.id);
        let Some(before) = entry.before else {
            made.push(entry.now);
            continue;
        };
        if seats::holds(before.status) && !seats::holds(entry.now.status) {
            left.extend(before.cohort_id);
        }
        if let Some((to, at)) = entry.step {
            let mut before_step = entry.now.clone();
            before_step.status = before.status;
            changes.push(Change { before: before_step, to, at, reason: Some("sender".to_owned()) });
        }
        if before.track != entry.now.track {
            let (kind, from) = (EnrollmentChangeKind::Track, before.track.clone());
            let to = entry.now.track.clone();
            let row = &entry.now;
            history.push(turn(work, Turn { row, kind, from, to, reason: Some("sender".to_owned()) })?);
        }
        let mut attributes = entry.now;
        attributes.status = before.status;
        if attributes != before {
            attributes.updated_at = work.now;
            edited.push(attributes);
        }
    }
    make::insert(work, made).await?;
    save::rows::<enrollment::Entity>(work.tx(), edited).await?;
    apply(work, changes).await?;
    record(work, history).await?;
    completion::refresh(work, &touched).await?;
    touched.extend(seats::fill(work, left).await?);
    Ok(touched)
}

async fn reread(work: &Work<'_>, ids: &[Uuid]) -> Result<BTreeMap<Uuid, enrollment::Model>> {
    let rows = enrollment::Entity::find()
        .filter(enrollment::Column::Id.is_in(ids.iter().copied()))
        .all(work.tx())
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

fn outcome(
    index: usize,
    decided: Decided,
    written: &BTreeMap<Uuid, enrollment::Model>,
) -> RowOutcome<enrollment::Model> {
    let now = |row: enrollment::Model| written.get(&row.id).cloned().unwrap_or(row);
    match decided {
        Decided::Failed(errors) => RowOutcome::failed(index, errors),
        Decided::Superseded(winner) => RowOutcome::superseded(index, winner, None),
        Decided::Created(row) => RowOutcome::of(index, UpsertOutcome::Created, now(row)),
        Decided::Updated(row) => RowOutcome::of(index, UpsertOutcome::Updated, now(row)),
        Decided::Unchanged(row) => RowOutcome::of(index, UpsertOutcome::Unchanged, now(row)),
    }
}
