//! Who: profiles of organizations and persons, and what belongs to them.

use super::super::{Number, tag};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

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

impl Image {
    /// An image without caption.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), ..Self::default() }
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
        /// Its type: one of [`super::super::vocabulary::IDENTIFIER_TYPES`] or `ext:…`.
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

impl Profile {
    /// A profile of an identifier and a name.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { id: id.into(), name: Some(name.into()), ..Self::default() }
    }
}
