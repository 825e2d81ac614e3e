//! Enrollments: types and loaders. Inputs of lists are in `filter`, mutations in `change`.

mod change;
mod filter;
mod history;
mod progress;
mod transfer;

use std::collections::HashMap;

use async_graphql::{Context, ID, Object};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::page::PageArgs;
use cairn_service::{enrollment, read, rows};
use uuid::Uuid;

use super::attempt::{Attempt, attempts_of};
use super::cohort::{Cohort, CohortById};
use super::completion::{CompletionGap, gap_of};
use super::connection::{Connection, Listed, page_args};
use super::context::{Batch, ContextExt, Request, load, load_required};
use super::continuing::{ContinuingUnit, units_of};
use super::credential::{Credential, CredentialOfEnrollment};
use super::enums::EnrollmentStatus;
use super::error::Result;
use super::integrity::{FlagsOfEnrollment, IntegrityFlag};
use super::learner::{Learner, LearnerById};
use super::prior_learning::{PriorLearningClaim, claims_of};
use super::program::{Program, ProgramById, ProgramVersion, ProgramVersionById};
use super::progress::{LearningEvent, events_of};
use super::reference::{EnrollmentRef, ProgramRef};
use super::scalar::{DateTime, global_id, moment};
use super::voucher::{Voucher, VouchersOfEnrollment};
use history::{ChangesOfEnrollment, CountOfChanges, changes_of};

pub use change::EnrollmentMutations;
pub use filter::{EnrollmentFilter, EnrollmentOrder};
pub use history::{EnrollmentChange, VisibleChange};
pub use progress::Progress;
pub use transfer::TransferMutations;

/// A learner in one program version.
#[derive(Clone)]
pub struct Enrollment {
    row: rows::enrollment::Model,
}

impl From<rows::enrollment::Model> for Enrollment {
    fn from(row: rows::enrollment::Model) -> Self {
        Self { row }
    }
}

/// A learner in one program version.
#[Object]
impl Enrollment {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::Enrollment, self.row.id)
    }

    /// The sender's own id.
    async fn external_id(&self) -> Option<&str> {
        self.row.external_id.as_deref()
    }

    /// Where it stands.
    async fn status(&self) -> EnrollmentStatus {
        self.row.status.into()
    }

    /// Code of its track.
    async fn track(&self) -> Option<&str> {
        self.row.track.as_deref()
    }

    /// Which enrollment of this learner in this cohort (or, without one, program) it is, from 1: who withdraws may enroll anew.
    async fn ordinal(&self) -> i32 {
        self.row.ordinal
    }

    /// When made.
    async fn enrolled_at(&self) -> DateTime {
        DateTime(self.row.enrolled_at)
    }

    /// When begun: the first that was heard of any learning.
    async fn started_at(&self) -> Option<DateTime> {
        moment(self.row.started_at)
    }

    /// When completed.
    async fn completed_at(&self) -> Option<DateTime> {
        moment(self.row.completed_at)
    }

    /// When given up.
    async fn withdrawn_at(&self) -> Option<DateTime> {
        moment(self.row.withdrawn_at)
    }

    /// When ended without success.
    async fn failed_at(&self) -> Option<DateTime> {
        moment(self.row.failed_at)
    }

    /// When it will run out of time, or is to end.
    async fn ends_at(&self) -> Option<DateTime> {
        moment(self.row.ends_at)
    }

    /// Since when nothing is awarded for it because what that would rest on is being looked into, or was found not to count; null where that is not so.
    async fn held_since(&self) -> Option<DateTime> {
        moment(self.row.held_since)
    }

    /// Flags on it and on its attempts, the earliest first; none for those who do not grade it.
    async fn integrity_flags(&self, ctx: &Context<'_>) -> Result<Vec<IntegrityFlag>> {
        Ok(load::<FlagsOfEnrollment>(ctx, self.row.id).await?.unwrap_or_default())
    }

    /// When the learner's identity was checked.
    async fn identity_verified_at(&self) -> Option<DateTime> {
        moment(self.row.identity_verified_at)
    }

    /// When anything was last heard of it.
    async fn last_activity_at(&self) -> DateTime {
        DateTime(self.row.last_activity_at)
    }

    /// When last changed, for incremental pulls.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.row.updated_at)
    }

    /// In what.
    async fn program(&self, ctx: &Context<'_>) -> Result<Program> {
        load_required::<ProgramById>(ctx, self.row.program_id).await
    }

    /// The version that was enrolled in; it stays, whatever versions come later.
    async fn program_version(&self, ctx: &Context<'_>) -> Result<ProgramVersion> {
        load_required::<ProgramVersionById>(ctx, self.row.version_id).await
    }

    /// Who.
    async fn learner(&self, ctx: &Context<'_>) -> Result<Learner> {
        load_required::<LearnerById>(ctx, self.row.learner_id).await
    }

    /// In which cohort.
    async fn cohort(&self, ctx: &Context<'_>) -> Result<Option<Cohort>> {
        match self.row.cohort_id {
            Some(id) => load_required::<CohortById>(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }

    /// The credential that it earned: the one that stands, else the newest.
    async fn credential(&self, ctx: &Context<'_>) -> Result<Option<Credential>> {
        load::<CredentialOfEnrollment>(ctx, self.row.id).await
    }

    /// How far.
    async fn progress(&self) -> Progress {
        Progress::from(self.row.clone())
    }

    /// Tries at assessments, the newest first.
    async fn attempts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Attempt>> {
        attempts_of(ctx, self.row.id, page_args(first, after, last, before)).await
    }

    /// What was told of it, the newest received first: each event with what it did, and what undid it since.
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<LearningEvent>> {
        events_of(ctx, self.row.id, page_args(first, after, last, before)).await
    }

    /// Every change of it, the oldest first: what, when, who and why.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<EnrollmentChange>> {
        changes_of(ctx, self.row.id, page_args(first, after, last, before)).await
    }

    /// Continuing units that were recorded for it, in the order in which they were recorded.
    async fn continuing_units(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<ContinuingUnit>> {
        units_of(ctx, self.row.id, page_args(first, after, last, before)).await
    }

    /// Claims that something was learned before, the oldest first.
    async fn prior_learning_claims(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<PriorLearningClaim>> {
        claims_of(ctx, self.row.id, page_args(first, after, last, before)).await
    }

    /// Vouchers that it earned.
    async fn vouchers(&self, ctx: &Context<'_>) -> Result<Vec<Voucher>> {
        Ok(load::<VouchersOfEnrollment>(ctx, self.row.id).await?.unwrap_or_default())
    }

    /// What is missing for an award, told in the language of the reader.
    async fn why_not_yet(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The reader's language, BCP 47; by `Accept-Language` where absent, or where nothing is said in it."
        )]
        language: Option<String>,
    ) -> Result<CompletionGap> {
        gap_of(ctx, self.row.id, language.as_deref()).await
    }
}

