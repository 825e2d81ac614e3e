//! The tree of a completion rule, as it is stored and as clients write it (`CompletionRuleInput`).

use serde::{Deserialize, Serialize};

use crate::program::terms::Level;

/// What decides an award.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Rule {
    /// All of these.
    AllOf(Vec<Rule>),
    /// Any of these.
    AnyOf(Vec<Rule>),
    /// So many of these.
    AtLeast {
        /// How many.
        count: usize,
        /// Of which.
        of: Vec<Rule>,
    },
    /// At least so much credit, from completed component programs.
    Credits(Credits),
    /// At least so many continuing units, recorded for the enrollment.
    ContinuingUnits(ContinuingUnits),
    /// Overall score at least this, 0 to 100.
    OverallScore(f64),
    /// This assessment passed, by its external id.
    AssessmentPassed(String),
    /// An assessment of this gradebook category passed: of the version, or of the enrollment's own cohort.
    CategoryPassed(String),
    /// Evidence handed in at this assessment and found good, by the assessment's external id.
    EvidenceApproved(String),
    /// This component done, by the external id of its module or program.
    ComponentCompleted(String),
    /// So many components of this group done as the group asks for, by its code.
    GroupCompleted(String),
    /// At least this share of all components done, 0 to 100.
    ComponentShare(f64),
    /// On one of these tracks.
    Track(Vec<String>),
    /// Identity was checked (or, with `false`, need not have been).
    IdentityVerified(bool),
}

impl Rule {
    /// Whether it is, or has anywhere within it, a rule of some kind.
    pub fn has(&self, is: &impl Fn(&Rule) -> bool) -> bool {
        let within = match self {
            Rule::AllOf(parts) | Rule::AnyOf(parts) | Rule::AtLeast { of: parts, .. } => parts.as_slice(),
            _ => &[],
        };
        is(self) || within.iter().any(|part| part.has(is))
    }
}

/// So much credit, within limits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Credits {
    /// How much, a decimal.
    pub amount: String,
    /// In which scheme.
    pub scheme: String,
    /// Only credit of programs at this level of a framework, or a higher one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_level: Option<Level>,
    /// Only credit of programs completed at most so many months before the award; each program within another by its own date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age_months: Option<u32>,
    /// Of what was completed before the enrollment was made, at most so much counts; a decimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carried_over_at_most: Option<String>,
}

/// So many continuing units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContinuingUnits {
    /// How many, a decimal.
    pub amount: String,
    /// Of which category; of any where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
}
