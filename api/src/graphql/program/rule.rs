//! The completion rule: as words, as data, and as input.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, OneofObject};
use cairn_service::amount;
use cairn_service::completion::describe::describe;
use cairn_service::completion::rule::{ContinuingUnits, Credits, Rule};
use cairn_service::error::Error;
use cairn_service::program::terms;
use cairn_service::rows;

use super::load::{ByVersion, NamesOfVersion};
use crate::graphql::context::{ContextExt, load};
use crate::graphql::error::Result;
use crate::graphql::scalar::{Decimal, Json};
use crate::graphql::terms::{CreditScheme, LevelInput};

/// The tree that decides an award.
pub struct CompletionRule {
    pub version: Arc<rows::program_version::Model>,
    pub rule: Rule,
}

/// The tree that decides an award.
#[Object]
impl CompletionRule {
    /// In the words of the reader's language.
    async fn description(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The reader's language, BCP 47; by `Accept-Language` where absent, or where nothing is said in it."
        )]
        language: Option<String>,
    ) -> Result<String> {
        let names = load::<NamesOfVersion>(ctx, ByVersion(self.version.clone())).await?.unwrap_or_default();
        Ok(describe(&self.rule, &names, ctx.words(language.as_deref())))
    }

    /// As data, in the shape of `CompletionRuleInput`.
    async fn tree(&self) -> Result<Json> {
        Ok(Json(serde_json::to_value(&self.rule).map_err(Error::from)?))
    }
}

/// What decides an award: one of these.
#[derive(OneofObject, Clone)]
pub enum CompletionRuleInput {
    /// All of these.
    AllOf(Vec<CompletionRuleInput>),
    /// Any of these.
    AnyOf(Vec<CompletionRuleInput>),
    /// So many of these.
    AtLeast(AtLeastRuleInput),
    /// At least so much credit from completed component programs. What two of them contain counts once.
    Credits(CreditsRuleInput),
    /// At least so many continuing units, as `recordContinuingUnits` records them.
    ContinuingUnits(ContinuingUnitsRuleInput),
    /// Overall score at least this, 0 to 100.
    OverallScore(f64),
    /// This assessment passed, by its external id.
    AssessmentPassed(String),
    /// An assessment of this gradebook category passed: of the version, or a line item of the enrollment's own cohort.
    CategoryPassed(String),
    /// Evidence handed in at this assessment and approved: a passing grade for an attempt with evidence. By its external id.
    EvidenceApproved(String),
    /// As many components of this group done as it asks for, by its code.
    GroupCompleted(String),
    /// At least this share of all components done, 0 to 100.
    ComponentShare(f64),
    /// This component done, by the external id of its module or program.
    ComponentCompleted(String),
    /// On one of these tracks.
    Track(Vec<String>),
    /// Identity was checked.
    IdentityVerified(bool),
}

/// So much credit, within limits.
#[derive(InputObject, Clone)]
pub struct CreditsRuleInput {
    /// How much.
    amount: Decimal,
    /// In which scheme.
    scheme: CreditScheme,
    /// Only credit of programs at this level of the framework, or (where levels are numbers) a higher one.
    at_level: Option<LevelInput>,
    /// Only credit of programs completed at most so many months before the award.
    max_age_months: Option<i32>,
    /// Of what was completed before the enrollment was made, at most so much counts.
    carried_over_at_most: Option<Decimal>,
}

/// So many continuing units.
#[derive(InputObject, Clone)]
pub struct ContinuingUnitsRuleInput {
    /// How many.
    amount: Decimal,
    /// Of which category; of any where absent.
    category: Option<String>,
}

/// So many of these.
#[derive(InputObject, Clone)]
pub struct AtLeastRuleInput {
    /// How many.
    count: i32,
    /// Of which.
    of: Vec<CompletionRuleInput>,
}

impl From<CompletionRuleInput> for Rule {
    fn from(input: CompletionRuleInput) -> Self {
        let rules = |parts: Vec<CompletionRuleInput>| parts.into_iter().map(Rule::from).collect();
        match input {
            CompletionRuleInput::AllOf(parts) => Rule::AllOf(rules(parts)),
            CompletionRuleInput::AnyOf(parts) => Rule::AnyOf(rules(parts)),
            CompletionRuleInput::AtLeast(at_least) => Rule::AtLeast {
                // What is less than one is refused by the rule's check, as 0 is.
                count: usize::try_from(at_least.count).unwrap_or_default(),
                of: rules(at_least.of),
            },
            CompletionRuleInput::Credits(credits) => Rule::Credits(Credits {
                amount: decimal(credits.amount),
                scheme: terms::CreditScheme::from(credits.scheme).name().to_owned(),
                at_level: credits.at_level.map(Into::into),
                // What is no number of months is refused by the rule's check, as 0 is.
                max_age_months: credits
                    .max_age_months
                    .map(|months| u32::try_from(months).unwrap_or_default()),
                carried_over_at_most: credits.carried_over_at_most.map(decimal),
            }),
            CompletionRuleInput::ContinuingUnits(units) => Rule::ContinuingUnits(ContinuingUnits {
                amount: decimal(units.amount),
                category: units.category,
            }),
            CompletionRuleInput::OverallScore(percent) => Rule::OverallScore(percent),
            CompletionRuleInput::AssessmentPassed(id) => Rule::AssessmentPassed(id),
            CompletionRuleInput::CategoryPassed(category) => Rule::CategoryPassed(category),
            CompletionRuleInput::EvidenceApproved(id) => Rule::EvidenceApproved(id),
            CompletionRuleInput::GroupCompleted(code) => Rule::GroupCompleted(code),
            CompletionRuleInput::ComponentShare(percent) => Rule::ComponentShare(percent),
            CompletionRuleInput::ComponentCompleted(id) => Rule::ComponentCompleted(id),
            CompletionRuleInput::Track(codes) => Rule::Track(codes),
            CompletionRuleInput::IdentityVerified(verified) => Rule::IdentityVerified(verified),
        }
    }
}

/// An amount as rules state it.
fn decimal(amount: Decimal) -> String {
    amount::to_decimal(amount.0).normalize().to_string()
}
