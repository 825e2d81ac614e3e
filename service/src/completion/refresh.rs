//! Writes what the evaluator says: rollups of progress and score, and the status of what is begun or complete. In batches.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::{ComponentState, EnrollmentStatus};
use cairn_entity::{component, component_progress, enrollment};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::doubt::Doubt;
use super::explain::satisfied_at;
use super::known::{self, Known};
use super::plan::{ComponentFact, Plan, earliest};
use super::{component_programs, load, stack};
use crate::error::Result;
use crate::ids::Kind;
use crate::{Work, amount, award, chunk, credential, enrollment as enrollments, save};

/// How deep programs within programs are followed.
const DEEPEST: usize = 10;
/// Enrollments read at once.
const BATCH: usize = 1_000;

/// What a command has to tell of an enrollment, beside what it wrote.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    /// When it was last heard of.
    pub heard_at: DateTime<Utc>,
    /// Whether a grade was changed, or anything that had counted counts no more: a completion that no longer follows from what is known is then
    /// noted in the audit log.
    pub regraded: bool,
}

/// Folds progress anew, evaluates the rules and completes what is complete, as of the moment at which its rule came to be satisfied. What was
/// completed stays so. Programs that contain one that moved follow. For up to 1,000 enrollments the number of statements does not
/// depend on how many they are.
#[crate::boxed]
pub async fn refresh(work: &mut Work<'_>, enrollments: &[Uuid]) -> Result<()> {
    refresh_all(work, enrollments.to_vec(), &HashMap::new()).await
}

/// As `refresh`, for what a command has to tell of.
#[crate::boxed]
pub async fn refresh_told(work: &mut Work<'_>, told: &HashMap<Uuid, Told>) -> Result<()> {
    refresh_all(work, told.keys().copied().collect(), told).await
}

async fn refresh_all(work: &mut Work<'_>, ids: Vec<Uuid>, told: &HashMap<Uuid, Told>) -> Result<()> {
    let mut ids = ids;
    let mut unsupported = Vec::new();
    let mut completed: HashMap<Uuid, enrollment::Model> = HashMap::new();
    let mut doubted = credential::Doubted::default();
    for _ in 0..DEEPEST {
        if ids.is_empty() {
            break;
        }
        let (mut moved, before) = (Vec::new(), doubted.count());
        for batch in ids.chunks(BATCH) {
            let refreshed = refresh_batch(work, batch, told).await?;
            moved.extend(refreshed.moved);
            unsupported.extend(refreshed.unsupported);
            completed.extend(refreshed.completed.into_iter().map(|row| (row.id, row)));
            doubted.extend(refreshed.doubted);
        }
        ids = containing(work, moved, doubted.count() > before).await?;
    }
    award::follow(work, &completed.into_values().collect::<Vec<_>>()).await?;
    // Last of all: enrollments are locked before credentials.
    credential::regraded(work, &unsupported).await?;
    credential::doubted(work, doubted).await
}

/// What refreshing a batch came to.
struct Refreshed {
    /// The enrollments that moved.
    moved: Vec<enrollment::Model>,
    /// All that are complete now.
    completed: Vec<enrollment::Model>,
    /// Completed enrollments whose rule a changed grade leaves unsatisfied.
    unsupported: Vec<Uuid>,
    /// Completed enrollments that came to be in doubt, or are so no more.
    doubted: credential::Doubted,
}

/// Refreshes a batch.
async fn refresh_batch(work: &mut Work<'_>, ids: &[Uuid], told: &HashMap<Uuid, Told>) -> Result<Refreshed> {
    let rows = enrollments::lock(work, ids).await?;
    let plans = load::plans(work.tx(), &rows).await?;
    let known = known::facts(work.tx(), &rows, &plans).await?;
    let mut written = Vec::new();
    let mut progress = Vec::new();
    let mut changes = Vec::new();
    let mut unsupported = Vec::new();
    let mut completed = Vec::new();
    let mut doubted = credential::Doubted::default();
    for before in rows {
        let Some(known) = known.get(&before.id) else { continue };
        let plan = plans.of(&before);
        progress.extend(stacked_rows(work, &before, known)?);
        let satisfied = satisfied_at(&plan, &known.facts).map(|moment| moment.min(work.now));
        let mut row = rolled_up(&before, &plan, known, satisfied, told.get(&before.id));
        let regraded = told.get(&before.id).is_some_and(|told| told.regraded);
        if satisfied.is_some() {
            row.unsupported_since = None;
        } else if regraded && before.status == EnrollmentStatus::Completed {
            note_kept(work, &before)?;
            unsupported.push(before.id);
            row.unsupported_since = before.unsupported_since.or(Some(work.now));
        }
        row.held_since = held_since(work, &before, known.doubts.any.filter(|_| satisfied.is_none()));
        doubted.note(&before, &row);
        if row.status == EnrollmentStatus::Completed {
            completed.push(row.clone());
        }
        if row != before {
            announce(work, &before, &row);
            let row = enrollment::Model { updated_at: work.now, ..row };
            changes.extend(next_step(&row, known, satisfied));
            written.push(row);
        } else {
            changes.extend(next_step(&row, known, satisfied));
        }
    }
    save::rows::<component_progress::Entity>(work.tx(), progress).await?;
    write(work, &written).await?;
    let changed = enrollments::apply(work, changes).await?;
    completed.extend(changed.iter().filter(|row| row.status == EnrollmentStatus::Completed).cloned());
    Ok(Refreshed { moved: written.into_iter().chain(changed).collect(), completed, unsupported, doubted })
}