impl Listed for Enrollment {
    const NAME: &'static str = "Enrollment";
}

/// Enrollments by id, for what refers to them.
pub struct EnrollmentById;

impl Batch for EnrollmentById {
    type Key = Uuid;
    type Value = Enrollment;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Enrollment>> {
        let rows = read::by_ids::<rows::enrollment::Entity>(&request.service, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Enrollments by id among those that the caller may see.
pub struct VisibleEnrollment;

impl Batch for VisibleEnrollment {
    type Key = Uuid;
    type Value = Enrollment;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Enrollment>> {
        let rows = enrollment::visible_by_ids(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(
        request,
        data,
        EnrollmentById,
        VisibleEnrollment,
        ChangesOfEnrollment,
        CountOfChanges,
        VisibleChange,
    );
}

/// One page of a list of enrollments.
pub async fn listed(
    ctx: &Context<'_>,
    whose: enrollment::Whose,
    program: Option<ProgramRef>,
    filter: Option<EnrollmentFilter>,
    order: Option<EnrollmentOrder>,
    args: PageArgs,
) -> Result<Connection<Enrollment>> {
    let program = program.map(Into::into);
    let filter = filter.unwrap_or_default().try_into()?;
    let order = order.map(EnrollmentOrder::field_and_direction);
    let list = enrollment::list(ctx.service(), ctx.actor(), whose, program.as_ref(), &filter, order).await?;
    let page = list.page(ctx.service(), &args).await?;
    Ok(Connection::new(page.map(Enrollment::from), move |ctx| {
        let list = list.clone();
        Box::pin(async move { Ok(list.count(ctx.service()).await?) })
    }))
}

/// Reading enrollments.
#[derive(Default)]
pub struct EnrollmentQueries;

#[Object]
impl EnrollmentQueries {
    /// One enrollment; null where there is none, or the caller may not see it.
    async fn enrollment(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "ref", desc = "Which.")] reference: EnrollmentRef,
    ) -> Result<Option<Enrollment>> {
        let row = enrollment::find(ctx.service(), ctx.actor(), &reference.into()).await?;
        Ok(row.map(Enrollment::from))
    }

    /// Enrollments that the caller may see: rosters, or pulls of what changed. Instructors and assessors see those of their cohorts,
    /// learners their own. Without an order the newest come first.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a list are its interface")]
    async fn enrollments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In what; in any program where absent.")] program: Option<ProgramRef>,
        #[graphql(desc = "Which.")] filter: Option<EnrollmentFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<EnrollmentOrder>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<Enrollment>>> {
        let args = page_args(first, after, last, before);
        listed(ctx, enrollment::Whose::Visible, program, filter, order_by, args).await.map(Some)
    }
}
