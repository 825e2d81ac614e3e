//! What the types cannot say of claims: identifiers are absolute, texts are there, dates are in order, links lead somewhere,
//! vocabularies hold the value. Every problem names its member.

use super::vocabulary as words;
use super::{
    Achievement, AchievementSubject, Alignment, Claims, Evidence, IdentifierEntry, IdentityObject, Image,
    Profile, Result as Outcome, ResultDescription, StatusEntry,
};
use crate::model::{self, DocumentKind};
use crate::multihash;
use chrono::{DateTime, Datelike, Utc};
use oxrdf::NamedNodeRef;
use serde_json::Value;
use std::collections::HashSet;
use std::fmt;

/// One thing wrong with claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The member, as in `subject.achievement.alignment[0].targetUrl`.
    pub member: String,
    /// What is wrong with it.
    pub message: String,
}

/// Claims that cannot be signed, with everything that is wrong with them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ClaimsError(pub Vec<Problem>);

impl fmt::Display for ClaimsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, problem) in self.0.iter().enumerate() {
            let separator = if n == 0 { "" } else { "; " };
            write!(f, "{separator}{}: {}", problem.member, problem.message)?;
        }
        Ok(())
    }
}

/// Collects problems under a path of members.
pub(super) struct Validator {
    problems: Vec<Problem>,
}

impl Validator {
    pub(super) fn new() -> Self {
        Self { problems: Vec::new() }
    }

    pub(super) fn finish(self) -> Result<(), ClaimsError> {
        if self.problems.is_empty() { Ok(()) } else { Err(ClaimsError(self.problems)) }
    }

    pub(super) fn add(&mut self, member: impl Into<String>, message: impl Into<String>) {
        self.problems.push(Problem { member: member.into(), message: message.into() });
    }

    fn check(&mut self, fine: bool, member: impl FnOnce() -> String, message: &str) {
        if !fine {
            self.add(member(), message);
        }
    }

    pub(super) fn iri(&mut self, at: &str, name: &str, value: &str) {
        let fine = is_iri(value);
        self.check(fine, || format!("{at}{name}"), "is not an absolute IRI");
    }

