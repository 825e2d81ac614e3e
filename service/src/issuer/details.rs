//! What an issuer's profile says beside its name: contacts, postal address, identifiers in registers elsewhere.

use cairn_credential::document::vocabulary;
use cairn_entity::issuer;
use serde::{Deserialize, Serialize};

use crate::error::{Result, UserErrorCode};
use crate::validate::Checks;

/// Details of an issuer's profile (Open Badges 3.0, Profile).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// Telephone.
    pub phone: Option<String>,
    /// Name of an official who may speak for it.
    pub official: Option<String>,
    /// Postal address; its country is the issuer's.
    pub address: Option<Address>,
    /// Identifiers in registers elsewhere.
    pub other_identifiers: Vec<OtherIdentifier>,
}

/// A postal address without its country.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    /// Street and number.
    pub street: Option<String>,
    /// Town.
    pub locality: Option<String>,
    /// State, province or region.
    pub region: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Post office box.
    pub post_office_box: Option<String>,
}

/// An identifier in a register elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherIdentifier {
    /// The identifier.
    pub identifier: String,
    /// Which kind: an Open Badges `identifierType`, or `ext:` and a name.
    pub kind: String,
}

impl Details {
    /// Notes what is wrong with them.
    pub(super) fn check(&self, checks: &mut Checks) {
        checks.optional_text("phone", self.phone.as_deref(), 100);
        checks.optional_text("official", self.official.as_deref(), 300);
        if let Some(address) = &self.address {
            let parts = [
                ("street", &address.street),
                ("locality", &address.locality),
                ("region", &address.region),
                ("postalCode", &address.postal_code),
                ("postOfficeBox", &address.post_office_box),
            ];
            for (name, part) in parts {
                checks.optional_text(&format!("address.{name}"), part.as_deref(), 300);
            }
        }
        checks.at_most("otherIdentifiers", self.other_identifiers.len(), 50);
        for (index, other) in self.other_identifiers.iter().enumerate() {
            checks.text(&format!("otherIdentifiers.{index}.identifier"), &other.identifier, 300);
            if !vocabulary::allows(vocabulary::IDENTIFIER_TYPES, &other.kind) {
                let message =
                    "must be an Open Badges identifier type, such as `identifier`, or an extension `ext:…`";
                checks.fail(&format!("otherIdentifiers.{index}.kind"), UserErrorCode::Invalid, message);
            }
        }
    }
}

/// The details of a stored issuer.
pub fn details(row: &issuer::Model) -> Result<Details> {
    Ok(Details {
        phone: row.phone.clone(),
        official: row.official.clone(),
        address: row.address.as_ref().map(Address::deserialize).transpose()?,
        other_identifiers: Vec::deserialize(&row.other_identifiers)?,
    })
}
