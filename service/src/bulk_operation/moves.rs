//! Moving many enrollments to another version of their program: what is asked for is checked here as a whole, and then each is moved as `transferEnrollments`
//! moves it.

use cairn_entity::enums::{BulkKind, BulkOutcome, BulkSubject, EnrollmentStatus, ProgramStatus};
use cairn_entity::{bulk_operation, bulk_row, cohort, enrollment, program, program_version};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, Select};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::start::{self, Asked};
use super::{finish, progress, request, rows};
use crate::actor::{Actor, Reach, Scope};
use crate::bulk::UpsertOutcome;
use crate::enrollment::{Transfer, Transferred, transfer_in};
use crate::error::{Error, Result, UserErrorCode};
use crate::issuance::interruption;
use crate::patch::Patch;
use crate::reference::{self, EnrollmentReference, Reference};
use crate::{Service, Work, tenancy};

/// Rows that are moved together.
const STEP: u64 = 200;

/// Longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// Whom to move.
#[derive(Clone, Debug)]
pub enum MoveTarget {
    /// These enrollments, at most 1,000.
    Enrollments(Vec<EnrollmentReference>),
    /// Everyone in a program whose enrollment has not ended.
    EveryoneIn {
        /// Which program.
        program: Reference,
        /// Only from the version with this number.
        from_version: Option<i32>,
        /// Only of this cohort.
        cohort: Option<Reference>,
    },
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct MoveRequest {
    /// Whom.
    pub target: MoveTarget,
    /// To which published version, by number.
    pub version: i32,
    /// Why, without personal data.
    pub reason: Option<String>,
}

/// How an operation moves.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Terms {
    version: i32,
    reason: Option<String>,
    /// Everyone in this; none where the rows were named one by one.
    everyone: Option<Everyone>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Everyone {
    program: Uuid,
    version: Option<Uuid>,
    cohort: Option<Uuid>,
}

/// Takes an order to move enrollments; a worker carries it out. An enrollment that is not found fails alone, by its row.
#[crate::boxed]
pub async fn request_moves(
    service: &Service,
    actor: &Actor,
    asked: MoveRequest,
) -> Result<bulk_operation::Model> {
    let reach = actor.reach_whole(Scope::EnrollmentsWrite)?;
    if asked.reason.as_ref().is_some_and(|reason| reason.chars().count() > LONGEST_REASON) {
        let message = format!("at most {LONGEST_REASON} characters");
        return Err(Error::user("reason", UserErrorCode::Invalid, message));
    }
    let terms = |everyone| Terms { version: asked.version, reason: asked.reason.clone(), everyone };
    let mut work = Work::begin(service, actor).await?;
    let row = match &asked.target {
        MoveTarget::Enrollments(references) => {
            let named = request::named(&work, reach, references).await?;
            let issuer = request::issuer_of(&named, actor)?;
            let row = start::new_row(&work, actor, issuer, order(&terms(None)))?;
            request::insert_with_rows(&mut work, row, named).await?
        }
        MoveTarget::EveryoneIn { program, from_version, cohort } => {
            let found = find(&work, reach, program, (asked.version, *from_version), cohort.as_ref()).await?;
            let (program, everyone) = found;
            let row = start::new_row(&work, actor, program.issuer_id, order(&terms(Some(everyone))))?;
            start::insert(&mut work, row).await?
        }
    };
    work.answer(row).await
}

fn order(terms: &Terms) -> Asked {
    Asked {
        kind: BulkKind::MoveEnrollments,
        subject: BulkSubject::Enrollments,
        personal: false,
        input: json!(terms),
    }
}

/// The program and what is moved of it.
async fn find(
    work: &Work<'_>,
    reach: Reach,
    named: &Reference,
    (to, from): (i32, Option<i32>),
    cohort: Option<&Reference>,
) -> Result<(program::Model, Everyone)> {
    let (on, home) = (work.tx(), work.actor().issuer);
    let not_found = |field: &str, message: &str| Error::user(field, UserErrorCode::NotFound, message);
    let visible = tenancy::whole_issuer(reach, program::Column::IssuerId);
    let program = reference::find_one::<program::Entity>(on, home, visible, named).await?;
    let program =
        program.ok_or_else(|| not_found("target.everyoneIn.program", "there is no such program"))?;
    let published = version(on, program.id, to).await?.filter(|row| row.status == ProgramStatus::Published);
    published.ok_or_else(|| not_found("toVersion", "the program has no published version of this number"))?;
    let from = match from {
        Some(number) => Some(version(on, program.id, number).await?.ok_or_else(|| {
            not_found("target.everyoneIn.fromVersion", "the program has no version of this number")
        })?),
        None => None,
    };
    let cohort = match cohort {
        Some(named) => {
            let visible: Condition = tenancy::whole_issuer(reach, cohort::Column::IssuerId);
            let visible = visible.add(cohort::Column::ProgramId.eq(program.id));
            let found = reference::find_one::<cohort::Entity>(on, home, visible, named).await?;
            Some(
                found
                    .ok_or_else(|| not_found("target.everyoneIn.cohort", "the program has no such cohort"))?,
            )
        }
        None => None,
    };
    let everyone =
        Everyone { program: program.id, version: from.map(|row| row.id), cohort: cohort.map(|row| row.id) };
    Ok((program, everyone))
}

async fn version(
    connection: &impl ConnectionTrait,
    program: Uuid,
    number: i32,
) -> Result<Option<program_version::Model>> {
    Ok(program_version::Entity::find()
        .filter(program_version::Column::ProgramId.eq(program))
        .filter(program_version::Column::Number.eq(number))
        .one(connection)
        .await?)
}

impl Everyone {
    fn select(self) -> Select<enrollment::Entity> {
        use EnrollmentStatus::{Active, Pending, Waitlisted};
        use enrollment::Column;
        enrollment::Entity::find()
            .filter(Column::ProgramId.eq(self.program))
            .filter(Column::Status.is_in([Active, Pending, Waitlisted]))
            .filter(
                Condition::all()
                    .add_option(self.version.map(|version| Column::VersionId.eq(version)))
                    .add_option(self.cohort.map(|cohort| Column::CohortId.eq(cohort))),
            )
    }
}

/// Moves every row that is not done; stops where it is asked to.
pub(super) async fn run(
    service: &Service,
    actor: &Actor,
    mut operation: bulk_operation::Model,
    told: &mut (dyn FnMut(&bulk_operation::Model) + Send),
) -> Result<bulk_operation::Model> {
    let terms: Terms = serde_json::from_value(operation.input.clone())?;
    while let (None, None, Some(everyone)) = (operation.cancel_requested_at, operation.total, terms.everyone)
    {
        operation = rows::make_page(service, actor, &operation, everyone.select()).await?;
        told(&operation);
    }
    loop {
        let due = match operation.cancel_requested_at {
            Some(_) => Vec::new(),
            None => rows::next(service, &operation, operation.next_index, STEP).await?,
        };
        if due.is_empty() {
            return finish(service, actor, operation, told).await;
        }
        operation = step(service, actor, &operation, &terms, due).await?;
        told(&operation);
    }
}

/// Moves some rows, in one transaction with what became of them.
async fn step(
    service: &Service,
    actor: &Actor,
    operation: &bulk_operation::Model,
    terms: &Terms,
    rows: Vec<bulk_row::Model>,
) -> Result<bulk_operation::Model> {
    let transfers: Vec<Transfer> = rows.iter().map(|row| transfer(row, terms)).collect();
    let mut work = Work::begin(service, actor).await?;
    let moved = transfer_in(&mut work, Reach::Issuer(operation.issuer_id), &transfers).await?;
    let done = rows.into_iter().zip(moved).map(|(row, moved)| outcome(row, moved)).collect();
    interruption::point("mid-move");
    let after = progress::record(&mut work, operation, done).await?;
    work.commit().await?;
    interruption::point("after-move");
    Ok(after)
}

fn transfer(row: &bulk_row::Model, terms: &Terms) -> Transfer {
    let enrollment = row.enrollment_id.map_or(Reference::NoSuchId, Reference::Id);
    Transfer {
        enrollment: EnrollmentReference::By(enrollment),
        cohort: Patch::Keep,
        version: Some(terms.version),
        reason: terms.reason.clone(),
    }
}

fn outcome(mut row: bulk_row::Model, moved: Transferred) -> bulk_row::Model {
    row.outcome = Some(match moved.outcome {
        UpsertOutcome::Created | UpsertOutcome::Updated => BulkOutcome::Moved,
        UpsertOutcome::Unchanged => BulkOutcome::Unchanged,
        UpsertOutcome::Failed => BulkOutcome::Failed,
    });
    row.errors = json!(moved.errors);
    row
}
