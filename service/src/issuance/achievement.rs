//! The Open Badges Achievement of an award: what was to be learned, how it is earned, at which level and by what kinds of assessment.
//! What is signed and what is served at the achievement's address are made here alike.

use cairn_credential::document::{
    Achievement, Criteria, IdentifierEntry, Image, Number, Related, vocabulary,
};
use cairn_entity::enums::PartyRole;
use cairn_entity::{issuer, program_version};
use cairn_words::Words;
use serde_json::Value;
use uuid::Uuid;

use super::catalogue::{GivenAward, Version};
use super::linked::Linked;
use super::{alignment, profile};
use crate::amount;
use crate::program::DEFAULT_AWARD;
use crate::program::tested::Tested;

/// The contexts that define the terms of profiles and achievements, for documents that stand alone.
pub const CONTEXTS: [&str; 2] =
    [cairn_credential::context::CREDENTIALS_V2, cairn_credential::context::OPEN_BADGES_V3];

/// What an achievement is made of.
pub struct Source<'a> {
    /// Who awards it.
    pub issuer: &'a issuer::Model,
    /// In which version.
    pub version: &'a Version,
    /// The award.
    pub award: &'a GivenAward,
    /// What it is assessed by, in order.
    pub tested: &'a [&'a Tested],
    /// Signed endorsements of it, as they are.
    pub endorsements: Vec<Value>,
}

impl Source<'_> {
    /// The achievement's address.
    pub fn id(&self) -> String {
        address(&self.issuer.public_base, self.award.given.id)
    }
}

/// The address of an award's achievement: one for each version, since what a version asked for never changes.
pub fn address(public_base: &str, given: Uuid) -> String {
    format!("{public_base}/achievements/{given}")
}

/// The achievement of an award in a version, but for its results, which `results` describes.
pub fn achievement(source: Source<'_>) -> Achievement {
    let (version, award) = (source.version, source.award);
    let row = &version.version;
    let id = source.id();
    let mut made = Achievement::new(&id, title(version, award), description(row, award), criteria(&id, row));
    if vocabulary::allows(vocabulary::ACHIEVEMENT_TYPES, &row.achievement_type) {
        made.achievement_type = Some(row.achievement_type.clone());
    }
    made.alignment = alignment::alignments(&source, &id);
    made.creator = version
        .partners
        .iter()
        .filter(|partner| partner.role == PartyRole::Offers)
        .find_map(profile::partner)
        .filter(|creator| creator.id != source.issuer.did);
    made.credits_available = credit(version, award).and_then(|(amount, _)| number(amount));
    made.field_of_study.clone_from(&row.field_of_study);
    made.specialization.clone_from(&row.specialization);
    made.human_code.clone_from(&row.human_code);
    made.image = row.image_url.as_ref().map(Image::new);
    made.in_language = language(&row.language);
    made.tag = texts(&row.tags);
    made.version = Some(row.number.to_string());
    made.other_identifier = identifiers(version, award);
    made.related = related(version, award, &id);
    made.endorsement = source.endorsements;
    made
}

/// The award's own title where a version gives several, else the version's.
pub fn title<'a>(version: &'a Version, award: &'a GivenAward) -> &'a str {
    match (version.credentials().count(), award.given.title.trim()) {
        (0 | 1, _) | (_, "") => &version.version.title,
        (_, own) => own,
    }
}

fn description(row: &program_version::Model, award: &GivenAward) -> String {
    [award.given.description.as_deref(), row.summary.as_deref(), row.description.as_deref()]
        .into_iter()
        .flatten()
        .find(|text| !text.trim().is_empty())
        .unwrap_or(&row.title)
        .to_owned()
}

fn criteria(id: &str, row: &program_version::Model) -> Criteria {
    let narrative = row.criteria.clone().filter(|text| !text.trim().is_empty());
    Criteria {
        id: Some(format!("{id}#criteria")),
        narrative: Some(
            narrative.unwrap_or_else(|| Words::of_tag(&row.language).criteria_to_complete(&row.title)),
        ),
    }
}

fn language(tag: &str) -> Option<String> {
    Some(tag.to_owned()).filter(|tag| vocabulary::is_language(tag))
}

/// The issuer's own ids of the program and, where it names its awards, of the award.
fn identifiers(version: &Version, award: &GivenAward) -> Vec<IdentifierEntry> {
    let own = Some(&award.award.external_id).filter(|id| *id != DEFAULT_AWARD);
    let entry = |identifier: &String, kind: &str| IdentifierEntry {
        identifier: identifier.clone(),
        identifier_type: kind.to_owned(),
        ..IdentifierEntry::default()
    };
    let program = version.external_id.iter().map(|id| entry(id, "identifier"));
    program.chain(own.into_iter().map(|id| entry(id, "ext:award"))).collect()
}

/// What it is made of, and its earlier versions. Each is named once: in RDF two of one id would be one.
fn related(version: &Version, award: &GivenAward, id: &str) -> Vec<Related> {
    let earlier = version.links.earlier.get(&award.award.id).into_iter().flatten();
    let mut list: Vec<Related> = Vec::new();
    for Linked { address, language: tag, number, .. } in version.links.components.iter().chain(earlier) {
        if address != id && list.iter().all(|known| known.id != *address) {
            list.push(Related {
                id: address.clone(),
                in_language: language(tag),
                version: Some(number.to_string()),
                ..Related::default()
            });
        }
    }
    list
}

/// The credit that an award gives: its own, else that of the version's award of credits, else the version's; amount in ten-thousandths, and scheme.
pub fn credit(version: &Version, award: &GivenAward) -> Option<(i64, String)> {
    credits(version, award).into_iter().next()
}

/// All the credit that an award gives, as `credit`.
pub fn credits(version: &Version, award: &GivenAward) -> Vec<(i64, String)> {
    let mut sources = vec![&award.given.credits];
    sources.extend(version.awards.iter().map(|given| &given.given.credits));
    sources.push(&version.version.credits);
    sources.into_iter().map(read_credits).find(|list| !list.is_empty()).unwrap_or_default()
}

fn read_credits(list: &Value) -> Vec<(i64, String)> {
    let read = |item: &Value| Some((scaled(item.get("amount")?)?, item.get("scheme")?.as_str()?.to_owned()));
    list.as_array().into_iter().flatten().filter_map(read).collect()
}

/// An amount as it is stored: ten-thousandths, or a decimal as text.
fn scaled(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => amount::from_decimal(text.parse().ok()?),
        other => other.as_i64(),
    }
}

/// A document's number of ten-thousandths.
fn number(scaled: i64) -> Option<Number> {
    Number::from_millionths(scaled.checked_mul(1_000_000 / amount::ONE)?)
}

/// A stored list of texts.
pub fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