/// Since when nothing is awarded for an enrollment because what is left without what is in doubt does not satisfy its rule.
fn held_since(work: &Work<'_>, before: &enrollment::Model, doubt: Option<Doubt>) -> Option<DateTime<Utc>> {
    match doubt {
        Some(Doubt::Open) => before.held_since.or(Some(work.now)),
        // One that still runs goes on by what else is done in it.
        Some(Doubt::Upheld) if before.status == EnrollmentStatus::Completed => {
            before.held_since.or(Some(work.now))
        }
        Some(Doubt::Upheld) | None => None,
    }
}

/// The row with its figures as they should be.
fn rolled_up(
    before: &enrollment::Model,
    plan: &Plan,
    known: &Known,
    satisfied: Option<DateTime<Utc>>,
    told: Option<&Told>,
) -> enrollment::Model {
    let (required_done, required_total) = known.facts.required(plan);
    // Once nothing more is asked for, all is done, whatever electives are left.
    let percent = satisfied.map_or_else(|| known.facts.percent(plan), |_| amount::HUNDRED);
    enrollment::Model {
        percent,
        score: known.facts.score(plan).unwrap_or(-1),
        required_done,
        required_total,
        started_at: earliest(before.started_at, known.begun_at),
        last_activity_at: told
            .map_or(before.last_activity_at, |told| before.last_activity_at.max(told.heard_at)),
        ..before.clone()
    }
}

/// The step that an enrollment takes by itself: begun, or complete.
fn next_step(
    row: &enrollment::Model,
    known: &Known,
    satisfied: Option<DateTime<Utc>>,
) -> Option<enrollments::Change> {
    let to = |to, at, reason: &str| {
        Some(enrollments::Change { before: row.clone(), to, at, reason: Some(reason.to_owned()) })
    };
    match (row.status, satisfied, known.begun_at) {
        (EnrollmentStatus::Pending | EnrollmentStatus::Active, Some(at), _) => {
            to(EnrollmentStatus::Completed, at, "rule_satisfied")
        }
        // What was done in time counts, however late it is told.
        (EnrollmentStatus::Expired, Some(at), _) if row.expired_at.is_some_and(|end| at <= end) => {
            to(EnrollmentStatus::Completed, at, "rule_satisfied")
        }
        (EnrollmentStatus::Pending, None, Some(at)) => to(EnrollmentStatus::Active, at, "begun"),
        _ => None,
    }
}

/// Tells those who listen of progress. Times alone are no progress, nor is how much there is to do.
fn announce(work: &mut Work<'_>, before: &enrollment::Model, row: &enrollment::Model) {
    let figures = |row: &enrollment::Model| (row.percent, row.score, row.required_done);
    if figures(before) == figures(row) {
        return;
    }
    let payload = json!({
        "enrollment": row.id,
        "learner": row.learner_id,
        "program": row.program_id,
        "percent": row.percent,
        "score": row.score,
    });
    work.emit(Some(row.issuer_id), "progress.updated", (Kind::Enrollment, row.id), payload);
}

/// Notes that a completion stays although a changed grade no longer supports it.
fn note_kept(work: &mut Work<'_>, row: &enrollment::Model) -> Result<()> {
    let detail = json!({ "reason": "what is known now no longer satisfies the rule" });
    work.audit(Some(row.issuer_id), "enrollment.kept_completed", (Kind::Enrollment, row.id), detail)
}

/// Progress rows of components that are filled by programs, where they say something new.
fn stacked_rows(
    work: &Work<'_>,
    row: &enrollment::Model,
    known: &Known,
) -> Result<Vec<component_progress::Model>> {
    let mut rows = Vec::new();
    for (component, stacked) in &known.stacked {
        let present = known.rows.get(component);
        let mut fact = present.map(known::fact).unwrap_or_default();
        fact.join(*stacked);
        if present.map(known::fact) != Some(fact) {
            rows.push(progress_row(work, (row.issuer_id, row.id, *component), present, fact)?);
        }
    }
    Ok(rows)
}

