//! Plain facts of programs: prices, tracks, recognitions, awards, parties. Types and the inputs that mirror them.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use cairn_service::ids::Kind;
use cairn_service::program::terms;
use cairn_service::rows;

use super::Program;
use crate::graphql::context::load_required;
use crate::graphql::enums::{AwardKind, PartyRole, RenewalStart};
use crate::graphql::error::Result;
use crate::graphql::issuer::{Issuer, IssuerById};
use crate::graphql::scalar::{Decimal, Url, global_id};
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
}

impl From<terms::Price> for Price {
    fn from(from: terms::Price) -> Self {
        Self {
            amount: Decimal(from.amount),
            currency: from.currency,
            per: from.per.into(),
            track: from.track,
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
}

impl From<PriceInput> for terms::Price {
    fn from(from: PriceInput) -> Self {
        Self { amount: from.amount.0, currency: from.currency, per: from.per.into(), track: from.track }
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
#[derive(SimpleObject, Clone)]
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
