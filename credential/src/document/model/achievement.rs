//! What can be earned: achievements, their criteria, alignments and possible results.

use super::super::{Number, tag};
use super::{IdentifierEntry, Image, Profile};
use serde::{Deserialize, Serialize};
use serde_json::Value;

class! {
    /// How the achievement is earned: an address, a text, or both.
    Criteria {
        /// A page that says it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// Markdown that says it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        narrative: Option<String>,
    }
}

impl Criteria {
    /// Criteria in words.
    #[must_use]
    pub fn narrative(text: impl Into<String>) -> Self {
        Self { id: None, narrative: Some(text.into()) }
    }
}

class! {
    /// A link to a node of a framework: a skill, a level, a standard.
    Alignment {
        /// Always `Alignment`.
        #[serde(rename = "type", default)]
        kind: tag::AlignmentType,
        /// Name of the target.
        target_name: String,
        /// Address of the target's description.
        target_url: String,
        /// Code of the target within its framework.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target_code: Option<String>,
        /// A few words on the target.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target_description: Option<String>,
        /// Name of the framework.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target_framework: Option<String>,
        /// Kind of target: one of [`super::super::vocabulary::TARGET_TYPES`] or `ext:…`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target_type: Option<String>,
    }
}

impl Alignment {
    /// An alignment of a name and an address.
    #[must_use]
    pub fn new(target_name: impl Into<String>, target_url: impl Into<String>) -> Self {
        Self { target_name: target_name.into(), target_url: target_url.into(), ..Self::default() }
    }
}

class! {
    /// Another edition of the achievement: a language, a version.
    Related {
        /// The other achievement.
        id: String,
        /// Always `Related`.
        #[serde(rename = "type", default)]
        kind: tag::RelatedType,
        /// Its language (BCP 47).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        in_language: Option<String>,
        /// Its version.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<String>,
    }
}

class! {
    /// One level of a rubric's criterion.
    RubricCriterionLevel {
        /// Identifier that results point to.
        id: String,
        /// Always `RubricCriterionLevel`.
        #[serde(rename = "type", default)]
        kind: tag::RubricCriterionLevelType,
        /// Name to show.
        name: String,
        /// What it takes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        /// Level of performance.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        level: Option<String>,
        /// Points it gives.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        points: Option<String>,
        /// Where it stands in other frameworks.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        alignment: Vec<Alignment>,
    }
}

class! {
    /// A result that may be asserted with the achievement.
    ResultDescription {
        /// Identifier that results point to.
        id: String,
        /// Always `ResultDescription`.
        #[serde(rename = "type", default)]
        kind: tag::ResultDescriptionType,
        /// Name to show.
        name: String,
        /// Kind of result: one of [`super::super::vocabulary::RESULT_TYPES`] or `ext:…`.
        result_type: String,
        /// Values allowed, from low to high.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        allowed_value: Vec<String>,
        /// Level needed to pass.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        required_level: Option<String>,
        /// Value needed to pass.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        required_value: Option<String>,
        /// Lowest value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value_min: Option<String>,
        /// Highest value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value_max: Option<String>,
        /// Levels, from low to high. The standard's context does not sign their order.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        rubric_criterion_level: Vec<RubricCriterionLevel>,
        /// Where it stands in other frameworks.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        alignment: Vec<Alignment>,
    }
}

class! {
    /// What can be earned.
    Achievement {
        /// Its address.
        id: String,
        /// Always `Achievement`.
        #[serde(rename = "type", default)]
        kind: tag::AchievementType,
        /// Name.
        name: String,
        /// A few words.
        description: String,
        /// How it is earned.
        criteria: Criteria,
        /// One of [`super::super::vocabulary::ACHIEVEMENT_TYPES`] or `ext:…`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        achievement_type: Option<String>,
        /// Skills, levels, standards.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        alignment: Vec<Alignment>,
        /// Who made it, where that is not the issuer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        creator: Option<Profile>,
        /// Credits that it gives.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        credits_available: Option<Number>,
        /// Subject area.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        field_of_study: Option<String>,
        /// Code that people use.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        human_code: Option<String>,
        /// Image.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        image: Option<Image>,
        /// Language (BCP 47).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        in_language: Option<String>,
        /// Identifiers in other systems.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        other_identifier: Vec<IdentifierEntry>,
        /// Other editions.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        related: Vec<Related>,
        /// Results that may be asserted.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        result_description: Vec<ResultDescription>,
        /// Focus within the field.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        specialization: Option<String>,
        /// Keywords.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tag: Vec<String>,
        /// Version.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<String>,
        /// Signed endorsements of the achievement, as they are.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        endorsement: Vec<Value>,
    }
}

impl Achievement {
    /// An achievement of its required members.
    #[must_use]
    pub fn new(
        id: impl Into<String>,
        name: impl Into<String>,
        description: impl Into<String>,
        criteria: Criteria,
    ) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            description: description.into(),
            criteria,
            ..Self::default()
        }
    }
}
