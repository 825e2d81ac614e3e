//! What one credential says: who, what, when and with which results, frozen when it is reserved.

use std::collections::HashMap;

use cairn_credential::document::{
    AchievementSubject, Claims, Evidence, IdentityObject, RefreshService, Result as Outcome,
    ResultDescription, StatusEntry,
};
use cairn_entity::{assessment, attempt, enrollment, issuer, learner};
use chrono::{DateTime, Months, Utc};
use uuid::Uuid;

use super::achievement;
use super::catalogue::{GivenAward, Version};
use crate::amount;
use crate::error::{Error, Result};
use crate::random::Random;

/// The protocol by which a newer edition is had (Open Badges 3.0, RefreshService).
const REFRESH: &str = "1EdTechCredentialRefresh";
/// Most results of single assessments in a document; further ones are left out.
const MOST_RESULTS: usize = 50;

/// What a learner reached at one assessment: the best graded attempt.
#[derive(Clone, Debug)]
pub struct Score {
    /// The assessment.
    pub assessment: assessment::Model,
    /// The attempt.
    pub attempt: attempt::Model,
}

/// Everything that claims are made of.
pub struct Facts<'a> {
    /// Who awards.
    pub issuer: &'a issuer::Model,
    /// To whom.
    pub learner: &'a learner::Model,
    /// For which enrollment.
    pub enrollment: &'a enrollment::Model,
    /// For what.
    pub version: &'a Version,
    /// The award.
    pub award: &'a GivenAward,
    /// With which scores, in the order of the assessments.
    pub scores: &'a [Score],
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
    /// Work that shows it.
    pub evidence: Vec<Evidence>,
    /// Where a newer edition is had.
    pub refresh: Option<String>,
}

/// Makes the claims of a credential.
pub fn claims(facts: &Facts<'_>, random: &dyn Random, stated: Stated) -> Result<Claims> {
    let assessments: Vec<&assessment::Model> = facts.scores.iter().map(|score| &score.assessment).collect();
    let mut achievement = achievement::achievement(facts.issuer, facts.version, facts.award, &assessments);
    let (descriptions, results) = results(facts, &achievement.id);
    achievement.result_description = descriptions;
    let credits = achievement.credits_available;
    let subject = AchievementSubject {
        identifier: identities(facts.learner, random)?,
        achievement,
        activity_start_date: activity_start(facts.enrollment),
        activity_end_date: facts.enrollment.completed_at,
        credits_earned: credits,
        result: results,
        ..Default::default()
    };
    let mut claims = Claims::new(stated.id, achievement::profile(facts.issuer), subject, stated.valid_from);
    claims.name = Some(achievement::title(facts.version, facts.award).to_owned());
    claims.valid_until = stated.valid_until;
    claims.awarded_date = facts.enrollment.completed_at;
    claims.status = stated.status;
    claims.evidence = stated.evidence;
    let kind = || REFRESH.to_owned();
    claims.refresh_service = stated.refresh.map(|id| RefreshService { id, kind: kind() });
    Ok(claims)
}

fn activity_start(enrollment: &enrollment::Model) -> Option<DateTime<Utc>> {
    let start = enrollment.started_at.unwrap_or(enrollment.enrolled_at);
    enrollment.completed_at.is_none_or(|end| start <= end).then_some(start)
}

/// The recipient: the name in the clear, for people; the issuer's own id and the e-mail address as salted hashes, for whoever knows them.
fn identities(learner: &learner::Model, random: &dyn Random) -> Result<Vec<IdentityObject>> {
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

fn name_of(learner: &learner::Model) -> Option<String> {
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

/// The overall score and the best result at each assessment, with what each value means.
fn results(facts: &Facts<'_>, achievement: &str) -> (Vec<ResultDescription>, Vec<Outcome>) {
    let mut descriptions = Vec::new();
    let mut results = Vec::new();
    if facts.enrollment.score >= 0 {
        let id = format!("{achievement}#result-overall");
        descriptions.push(ResultDescription {
            id: id.clone(),
            name: "Overall score".to_owned(),
            result_type: "Percent".to_owned(),
            value_min: Some("0".to_owned()),
            value_max: Some("100".to_owned()),
            required_value: facts.version.version.pass_mark.map(decimal),
            ..Default::default()
        });
        results.push(result(id, facts.enrollment.score));
    }
    for score in facts.scores.iter().take(MOST_RESULTS) {
        let Some(points) = score.attempt.score else { continue };
        let id = format!("{achievement}#result-{}", score.assessment.id);
        descriptions.push(ResultDescription {
            id: id.clone(),
            name: score.assessment.title.clone(),
            result_type: "RawScore".to_owned(),
            value_min: Some(decimal(score.assessment.min_score)),
            value_max: Some(decimal(score.attempt.max_score)),
            required_value: score.assessment.pass_mark.map(decimal),
            ..Default::default()
        });
        results.push(result(id, points));
    }
    (descriptions, results)
}

fn result(description: String, value: i64) -> Outcome {
    Outcome { result_description: Some(description), value: Some(decimal(value)), ..Default::default() }
}

fn decimal(scaled: i64) -> String {
    amount::to_decimal(scaled).normalize().to_string()
}

/// The best graded attempt of each enrollment at each assessment: a pass before none, then the most points.
pub fn best_scores(
    attempts: Vec<attempt::Model>,
    assessments: &HashMap<Uuid, assessment::Model>,
) -> HashMap<Uuid, Vec<Score>> {
    let mut best: HashMap<(Uuid, Uuid), attempt::Model> = HashMap::new();
    let rank = |row: &attempt::Model| (row.passed == Some(true), row.score);
    for row in attempts {
        let key = (row.enrollment_id, row.assessment_id);
        if best.get(&key).is_none_or(|known| rank(known) < rank(&row)) {
            best.insert(key, row);
        }
    }
    let mut by_enrollment: HashMap<Uuid, Vec<Score>> = HashMap::new();
    for ((enrollment, assessment), attempt) in best {
        if let Some(assessment) = assessments.get(&assessment) {
            by_enrollment
                .entry(enrollment)
                .or_default()
                .push(Score { assessment: assessment.clone(), attempt });
        }
    }
    for scores in by_enrollment.values_mut() {
        scores.sort_by_key(|score| (score.assessment.position, score.assessment.id));
    }
    by_enrollment
}

/// The stored form of claims.
pub fn freeze(claims: &Claims) -> Result<serde_json::Value> {
    Ok(serde_json::to_value(claims)?)
}

/// Claims from their stored form.
pub fn thaw(stored: serde_json::Value) -> Result<Claims> {
    serde_json::from_value(stored).map_err(|error| Error::internal("frozen claims could not be read", error))
}
