//! The completion rule: as words, as data, and as input.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, OneofObject};
use cairn_service::amount;
use cairn_service::completion::describe::describe;
use cairn_service::completion::rule::Rule;
use cairn_service::error::Error;
use cairn_service::program::terms;
use cairn_service::rows;

use super::load::{ByVersion, NamesOfVersion};
use crate::graphql::context::load;
use crate::graphql::error::Result;
use crate::graphql::scalar::Json;
use crate::graphql::terms::CreditInput;

/// The tree that decides an award.
pub struct CompletionRule {
    pub version: Arc<rows::program_version::Model>,
    pub rule: Rule,
}

/// The tree that decides an award.
#[Object]
impl CompletionRule {
    /// In words.
    async fn description(&self, ctx: &Context<'_>) -> Result<String> {
        let names = load::<NamesOfVersion>(ctx, ByVersion(self.version.clone())).await?.unwrap_or_default();
        Ok(describe(Some(&self.rule), &names))
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
    /// At least so much credit from completed components.
    Credits(CreditInput),
    /// Overall score at least this, 0 to 100.
    OverallScore(f64),
    /// This assessment passed, by its external id.
    AssessmentPassed(String),
    /// An assessment of this gradebook category passed: of the version, or a line item of the enrollment's own cohort.
    CategoryPassed(String),
    /// This component done, by the external id of its module or program.
    ComponentCompleted(String),
    /// On one of these tracks.
    Track(Vec<String>),
    /// Identity was checked.
    IdentityVerified(bool),
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
            CompletionRuleInput::Credits(credits) => Rule::Credits {
                amount: amount::to_decimal(credits.amount.0).normalize().to_string(),
                scheme: terms::CreditScheme::from(credits.scheme).name().to_owned(),
            },
            CompletionRuleInput::OverallScore(percent) => Rule::OverallScore(percent),
            CompletionRuleInput::AssessmentPassed(id) => Rule::AssessmentPassed(id),
            CompletionRuleInput::CategoryPassed(category) => Rule::CategoryPassed(category),
            CompletionRuleInput::ComponentCompleted(id) => Rule::ComponentCompleted(id),
            CompletionRuleInput::Track(codes) => Rule::Track(codes),
            CompletionRuleInput::IdentityVerified(verified) => Rule::IdentityVerified(verified),
        }
    }
}
