//! Flags on the integrity of attempts and enrollments: the type, raising and resolving, and the list for staff.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, OneofObject, SimpleObject};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::{self, Kind};
use cairn_service::{integrity, rows};
use uuid::Uuid;

use super::attempt::{Attempt, Grader, GraderById, VisibleAttempt};
use super::command::outcome;
use super::connection::{Connection, Listed, page_args};
use super::context::{Batch, ContextExt, Request, load, load_required};
use super::enrollment::{Enrollment, EnrollmentById};
use super::enums::{FlagStatus, IntegrityCategory};
use super::error::{Result, UserError};
use super::reference::{AttemptRef, EnrollmentRef};
use super::scalar::{DateTime, global_id, moment};

/// A doubt about the integrity of an attempt, or of an enrollment as a whole. Only staff sees it.
#[derive(Clone)]
pub struct IntegrityFlag {
    row: rows::integrity_flag::Model,
}

impl From<rows::integrity_flag::Model> for IntegrityFlag {
    fn from(row: rows::integrity_flag::Model) -> Self {
        Self { row }
    }
}

impl Listed for IntegrityFlag {
    const NAME: &'static str = "IntegrityFlag";
}

/// A doubt about the integrity of an attempt, or of an enrollment as a whole. Only staff sees it.
#[Object]
impl IntegrityFlag {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::IntegrityFlag, self.row.id)
    }

    /// What is in doubt.
    async fn category(&self) -> IntegrityCategory {
        self.row.category.into()
    }

    /// Where it stands.
    async fn status(&self) -> FlagStatus {
        self.row.status.into()
    }

    /// In words.
    async fn note(&self) -> &str {
        &self.row.note
    }

    /// The enrollment.
    async fn enrollment(&self, ctx: &Context<'_>) -> Result<Enrollment> {
        load_required::<EnrollmentById>(ctx, self.row.enrollment_id).await
    }

    /// The attempt; null where the enrollment as a whole is in doubt.
    async fn attempt(&self, ctx: &Context<'_>) -> Result<Option<Attempt>> {
        match self.row.attempt_id {
            Some(id) => load::<VisibleAttempt>(ctx, id).await,
            None => Ok(None),
        }
    }

    /// When raised.
    async fn raised_at(&self) -> DateTime {
        DateTime(self.row.raised_at)
    }

    /// Who raised it.
    async fn raised_by(&self, ctx: &Context<'_>) -> Result<Option<Grader>> {
        who(ctx, self.row.raised_by_id).await
    }

    /// What was found, in words.
    async fn finding(&self) -> Option<&str> {
        self.row.finding.as_deref()
    }

    /// When resolved.
    async fn resolved_at(&self) -> Option<DateTime> {
        moment(self.row.resolved_at)
    }

    /// Who resolved it.
    async fn resolved_by(&self, ctx: &Context<'_>) -> Result<Option<Grader>> {
        who(ctx, self.row.resolved_by_id).await
    }
}

async fn who(ctx: &Context<'_>, id: Option<Uuid>) -> Result<Option<Grader>> {
    match id {
        Some(id) => load::<GraderById>(ctx, id).await,
        None => Ok(None),
    }
}

