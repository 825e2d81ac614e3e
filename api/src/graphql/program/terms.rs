//! Plain facts of programs: prices, tracks, recognitions, awards, parties. Types and the inputs that mirror them.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use cairn_service::amount;
use cairn_service::ids::Kind;
use cairn_service::program::terms;
use cairn_service::rows;

use super::Program;
use super::rule::CompletionRule;
use crate::graphql::context::load_required;
use crate::graphql::enums::{AwardKind, PartyRole, RenewalStart};
use crate::graphql::error::Result;
use crate::graphql::issuer::{Issuer, IssuerById};
use crate::graphql::scalar::{DateTime, Decimal, Url, global_id, moment};
use crate::graphql::terms::{Credit, CreditInput};

/// What a price is paid for.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[graphql(remote = "terms::PriceBasis")]
pub enum PriceBasis {
    /// Once for the whole.
    Once,
    /// For every month.
    Month,
    /// For every module.
    Module,
}

/// Who assures quality.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[graphql(remote = "terms::QualityAssurance")]
pub enum QualityAssurance {
    /// The issuer itself.
    Internal,
    /// An agency outside.
    ExternalAgency,
    /// A professional body.
    ProfessionalBody,
}

/// One way to pay.
#[derive(SimpleObject, Clone)]
pub struct Price {
    /// Exact amount.
    amount: Decimal,
    /// ISO 4217 code.
    currency: String,
    /// What it is paid for.
    per: PriceBasis,
    /// The track that it buys; null for all.
    track: Option<String>,
    /// What lowers it.
    discounts: Vec<Discount>,
}

/// What lowers a price: so many percent, or so much.
#[derive(SimpleObject, Clone)]
pub struct Discount {
    /// For whom or why.
    name: String,
    /// Percent, 0 to 100.
    percent_off: Option<f64>,
    /// In the price's currency.
    amount_off: Option<Decimal>,
    /// Until when it is given.
    until: Option<DateTime>,
}

impl From<terms::Discount> for Discount {
    fn from(from: terms::Discount) -> Self {
        Self {
            name: from.name,
            percent_off: from.percent_off.map(amount::to_f64),
            amount_off: from.amount_off.map(Decimal),
            until: moment(from.until),
        }
    }
}

/// What lowers a price: so many percent, or so much; one of both.
#[derive(InputObject, Clone)]
pub struct DiscountInput {
    /// For whom or why.
    name: String,
    /// Percent, more than 0, at most 100.
    percent_off: Option<f64>,
    /// In the price's currency.
    amount_off: Option<Decimal>,
    /// Until when it is given.
    until: Option<DateTime>,
}

impl From<DiscountInput> for terms::Discount {
    fn from(from: DiscountInput) -> Self {
        Self {
            name: from.name,
            // What is no number at all is refused as 0 is.
            percent_off: from.percent_off.map(|percent| amount::from_f64(percent).unwrap_or_default()),
            amount_off: from.amount_off.map(|off| off.0),
            until: from.until.map(|until| until.0),
        }
    }
}

/// Components of which some are chosen.
#[derive(SimpleObject, Clone)]
pub struct ComponentGroup {
    /// What components name it by.
    code: String,
    /// Title.
    title: String,
    /// How many of them are to be done.
    choose: i32,
}

impl From<terms::ComponentGroup> for ComponentGroup {
    fn from(from: terms::ComponentGroup) -> Self {
        Self { code: from.code, title: from.title, choose: from.choose }
    }
}

/// Components of which some are chosen.
#[derive(InputObject, Clone)]
pub struct ComponentGroupInput {
    /// What components name it by, as `groupCode`.
    code: String,
    /// Title.
    title: String,
    /// How many of them are to be done.
    choose: i32,
}

impl From<ComponentGroupInput> for terms::ComponentGroup {
    fn from(from: ComponentGroupInput) -> Self {
        Self { code: from.code, title: from.title, choose: from.choose }
    }
}

/// How a program looks, where it differs from its issuer.
#[derive(SimpleObject, Clone)]
pub struct Branding {
    /// Color of what stands out, as `#rrggbb`.
    primary_color: Option<String>,
    /// Color beside it, as `#rrggbb`.
    secondary_color: Option<String>,
    /// Its own logo.
    logo_url: Option<Url>,
}

impl From<terms::Branding> for Branding {
    fn from(from: terms::Branding) -> Self {
        Self {
            primary_color: from.primary_color,
            secondary_color: from.secondary_color,
            logo_url: from.logo_url.map(Url),
        }
    }
}

/// How a program looks, where it differs from its issuer.
#[derive(InputObject, Clone)]
pub struct BrandingInput {
    /// Color of what stands out, as `#rrggbb`.
    primary_color: Option<String>,
    /// Color beside it, as `#rrggbb`.
    secondary_color: Option<String>,
    /// Its own logo.
    logo_url: Option<Url>,
}

impl From<BrandingInput> for terms::Branding {
    fn from(from: BrandingInput) -> Self {
        Self {
            primary_color: from.primary_color,
            secondary_color: from.secondary_color,
            logo_url: from.logo_url.map(|url| url.0),
        }
    }
}

impl From<terms::Price> for Price {
    fn from(from: terms::Price) -> Self {
        Self {
            amount: Decimal(from.amount),
            currency: from.currency,
            per: from.per.into(),
            track: from.track,
            discounts: from.discounts.into_iter().map(Discount::from).collect(),
        }
    }
}

/// One way to pay.
#[derive(InputObject, Clone)]
pub struct PriceInput {
    /// Exact amount.
    amount: Decimal,
    /// ISO 4217 code.
    currency: String,
    /// What it is paid for.
    #[graphql(default_with = "PriceBasis::Once")]
    per: PriceBasis,
    /// The code of the track that it buys; absent for all.
    track: Option<String>,
    /// What lowers it.
    #[graphql(default)]
    discounts: Vec<DiscountInput>,
}