    fn optional_iri(&mut self, at: &str, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.iri(at, name, value);
        }
    }

    pub(super) fn text(&mut self, at: &str, name: &str, value: &str) {
        self.check(!value.trim().is_empty(), || format!("{at}{name}"), "is empty");
    }

    fn word(&mut self, at: &str, name: &str, list: &[&str], value: &str) {
        let fine = words::allows(list, value);
        self.check(fine, || format!("{at}{name}"), "is not a value of the vocabulary, nor an ext: one");
    }

    fn language(&mut self, at: &str, value: Option<&str>) {
        let fine = value.is_none_or(words::is_language);
        self.check(fine, || format!("{at}inLanguage"), "is not a language code such as en or pt-BR");
    }

    fn image(&mut self, at: &str, image: Option<&Image>) {
        self.optional_iri(at, "image.id", image.map(|image| image.id.as_str()));
    }

    pub(super) fn order(
        &mut self,
        member: &str,
        from: Option<DateTime<Utc>>,
        until: Option<DateTime<Utc>>,
        message: &str,
    ) {
        let reversed = matches!((from, until), (Some(from), Some(until)) if until < from);
        self.check(!reversed, || member.to_owned(), message);
        for moment in [from, until].into_iter().flatten() {
            let fine = (1..=9999).contains(&moment.year());
            self.check(fine, || member.to_owned(), "lies beyond the years that can be written");
        }
    }

    pub(super) fn profile(&mut self, at: &str, profile: &Profile) {
        self.iri(at, "id", &profile.id);
        self.image(at, profile.image.as_ref());
        if let Some(url) = &profile.url {
            self.iri(at, "url", url);
        }
        self.identifiers(at, &profile.other_identifier);
        let country = profile.address.as_ref().and_then(|address| address.address_country_code.as_deref());
        let fine = country.is_none_or(|code| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase()));
        self.check(fine, || format!("{at}address.addressCountryCode"), "is not two capital letters");
        self.endorsements(at, &profile.id, &profile.endorsement);
        if let Some(parent) = &profile.parent_org {
            self.profile(&format!("{at}parentOrg."), parent);
        }
    }

    pub(super) fn issuer(&mut self, issuer: &Profile) {
        self.profile("issuer.", issuer);
        let named = issuer.name.as_ref().is_some_and(|name| !name.trim().is_empty());
        self.check(named, || "issuer.name".into(), "is empty");
    }

    pub(super) fn status(&mut self, entries: &[StatusEntry]) {
        let mut purposes = HashSet::new();
        for (n, status) in entries.iter().enumerate() {
            let at = format!("status[{n}].");
            self.iri(&at, "statusListCredential", &status.list);
            // The entry's own id is a fragment of it.
            self.check(!status.list.contains('#'), || format!("{at}statusListCredential"), "has a fragment");
            self.text(&at, "statusPurpose", &status.purpose);
            self.check(purposes.insert(&status.purpose), || format!("{at}statusPurpose"), "stands twice");
        }
    }

    /// What travels inside has to be a signed endorsement of just this.
    fn endorsements(&mut self, at: &str, id: &str, endorsements: &[Value]) {
        for (n, endorsement) in endorsements.iter().enumerate() {
            let at = format!("{at}endorsement[{n}]");
            if model::kind(endorsement) != DocumentKind::Endorsement {
                self.add(at, "is not an EndorsementCredential");
                continue;
            }
            if let Some(problem) = model::problems(endorsement).first() {
                self.add(at, problem.clone());
                continue;
            }
            let endorsed = endorsement.pointer("/credentialSubject/id").and_then(Value::as_str);
            self.check(endorsed == Some(id), || at.clone(), "endorses something else");
            self.check(endorsement.get("proof").is_some(), || at.clone(), "is not signed");
        }
    }

    fn identifiers(&mut self, at: &str, entries: &[IdentifierEntry]) {
        for (n, entry) in entries.iter().enumerate() {
            let at = format!("{at}otherIdentifier[{n}].");
            self.text(&at, "identifier", &entry.identifier);
            self.word(&at, "identifierType", words::IDENTIFIER_TYPES, &entry.identifier_type);
        }
    }

    fn alignments(&mut self, at: &str, alignments: &[Alignment]) {
        for (n, alignment) in alignments.iter().enumerate() {
            let at = format!("{at}alignment[{n}].");
            self.text(&at, "targetName", &alignment.target_name);
            self.iri(&at, "targetUrl", &alignment.target_url);
            if let Some(kind) = &alignment.target_type {
                self.word(&at, "targetType", words::TARGET_TYPES, kind);
            }
        }
    }

    fn achievement(&mut self, at: &str, achievement: &Achievement) {
        self.iri(at, "id", &achievement.id);
        self.text(at, "name", &achievement.name);
        self.text(at, "description", &achievement.description);
        let criteria = &achievement.criteria;
        let stated =
            criteria.id.is_some() || criteria.narrative.as_ref().is_some_and(|text| !text.trim().is_empty());
        self.check(stated, || format!("{at}criteria"), "has neither id nor narrative");
        self.optional_iri(at, "criteria.id", criteria.id.as_deref());
        if let Some(kind) = &achievement.achievement_type {
            self.word(at, "achievementType", words::ACHIEVEMENT_TYPES, kind);
        }
        self.alignments(at, &achievement.alignment);
        self.endorsements(at, &achievement.id, &achievement.endorsement);
        if let Some(creator) = &achievement.creator {
            self.profile(&format!("{at}creator."), creator);
        }
        let negative = achievement.credits_available.is_some_and(super::Number::is_negative);
        self.check(!negative, || format!("{at}creditsAvailable"), "is below zero");
        self.image(at, achievement.image.as_ref());
        self.language(at, achievement.in_language.as_deref());
        self.identifiers(at, &achievement.other_identifier);
        for (n, related) in achievement.related.iter().enumerate() {
            let at = format!("{at}related[{n}].");
            self.iri(&at, "id", &related.id);
            self.language(&at, related.in_language.as_deref());
        }
        let mut seen = HashSet::new();
        for (n, description) in achievement.result_description.iter().enumerate() {
            let at = format!("{at}resultDescription[{n}].");
            self.check(seen.insert(&description.id), || format!("{at}id"), "stands twice");
            self.result_description(&at, description);
        }
    }

    fn result_description(&mut self, at: &str, description: &ResultDescription) {
        self.iri(at, "id", &description.id);
        self.text(at, "name", &description.name);
        self.word(at, "resultType", words::RESULT_TYPES, &description.result_type);
        self.alignments(at, &description.alignment);
        let mut seen = HashSet::new();
        for (n, level) in description.rubric_criterion_level.iter().enumerate() {
            let at = format!("{at}rubricCriterionLevel[{n}].");
            self.iri(&at, "id", &level.id);
            self.text(&at, "name", &level.name);
            self.alignments(&at, &level.alignment);
            self.check(seen.insert(&level.id), || format!("{at}id"), "stands twice");
        }
        let known = description.required_level.as_ref().is_none_or(|level| seen.contains(level));
        self.check(known, || format!("{at}requiredLevel"), "is none of the levels");
        let allowed = &description.allowed_value;
        let fine =
            description.required_value.as_ref().is_none_or(|v| allowed.is_empty() || allowed.contains(v));
        self.check(fine, || format!("{at}requiredValue"), "is none of the allowed values");
    }

    pub(super) fn subject(&mut self, subject: &AchievementSubject) {
        let at = "subject.";
        self.optional_iri(at, "id", subject.id.as_deref());
        let named = subject.id.is_some() || !subject.identifier.is_empty();
        self.check(named, || "subject.identifier".into(), "is needed where the subject has no id");
        for (n, identity) in subject.identifier.iter().enumerate() {
            self.identity(&format!("subject.identifier[{n}]."), identity);
        }
        self.achievement("subject.achievement.", &subject.achievement);
        self.order(
            "subject.activityEndDate",
            subject.activity_start_date,
            subject.activity_end_date,
            "lies before activityStartDate",
        );
        let negative = subject.credits_earned.is_some_and(super::Number::is_negative);
        self.check(!negative, || "subject.creditsEarned".into(), "is below zero");
        self.image(at, subject.image.as_ref());
        if let Some(source) = &subject.source {
            self.profile("subject.source.", source);
        }
        for (n, result) in subject.result.iter().enumerate() {
            self.result(&format!("subject.result[{n}]."), result, &subject.achievement.result_description);
        }
    }

    fn identity(&mut self, at: &str, identity: &IdentityObject) {
        self.word(at, "identityType", words::IDENTIFIER_TYPES, &identity.identity_type);
        if !identity.hashed {
            self.text(at, "identityHash", &identity.identity_hash);
            return;
        }
        let digest = identity.identity_hash.strip_prefix("sha256$").unwrap_or_default();
        let fine = digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit());
        self.check(fine, || format!("{at}identityHash"), "is not sha256$ and 64 hexadecimal digits");
        let salted = identity.salt.as_ref().is_some_and(|salt| !salt.is_empty());
        self.check(salted, || format!("{at}salt"), "is needed, or the identity can be guessed from its hash");
    }

    fn result(&mut self, at: &str, result: &Outcome, descriptions: &[ResultDescription]) {
        self.alignments(at, &result.alignment);
        let fine =
            result.status.as_ref().is_none_or(|status| words::RESULT_STATUSES.contains(&status.as_str()));
        self.check(fine, || format!("{at}status"), "is not a value of the vocabulary");
        let Some(id) = &result.result_description else {
            let stated = result.value.is_some() || result.status.is_some();
            self.check(
                stated && result.achieved_level.is_none(),
                || format!("{at}resultDescription"),
                "is needed",
            );
            return;
        };
        let Some(description) = descriptions.iter().find(|description| description.id == *id) else {
            self.add(format!("{at}resultDescription"), "is none of the achievement's");
            return;
        };
        let stated = description.result_type != "Status" || result.status.is_some();
        self.check(stated, || format!("{at}status"), "is needed for a result of type Status");
        let known = result
            .achieved_level
            .as_ref()
            .is_none_or(|id| description.rubric_criterion_level.iter().any(|level| level.id == *id));
        self.check(known, || format!("{at}achievedLevel"), "is none of the description's levels");
        let allowed = &description.allowed_value;
        let fine = result.value.as_ref().is_none_or(|value| allowed.is_empty() || allowed.contains(value));
        self.check(fine, || format!("{at}value"), "is none of the allowed values");
    }

    fn evidence(&mut self, n: usize, evidence: &Evidence) {
        self.optional_iri(&format!("evidence[{n}]."), "id", evidence.id.as_deref());
        let stated = evidence.id.is_some() || evidence.narrative.is_some() || evidence.name.is_some();
        self.check(stated, || format!("evidence[{n}]"), "says nothing");
        let fine = evidence
            .digest_multibase
            .as_ref()
            .is_none_or(|digest| evidence.id.is_some() && multihash::is_sha2(digest));
        let message = "is no SHA-2 multihash in multibase of something with an id";
        self.check(fine, || format!("evidence[{n}].digestMultibase"), message);
    }
}

