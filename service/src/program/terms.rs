//! What a version states as lists of plain facts: credit, levels, prices, tracks, recognitions. These are the shapes of its JSON columns.

use cairn_entity::program_version;
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::amount;
use crate::completion::rule::Rule;
use crate::error::Result;

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $value:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $value),* }

        impl $name {
            /// The name, as it is stored and as clients write it.
            pub fn name(self) -> &'static str {
                match self { $($name::$value => $text),* }
            }

            /// The value of a name.
            pub fn of_name(name: &str) -> Option<Self> {
                match name { $($text => Some($name::$value),)* _ => None }
            }
        }
    };
}

named! {
    /// A scheme that credit is counted in.
    CreditScheme {
        /// European Credit Transfer and Accumulation System.
        Ects = "ECTS",
        /// Credit Accumulation and Transfer of the United Kingdom.
        UkCats = "UK_CATS",
        /// Semester hours of the United States.
        UsSemesterHours = "US_SEMESTER_HOURS",
        /// A scheme of the issuer's own.
        Local = "LOCAL",
    }
}
named! {
    /// What a price is paid for.
    PriceBasis {
        /// Once for the whole.
        Once = "ONCE",
        /// For every month.
        Month = "MONTH",
        /// For every module.
        Module = "MODULE",
    }
}
named! {
    /// Who assures quality.
    QualityAssurance {
        /// The issuer itself.
        Internal = "INTERNAL",
        /// An agency outside.
        ExternalAgency = "EXTERNAL_AGENCY",
        /// A professional body.
        ProfessionalBody = "PROFESSIONAL_BODY",
    }
}

/// Credit in a scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    /// How much, in ten-thousandths.
    pub amount: i64,
    /// In which scheme.
    pub scheme: CreditScheme,
}

/// A level of a qualifications framework.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// The framework: EQF, FHEQ, NQF …
    pub framework: String,
    /// The level in it.
    pub value: String,
}

/// One way to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// How much, in ten-thousandths of the major unit.
    pub amount: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// What it is paid for.
    pub per: PriceBasis,
    /// The code of the track that it buys; none for all.
    pub track: Option<String>,
    /// What lowers it.
    #[serde(default)]
    pub discounts: Vec<Discount>,
}

/// What lowers a price: so much of it, or so many percent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Discount {
    /// For whom or why.
    pub name: String,
    /// Percent, in ten-thousandths.
    pub percent_off: Option<i64>,
    /// In the price's currency, in ten-thousandths.
    pub amount_off: Option<i64>,
    /// Until when it is given.
    pub until: Option<DateTime<Utc>>,
}

/// Components of which some are chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentGroup {
    /// What components name it by.
    pub code: String,
    /// Title.
    pub title: String,
    /// How many of them are to be done.
    pub choose: i32,
}

/// How a program looks, where it differs from its issuer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Branding {
    /// Color of what stands out, as `#rrggbb`.
    pub primary_color: Option<String>,
    /// Color beside it.
    pub secondary_color: Option<String>,
    /// Its own logo.
    pub logo_url: Option<String>,
}

/// How much of a program may be recognized as learned before; without a limit all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PriorLearning {
    /// At most this share of the whole, percent in ten-thousandths.
    pub max_share: Option<i64>,
    /// At most so much of the credit that the program gives.
    pub max_credits: Option<Credit>,
}

impl PriorLearning {
    /// The share of a program with this credit that may be recognized, percent in ten-thousandths.
    pub fn share(&self, credits: &[Credit]) -> i64 {
        let by_credit = self.max_credits.as_ref().map(|most| {
            let given = credits.iter().filter(|credit| credit.scheme == most.scheme);
            amount::percent(most.amount, given.map(|credit| credit.amount).sum())
        });
        let shares = self.max_share.into_iter().chain(by_credit);
        shares.min().unwrap_or(amount::HUNDRED).clamp(0, amount::HUNDRED)
    }
}

