//! Skills, and what the EU's standard elements of a micro-credential ask for where Open Badges has no member of its own: alignments of
//! extension types (Council Recommendation 2022/C 243/02, Annex I; the whole mapping is in docs/credential-document.md).

use cairn_credential::document::Alignment;
use cairn_entity::enums::PartyRole;
use cairn_entity::{assessment, program_version};
use serde_json::Value;

use super::achievement::{Source, credits, texts};
use super::catalogue::AlignedSkill;
use super::linked::Linked;
use crate::amount;
use crate::error::Result;
use crate::issuer::Accreditation;
use crate::program::terms::{Prerequisites, Recognition, Terms};

/// Alignments of one achievement, as they come together.
struct Alignments<'a> {
    id: &'a str,
    list: Vec<Alignment>,
}

impl Alignments<'_> {
    /// An element that the achievement's own page tells more of.
    fn element(&mut self, kind: &str, anchor: &str, name: String, code: Option<String>) -> &mut Alignment {
        let url = format!("{}#{anchor}", self.id);
        self.add(Alignment {
            target_type: Some(format!("ext:{kind}")),
            target_code: code,
            ..Alignment::new(name, url)
        })
    }

    /// An element that an achievement elsewhere is.
    fn achievement(&mut self, kind: &str, linked: &Linked) {
        self.add(Alignment {
            target_type: Some(format!("ext:{kind}")),
            ..Alignment::new(&linked.title, &linked.address)
        });
    }

    fn add(&mut self, alignment: Alignment) -> &mut Alignment {
        let place = self.list.len();
        self.list.push(alignment);
        &mut self.list[place]
    }
}

/// All alignments of an achievement whose address is given.
pub fn alignments(source: &Source<'_>, id: &str) -> Vec<Alignment> {
    let mut made = Alignments { id, list: source.version.skills.iter().map(skill).collect() };
    learned(&mut made, source);
    for (amount, scheme) in credits(source.version, source.award) {
        let amount = decimal(amount);
        made.element("Credit", "credit", format!("{amount} credits ({scheme})"), Some(amount));
    }
    effort(&mut made, source);
    assessed(&mut made, source.tested.iter().map(|tested| &tested.assessment));
    let row = &source.version.version;
    for body in texts(&row.quality_assurance) {
        made.element("QualityAssurance", "quality", body.replace('_', " ").to_lowercase(), None);
    }
    prior_learning(&mut made, row);
    before(&mut made, source, row.prerequisites().ok().flatten());
    for linked in &source.version.links.components {
        made.achievement("Component", linked);
    }
    for linked in &source.version.links.stacks {
        made.achievement("Stackability", linked);
    }
    recognitions(&mut made, row.recognitions());
    accreditations(&mut made, source);
    made.list
}

fn skill(aligned: &AlignedSkill) -> Alignment {
    Alignment {
        target_code: aligned.skill.code.clone(),
        target_description: aligned.skill.description.clone(),
        target_framework: aligned.framework.clone(),
        target_type: Some("ceasn:Competency".to_owned()),
        ..Alignment::new(&aligned.skill.name, &aligned.skill.uri)
    }
}

fn learned(made: &mut Alignments<'_>, source: &Source<'_>) {
    for outcome in &source.version.outcomes {
        let code = Some(outcome.code.clone()).filter(|code| !code.is_empty());
        made.element("LearningOutcome", "outcomes", outcome.statement.clone(), code);
    }
    for level in source.version.version.levels.as_array().into_iter().flatten() {
        let part = |name: &str| level.get(name).and_then(Value::as_str);
        if let (Some(framework), Some(value)) = (part("framework"), part("value")) {
            let name = format!("{framework} level {value}");
            let element = made.element("Level", "level", name, Some(value.to_owned()));
            element.target_framework = Some(framework.to_owned());
        }
    }
}