impl From<PriceInput> for terms::Price {
    fn from(from: PriceInput) -> Self {
        Self {
            amount: from.amount.0,
            currency: from.currency,
            per: from.per.into(),
            track: from.track,
            discounts: from.discounts.into_iter().map(Into::into).collect(),
        }
    }
}

/// A way to take part.
#[derive(SimpleObject, Clone)]
pub struct Track {
    /// Code to enroll with.
    code: String,
    /// Name.
    name: String,
    /// Whether identity must be checked.
    identity_check_required: bool,
    /// Whether it leads to the program's awards.
    leads_to_awards: bool,
}

impl From<terms::Track> for Track {
    fn from(from: terms::Track) -> Self {
        Self {
            code: from.code,
            name: from.name,
            identity_check_required: from.identity_check_required,
            leads_to_awards: from.leads_to_awards,
        }
    }
}

/// What another body counts it as.
#[derive(SimpleObject, Clone)]
pub struct Recognition {
    /// Which body.
    body: String,
    /// What it says.
    statement: String,
    /// How much credit.
    credits: Vec<Credit>,
    /// Where to read of it.
    url: Option<Url>,
}

impl From<terms::Recognition> for Recognition {
    fn from(from: terms::Recognition) -> Self {
        Self {
            body: from.body,
            statement: from.statement,
            credits: from.credits.into_iter().map(Credit::from).collect(),
            url: from.url.map(Url),
        }
    }
}

/// What another body counts it as.
#[derive(InputObject, Clone)]
pub struct RecognitionInput {
    /// Which body.
    body: String,
    /// What it says.
    statement: String,
    /// How much credit.
    #[graphql(default)]
    credits: Vec<CreditInput>,
    /// Where to read of it.
    url: Option<Url>,
}

impl From<RecognitionInput> for terms::Recognition {
    fn from(from: RecognitionInput) -> Self {
        Self {
            body: from.body,
            statement: from.statement,
            credits: from.credits.into_iter().map(Into::into).collect(),
            url: from.url.map(|url| url.0),
        }
    }
}

/// How long a credential lasts.
#[derive(SimpleObject)]
pub struct Validity {
    /// Months from the award.
    pub months: i32,
    /// How many months before the end renewal opens; null: at once.
    pub renewal_opens_months_before: Option<i32>,
    /// How many months after the end renewal closes; null: never.
    pub renewal_closes_months_after: Option<i32>,
    /// From when a renewed credential holds.
    pub renewal_start: RenewalStart,
    /// Whether renewing it renews the learner's credentials of the programs that it contains.
    pub renews_contained: bool,
    /// What the cycle that ends must have brought for a renewal; null: nothing.
    pub renewal_rule: Option<CompletionRule>,
}

/// What is needed before.
#[derive(SimpleObject, Clone)]
pub struct Prerequisites {
    /// In words.
    pub description: Option<String>,
    /// Programs to have completed.
    pub programs: Vec<Program>,
}

/// One thing that a program gives when its rule is met; the same across versions.
#[derive(Clone)]
pub struct Award {
    stated: rows::program_version_award::Model,
    row: rows::award::Model,
}

impl From<(rows::program_version_award::Model, rows::award::Model)> for Award {
    fn from((stated, row): (rows::program_version_award::Model, rows::award::Model)) -> Self {
        Self { stated, row }
    }
}

/// One thing that a program gives when its rule is met; the same across versions.
#[Object]
impl Award {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::Award, self.row.id)
    }

    /// The issuer's own id.
    async fn external_id(&self) -> &str {
        &self.row.external_id
    }

    /// What it is.
    async fn kind(&self) -> AwardKind {
        self.row.kind.into()
    }

    /// Title.
    async fn title(&self) -> &str {
        &self.stated.title
    }

    /// What it is good for.
    async fn description(&self) -> Option<&str> {
        self.stated.description.as_deref()
    }

    /// For how long it is valid, in months; null for ever.
    async fn valid_months(&self) -> Option<i32> {
        self.stated.valid_months
    }

    /// Whether it is issued as soon as it is earned, without being asked for. Vouchers always are.
    async fn issued_by_itself(&self) -> bool {
        self.stated.issued_by_itself || self.row.kind == rows::enums::AwardKind::Voucher
    }

    /// The credit given, where it is credit.
    async fn credits(&self) -> Result<Vec<Credit>> {
        let credits: Vec<terms::Credit> = terms::list(&self.stated.credits)?;
        Ok(credits.into_iter().map(Credit::from).collect())
    }
}

/// An organization that has a part in a program.
#[derive(Clone)]
pub struct Party {
    part: rows::program_version_party::Model,
    row: rows::party::Model,
}

impl From<(rows::program_version_party::Model, rows::party::Model)> for Party {
    fn from((part, row): (rows::program_version_party::Model, rows::party::Model)) -> Self {
        Self { part, row }
    }
}

/// An organization that has a part in a program.
#[Object]
impl Party {
    /// What it does.
    async fn role(&self) -> PartyRole {
        self.part.role.into()
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// Its site.
    async fn url(&self) -> Option<Url> {
        self.row.url.clone().map(Url)
    }

    /// The issuer here, where it is one.
    async fn issuer(&self, ctx: &Context<'_>) -> Result<Option<Issuer>> {
        match self.row.linked_issuer_id {
            Some(id) => Ok(Some(load_required::<IssuerById>(ctx, id).await?)),
            None => Ok(None),
        }
    }
}
