//! The tree of a completion rule, as it is stored and as clients write it (`CompletionRuleInput`).

use serde::{Deserialize, Serialize};

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
    /// At least so much credit, from completed component programs and components.
    Credits {
        /// How much, a decimal.
        amount: String,
        /// In which scheme.
        scheme: String,
    },
    /// Overall score at least this, 0 to 100.
    OverallScore(f64),
    /// This assessment passed, by its external id.
    AssessmentPassed(String),
    /// An assessment of this gradebook category passed: of the version, or of the enrollment's own cohort.
    CategoryPassed(String),
    /// This component done, by the external id of its module or program.
    ComponentCompleted(String),
    /// On one of these tracks.
    Track(Vec<String>),
    /// Identity was checked (or, with `false`, need not have been).
    IdentityVerified(bool),
}