fn effort(made: &mut Alignments<'_>, source: &Source<'_>) {
    let row = &source.version.version;
    if let Some(hours) = row.workload_hours {
        let hours = decimal(hours);
        made.element("Workload", "workload", format!("{hours} hours"), Some(hours));
    }
    if let Some(mode) = row.delivery_mode {
        made.element("Participation", "participation", spoken(&mode), None);
    }
}

/// The kinds of assessment, and how they were supervised, each once.
fn assessed<'a>(made: &mut Alignments<'_>, assessments: impl Iterator<Item = &'a assessment::Model> + Clone) {
    let distinct = |names: Vec<String>| {
        let mut names = names;
        names.sort_unstable();
        names.dedup();
        names
    };
    for kind in distinct(assessments.clone().map(|row| spoken(&row.kind)).collect()) {
        made.element("Assessment", "assessment", kind, None);
    }
    for way in distinct(assessments.map(supervision).collect()) {
        made.element("Supervision", "supervision", way, None);
    }
}

/// How an assessment is supervised and identity checked, in words.
fn supervision(row: &assessment::Model) -> String {
    let supervised = match spoken(&row.supervision).as_str() {
        "none" => "unsupervised".to_owned(),
        way => format!("supervised, {way}"),
    };
    let identified = match spoken(&row.identity_check).as_str() {
        "none" => "without identity check".to_owned(),
        way => format!("identity checked by {way}"),
    };
    format!("{supervised}, {identified}")
}

/// How much of it may be recognized as learned before.
fn prior_learning(made: &mut Alignments<'_>, row: &program_version::Model) {
    let Ok(Some(share)) = row.recognizable() else { return };
    let name = format!("up to {} % by recognition of prior learning", decimal(share));
    made.element("PriorLearning", "prior-learning", name, Some(decimal(share)));
}

fn before(made: &mut Alignments<'_>, source: &Source<'_>, prerequisites: Option<Prerequisites>) {
    let text = prerequisites.and_then(|stated| stated.description).filter(|text| !text.trim().is_empty());
    if let Some(text) = text {
        made.element("Prerequisite", "prerequisites", text, None);
    }
    for linked in &source.version.links.prerequisites {
        made.achievement("Prerequisite", linked);
    }
}

fn recognitions(made: &mut Alignments<'_>, list: Result<Vec<Recognition>>) {
    for recognition in list.unwrap_or_default() {
        let credits = recognition.credits.iter();
        let credits: Vec<String> = credits
            .map(|credit| format!("{} credits ({})", decimal(credit.amount), credit.scheme.name()))
            .collect();
        let element = made.element("Recognition", "recognition", recognition.statement, None);
        element.target_framework = Some(recognition.body);
        element.target_description = Some(credits.join(", ")).filter(|text| !text.is_empty());
        if let Some(url) = recognition.url {
            element.target_url = url;
        }
    }
}

/// Who accredits the issuer, and the program.
fn accreditations(made: &mut Alignments<'_>, source: &Source<'_>) {
    let issuer = source.issuer;
    let list: Vec<Accreditation> = serde_json::from_value(issuer.accreditations.clone()).unwrap_or_default();
    for given in list {
        let page = format!("{}/issuers/{}#accreditations", issuer.public_base, issuer.slug);
        made.add(Alignment {
            target_framework: Some(given.body),
            target_type: Some("ext:Accreditation".to_owned()),
            ..Alignment::new(given.name, given.url.unwrap_or(page))
        });
    }
    for partner in source.version.partners.iter().filter(|partner| partner.role == PartyRole::Accredits) {
        let element = made.element("Accreditation", "accreditation", partner.party.name.clone(), None);
        if let Some(url) = &partner.party.url {
            element.target_url.clone_from(url);
        }
    }
}

fn decimal(scaled: i64) -> String {
    amount::to_decimal(scaled).normalize().to_string()
}

/// A stored value in words: `work_based` is "work based".
pub fn spoken(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(text)) => text.replace('_', " "),
        _ => String::new(),
    }
}
