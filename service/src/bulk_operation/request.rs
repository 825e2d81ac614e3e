//! Asking for credentials to be issued: rights and references are checked here, the rest row by row when it is worked off.

use cairn_entity::enums::{BulkKind, BulkSubject};
use cairn_entity::program;
use cairn_entity::{bulk_operation, enrollment as enrollments};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, Condition, IntoActiveModel};
use serde_json::json;
use uuid::Uuid;

use super::rows::{self, Named};
use super::start::{self, Asked};
use super::{progress, run};
use crate::actor::{Actor, Reach, Scope};
use crate::error::{Error, Result, UserError, UserErrorCode};
use crate::issuance::Terms;
use crate::reference::{self, EnrollmentReference, Reference};
use crate::{Service, Work, bulk, enrollment, tenancy};

/// Whom to issue to.
#[derive(Clone, Debug)]
pub enum IssueTarget {
    /// These enrollments, at most 1,000.
    Enrollments(Vec<EnrollmentReference>),
    /// Everyone eligible in a program.
    EveryoneEligibleIn(Reference),
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct IssueRequest {
    /// To whom.
    pub target: IssueTarget,
    /// From when the credentials hold; the completion date where absent.
    pub valid_from: Option<DateTime<Utc>>,
}

/// Takes an order to issue; a worker carries it out. An enrollment that is not found fails alone, by its row.
#[crate::boxed]
pub async fn request_issue(
    service: &Service,
    actor: &Actor,
    request: IssueRequest,
) -> Result<bulk_operation::Model> {
    let reach = actor.reach_whole(Scope::CredentialsIssue)?;
    match &request.target {
        IssueTarget::Enrollments(references) => of_list(service, actor, reach, &request, references).await,
        IssueTarget::EveryoneEligibleIn(named) => {
            let program = program_named(service, actor, reach, named).await?;
            let terms = Terms { valid_from: request.valid_from, everyone_in: Some(program.id) };
            let mut work = Work::begin(service, actor).await?;
            let row = new_row(&work, actor, program.issuer_id, &terms)?;
            let row = start::insert(&mut work, row).await?;
            work.answer(row).await
        }
    }
}

async fn of_list(
    service: &Service,
    actor: &Actor,
    reach: Reach,
    request: &IssueRequest,
    references: &[EnrollmentReference],
) -> Result<bulk_operation::Model> {
    let mut work = Work::begin(service, actor).await?;
    let named = named(&work, reach, references).await?;
    let issuer = issuer_of(&named, actor)?;
    let terms = Terms { valid_from: request.valid_from, everyone_in: None };
    let row = new_row(&work, actor, issuer, &terms)?;
    let row = insert_with_rows(&mut work, row, named).await?;
    work.answer(row).await
}

/// Where a list of enrollments stands in an input.
const LIST: &str = "target.enrollments";

/// The enrollments that a list names, each or why there is none.
pub(super) async fn named(
    work: &Work<'_>,
    reach: Reach,
    references: &[EnrollmentReference],
) -> Result<Vec<Named>> {
    bulk::check_count(LIST, references.len())?;
    if references.is_empty() {
        return Err(Error::user(LIST, UserErrorCode::Required, "name at least one enrollment"));
    }
    let found = enrollment::resolve(work.tx(), work.actor(), reach, references).await?;
    let named = references.iter().enumerate().map(|(index, reference)| {
        found.get(reference).cloned().ok_or_else(|| {
            let message = "there is no such enrollment";
            UserError::at(&format!("{LIST}.{index}"), UserErrorCode::NotFound, message)
        })
    });
    Ok(named.collect())
}

/// The one issuer of a list.
pub(super) fn issuer_of(named: &[Named], actor: &Actor) -> Result<Uuid> {
    let mut issuers = named.iter().flatten().map(|row| row.issuer_id);
    let first = issuers.next();
    if issuers.any(|other| Some(other) != first) {
        return Err(Error::user(LIST, UserErrorCode::Invalid, "one operation is for one issuer"));
    }
    let none = || Error::user(LIST, UserErrorCode::NotFound, "there are no such enrollments");
    first.or(actor.issuer).ok_or_else(none)
}

/// Writes a new operation with its rows; those that name nothing are done.
pub(super) async fn insert_with_rows(
    work: &mut Work<'_>,
    mut row: bulk_operation::Model,
    named: Vec<Named>,
) -> Result<bulk_operation::Model> {
    row.total = Some(0);
    let mut row = start::insert(work, row).await?;
    let made = rows::make(work, &row, 0, named).await?;
    row.total = Some(i32::try_from(made.len()).unwrap_or(i32::MAX));
    let refused: Vec<_> = made.into_iter().filter(|row| row.outcome.is_some()).collect();
    progress::count(&mut row, &refused);
    Ok(row.into_active_model().reset_all().update(work.tx()).await?)
}

/// Issues to everyone eligible in a program, here and now; `told` hears of every step. Broken off, any server goes on with it.
pub async fn issue_now(
    service: &Service,
    actor: &Actor,
    program: &Reference,
    told: impl FnMut(&bulk_operation::Model) + Send,
) -> Result<bulk_operation::Model> {
    let reach = actor.reach_whole(Scope::CredentialsIssue)?;
    let program = program_named(service, actor, reach, program).await?;
    let mut work = Work::begin(service, actor).await?;
    let mut row =
        new_row(&work, actor, program.issuer_id, &Terms { valid_from: None, everyone_in: Some(program.id) })?;
    start::take(&work, &mut row);
    let row = start::insert(&mut work, row).await?;
    work.commit().await?;
    run::run(service, row, told).await
}

/// Asks, within a command, for credentials that come by themselves: these awards of these enrollments of one issuer.
pub(crate) async fn ask_by_itself(
    work: &mut Work<'_>,
    issuer: Uuid,
    due: Vec<(enrollments::Model, Uuid)>,
) -> Result<()> {
    let terms = Terms { valid_from: None, everyone_in: None };
    let mut row = new_row(work, &Actor::worker(), issuer, &terms)?;
    row.total = Some(i32::try_from(due.len()).unwrap_or(i32::MAX));
    let row = start::insert(work, row).await?;
    rows::make_named(work, &row, due).await
}

async fn program_named(
    service: &Service,
    actor: &Actor,
    reach: Reach,
    named: &Reference,
) -> Result<program::Model> {
    let visible: Condition = tenancy::whole_issuer(reach, program::Column::IssuerId);
    reference::find_one::<program::Entity>(service.db.reader(), actor.issuer, visible, named)
        .await?
        .ok_or_else(|| {
            Error::user("target.everyoneEligibleIn", UserErrorCode::NotFound, "there is no such program")
        })
}

fn new_row(work: &Work<'_>, actor: &Actor, issuer: Uuid, terms: &Terms) -> Result<bulk_operation::Model> {
    let (kind, subject) = (BulkKind::IssueCredentials, BulkSubject::Credentials);
    start::new_row(work, actor, issuer, Asked { kind, subject, personal: false, input: json!(terms) })
}
