//! Continuing units: what somebody does to stay current.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use cairn_service::bulk::RowOutcome;
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::page::{Page, PageArgs};
use cairn_service::{continuing, rows};
use uuid::Uuid;

use super::bulk::UpsertSummary;
use super::command::outcome;
use super::connection::{Connection, Listed};
use super::context::{Batch, ContextExt, Request, load};
use super::enums::UpsertOutcome;
use super::error::{Result, UserError, user_errors};
use super::program::grouped;
use super::reference::EnrollmentRef;
use super::scalar::{DateTime, Decimal, Url, global_id, moment};

/// Continuing units that one activity earned.
#[derive(Clone)]
pub struct ContinuingUnit {
    row: rows::continuing_unit::Model,
}

impl From<rows::continuing_unit::Model> for ContinuingUnit {
    fn from(row: rows::continuing_unit::Model) -> Self {
        Self { row }
    }
}

/// Continuing units that one activity earned.
#[Object]
impl ContinuingUnit {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::ContinuingUnit, self.row.id)
    }

    /// The sender's own id.
    async fn external_id(&self) -> &str {
        &self.row.external_id
    }

    /// Of which category.
    async fn category(&self) -> &str {
        &self.row.category
    }

    /// How many.
    async fn amount(&self) -> Decimal {
        Decimal(self.row.amount)
    }

    /// What was done.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// Where it is shown.
    async fn url(&self) -> Option<Url> {
        self.row.url.clone().map(Url)
    }

    /// When earned.
    async fn earned_at(&self) -> DateTime {
        DateTime(self.row.earned_at)
    }

    /// When taken back; it counts no more.
    async fn withdrawn_at(&self) -> Option<DateTime> {
        moment(self.row.withdrawn_at)
    }
}

impl Listed for ContinuingUnit {
    const NAME: &'static str = "ContinuingUnit";
}

/// The same page of the activities of enrollments.
struct UnitsOfEnrollment;

impl Batch for UnitsOfEnrollment {
    type Key = (Uuid, PageArgs);
    type Value = Page<ContinuingUnit>;

    async fn load(request: &Request, keys: &[Self::Key]) -> ServiceResult<HashMap<Self::Key, Self::Value>> {
        let mut pages = HashMap::new();
        for (args, enrollments) in grouped(keys.iter().map(|(enrollment, args)| (args, *enrollment))) {
            for (id, page) in continuing::of_enrollments(&request.service, &enrollments, args).await? {
                pages.insert((id, args.clone()), page.map(ContinuingUnit::from));
            }
        }
        Ok(pages)
    }
}

/// How many activities enrollments have.
struct CountOfUnits;

impl Batch for CountOfUnits {
    type Key = Uuid;
    type Value = u64;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, u64>> {
        continuing::count(&request.service, keys).await
    }
}

/// Activities by id among those that the caller may see.
pub struct VisibleUnit;

impl Batch for VisibleUnit {
    type Key = Uuid;
    type Value = ContinuingUnit;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, ContinuingUnit>> {
        let rows = continuing::visible_by_ids(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// A page of an enrollment's activities.
pub async fn units_of(
    ctx: &Context<'_>,
    enrollment: Uuid,
    args: PageArgs,
) -> Result<Connection<ContinuingUnit>> {
    let page = load::<UnitsOfEnrollment>(ctx, (enrollment, args)).await?.unwrap_or_else(Page::empty);
    Ok(Connection::new(page, move |ctx| {
        Box::pin(async move { Ok(load::<CountOfUnits>(ctx, enrollment).await?.unwrap_or_default()) })
    }))
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, UnitsOfEnrollment, CountOfUnits, VisibleUnit);
}

/// Input of recordContinuingUnits.
#[derive(InputObject)]
pub struct RecordContinuingUnitsInput {
    /// Up to 1,000.
    rows: Vec<RecordContinuingUnitsRowInput>,
}

/// Units of one activity, found again by enrollment and external id.
#[derive(InputObject)]
pub struct RecordContinuingUnitsRowInput {
    /// The sender's own id.
    external_id: String,
    /// For which enrollment; it may be completed.
    enrollment: EnrollmentRef,
    /// Of which category, as the program's rules name it.
    category: String,
    /// How many.
    amount: Decimal,
    /// What was done.
    title: String,
    /// Where it is shown.
    url: Option<Url>,
    /// When earned.
    earned_at: DateTime,
    /// Whether they are taken back: they are kept and count no more.
    #[graphql(default)]
    withdrawn: bool,
}

impl From<RecordContinuingUnitsRowInput> for continuing::UnitsRow {
    fn from(row: RecordContinuingUnitsRowInput) -> Self {
        Self {
            external_id: row.external_id,
            enrollment: row.enrollment.into(),
            category: row.category,
            amount: row.amount.0,
            title: row.title,
            url: row.url.map(|url| url.0),
            earned_at: row.earned_at.0,
            withdrawn: row.withdrawn,
        }
    }
}

/// Answer of recordContinuingUnits.
#[derive(SimpleObject)]
pub struct RecordContinuingUnitsPayload {
    /// One a row, in order.
    results: Vec<RecordContinuingUnitsRow>,
    /// Counts.
    summary: UpsertSummary,
    /// What the caller can mend in the call as a whole; what is wrong with a row stands there.
    user_errors: Vec<UserError>,
}

/// What became of one row.
#[derive(SimpleObject)]
pub struct RecordContinuingUnitsRow {
    /// Place in the input, from 0.
    index: usize,
    /// What became of it.
    outcome: UpsertOutcome,
    /// The units as they now are; null where the row failed.
    continuing_unit: Option<ContinuingUnit>,
    /// Why not.
    user_errors: Vec<UserError>,
}

impl From<RowOutcome<rows::continuing_unit::Model>> for RecordContinuingUnitsRow {
    fn from(row: RowOutcome<rows::continuing_unit::Model>) -> Self {
        Self {
            index: row.index,
            outcome: row.outcome.into(),
            continuing_unit: row.value.map(ContinuingUnit::from),
            user_errors: user_errors(row.errors),
        }
    }
}

/// Recording continuing units.
#[derive(Default)]
pub struct ContinuingMutations;

#[Object]
impl ContinuingMutations {
    /// Records continuing units. Each row has its own outcome; the same row again changes nothing, one with other content corrects. Completion
    /// rules and rules of renewal count them. Needs `progress:write`.
    async fn record_continuing_units(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: RecordContinuingUnitsInput,
    ) -> Result<Option<RecordContinuingUnitsPayload>> {
        let rows = input.rows.into_iter().map(Into::into).collect();
        let (outcomes, user_errors) =
            outcome(ctx, continuing::record(ctx.service(), ctx.actor(), rows)).await?;
        let outcomes = outcomes.unwrap_or_default();
        let summary = UpsertSummary::of(&outcomes);
        let results = outcomes.into_iter().map(Into::into).collect();
        Ok(Some(RecordContinuingUnitsPayload { results, summary, user_errors }))
    }
}
