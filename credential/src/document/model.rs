//! The classes of the Open Badges 3.0 model (section B, "Open Badges v3 Data Model"), with the members that the current context defines.
//! `endorsementJwt` is not among those, so it cannot be signed and is left out.

use super::tag;
use super::{IdentityObject, Number};
use crate::date;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Defines a class: every optional member absent when empty, members in camel case.
macro_rules! class {
    ($(#[$meta:meta])* $name:ident { $($(#[$member:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $name { $($(#[$member])* pub $field: $kind,)* }
    };
}

class! {
    /// An image, by address or as a data URI.
    Image {
        /// Address or `data:` URI.
        id: String,
        /// Always `Image`.
        #[serde(rename = "type", default)]
        kind: tag::ImageType,
        /// What the image shows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
    }
}

class! {
    /// A place in degrees.
    GeoCoordinates {
        /// Always `GeoCoordinates`.
        #[serde(rename = "type", default)]
        kind: tag::GeoCoordinatesType,
        /// Degrees north.
        latitude: Number,
        /// Degrees east.
        longitude: Number,
    }
}

class! {
    /// A postal address.
    Address {
        /// Always `Address`.
        #[serde(rename = "type", default)]
        kind: tag::AddressType,
        /// Country, in words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address_country: Option<String>,
        /// Country, ISO 3166-1 alpha-2.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address_country_code: Option<String>,
        /// State, province or region.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address_region: Option<String>,
        /// Town.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address_locality: Option<String>,
        /// Street and number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        street_address: Option<String>,
        /// Post office box.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        post_office_box_number: Option<String>,
        /// Postal code.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        postal_code: Option<String>,
        /// Place on the map.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        geo: Option<GeoCoordinates>,
    }
}

class! {
    /// An identifier in another system.
    IdentifierEntry {
        /// Always `IdentifierEntry`.
        #[serde(rename = "type", default)]
        kind: tag::IdentifierEntryType,
        /// The identifier.
        identifier: String,
        /// Its type: one of [`super::vocabulary::IDENTIFIER_TYPES`] or `ext:…`.
        identifier_type: String,
    }
}

class! {
    /// An organization or person: issuer, creator, assessor.
    Profile {
        /// The DID or address.
        id: String,
        /// Always `Profile`.
        #[serde(rename = "type", default)]
        kind: tag::ProfileType,
        /// Name to show.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Home page.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
        /// Telephone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        phone: Option<String>,
        /// A few words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        /// Logo.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        image: Option<Image>,
        /// E-mail address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        email: Option<String>,
        /// Postal address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address: Option<Address>,
        /// Identifiers in other systems.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        other_identifier: Vec<IdentifierEntry>,
        /// An authorized official's name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        official: Option<String>,
        /// The organization above this one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent_org: Option<Box<Profile>>,
        /// Signed endorsements of the profile, as they are.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        endorsement: Vec<Value>,
        /// Family name of a person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        family_name: Option<String>,
        /// Given name of a person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        given_name: Option<String>,
        /// Further names of a person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        additional_name: Option<String>,
        /// Patronymic of a person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        patronymic_name: Option<String>,
        /// Title before a person's name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        honorific_prefix: Option<String>,
        /// Title after a person's name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        honorific_suffix: Option<String>,
        /// Prefix of a family name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        family_name_prefix: Option<String>,
        /// Birthday of a person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        date_of_birth: Option<NaiveDate>,
    }
}

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
        /// Kind of target: one of [`super::vocabulary::TARGET_TYPES`] or `ext:…`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target_type: Option<String>,
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
        /// Kind of result: one of [`super::vocabulary::RESULT_TYPES`] or `ext:…`.
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
        /// One of [`super::vocabulary::ACHIEVEMENT_TYPES`] or `ext:…`.
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

class! {
    /// A result that was achieved.
    Result {
        /// Always `Result`.
        #[serde(rename = "type", default)]
        kind: tag::ResultType,
        /// The description it is of, by id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        result_description: Option<String>,
        /// The value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<String>,
        /// The rubric level reached, by id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        achieved_level: Option<String>,
        /// One of [`super::vocabulary::RESULT_STATUSES`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<String>,
        /// Where it stands in other frameworks.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        alignment: Vec<Alignment>,
    }
}

class! {
    /// Who achieved it, and how.
    AchievementSubject {
        /// The recipient's DID or other identifier.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// Always `AchievementSubject`.
        #[serde(rename = "type", default)]
        kind: tag::AchievementSubjectType,
        /// Identities of the recipient, hashed or not.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        identifier: Vec<IdentityObject>,
        /// What was achieved.
        achievement: Achievement,
        /// When the activity began.
        #[serde(default, with = "date::optional_stamp", skip_serializing_if = "Option::is_none")]
        activity_start_date: Option<DateTime<Utc>>,
        /// When the activity ended.
        #[serde(default, with = "date::optional_stamp", skip_serializing_if = "Option::is_none")]
        activity_end_date: Option<DateTime<Utc>>,
        /// Credits earned.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        credits_earned: Option<Number>,
        /// Image of this award.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        image: Option<Image>,
        /// Number of the license that came with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        license_number: Option<String>,
        /// Markdown that connects the evidence.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        narrative: Option<String>,
        /// Results.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        result: Vec<Result>,
        /// The recipient's role.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role: Option<String>,
        /// Who assessed it for the issuer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<Profile>,
        /// Academic term.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        term: Option<String>,
    }
}

class! {
    /// Work that shows the achievement.
    Evidence {
        /// Its address or `data:` URI.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// Always `Evidence`.
        #[serde(rename = "type", default)]
        kind: tag::EvidenceType,
        /// Title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// A few words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        /// Markdown on how it led to the achievement.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        narrative: Option<String>,
        /// Kind of work.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        genre: Option<String>,
        /// Whom it was made for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        audience: Option<String>,
    }
}

class! {
    /// A schema that the document fits.
    CredentialSchema {
        /// Address of the schema.
        id: String,
        /// How it is checked: `1EdTechJsonSchemaValidator2019`.
        #[serde(rename = "type")]
        kind: String,
    }
}

class! {
    /// Where a newer edition of the credential is had.
    RefreshService {
        /// Address.
        id: String,
        /// Protocol: `1EdTechCredentialRefresh`.
        #[serde(rename = "type")]
        kind: String,
    }
}

class! {
    /// Terms under which the credential was issued.
    TermsOfUse {
        /// Address of the terms.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// Type of the terms, as an absolute IRI: the standards define none.
        #[serde(rename = "type")]
        kind: String,
    }
}

impl Image {
    /// An image without caption.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), ..Self::default() }
    }
}

impl Profile {
    /// A profile of an identifier and a name.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { id: id.into(), name: Some(name.into()), ..Self::default() }
    }
}

impl Criteria {
    /// Criteria in words.
    #[must_use]
    pub fn narrative(text: impl Into<String>) -> Self {
        Self { id: None, narrative: Some(text.into()) }
    }
}

impl Alignment {
    /// An alignment of a name and an address.
    #[must_use]
    pub fn new(target_name: impl Into<String>, target_url: impl Into<String>) -> Self {
        Self { target_name: target_name.into(), target_url: target_url.into(), ..Self::default() }
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

impl CredentialSchema {
    /// The Open Badges 3.0 schema of an AchievementCredential.
    #[must_use]
    pub fn open_badges() -> Self {
        Self { id: super::vocabulary::ACHIEVEMENT_SCHEMA.into(), kind: super::vocabulary::SCHEMA_TYPE.into() }
    }
}
