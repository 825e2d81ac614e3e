//! Cohorts: types, mutations, loaders.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use cairn_service::bulk::RowOutcome;
use cairn_service::cohort;
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::page::{Page, PageArgs};
use cairn_service::program::terms;
use cairn_service::{read, rows};
use uuid::Uuid;

use super::attempt::{CohortDueDate, DueDatesOf};
use super::bulk::UpsertSummary;
use super::command::outcome;
use super::connection::Listed;
use super::context::{Batch, ContextExt, Request, load, load_required};
use super::enums::{DeliveryMode, StaffRole, UpsertOutcome};
use super::error::{Result, UserError, user_errors};
use super::learner::patch;
use super::program::{Price, PriceInput, Program, ProgramById, grouped};
use super::range::DateRange;
use super::reference::{IssuerRef, ProgramRef};
use super::scalar::{Date, DateTime, global_id, moment};

/// A class of a program.
#[derive(Clone)]
pub struct Cohort {
    row: rows::cohort::Model,
}

impl From<rows::cohort::Model> for Cohort {
    fn from(row: rows::cohort::Model) -> Self {
        Self { row }
    }
}

impl Listed for Cohort {
    const NAME: &'static str = "Cohort";
}

/// A class of a program.
#[Object]
impl Cohort {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::Cohort, self.row.id)
    }

    /// Its own due dates, the earliest first.
    async fn due_dates(&self, ctx: &Context<'_>) -> Result<Vec<CohortDueDate>> {
        Ok(load::<DueDatesOf>(ctx, self.row.id).await?.unwrap_or_default())
    }

    /// The issuer's own id.
    async fn external_id(&self) -> Option<&str> {
        self.row.external_id.as_deref()
    }

    /// Name.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// Its program.
    async fn program(&self, ctx: &Context<'_>) -> Result<Program> {
        load_required::<ProgramById>(ctx, self.row.program_id).await
    }

    /// First day, in the issuer's time zone.
    async fn starts_on(&self) -> Option<Date> {
        self.row.starts_on.map(Date)
    }

    /// Last day.
    async fn ends_on(&self) -> Option<Date> {
        self.row.ends_on.map(Date)
    }

    /// From when one may enroll.
    async fn enrollment_opens_at(&self) -> Option<DateTime> {
        moment(self.row.enrollment_opens_at)
    }

    /// Until when one may enroll.
    async fn enrollment_closes_at(&self) -> Option<DateTime> {
        moment(self.row.enrollment_closes_at)
    }

    /// Until when its learners may complete; then what is under way expires.
    async fn complete_by(&self) -> Option<DateTime> {
        moment(self.row.complete_by)
    }

    /// Most learners at once; null without limit.
    async fn capacity(&self) -> Option<i32> {
        self.row.capacity
    }

    /// How one takes part, where it differs from the program.
    async fn delivery_mode(&self) -> Option<DeliveryMode> {
        self.row.delivery_mode.map(Into::into)
    }

    /// What it costs, where that differs from the program; several terms where it may be paid in several ways.
    async fn prices(&self) -> Result<Vec<Price>> {
        let prices: Vec<terms::Price> = terms::list(&self.row.prices)?;
        Ok(prices.into_iter().map(Price::from).collect())
    }
}

/// Which cohorts.
#[derive(InputObject, Clone, Default)]
pub struct CohortFilter {
    /// Only those that can be enrolled in now.
    open: Option<bool>,
    /// Beginning in this span.
    starts_on: Option<DateRange>,
}

impl From<CohortFilter> for cohort::CohortFilter {
    fn from(filter: CohortFilter) -> Self {
        let span = filter.starts_on.unwrap_or_default();
        Self {
            open: filter.open.unwrap_or(false),
            starts_from: span.from.map(|day| day.0),
            starts_to: span.to.map(|day| day.0),
        }
    }
}

/// Cohorts by id.
pub struct CohortById;

