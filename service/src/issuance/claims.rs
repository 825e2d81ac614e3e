//! What one credential says: who, what, when and with which results, frozen when it is reserved.

use cairn_credential::document::{
    AchievementSubject, Claims, CredentialSchema, Evidence, IdentityObject, RefreshService, StatusEntry,
};
use cairn_entity::enums::PartyRole;
use cairn_entity::{cohort, enrollment, issuer, learner};
use chrono::{DateTime, Months, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::achievement::{self, Source};
use super::catalogue::{GivenAward, Version};
use super::recognition::{self, Recognized};
use super::results::{self, Score};
use super::{alignment, profile};
use crate::error::{Error, Result};
use crate::program::tested::Tested;
use crate::random::Random;

/// The protocol by which a newer edition is had (Open Badges 3.0, RefreshService).
const REFRESH: &str = "1EdTechCredentialRefresh";
/// Most pieces of evidence in a document; further ones are left out.
const MOST_EVIDENCE: usize = 20;

/// Everything that claims are made of.
pub struct Facts<'a> {
    /// Who awards.
    pub issuer: &'a issuer::Model,
    /// To whom.
    pub learner: &'a learner::Model,
    /// For which enrollment.
    pub enrollment: &'a enrollment::Model,
    /// In which cohort.
    pub cohort: Option<&'a cohort::Model>,
    /// For what.
    pub version: &'a Version,
    /// The award.
    pub award: &'a GivenAward,
    /// What it is assessed by, in order: the version's own assessments, and those of the cohort that were taken.
    pub tested: Vec<&'a Tested>,
    /// With which scores, in the order of the assessments.
    pub scores: &'a [Score],
    /// What was recognized as learned before.
    pub recognized: &'a Recognized,
    /// Signed endorsements of the issuer that travel along.
    pub issuer_endorsements: &'a [Value],
    /// Signed endorsements of the achievement that travel along.
    pub endorsements: &'a [Value],
}

/// Until when a credential holds that holds from a moment.
pub fn valid_until(facts: &Facts<'_>, from: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let months = facts.award.given.valid_months.or(facts.version.version.validity_months)?;
    from.checked_add_months(Months::new(u32::try_from(months).ok()?))
}

/// What is decided for one credential alone.
pub struct Stated {
    /// Its id.
    pub id: Uuid,
    /// From when it holds.
    pub valid_from: DateTime<Utc>,
    /// Until when.
    pub valid_until: Option<DateTime<Utc>>,
    /// Its places in status lists.
    pub status: Vec<StatusEntry>,
    /// Work that shows it; where there is none, what was handed in for it.
    pub evidence: Vec<Evidence>,
    /// Where a newer edition is had.
    pub refresh: Option<String>,
}

/// Makes the claims of a credential.
pub fn claims(facts: &Facts<'_>, random: &dyn Random, stated: Stated) -> Result<Claims> {
    let subject = subject(facts, random)?;
    let issuer = profile::profile(facts.issuer, facts.issuer_endorsements.to_vec())?;
    let mut claims = Claims::new(stated.id, issuer, subject, stated.valid_from);
    claims.name = Some(achievement::title(facts.version, facts.award).to_owned());
    claims.valid_until = stated.valid_until;
    claims.awarded_date = facts.enrollment.completed_at;
    claims.evidence = if stated.evidence.is_empty() { evidence(facts) } else { stated.evidence };
    claims.status = stated.status;
    claims.credential_schema = schema(&claims.status);
    let kind = || REFRESH.to_owned();
    claims.refresh_service = stated.refresh.map(|id| RefreshService { id, kind: kind() });
    Ok(claims)
}

/// The schema of the standard, where the document fits it: it takes one status entry.
fn schema(status: &[StatusEntry]) -> Vec<CredentialSchema> {
    if status.len() > 1 { Vec::new() } else { vec![CredentialSchema::open_badges()] }
}

