//! Bulk operations: work that goes on after the answer, row by row, each with its own outcome. What is done to a row is the business of others:
//! of `issuance`, of `export`, of `import`, of `enrollment`.

mod cancel;
mod issue;
mod keep;
mod lease;
mod list;
mod moves;
mod place;
pub(crate) mod progress;
mod request;
mod rows;
mod run;
pub(crate) mod slots;
pub(crate) mod start;

use cairn_entity::enums::{BulkOutcome, BulkSubject};
use cairn_entity::{bulk_operation, bulk_row};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, EntityTrait, Iterable, PaginatorTrait, QueryFilter};
use uuid::Uuid;

pub use cancel::cancel;
pub use keep::drop_expired_rows;
pub use lease::claim;
pub(crate) use lease::hold;
pub use list::{OperationFilter, count, list};
pub use moves::{MoveRequest, MoveTarget, request_moves};
pub use place::{cursor, stands_at};
pub(crate) use request::ask_by_itself;
pub use request::{IssueRequest, IssueTarget, issue_now, request_issue};
pub(crate) use rows::blank;
pub use run::run;
pub(crate) use run::{conclude, finish};

use crate::Service;
use crate::actor::{Actor, Scope};
use crate::error::{Result, UserError};
use crate::ids::Kind;
use crate::page::{self, Page, PageArgs, Sort, SortKey};
use crate::tenancy;

/// The right that reading rows of a subject takes.
pub(crate) fn read_scope(subject: BulkSubject) -> Scope {
    match subject {
        BulkSubject::Credentials => Scope::CredentialsRead,
        BulkSubject::Enrollments | BulkSubject::Attempts | BulkSubject::Events => Scope::EnrollmentsRead,
        BulkSubject::Completions => Scope::AnalyticsRead,
        BulkSubject::Learners => Scope::LearnersRead,
    }
}

/// The right that writing rows of a subject takes; none where nobody does.
pub(crate) fn write_scope(subject: BulkSubject) -> Option<Scope> {
    match subject {
        BulkSubject::Credentials => Some(Scope::CredentialsIssue),
        BulkSubject::Enrollments => Some(Scope::EnrollmentsWrite),
        BulkSubject::Attempts | BulkSubject::Events => Some(Scope::ProgressWrite),
        BulkSubject::Learners => Some(Scope::LearnersWrite),
        BulkSubject::Completions => None,
    }
}

/// The operations that a caller may see: those of their issuer about what they may read, or write. Whoever may see none is told so.
fn visible(actor: &Actor) -> Result<Condition> {
    let mut any = Condition::any();
    for subject in BulkSubject::iter() {
        let mut scopes = std::iter::once(read_scope(subject)).chain(write_scope(subject));
        if let Some(reach) = scopes.find_map(|scope| actor.reach_whole(scope).ok()) {
            let of_reach = tenancy::whole_issuer(reach, bulk_operation::Column::IssuerId);
            any = any.add(of_reach.add(bulk_operation::Column::Subject.eq(subject)));
        }
    }
    if any.is_empty() {
        actor.reach_whole(Scope::CredentialsRead)?;
    }
    Ok(any)
}

/// Operations by id, among those that the caller may see, in one statement. Whoever may see none is told so.
#[crate::boxed]
pub async fn visible_by_ids(
    service: &Service,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<bulk_operation::Model>> {
    Ok(bulk_operation::Entity::find()
        .filter(visible(actor)?)
        .filter(bulk_operation::Column::Id.is_in(ids.iter().copied()))
        .all(service.db.reader())
        .await?)
}

/// Rows by id, among those of operations that the caller may see, in one statement.
#[crate::boxed]
pub async fn visible_rows_by_ids(
    service: &Service,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<bulk_row::Model>> {
    let operations = Query::select()
        .column(bulk_operation::Column::Id)
        .from(bulk_operation::Entity)
        .cond_where(visible(actor)?)
        .to_owned();
    Ok(bulk_row::Entity::find()
        .filter(bulk_row::Column::OperationId.in_subquery(operations))
        .filter(bulk_row::Column::Outcome.is_not_null())
        .filter(bulk_row::Column::Id.is_in(ids.iter().copied()))
        .all(service.db.reader())
        .await?)
}

/// The rows of an operation that are done, in order, all or those of one outcome. The operation itself was read through the caller's reach.
#[crate::boxed]
pub async fn rows(
    service: &Service,
    operation: Uuid,
    outcome: Option<BulkOutcome>,
    args: &PageArgs,
) -> Result<Page<bulk_row::Model>> {
    let sort = Sort {
        tag: "row",
        column: Some(bulk_row::Column::RowIndex),
        id: bulk_row::Column::Id,
        descending: false,
    };
    page::fetch(service.db.reader(), done(operation, outcome), &sort, args, |row| {
        (SortKey::Number(row.row_index.into()), row.id)
    })
    .await
}

/// How many rows `rows` has in all its pages.
#[crate::boxed]
pub async fn count_rows(service: &Service, operation: Uuid, outcome: Option<BulkOutcome>) -> Result<u64> {
    Ok(done(operation, outcome).count(service.db.reader()).await?)
}

fn done(operation: Uuid, outcome: Option<BulkOutcome>) -> sea_orm::Select<bulk_row::Entity> {
    let select = bulk_row::Entity::find().filter(bulk_row::Column::OperationId.eq(operation));
    match outcome {
        Some(outcome) => select.filter(bulk_row::Column::Outcome.eq(outcome)),
        None => select.filter(bulk_row::Column::Outcome.is_not_null()),
    }
}

/// What the subjects of an operation's rows are, where they have any.
pub fn subject_kind(subject: BulkSubject) -> Option<Kind> {
    match subject {
        BulkSubject::Learners => Some(Kind::Learner),
        BulkSubject::Attempts => Some(Kind::Attempt),
        BulkSubject::Credentials
        | BulkSubject::Enrollments
        | BulkSubject::Completions
        | BulkSubject::Events => None,
    }
}

/// The errors of a row, as they were stored.
pub fn errors_of(row: &bulk_row::Model) -> Result<Vec<UserError>> {
    Ok(serde_json::from_value(row.errors.clone())?)
}

/// Why an operation failed as a whole.
pub fn faults_of(row: &bulk_operation::Model) -> Result<Vec<UserError>> {
    Ok(row.errors.clone().map(serde_json::from_value).transpose()?.unwrap_or_default())
}

/// Waits until something may have changed: a commit of this process, or (for those of others) a short while.
#[crate::boxed]
pub async fn changed(service: &Service) {
    const PATIENCE: std::time::Duration = std::time::Duration::from_millis(500);
    // Either way it is time to look.
    let _ = tokio::time::timeout(PATIENCE, service.wake.notified()).await;
}
