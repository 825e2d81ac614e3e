//! Bulk operations: types, queries, loaders. What asks for them and stops them is in `change`, the subscription in `follow`.

mod change;
mod follow;

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object};
use cairn_service::bulk_operation::{self, OperationFilter};
use cairn_service::error::{Error, Result as ServiceResult};
use cairn_service::export;
use cairn_service::ids::Kind;
use cairn_service::import;
use cairn_service::read;
use cairn_service::rows;
use cairn_service::rows::enums::{BulkKind, BulkSubject};
use uuid::Uuid;

use super::connection::{Connection, Listed, page_args};
use super::context::{Batch, ContextExt, Request, load};
use super::credential::{Credential, CredentialById};
use super::enrollment::{Enrollment, EnrollmentById};
use super::enums::{BulkOperationKind, BulkOperationStatus, BulkRowOutcome};
use super::error::{Result, UserError, user_errors};
use super::export::ExportFormat;
use super::import::OneRosterReport;
use super::scalar::{DateTime, Url, global_id, moment};

pub use change::BulkOperationMutations;
pub use follow::BulkOperationSubscriptions;

/// Work that goes on after the answer.
#[derive(Clone)]
pub struct BulkOperation {
    row: rows::bulk_operation::Model,
}

impl From<rows::bulk_operation::Model> for BulkOperation {
    fn from(row: rows::bulk_operation::Model) -> Self {
        Self { row }
    }
}

/// Work that goes on after the answer.
#[Object]
impl BulkOperation {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::BulkOperation, self.row.id)
    }

    /// What it does.
    async fn kind(&self) -> BulkOperationKind {
        self.row.kind.into()
    }

    /// Where it stands.
    async fn status(&self) -> BulkOperationStatus {
        self.row.status.into()
    }

    /// Rows in all; null until known.
    async fn total(&self) -> Option<i32> {
        self.row.total
    }

    /// Rows done.
    async fn processed(&self) -> i32 {
        self.row.processed
    }

    /// Rows that came out well: issued, or issued before; of an export, written.
    async fn succeeded(&self) -> i32 {
        self.row.succeeded
    }

    /// Rows that did not.
    async fn failed(&self) -> i32 {
        self.row.failed
    }

    /// When asked for.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// When ended.
    async fn finished_at(&self) -> Option<DateTime> {
        moment(self.row.finished_at)
    }

    /// Why it failed as a whole; empty otherwise.
    async fn user_errors(&self) -> Result<Vec<UserError>> {
        Ok(user_errors(bulk_operation::faults_of(&self.row)?))
    }

    /// Where the file that it has written is had, by whoever has this address, until `downloadExpiresAt`; a new one is made whenever this is asked
    /// for. Null where it writes none or has not succeeded, where the file is no longer kept, and for callers who may not read what is in it.
    async fn download_url(&self, ctx: &Context<'_>) -> Result<Option<Url>> {
        Ok(export::link(ctx.service(), ctx.actor(), &self.row)?.map(|link| Url(link.url)))
    }

    /// Until when `downloadUrl` holds: an hour, or less where the file is not kept that long. Files are kept for seven days.
    async fn download_expires_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        Ok(export::link(ctx.service(), ctx.actor(), &self.row)?.map(|link| DateTime(link.expires_at)))
    }

    /// Where a file is had, by whoever has this address and for an hour, that tells what became of each row that is done: its index, outcome, ids and
    /// errors. Null for an export, and once rows are no longer kept, 90 days after the end.
    async fn results_url(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As what.", default_with = "ExportFormat::Jsonl")] format: ExportFormat,
    ) -> Result<Option<Url>> {
        let over = self.row.finished_at.is_some() && self.row.rows_expire_at.is_none();
        if self.row.kind == BulkKind::Export || over {
            return Ok(None);
        }
        Ok(Some(Url(export::results_link(ctx.service(), &self.row, format.into())?.url)))
    }

    /// What has become of a bundle of OneRoster so far; null for everything else, and before its first rows are in.
    async fn one_roster(&self) -> Result<Option<OneRosterReport>> {
        Ok(import::report(&self.row)?.map(Into::into))
    }

    /// The rows that are done, in order; an export has none, and of a bundle of OneRoster they are those that are bad.
    async fn rows(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only rows of this outcome.")] outcome: Option<BulkRowOutcome>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<BulkRow>> {
        let (operation, outcome) = (self.row.id, outcome.map(Into::into));
        let args = page_args(first, after, last, before);
        let page = bulk_operation::rows(ctx.service(), operation, outcome, &args).await?;
        Ok(Connection::new(page.map(|row| BulkRow { row }), move |ctx| {
            Box::pin(async move { Ok(bulk_operation::count_rows(ctx.service(), operation, outcome).await?) })
        }))
    }
}