/// A way to take part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Track {
    /// Code to enroll with.
    pub code: String,
    /// Name.
    pub name: String,
    /// Whether identity must be checked.
    pub identity_check_required: bool,
    /// Whether it leads to the program's awards.
    pub leads_to_awards: bool,
}

/// What another body counts it as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recognition {
    /// Which body.
    pub body: String,
    /// What it says.
    pub statement: String,
    /// How much credit.
    pub credits: Vec<Credit>,
    /// Where to read of it.
    pub url: Option<String>,
}

/// What is needed before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prerequisites {
    /// In words.
    pub description: Option<String>,
    /// Programs to have completed.
    pub programs: Vec<Uuid>,
}

/// The lists of a version, read from its columns.
pub trait Terms {
    /// Ways to pay.
    fn prices(&self) -> Result<Vec<Price>>;
    /// Credit that it gives.
    fn credits(&self) -> Result<Vec<Credit>>;
    /// Levels it lies at.
    fn levels(&self) -> Result<Vec<Level>>;
    /// Ways to take part.
    fn tracks(&self) -> Result<Vec<Track>>;
    /// What others count it as.
    fn recognitions(&self) -> Result<Vec<Recognition>>;
    /// Who assures quality.
    fn quality_assurance(&self) -> Result<Vec<QualityAssurance>>;
    /// What is needed before.
    fn prerequisites(&self) -> Result<Option<Prerequisites>>;
    /// What decides an award; none: every required component and every assessment.
    fn rule(&self) -> Result<Option<Rule>>;
    /// What a cycle must have brought for a renewal; none: nothing.
    fn renewal_rule(&self) -> Result<Option<Rule>>;
    /// Groups of components to choose from.
    fn component_groups(&self) -> Result<Vec<ComponentGroup>>;
    /// How it looks, where it differs from its issuer.
    fn branding(&self) -> Result<Option<Branding>>;
    /// How much may be recognized as learned before; none: nothing.
    fn prior_learning(&self) -> Result<Option<PriorLearning>>;
    /// The share of it that may be recognized as learned before, percent in ten-thousandths; none: nothing.
    fn recognizable(&self) -> Result<Option<i64>>;
    /// Tags.
    fn tags(&self) -> Result<Vec<String>>;
}

impl Terms for program_version::Model {
    fn prices(&self) -> Result<Vec<Price>> {
        list(&self.prices)
    }

    fn credits(&self) -> Result<Vec<Credit>> {
        list(&self.credits)
    }

    fn levels(&self) -> Result<Vec<Level>> {
        list(&self.levels)
    }

    fn tracks(&self) -> Result<Vec<Track>> {
        list(&self.tracks)
    }

    fn recognitions(&self) -> Result<Vec<Recognition>> {
        list(&self.recognitions)
    }

    fn quality_assurance(&self) -> Result<Vec<QualityAssurance>> {
        list(&self.quality_assurance)
    }

    fn prerequisites(&self) -> Result<Option<Prerequisites>> {
        list(&self.prerequisites)
    }

    fn rule(&self) -> Result<Option<Rule>> {
        self.completion_rule.as_ref().map(list).transpose()
    }

    fn renewal_rule(&self) -> Result<Option<Rule>> {
        self.renewal_rule.as_ref().map(list).transpose()
    }

    fn component_groups(&self) -> Result<Vec<ComponentGroup>> {
        list(&self.component_groups)
    }

    fn branding(&self) -> Result<Option<Branding>> {
        self.branding.as_ref().map(list).transpose()
    }

    fn prior_learning(&self) -> Result<Option<PriorLearning>> {
        self.prior_learning.as_ref().map(list).transpose()
    }

    fn recognizable(&self) -> Result<Option<i64>> {
        let Some(prior) = self.prior_learning()? else { return Ok(None) };
        Ok(Some(prior.share(&self.credits()?)))
    }

    fn tags(&self) -> Result<Vec<String>> {
        list(&self.tags)
    }
}

/// Reads one of the JSON columns.
pub fn list<T: DeserializeOwned>(column: &serde_json::Value) -> Result<T> {
    Ok(T::deserialize(column)?)
}
