//! The catalogue: filter, order, pages; and what one issuer offers.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, Data, Enum, InputObject, Object};
use cairn_service::amount;
use cairn_service::error::{Error, Result as ServiceResult};
use cairn_service::page::{Page, PageArgs};
use cairn_service::program::{self, Range};
use cairn_service::reference::IssuerReference;
use cairn_service::skill::SkillReference;
use uuid::Uuid;

use super::Program;
use crate::graphql::connection::{Connection, page_args};
use crate::graphql::context::{Batch, ContextExt, Request, load, load_required};
use crate::graphql::enums::{DeliveryMode, IssuerKind, OrderDirection, ProgramStatus, Supervision};
use crate::graphql::error::Result;
use crate::graphql::range::NumberRange;
use crate::graphql::reference::{IssuerRef, SkillRef};
use crate::graphql::scalar::{DateTime, Decimal};
use crate::graphql::terms::{CreditScheme, LevelInput};

/// A sum of money.
#[derive(InputObject, Clone)]
pub struct MoneyInput {
    /// How much, in major units.
    amount: Decimal,
    /// ISO 4217 code.
    currency: String,
}

/// Which programs; all members narrow, and an empty list does not restrict.
#[derive(InputObject, Clone, Default)]
pub struct ProgramFilter {
    /// Words in title, summary, outcomes, modules, skills and tags: each must occur, at least within a word. Case and accents do not matter.
    search: Option<String>,
    /// Of these issuers.
    issuers: Option<Vec<IssuerRef>>,
    /// Of issuers of these kinds.
    issuer_kinds: Option<Vec<IssuerKind>>,
    /// Of these achievement types.
    achievement_types: Option<Vec<String>>,
    /// In these languages; `en` covers `en-GB`.
    languages: Option<Vec<String>>,
    /// Taken in these ways.
    delivery_modes: Option<Vec<DeliveryMode>>,
    /// With one of these skills.
    skills: Option<Vec<SkillRef>>,
    /// At one of these levels.
    levels: Option<Vec<LevelInput>>,
    /// With one of these tags.
    tags: Option<Vec<String>>,
    /// With credit in this scheme.
    credit_scheme: Option<CreditScheme>,
    /// With so much credit; in `creditScheme`, where that is given.
    credits: Option<NumberRange>,
    /// With so much work.
    workload_hours: Option<NumberRange>,
    /// Of such length.
    duration_weeks: Option<NumberRange>,
    /// At no more than this price for the whole; monthly prices count for its length. Currencies are not converted.
    max_price: Option<MoneyInput>,
    /// With at least one assessment so supervised.
    supervision: Option<Vec<Supervision>>,
    /// At these stages; published ones where none is given. The public sees published ones only: others need `programs:read`.
    statuses: Option<Vec<ProgramStatus>>,
    /// Changed since.
    updated_since: Option<DateTime>,
}

fn list<T, U: From<T>>(values: Option<Vec<T>>) -> Vec<U> {
    values.into_iter().flatten().map(U::from).collect()
}

fn range(name: &str, range: Option<NumberRange>) -> Result<Range> {
    let range = range.unwrap_or_default();
    let scaled = |value: Option<f64>| {
        let wrong = || Error::BadRequest(format!("`{name}` is out of range"));
        value.map(|value| amount::from_f64(value).ok_or_else(wrong)).transpose()
    };
    Ok(Range { min: scaled(range.min)?, max: scaled(range.max)? })
}

impl ProgramFilter {
    fn read(self) -> Result<program::ProgramFilter> {
        Ok(program::ProgramFilter {
            search: self.search,
            issuers: list::<_, IssuerReference>(self.issuers),
            issuer_kinds: list(self.issuer_kinds),
            achievement_types: list(self.achievement_types),
            languages: list(self.languages),
            delivery_modes: list(self.delivery_modes),
            skills: list::<_, SkillReference>(self.skills),
            levels: list(self.levels),
            tags: list(self.tags),
            credit_scheme: self.credit_scheme.map(Into::into),
            credits: range("credits", self.credits)?,
            workload_hours: range("workloadHours", self.workload_hours)?,
            duration_weeks: range("durationWeeks", self.duration_weeks)?,
            max_price: self.max_price.map(|price| (price.amount.0, price.currency)),
            supervision: list(self.supervision),
            statuses: list(self.statuses),
            updated_since: self.updated_since.map(|moment| moment.0),
        })
    }
}