/// The row that says so much of (issuer, enrollment, component).
pub(crate) fn progress_row(
    work: &Work<'_>,
    (issuer_id, enrollment_id, component_id): (Uuid, Uuid, Uuid),
    present: Option<&component_progress::Model>,
    fact: ComponentFact,
) -> Result<component_progress::Model> {
    let state = match fact {
        ComponentFact { waived: true, .. } => ComponentState::Waived,
        ComponentFact { completed_at: Some(_), .. } => ComponentState::Completed,
        ComponentFact { percent: 0, started_at: None, .. } => ComponentState::NotStarted,
        _ => ComponentState::InProgress,
    };
    Ok(component_progress::Model {
        id: present.map_or_else(|| work.new_id(), |row| Ok(row.id))?,
        issuer_id,
        enrollment_id,
        component_id,
        state,
        percent: fact.share_done(),
        started_at: fact.started_at,
        completed_at: fact.completed_at,
        updated_at: work.now,
    })
}

/// The columns that a refresh writes; the status is left to `enrollment::apply`.
const WRITTEN: [enrollment::Column; 9] = [
    enrollment::Column::Percent,
    enrollment::Column::Score,
    enrollment::Column::RequiredDone,
    enrollment::Column::RequiredTotal,
    enrollment::Column::UnsupportedSince,
    enrollment::Column::HeldSince,
    enrollment::Column::StartedAt,
    enrollment::Column::LastActivityAt,
    enrollment::Column::UpdatedAt,
];

async fn write(work: &Work<'_>, rows: &[enrollment::Model]) -> Result<()> {
    for rows in chunk::rows(rows.to_vec(), 29) {
        let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
        enrollment::Entity::insert_many(rows)
            .on_conflict(
                OnConflict::column(enrollment::Column::Id).update_columns(WRITTEN.iter().copied()).to_owned(),
            )
            .exec_without_returning(work.tx())
            .await?;
    }
    Ok(())
}

/// Enrollments, still running, of the same people in programs that contain those that moved; where these enroll by themselves, those made now. Where
/// doubts came or went, those that are complete, too. One that is complete does not move any more, yet what contains it may count what lies within it
/// by its own dates.
async fn containing(work: &mut Work<'_>, moved: Vec<enrollment::Model>, doubts: bool) -> Result<Vec<Uuid>> {
    let mut ids = Vec::new();
    let mut moved = moved;
    for _ in 0..DEEPEST {
        if moved.is_empty() {
            break;
        }
        let (made, around) = directly_containing(work, &moved).await?;
        let (complete, running): (Vec<_>, Vec<_>) =
            around.into_iter().partition(|row| row.status == EnrollmentStatus::Completed);
        ids.extend(running.into_iter().map(|row| row.id).chain(made));
        ids.extend(complete.iter().filter(|_| doubts).map(|row| row.id));
        let anew = moved.iter().any(|row| row.status == EnrollmentStatus::Completed);
        moved = if anew { complete } else { Vec::new() };
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Enrollments made now, and those that run or are complete, in programs that have these as components.
async fn directly_containing(
    work: &mut Work<'_>,
    moved: &[enrollment::Model],
) -> Result<(Vec<Uuid>, Vec<enrollment::Model>)> {
    let programs: HashSet<Uuid> = moved.iter().map(|row| row.program_id).collect();
    let versions: Vec<Uuid> = component::Entity::find()
        .select_only()
        .column(component::Column::VersionId)
        .distinct()
        .filter(component::Column::ComponentProgramId.is_in(programs))
        .into_tuple()
        .all(work.tx())
        .await?;
    if versions.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let learners: HashSet<Uuid> = moved.iter().map(|row| row.learner_id).collect();
    let same = component_programs::same_persons(work.tx(), learners).await?;
    let records: HashSet<Uuid> = same.into_values().flatten().collect();
    let made = match moved.iter().any(|row| row.status == EnrollmentStatus::Completed) {
        true => stack::enroll(work, &versions, &records).await?,
        false => Vec::new(),
    };
    let open = [EnrollmentStatus::Pending, EnrollmentStatus::Active, EnrollmentStatus::Completed];
    let around = enrollment::Entity::find()
        .filter(enrollment::Column::VersionId.is_in(versions))
        .filter(enrollment::Column::LearnerId.is_in(records))
        .filter(enrollment::Column::Status.is_in(open))
        .all(work.tx())
        .await?;
    Ok((made, around))
}
