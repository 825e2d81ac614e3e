//! Bulk operations: types, the mutation that issues, the subscription that follows, loaders.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, OneofObject, SimpleObject, Subscription};
use cairn_service::bulk_operation::{self, IssueRequest, IssueTarget as Target, OperationFilter};
use cairn_service::error::{Error, Result as ServiceResult};
use cairn_service::export;
use cairn_service::ids::{self, Kind};
use cairn_service::reference::EnrollmentReference;
use cairn_service::rows;
use cairn_service::rows::enums::{BulkKind, BulkStatus};
use futures_util::Stream;
use uuid::Uuid;

use super::command::outcome;
use super::connection::{Connection, Listed, page_args};
use super::context::{Batch, ContextExt, Request, load};
use super::credential::{Credential, CredentialById};
use super::enrollment::{Enrollment, EnrollmentById};
use super::enums::{BulkOperationKind, BulkOperationStatus, BulkRowOutcome};
use super::error::{ApiError, Result, UserError, user_errors};
use super::export::ExportFormat;
use super::reference::{EnrollmentRef, ProgramRef};
use super::scalar::{DateTime, Url, global_id, moment};

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

    /// The rows that are done, in order; an export has none.
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

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, VisibleBulkOperation, VisibleBulkRow);
}

/// Whom to issue to, one of these.
#[derive(OneofObject)]
pub enum IssueTarget {
    /// These enrollments, at most 1,000.
    Enrollments(Vec<EnrollmentRef>),
    /// Everyone eligible in a program.
    EveryoneEligibleIn(ProgramRef),
}

/// Input of issueCredentials.
#[derive(InputObject)]
pub struct IssueCredentialsInput {
    /// To whom.
    target: IssueTarget,
    /// From when they hold; the date of completion where absent.
    valid_from: Option<DateTime>,
}

impl From<IssueCredentialsInput> for IssueRequest {
    fn from(input: IssueCredentialsInput) -> Self {
        let target = match input.target {
            IssueTarget::Enrollments(list) => {
                Target::Enrollments(list.into_iter().map(EnrollmentReference::from).collect())
            }
            IssueTarget::EveryoneEligibleIn(program) => Target::EveryoneEligibleIn(program.into()),
        };
        Self { target, valid_from: input.valid_from.map(|moment| moment.0) }
    }
}

/// Answer of issueCredentials.
#[derive(SimpleObject)]
pub struct IssueCredentialsPayload {
    /// The operation.
    bulk_operation: Option<BulkOperation>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Input of cancelBulkOperation.
#[derive(InputObject)]
pub struct CancelBulkOperationInput {
    /// Which, by our id.
    id: ID,
}

/// Answer of cancelBulkOperation.
#[derive(SimpleObject)]
pub struct CancelBulkOperationPayload {
    /// The operation, as it stands: one that runs is RUNNING until its step is done.
    bulk_operation: Option<BulkOperation>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Starting and stopping bulk operations.
#[derive(Default)]
pub struct BulkOperationMutations;

#[Object]
impl BulkOperationMutations {
    /// Issues to many at once, as a bulk operation. Running it twice issues nothing twice; a bad row never stops a good one.
    async fn issue_credentials(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: IssueCredentialsInput,
    ) -> Result<Option<IssueCredentialsPayload>> {
        let asked = bulk_operation::request_issue(ctx.service(), ctx.actor(), input.into());
        let (row, user_errors) = outcome(ctx, asked).await?;
        Ok(Some(IssueCredentialsPayload { bulk_operation: row.map(BulkOperation::from), user_errors }))
    }

    /// Stops a bulk operation: one that waits at once, one that runs at the end of the step in hand. What was done stays done; of an export no file is
    /// left. Takes the right that asking for it takes; asking again changes nothing.
    async fn cancel_bulk_operation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: CancelBulkOperationInput,
    ) -> Result<Option<CancelBulkOperationPayload>> {
        let id = ids::decode_as(Kind::BulkOperation, &input.id);
        let asked = bulk_operation::cancel(ctx.service(), ctx.actor(), id);
        let (row, user_errors) = outcome(ctx, asked).await?;
        Ok(Some(CancelBulkOperationPayload { bulk_operation: row.map(BulkOperation::from), user_errors }))
    }
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

/// A step of a bulk operation.
#[derive(SimpleObject)]
pub struct BulkOperationUpdatedEvent {
    /// The moment of the step.
    cursor: String,
    /// The operation.
    bulk_operation: BulkOperation,
}

/// Following bulk operations.
#[derive(Default)]
pub struct BulkOperationSubscriptions;

#[Subscription]
impl BulkOperationSubscriptions {
    /// A bulk operation as it runs: as it stands now, then after every step, until it has ended.
    async fn bulk_operation_updated(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, by our id.")] id: ID,
    ) -> Result<impl Stream<Item = async_graphql::Result<BulkOperationUpdatedEvent>> + use<>> {
        let request = ctx.request().clone();
        let row = match ids::decode_as(Kind::BulkOperation, &id) {
            Some(id) => find(&request, id).await?,
            // Whoever may see no operation at all is told that, whatever the id.
            None => {
                bulk_operation::visible_by_ids(&request.service, &request.actor, &[]).await?;
                None
            }
        };
        let row = row.ok_or_else(|| Error::NotFound("there is no such bulk operation".to_owned()))?;
        Ok(futures_util::stream::unfold(Follow { request, row, told: false }, Follow::step))
    }
}

async fn find(request: &Request, id: Uuid) -> ServiceResult<Option<rows::bulk_operation::Model>> {
    Ok(bulk_operation::visible_by_ids(&request.service, &request.actor, &[id]).await?.pop())
}

/// A subscription's place in an operation's life.
struct Follow {
    request: std::sync::Arc<Request>,
    /// The operation as it was last seen.
    row: rows::bulk_operation::Model,
    /// Whether that was told.
    told: bool,
}

impl Follow {
    /// Tells how the operation stands once that has changed; ends with the operation, or when it cannot be seen any longer.
    async fn step(mut self) -> Option<(async_graphql::Result<BulkOperationUpdatedEvent>, Self)> {
        while self.told {
            if !matches!(self.row.status, BulkStatus::Queued | BulkStatus::Running) {
                return None;
            }
            bulk_operation::changed(&self.request.service).await;
            match find(&self.request, self.row.id).await {
                Ok(row) => {
                    let row = row?;
                    self.told = row == self.row;
                    self.row = row;
                }
                Err(error) => return Some((Err(ApiError(error).into()), self)),
            }
        }
        self.told = true;
        let event = BulkOperationUpdatedEvent {
            cursor: self.row.updated_at.timestamp_micros().to_string(),
            bulk_operation: self.row.clone().into(),
        };
        Some((Ok(event), self))
    }
}
