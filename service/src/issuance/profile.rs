//! Organizations as documents describe them: the issuer, and who else has a part in a program.

use cairn_credential::document::{Address, IdentifierEntry, Image, Profile};
use cairn_entity::issuer;
use serde_json::Value;

use super::catalogue::Partner;
use crate::error::Result;
use crate::issuer::{self as issuers, Details};

/// The issuer, as documents describe it, with the signed endorsements of it that travel along.
pub fn profile(row: &issuer::Model, endorsements: Vec<Value>) -> Result<Profile> {
    let details = issuers::details(row)?;
    Ok(Profile {
        url: row.url.clone(),
        email: row.email.clone(),
        phone: details.phone.clone(),
        description: row.description.clone(),
        image: row.image_url.as_ref().map(Image::new),
        address: address(row, &details),
        other_identifier: details
            .other_identifiers
            .into_iter()
            .map(|other| IdentifierEntry {
                identifier: other.identifier,
                identifier_type: other.kind,
                ..IdentifierEntry::default()
            })
            .collect(),
        official: details.official,
        endorsement: endorsements,
        ..Profile::new(&row.did, &row.name)
    })
}

fn address(row: &issuer::Model, details: &Details) -> Option<Address> {
    if row.country.is_none() && details.address.is_none() {
        return None;
    }
    let place = details.address.clone().unwrap_or_default();
    Some(Address {
        address_country_code: row.country.clone(),
        address_region: place.region,
        address_locality: place.locality,
        street_address: place.street,
        post_office_box_number: place.post_office_box,
        postal_code: place.postal_code,
        ..Address::default()
    })
}

/// An organization that has a part in a program; none where it has neither an identifier here nor a site of its own.
pub fn partner(partner: &Partner) -> Option<Profile> {
    let party = &partner.party;
    let id = partner.issuer.as_ref().map(|row| &row.did).or(party.url.as_ref())?;
    Some(Profile { url: party.url.clone(), ..Profile::new(id, &party.name) })
}