fn subject(facts: &Facts<'_>, random: &dyn Random) -> Result<AchievementSubject> {
    let source = Source {
        issuer: facts.issuer,
        version: facts.version,
        award: facts.award,
        tested: &facts.tested,
        endorsements: facts.endorsements.to_vec(),
    };
    let mut achievement = achievement::achievement(source);
    let descriptions =
        results::describe(&achievement.id, &facts.version.version, &facts.tested, facts.scores);
    let mut result =
        results::results(&achievement.id, &descriptions, facts.enrollment, &facts.tested, facts.scores);
    result.extend(recognition::results(&achievement.id, facts));
    achievement.result_description = descriptions;
    let assessor = facts.version.partners.iter().filter(|partner| partner.role == PartyRole::Assesses);
    Ok(AchievementSubject {
        id: facts.learner.did.clone(),
        identifier: identities(facts.learner, random)?,
        activity_start_date: activity_start(facts.enrollment),
        activity_end_date: facts.enrollment.completed_at,
        credits_earned: achievement.credits_available,
        term: facts.cohort.map(|cohort| cohort.name.clone()),
        source: assessor.into_iter().find_map(profile::partner),
        result,
        achievement,
        ..AchievementSubject::default()
    })
}

fn activity_start(enrollment: &enrollment::Model) -> Option<DateTime<Utc>> {
    let start = enrollment.started_at.unwrap_or(enrollment.enrolled_at);
    enrollment.completed_at.is_none_or(|end| start <= end).then_some(start)
}

/// The recipient: the name in the clear, for people; the issuer's own id and the e-mail address as salted hashes, for whoever knows them.
pub(crate) fn identities(learner: &learner::Model, random: &dyn Random) -> Result<Vec<IdentityObject>> {
    let mut identities = Vec::new();
    if let Some(name) = name_of(learner) {
        identities.push(IdentityObject::plain("name", name));
    }
    identities.push(IdentityObject::hashed("sourcedId", &learner.external_id, salt(random)?));
    if let Some(email) = &learner.email {
        identities.push(IdentityObject::hashed("emailAddress", &email.to_lowercase(), salt(random)?));
    }
    Ok(identities)
}

/// The name that a credential states.
pub(crate) fn name_of(learner: &learner::Model) -> Option<String> {
    let full = learner.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    full.map(str::to_owned).or_else(|| {
        let parts: Vec<&str> = [&learner.given_name, &learner.family_name]
            .into_iter()
            .filter_map(|part| part.as_deref().map(str::trim).filter(|part| !part.is_empty()))
            .collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    })
}

fn salt(random: &dyn Random) -> Result<String> {
    let mut bytes = [0; 16];
    random.fill(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// What was handed in with the attempts that are stated, but for failed ones, and what showed prior learning. Each address is named once: in RDF two of one
/// id would be one.
fn evidence(facts: &Facts<'_>) -> Vec<Evidence> {
    let stated = facts.scores.iter().filter(|score| score.attempt.passed != Some(false));
    let handed_in = stated.flat_map(|score| {
        let tested = facts.tested.iter().find(|tested| tested.assessment.id == score.attempt.assessment_id);
        score.evidence.iter().map(move |work| Evidence {
            id: work.url.clone(),
            name: Some(work.name.clone()),
            description: work.description.clone(),
            genre: tested.map(|tested| alignment::spoken(&tested.assessment.kind)),
            digest_multibase: work.url.as_ref().and(work.digest.clone()),
            ..Evidence::default()
        })
    });
    let mut list: Vec<Evidence> = Vec::new();
    for piece in handed_in.chain(recognition::evidence(facts.recognized)) {
        if piece.id.is_none() || list.iter().all(|known| known.id != piece.id) {
            list.push(piece);
        }
    }
    list.truncate(MOST_EVIDENCE);
    list
}

/// The stored form of claims.
pub fn freeze(claims: &Claims) -> Result<Value> {
    Ok(serde_json::to_value(claims)?)
}

/// Claims from their stored form.
pub fn thaw(stored: Value) -> Result<Claims> {
    serde_json::from_value(stored).map_err(|error| Error::internal("frozen claims could not be read", error))
}
