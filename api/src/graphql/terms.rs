//! Credit and levels, as programs state them and filters ask for them.

use async_graphql::{Enum, InputObject, SimpleObject};
use cairn_service::program::terms;

use super::scalar::Decimal;

/// A scheme that credit is counted in.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[graphql(remote = "terms::CreditScheme")]
pub enum CreditScheme {
    /// European Credit Transfer and Accumulation System.
    Ects,
    /// Credit Accumulation and Transfer of the United Kingdom.
    UkCats,
    /// Semester hours of the United States.
    UsSemesterHours,
    /// A scheme of the issuer's own.
    Local,
}

/// Credit in a scheme.
#[derive(SimpleObject, Clone, Debug)]
pub struct Credit {
    /// How much.
    amount: Decimal,
    /// In which scheme.
    scheme: CreditScheme,
}

impl From<terms::Credit> for Credit {
    fn from(credit: terms::Credit) -> Self {
        Self { amount: Decimal(credit.amount), scheme: credit.scheme.into() }
    }
}

/// An amount of credit.
#[derive(InputObject, Clone, Debug)]
pub struct CreditInput {
    /// How much.
    pub amount: Decimal,
    /// In which scheme.
    pub scheme: CreditScheme,
}

impl From<CreditInput> for terms::Credit {
    fn from(credit: CreditInput) -> Self {
        Self { amount: credit.amount.0, scheme: credit.scheme.into() }
    }
}

/// A level of a qualifications framework.
#[derive(SimpleObject, Clone, Debug)]
pub struct Level {
    /// The framework: EQF, FHEQ, NQF …
    pub framework: String,
    /// The level in it.
    pub value: String,
}

impl From<terms::Level> for Level {
    fn from(level: terms::Level) -> Self {
        Self { framework: level.framework, value: level.value }
    }
}

/// A level of a qualifications framework.
#[derive(InputObject, Clone, Debug)]
pub struct LevelInput {
    /// The framework: EQF, FHEQ, NQF …
    pub framework: String,
    /// The level in it.
    pub value: String,
}

impl From<LevelInput> for terms::Level {
    fn from(level: LevelInput) -> Self {
        Self { framework: level.framework, value: level.value }
    }
}
