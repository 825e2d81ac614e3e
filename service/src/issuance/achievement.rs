//! The Open Badges Achievement of an award: what was to be learned, how it is earned, at which level and by what kinds of assessment.

use cairn_credential::document::{
    Achievement, Alignment, Criteria, IdentifierEntry, Image, Number, Profile, vocabulary,
};
use cairn_entity::issuer;
use cairn_entity::{assessment, program_version};
use serde_json::Value;

use super::catalogue::{GivenAward, Version};
use crate::amount;
use crate::issuer::Accreditation;

/// The contexts that define the terms of profiles and achievements, for documents that stand alone.
pub const CONTEXTS: [&str; 2] =
    [cairn_credential::context::CREDENTIALS_V2, cairn_credential::context::OPEN_BADGES_V3];

/// The address of an award's achievement: one for each version, since what a version asked for never changes.
pub fn address(issuer: &issuer::Model, award: &GivenAward) -> String {
    format!("{}/achievements/{}", issuer.public_base, award.given.id)
}

/// The issuer, as documents describe it.
pub fn profile(issuer: &issuer::Model) -> Profile {
    let mut profile = Profile::new(&issuer.did, &issuer.name);
    profile.url.clone_from(&issuer.url);
    profile.email.clone_from(&issuer.email);
    profile.description.clone_from(&issuer.description);
    profile.image = issuer.image_url.as_ref().map(Image::new);
    if let Some(country) = &issuer.country {
        profile.address = Some(cairn_credential::document::Address {
            address_country_code: Some(country.clone()),
            ..Default::default()
        });
    }
    profile
}

/// The achievement of an award in a version. `assessments` are those that it was (or is to be) earned by.
pub fn achievement(
    issuer: &issuer::Model,
    version: &Version,
    award: &GivenAward,
    assessments: &[&assessment::Model],
) -> Achievement {
    let row = &version.version;
    let id = address(issuer, award);
    let mut made = Achievement::new(&id, title(version, award), description(row, award), criteria(&id, row));
    if vocabulary::allows(vocabulary::ACHIEVEMENT_TYPES, &row.achievement_type) {
        made.achievement_type = Some(row.achievement_type.clone());
    }
    made.alignment = alignments(issuer, version, award, assessments, &id);
    made.credits_available = credit(version, award).and_then(|(amount, _)| number(amount));
    made.field_of_study.clone_from(&row.field_of_study);
    made.human_code.clone_from(&row.human_code);
    made.image = row.image_url.as_ref().map(Image::new);
    made.in_language = Some(row.language.clone()).filter(|language| vocabulary::is_language(language));
    made.tag = texts(&row.tags);
    made.version = Some(row.number.to_string());
    made.other_identifier = vec![IdentifierEntry {
        identifier: award.award.external_id.clone(),
        identifier_type: "identifier".to_owned(),
        ..Default::default()
    }];
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
        narrative: Some(narrative.unwrap_or_else(|| format!("Complete “{}”.", row.title))),
    }
}

/// The credit that an award gives: its own, else that of the version's award of credits, else the version's; amount in ten-thousandths, and scheme.
pub fn credit(version: &Version, award: &GivenAward) -> Option<(i64, String)> {
    credits(version, award).into_iter().next()
}

fn credits(version: &Version, award: &GivenAward) -> Vec<(i64, String)> {
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
pub fn number(scaled: i64) -> Option<Number> {
    Number::from_millionths(scaled.checked_mul(1_000_000 / amount::ONE)?)
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Skills first; then what the EU's standard elements of a micro-credential ask for and Open Badges has no member for, as alignments of
/// extension types (Council Recommendation 2022/C 243/02, Annex I).
fn alignments(
    issuer: &issuer::Model,
    version: &Version,
    award: &GivenAward,
    assessments: &[&assessment::Model],
    id: &str,
) -> Vec<Alignment> {
    let mut list: Vec<Alignment> = version
        .skills
        .iter()
        .map(|aligned| {
            let mut alignment = Alignment::new(&aligned.skill.name, &aligned.skill.uri);
            alignment.target_code.clone_from(&aligned.skill.code);
            alignment.target_framework.clone_from(&aligned.framework);
            alignment.target_type = Some("ceasn:Competency".to_owned());
            alignment
        })
        .collect();
    let mut element = |kind: &str, anchor: &str, name: String, code: Option<String>| {
        let mut alignment = Alignment::new(name, format!("{id}#{anchor}"));
        alignment.target_type = Some(format!("ext:{kind}"));
        alignment.target_code = code;
        list.push(alignment);
    };
    for outcome in &version.outcomes {
        let code = Some(outcome.code.clone()).filter(|code| !code.is_empty());
        element("LearningOutcome", "outcomes", outcome.statement.clone(), code);
    }
    let row = &version.version;
    for level in row.levels.as_array().into_iter().flatten() {
        let part = |name: &str| level.get(name).and_then(Value::as_str);
        if let (Some(framework), Some(value)) = (part("framework"), part("value")) {
            element("Level", "level", format!("{framework} level {value}"), Some(value.to_owned()));
        }
    }
    for (amount, scheme) in credits(version, award) {
        let amount = amount::to_decimal(amount).normalize().to_string();
        element("Credit", "credit", format!("{amount} credits ({scheme})"), Some(amount));
    }
    if let Some(hours) = row.workload_hours {
        let hours = amount::to_decimal(hours).normalize().to_string();
        element("Workload", "workload", format!("{hours} hours"), Some(hours));
    }
    if let Some(mode) = row.delivery_mode {
        element("Participation", "participation", spoken(&mode), None);
    }
    let mut kinds: Vec<String> = assessments.iter().map(|row| spoken(&row.kind)).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        element("Assessment", "assessment", kind, None);
    }
    for body in texts(&row.quality_assurance) {
        element("QualityAssurance", "quality", body.replace('_', " ").to_lowercase(), None);
    }
    list.extend(accreditations(issuer));
    list
}

fn accreditations(issuer: &issuer::Model) -> Vec<Alignment> {
    let list: Vec<Accreditation> = serde_json::from_value(issuer.accreditations.clone()).unwrap_or_default();
    list.into_iter()
        .map(|given| {
            let page = format!("{}/issuers/{}#accreditations", issuer.public_base, issuer.slug);
            let mut alignment = Alignment::new(given.name, given.url.unwrap_or(page));
            alignment.target_framework = Some(given.body);
            alignment.target_type = Some("ext:Accreditation".to_owned());
            alignment
        })
        .collect()
}

/// A stored value in words: `work_based` is "work based".
fn spoken(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(text)) => text.replace('_', " "),
        _ => String::new(),
    }
}
