//! How much of a program may be recognized as learned before.

use async_graphql::{InputObject, SimpleObject};
use cairn_service::amount;
use cairn_service::program::terms;

use super::input::Numbers;
use crate::graphql::terms::{Credit, CreditInput};

/// How much of a program may be recognized as learned before. What a component is worth is its share of the notional hours (of the credit,
/// where the limit is in credit and every component is a program that gives such credit; all alike where hours are not stated for all).
#[derive(SimpleObject, Clone)]
pub struct PriorLearning {
    /// At most this share of the whole, 0 to 100; null: as the other limit says, or all.
    max_share_percent: Option<f64>,
    /// At most so much of the credit that the program gives.
    max_credits: Option<Credit>,
}

impl From<terms::PriorLearning> for PriorLearning {
    fn from(from: terms::PriorLearning) -> Self {
        Self {
            max_share_percent: from.max_share.map(amount::to_f64),
            max_credits: from.max_credits.map(Credit::from),
        }
    }
}

/// How much of a program may be recognized as learned before; without a limit all of it. Where both are given both hold.
#[derive(InputObject, Clone)]
pub struct PriorLearningInput {
    /// At most this share of the whole, more than 0 to 100.
    max_share_percent: Option<f64>,
    /// At most so much of the credit that the program gives.
    max_credits: Option<CreditInput>,
}

impl PriorLearningInput {
    /// The service's terms, or what is wrong with the numbers.
    pub(super) fn read(self, numbers: &mut Numbers) -> terms::PriorLearning {
        terms::PriorLearning {
            max_share: numbers.optional("priorLearning.maxSharePercent", self.max_share_percent),
            max_credits: self.max_credits.map(Into::into),
        }
    }
}