impl Batch for CohortById {
    type Key = Uuid;
    type Value = Cohort;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Cohort>> {
        let rows = read::by_ids::<rows::cohort::Entity>(&request.service, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Cohorts by id among those that the caller may see.
pub struct VisibleCohort;

impl Batch for VisibleCohort {
    type Key = Uuid;
    type Value = Cohort;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Cohort>> {
        let rows = cohort::visible_by_ids(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// A page of a program's cohorts.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CohortsKey {
    /// The program.
    pub program: Uuid,
    /// Which.
    pub filter: cohort::CohortFilter,
    /// The page.
    pub args: PageArgs,
}

/// Pages of programs' cohorts.
pub struct CohortsOfProgram;

impl Batch for CohortsOfProgram {
    type Key = CohortsKey;
    type Value = Page<rows::cohort::Model>;

    async fn load(request: &Request, keys: &[CohortsKey]) -> ServiceResult<HashMap<CohortsKey, Self::Value>> {
        let mut found = HashMap::new();
        let alike = grouped(keys.iter().map(|key| ((key.filter.clone(), key.args.clone()), key.program)));
        for ((filter, args), programs) in alike {
            let pages = cohort::of_programs(&request.service, &programs, &filter, &args).await?;
            found.extend(pages.into_iter().map(|(program, page)| {
                (CohortsKey { program, filter: filter.clone(), args: args.clone() }, page)
            }));
        }
        Ok(found)
    }
}

/// How many cohorts programs have; the page of the key does not matter.
pub struct CountOfCohorts;

impl Batch for CountOfCohorts {
    type Key = CohortsKey;
    type Value = u64;

    async fn load(request: &Request, keys: &[CohortsKey]) -> ServiceResult<HashMap<CohortsKey, u64>> {
        let mut found = HashMap::new();
        for (filter, keys) in grouped(keys.iter().map(|key| (key.filter.clone(), key.clone()))) {
            let programs: Vec<Uuid> = keys.iter().map(|key| key.program).collect();
            let counts = cohort::count_of_programs(&request.service, &programs, &filter).await?;
            found.extend(keys.into_iter().map(|key| {
                let count = counts.get(&key.program).copied().unwrap_or_default();
                (key, count)
            }));
        }
        Ok(found)
    }
}

/// Registers this domain's loaders.
pub fn register(request: &Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, CohortById, VisibleCohort, CohortsOfProgram, CountOfCohorts);
}

/// Input of upsertCohorts.
#[derive(InputObject)]
pub struct UpsertCohortsInput {
    /// Whose; only operators need to say.
    issuer: Option<IssuerRef>,
    /// Up to 1,000.
    rows: Vec<UpsertCohortsRowInput>,
}

/// A cohort to be made or changed: an absent member keeps what is there, `null` clears it.
#[derive(InputObject)]
pub struct UpsertCohortsRowInput {
    /// The caller's own id; found again by it.
    external_id: String,
    /// Its program; needed for a new one, never changes.
    program: Option<ProgramRef>,
    /// Name; needed for a new one.
    name: Option<String>,
    /// First day, in the issuer's time zone.
    starts_on: MaybeUndefined<Date>,
    /// Last day.
    ends_on: MaybeUndefined<Date>,
    /// From when one may enroll.
    enrollment_opens_at: MaybeUndefined<DateTime>,
    /// Until when one may enroll.
    enrollment_closes_at: MaybeUndefined<DateTime>,
    /// Until when its learners may complete; then what is under way expires, unless the enrollment has an end of its own.
    complete_by: MaybeUndefined<DateTime>,
    /// Most learners at once.
    capacity: MaybeUndefined<i32>,
    /// How one takes part, where it differs from the program.
    delivery_mode: MaybeUndefined<DeliveryMode>,
    /// What it costs, where that differs.
    prices: MaybeUndefined<Vec<PriceInput>>,
    /// Who teaches or assesses it; the list as a whole.
    staff: MaybeUndefined<Vec<CohortStaffInput>>,
}

/// Somebody who teaches or assesses a cohort.
#[derive(InputObject)]
pub struct CohortStaffInput {
    /// The `sub` of their tokens.
    subject: String,
    /// What they do.
    role: StaffRole,
}

impl From<UpsertCohortsRowInput> for cohort::NewCohort {
    fn from(row: UpsertCohortsRowInput) -> Self {
        let staff = |one: CohortStaffInput| cohort::NewStaff { subject: one.subject, role: one.role.into() };
        Self {
            external_id: row.external_id,
            program: row.program.map(Into::into),
            name: row.name,
            starts_on: patch(row.starts_on).map(|day| day.0),
            ends_on: patch(row.ends_on).map(|day| day.0),
            enrollment_opens_at: patch(row.enrollment_opens_at).map(|moment| moment.0),
            enrollment_closes_at: patch(row.enrollment_closes_at).map(|moment| moment.0),
            complete_by: patch(row.complete_by).map(|moment| moment.0),
            capacity: patch(row.capacity),
            delivery_mode: patch(row.delivery_mode).map(Into::into),
            prices: patch(row.prices).map(|prices| prices.into_iter().map(Into::into).collect()),
            staff: patch(row.staff).map(|all| all.into_iter().map(staff).collect()),
        }
    }
}

/// Answer of upsertCohorts.
#[derive(SimpleObject)]
pub struct UpsertCohortsPayload {
    /// One a row, in order.
    results: Vec<UpsertCohortsRow>,
    /// Counts.
    summary: UpsertSummary,
    /// What the caller can mend in the call as a whole; what is wrong with a row stands there.
    user_errors: Vec<UserError>,
}

/// What became of one row.
#[derive(SimpleObject)]
pub struct UpsertCohortsRow {
    /// Place in the input, from 0.
    index: usize,
    /// What became of it.
    outcome: UpsertOutcome,
    /// The cohort as it now is; null where the row failed.
    cohort: Option<Cohort>,
    /// Why not; where a later row has the same key, the earlier says so.
    user_errors: Vec<UserError>,
}

impl From<RowOutcome<rows::cohort::Model>> for UpsertCohortsRow {
    fn from(row: RowOutcome<rows::cohort::Model>) -> Self {
        Self {
            index: row.index,
            outcome: row.outcome.into(),
            cohort: row.value.map(Cohort::from),
            user_errors: user_errors(row.errors),
        }
    }
}

/// Changing cohorts.
#[derive(Default)]
pub struct CohortMutations;

#[Object]
impl CohortMutations {
    /// Makes or changes cohorts by their external ids. Each row has its own outcome; a bad row never stops a good one.
    async fn upsert_cohorts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: UpsertCohortsInput,
    ) -> Result<Option<UpsertCohortsPayload>> {
        let new = cohort::NewCohorts {
            issuer: input.issuer.map(Into::into),
            rows: input.rows.into_iter().map(Into::into).collect(),
        };
        let done = cohort::upsert(ctx.service(), ctx.actor(), new);
        let (outcomes, user_errors) = outcome(ctx, done).await?;
        let outcomes = outcomes.unwrap_or_default();
        let summary = UpsertSummary::of(&outcomes);
        let results = outcomes.into_iter().map(UpsertCohortsRow::from).collect();
        Ok(Some(UpsertCohortsPayload { results, summary, user_errors }))
    }
}