/// A row of a bulk operation.
#[derive(Clone)]
pub struct BulkRow {
    row: rows::bulk_row::Model,
}

impl Listed for BulkRow {
    const NAME: &'static str = "BulkRow";
}

/// A row of a bulk operation.
#[Object]
impl BulkRow {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::BulkRow, self.row.id)
    }

    /// Place among the operation's rows, from 0. A list without repetitions whose programs give one credential each has a row for each item, in its order.
    async fn index(&self) -> i32 {
        self.row.row_index
    }

    /// What became of it.
    async fn outcome(&self) -> Result<BulkRowOutcome> {
        let outcome = self
            .row
            .outcome
            .ok_or_else(|| Error::internal("a row without an outcome was listed", self.row.id.to_string()))?;
        Ok(outcome.into())
    }

    /// What came of it in an import: a learner's id, or an attempt's.
    async fn subject_id(&self, ctx: &Context<'_>) -> Result<Option<ID>> {
        let Some(id) = self.row.subject_id else { return Ok(None) };
        let subject = load::<SubjectOfOperation>(ctx, self.row.operation_id).await?;
        Ok(subject.and_then(bulk_operation::subject_kind).map(|kind| global_id(kind, id)))
    }

    /// What it was about; null where it was not found.
    async fn enrollment(&self, ctx: &Context<'_>) -> Result<Option<Enrollment>> {
        match self.row.enrollment_id {
            Some(id) => load::<EnrollmentById>(ctx, id).await,
            None => Ok(None),
        }
    }

    /// The credential issued or found.
    async fn credential(&self, ctx: &Context<'_>) -> Result<Option<Credential>> {
        match self.row.credential_id {
            Some(id) => load::<CredentialById>(ctx, id).await,
            None => Ok(None),
        }
    }

    /// Why not.
    async fn user_errors(&self) -> Result<Vec<UserError>> {
        Ok(user_errors(bulk_operation::errors_of(&self.row)?))
    }
}

impl Listed for BulkOperation {
    const NAME: &'static str = "BulkOperation";
}

/// Operations by id, among those that the caller may see.
pub struct VisibleBulkOperation;

impl Batch for VisibleBulkOperation {
    type Key = Uuid;
    type Value = BulkOperation;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, BulkOperation>> {
        let rows = bulk_operation::visible_by_ids(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Rows of operations by id, among those that the caller may see.
pub struct VisibleBulkRow;

impl Batch for VisibleBulkRow {
    type Key = Uuid;
    type Value = BulkRow;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, BulkRow>> {
        let rows = bulk_operation::visible_rows_by_ids(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, BulkRow { row })).collect())
    }
}

/// What operations are about, for their rows.
struct SubjectOfOperation;

impl Batch for SubjectOfOperation {
    type Key = Uuid;
    type Value = BulkSubject;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, BulkSubject>> {
        let rows = read::by_ids::<rows::bulk_operation::Entity>(&request.service, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.subject)).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, SubjectOfOperation, VisibleBulkOperation, VisibleBulkRow);
}

/// Which bulk operations; what is absent does not restrict.
#[derive(InputObject, Default)]
pub struct BulkOperationFilter {
    /// That do one of these.
    kinds: Option<Vec<BulkOperationKind>>,
    /// That stand at one of these.
    statuses: Option<Vec<BulkOperationStatus>>,
}

impl From<BulkOperationFilter> for OperationFilter {
    fn from(filter: BulkOperationFilter) -> Self {
        Self {
            kinds: filter.kinds.map(|kinds| kinds.into_iter().map(Into::into).collect()),
            statuses: filter.statuses.map(|statuses| statuses.into_iter().map(Into::into).collect()),
        }
    }
}

/// Reading bulk operations.
#[derive(Default)]
pub struct BulkOperationQueries;

#[Object]
impl BulkOperationQueries {
    /// The issuer's bulk operations about what the caller may read, the newest first.
    async fn bulk_operations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<BulkOperationFilter>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<BulkOperation>> {
        let filter: OperationFilter = filter.unwrap_or_default().into();
        let args = page_args(first, after, last, before);
        let page = bulk_operation::list(ctx.service(), ctx.actor(), &filter, &args).await?;
        Ok(Connection::new(page.map(BulkOperation::from), move |ctx| {
            let filter = filter.clone();
            Box::pin(async move { Ok(bulk_operation::count(ctx.service(), ctx.actor(), &filter).await?) })
        }))
    }
}