/// Declares a loader of flags by what they are on.
macro_rules! flags_of {
    ($(#[$doc:meta])* $batch:ident by $read:path) => {
        $(#[$doc])*
        pub struct $batch;

        impl Batch for $batch {
            type Key = Uuid;
            type Value = Vec<IntegrityFlag>;

            async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Vec<IntegrityFlag>>> {
                let lists = $read(&request.service, &request.actor, keys).await?;
                let shown = |rows: Vec<_>| rows.into_iter().map(IntegrityFlag::from).collect();
                Ok(lists.into_iter().map(|(id, rows)| (id, shown(rows))).collect())
            }
        }
    };
}

flags_of!(
    /// Flags that the caller sees, by enrollment.
    FlagsOfEnrollment by integrity::of_enrollments
);
flags_of!(
    /// Flags that the caller sees, by attempt.
    FlagsOfAttempt by integrity::of_attempts
);

/// Flags by id, among those that the caller sees.
pub struct VisibleFlag;

impl Batch for VisibleFlag {
    type Key = Uuid;
    type Value = IntegrityFlag;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, IntegrityFlag>> {
        let rows = integrity::visible_by_ids(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, FlagsOfEnrollment, FlagsOfAttempt, VisibleFlag,);
}

/// Which flags.
#[derive(InputObject, Default)]
pub struct IntegrityFlagFilter {
    /// At these stages.
    statuses: Option<Vec<FlagStatus>>,
    /// Of these categories.
    categories: Option<Vec<IntegrityCategory>>,
}

impl From<IntegrityFlagFilter> for integrity::FlagFilter {
    fn from(filter: IntegrityFlagFilter) -> Self {
        Self {
            statuses: filter.statuses.map(|list| list.into_iter().map(Into::into).collect()),
            categories: filter.categories.map(|list| list.into_iter().map(Into::into).collect()),
        }
    }
}

/// Reading flags.
#[derive(Default)]
pub struct IntegrityQueries;

#[Object]
impl IntegrityQueries {
    /// Flags on what the caller grades: staff those of their cohorts. The earliest raised come first.
    async fn integrity_flags(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<IntegrityFlagFilter>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<IntegrityFlag>>> {
        let filter = integrity::FlagFilter::from(filter.unwrap_or_default());
        let args = page_args(first, after, last, before);
        let page = integrity::list(ctx.service(), ctx.actor(), &filter, &args).await?;
        Ok(Some(Connection::new(page.map(IntegrityFlag::from), move |ctx| {
            let filter = filter.clone();
            Box::pin(async move { Ok(integrity::count(ctx.service(), ctx.actor(), &filter).await?) })
        })))
    }
}

/// What a flag is on, one of these.
#[derive(OneofObject)]
pub enum IntegrityFlagOn {
    /// An attempt.
    Attempt(AttemptRef),
    /// An enrollment as a whole.
    Enrollment(EnrollmentRef),
}

/// Input of raiseIntegrityFlag.
#[derive(InputObject)]
pub struct RaiseIntegrityFlagInput {
    /// On what.
    on: IntegrityFlagOn,
    /// What is in doubt about it.
    category: IntegrityCategory,
    /// In words, for staff alone: never shown to learners, and in no log or event.
    note: String,
}

/// Answer of raiseIntegrityFlag.
#[derive(SimpleObject)]
pub struct RaiseIntegrityFlagPayload {
    /// The flag.
    integrity_flag: Option<IntegrityFlag>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// How a flag is resolved.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntegrityResolution {
    /// The doubt was not right: everything goes on by itself.
    Dismissed,
    /// The doubt was right: what it is on counts no more.
    Upheld,
}

/// Input of resolveIntegrityFlag.
#[derive(InputObject)]
pub struct ResolveIntegrityFlagInput {
    /// Which flag, by our id.
    flag: ID,
    /// How.
    resolution: IntegrityResolution,
    /// What was found, in words, for staff alone.
    finding: Option<String>,
}

/// Answer of resolveIntegrityFlag.
#[derive(SimpleObject)]
pub struct ResolveIntegrityFlagPayload {
    /// The flag.
    integrity_flag: Option<IntegrityFlag>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Raising and resolving flags.
#[derive(Default)]
pub struct IntegrityMutations;

#[Object]
impl IntegrityMutations {
    /// Raises a flag on an attempt or an enrollment. Until it is resolved nothing is awarded that rests on it; credentials that were issued are suspended
    /// where their program says so (`onIntegrityFlag`).
    async fn raise_integrity_flag(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: RaiseIntegrityFlagInput,
    ) -> Result<Option<RaiseIntegrityFlagPayload>> {
        let on = match input.on {
            IntegrityFlagOn::Attempt(named) => integrity::On::Attempt(named.into()),
            IntegrityFlagOn::Enrollment(named) => integrity::On::Enrollment(named.into()),
        };
        let new = integrity::NewFlag { on, category: input.category.into(), note: input.note };
        let (row, user_errors) = outcome(ctx, integrity::raise(ctx.service(), ctx.actor(), new)).await?;
        Ok(Some(RaiseIntegrityFlagPayload { integrity_flag: row.map(IntegrityFlag::from), user_errors }))
    }

    /// Resolves a flag. Dismissed: what waited for it is awarded, and what it suspended is reinstated. Upheld: the attempt is taken out and uses up its
    /// try; an enrollment that runs ends without success; credentials follow the program's policy for regrades (`onRegrade`).
    async fn resolve_integrity_flag(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: ResolveIntegrityFlagInput,
    ) -> Result<Option<ResolveIntegrityFlagPayload>> {
        let new = integrity::Resolution {
            flag: ids::decode_as(Kind::IntegrityFlag, &input.flag),
            upheld: input.resolution == IntegrityResolution::Upheld,
            finding: input.finding,
        };
        let (row, user_errors) = outcome(ctx, integrity::resolve(ctx.service(), ctx.actor(), new)).await?;
        Ok(Some(ResolveIntegrityFlagPayload { integrity_flag: row.map(IntegrityFlag::from), user_errors }))
    }
}