/// Checks everything of claims that the types leave open.
pub(super) fn validate(claims: &Claims) -> Result<(), ClaimsError> {
    let mut validator = Validator::new();
    let v = &mut validator;
    v.issuer(&claims.issuer);
    v.endorsements("", &format!("urn:uuid:{}", claims.id.hyphenated()), &claims.endorsement);
    v.image("", claims.image.as_ref());
    v.order("validUntil", Some(claims.valid_from), claims.valid_until, "lies before validFrom");
    v.order("awardedDate", None, claims.awarded_date, "");
    v.subject(&claims.subject);
    for (n, evidence) in claims.evidence.iter().enumerate() {
        v.evidence(n, evidence);
    }
    v.status(&claims.status);
    for (n, schema) in claims.credential_schema.iter().enumerate() {
        v.iri(&format!("credentialSchema[{n}]."), "id", &schema.id);
        let fine = schema.kind == words::SCHEMA_TYPE;
        v.check(fine, || format!("credentialSchema[{n}].type"), "is not 1EdTechJsonSchemaValidator2019");
    }
    if let Some(service) = &claims.refresh_service {
        v.iri("refreshService.", "id", &service.id);
        let fine = service.kind == "1EdTechCredentialRefresh";
        v.check(fine, || "refreshService.type".into(), "is not 1EdTechCredentialRefresh");
    }
    for (n, terms) in claims.terms_of_use.iter().enumerate() {
        let at = format!("termsOfUse[{n}].");
        v.optional_iri(&at, "id", terms.id.as_deref());
        v.iri(&at, "type", &terms.kind);
    }
    validator.finish()
}

/// Whether the text is an absolute IRI that RDF can carry, and so a document.
#[must_use]
pub fn is_iri(text: &str) -> bool {
    NamedNodeRef::new(text).is_ok()
}