/// What programs are ordered by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgramOrderField {
    /// Title, bytewise.
    Title,
    /// When published.
    PublishedAt,
    /// Workload; unknown ones count as endless.
    WorkloadHours,
    /// Price of the whole, as a bare number; unknown ones count as beyond all.
    Price,
    /// Closeness to the search words, the closest first under `ASC`; without words, title.
    Relevance,
}

/// In which order.
#[derive(InputObject, Clone, Copy)]
pub struct ProgramOrder {
    /// By what.
    field: ProgramOrderField,
    /// Which way.
    #[graphql(default)]
    direction: OrderDirection,
}

impl ProgramOrder {
    /// Closest first where words are searched, else by title.
    fn read(order: Option<Self>) -> (program::ProgramOrder, bool) {
        let Some(order) = order else { return (program::ProgramOrder::Relevance, false) };
        let field = match order.field {
            ProgramOrderField::Title => program::ProgramOrder::Title,
            ProgramOrderField::PublishedAt => program::ProgramOrder::PublishedAt,
            ProgramOrderField::WorkloadHours => program::ProgramOrder::Workload,
            ProgramOrderField::Price => program::ProgramOrder::Price,
            ProgramOrderField::Relevance => program::ProgramOrder::Relevance,
        };
        (field, order.direction == OrderDirection::Desc)
    }
}

/// Reading programs.
#[derive(Default)]
pub struct ProgramQueries;

#[Object]
impl ProgramQueries {
    /// Programs that the caller may see: the catalogue. Without an order, the closest to the search words first, else by title.
    #[expect(clippy::too_many_arguments, reason = "the four arguments of a page beside filter and order")]
    async fn programs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<ProgramFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<ProgramOrder>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Program>> {
        let filter = Arc::new(filter.unwrap_or_default().read()?);
        let args = page_args(first, after, last, before);
        let order = ProgramOrder::read(order_by);
        let page = program::list(ctx.service(), ctx.actor(), &filter, order, &args).await?;
        Ok(Connection::new(page.map(Program::from), move |ctx| {
            let filter = filter.clone();
            Box::pin(async move { Ok(program::count(ctx.service(), ctx.actor(), &filter).await?) })
        }))
    }

    /// One program; null where there is none, or the caller may not see it.
    async fn program(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its slug.")] slug: String,
    ) -> Result<Option<Program>> {
        Ok(program::by_slug(ctx.service(), ctx.actor(), &slug).await?.map(Program::from))
    }
}

/// A page of an issuer's programs.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OffersKey {
    issuer: Uuid,
    args: PageArgs,
}

/// Pages of what issuers offer.
struct OffersOfIssuer;

impl Batch for OffersOfIssuer {
    type Key = OffersKey;
    type Value = Page<program::Shown>;

    async fn load(request: &Request, keys: &[OffersKey]) -> ServiceResult<HashMap<OffersKey, Self::Value>> {
        let mut found = HashMap::new();
        for (args, issuers) in super::grouped(keys.iter().map(|key| (key.args.clone(), key.issuer))) {
            let pages = program::of_issuers(&request.service, &issuers, &args).await?;
            found.extend(
                pages.into_iter().map(|(issuer, page)| (OffersKey { issuer, args: args.clone() }, page)),
            );
        }
        Ok(found)
    }
}

/// How many programs issuers offer.
struct CountOfOffers;

impl Batch for CountOfOffers {
    type Key = Uuid;
    type Value = u64;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, u64>> {
        program::count_of_issuers(&request.service, keys).await
    }
}

/// What an issuer offers.
pub struct IssuerPrograms;

impl IssuerPrograms {
    /// A page of an issuer's published programs, by title.
    pub async fn page(ctx: &Context<'_>, issuer: Uuid, args: PageArgs) -> Result<Connection<Program>> {
        let page = load_required::<OffersOfIssuer>(ctx, OffersKey { issuer, args }).await?;
        Ok(Connection::new(page.map(Program::from), move |ctx| {
            Box::pin(async move { Ok(load::<CountOfOffers>(ctx, issuer).await?.unwrap_or_default()) })
        }))
    }
}

/// Registers the loaders.
pub fn register(request: &Arc<Request>, data: &mut Data) {
    crate::graphql::schema::register!(request, data, OffersOfIssuer, CountOfOffers);
}
