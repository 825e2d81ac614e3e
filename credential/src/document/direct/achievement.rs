//! The triples of profiles, achievements, subjects and what belongs to them, class by class.

use super::super::{
    Achievement, AchievementSubject, Address, Alignment, Criteria, Evidence, IdentifierEntry, IdentityObject,
    Image, Number, Profile, Result as Outcome, ResultDescription, RubricCriterionLevel,
};
use super::Writer;
use super::words::{self, CRED, FIRST, NARRATIVE, NIL, REST, SCHEMA, ob};
use crate::canon::{Node, Object};

impl<'a> Writer<'a> {
    /// A number as JSON-LD writes it: whole ones as integers, others as doubles (JSON-LD 1.1 API, section 8.6).
    fn number(
        &mut self,
        subject: &Node<'a>,
        predicate: &'static str,
        number: Number,
        datatype: Option<&'static str>,
    ) {
        let (text, own) = match number.whole() {
            Some(whole) => (whole.to_string(), words::INTEGER),
            None => (double(number), words::DOUBLE),
        };
        self.typed(subject, predicate, text, datatype.unwrap_or(own));
    }

    fn uri(&mut self, subject: &Node<'a>, predicate: &'static str, uri: Option<&'a String>) {
        if let Some(uri) = uri {
            self.triples.add(subject, predicate, Object::Literal(uri.into(), Some(words::ANY_URI)));
        }
    }

    pub(super) fn image(&mut self, parent: &Node<'a>, image: &'a Image) {
        let node = self.child(parent, words::IMAGE, Some(&image.id), Some(ob!("Image")));
        self.optional(&node, "https://schema.org/caption", image.caption.as_ref());
    }

    pub(super) fn profile(&mut self, parent: &Node<'a>, predicate: &'static str, profile: &'a Profile) {
        let node = self.child(parent, predicate, Some(&profile.id), Some(ob!("Profile")));
        for (predicate, text) in [
            (SCHEMA.name, &profile.name),
            (ob!("phone"), &profile.phone),
            (SCHEMA.description, &profile.description),
            ("https://schema.org/email", &profile.email),
            (ob!("official"), &profile.official),
            ("https://schema.org/familyName", &profile.family_name),
            ("https://schema.org/givenName", &profile.given_name),
            ("https://schema.org/additionalName", &profile.additional_name),
            (ob!("patronymicName"), &profile.patronymic_name),
            ("https://schema.org/honorificPrefix", &profile.honorific_prefix),
            ("https://schema.org/honorificSuffix", &profile.honorific_suffix),
            (ob!("familyNamePrefix"), &profile.family_name_prefix),
        ] {
            self.optional(&node, predicate, text.as_ref());
        }
        self.uri(&node, SCHEMA.url, profile.url.as_ref());
        if let Some(date) = profile.date_of_birth {
            self.typed(&node, ob!("dateOfBirth"), date.to_string(), words::DATE);
        }
        if let Some(image) = &profile.image {
            self.image(&node, image);
        }
        if let Some(address) = &profile.address {
            self.address(&node, address);
        }
        self.identifiers(&node, &profile.other_identifier);
        if let Some(parent) = &profile.parent_org {
            self.profile(&node, ob!("parentOrg"), parent);
        }
        self.usual &= profile.endorsement.is_empty();
    }

    fn address(&mut self, parent: &Node<'a>, address: &'a Address) {
        let node = self.child(parent, ob!("address"), None, Some(ob!("Address")));
        for (predicate, text) in [
            ("https://schema.org/addressCountry", &address.address_country),
            (ob!("CountryCode"), &address.address_country_code),
            ("https://schema.org/addressRegion", &address.address_region),
            ("https://schema.org/addressLocality", &address.address_locality),
            ("https://schema.org/streetAddress", &address.street_address),
            ("https://schema.org/postOfficeBoxNumber", &address.post_office_box_number),
            ("https://schema.org/postalCode", &address.postal_code),
        ] {
            self.optional(&node, predicate, text.as_ref());
        }
        if let Some(geo) = &address.geo {
            let place = self.child(&node, ob!("GeoCoordinates"), None, Some(ob!("GeoCoordinates")));
            self.number(&place, "https://schema.org/latitude", geo.latitude, None);
            self.number(&place, "https://schema.org/longitude", geo.longitude, None);
        }
    }

    fn identifiers(&mut self, parent: &Node<'a>, entries: &'a [IdentifierEntry]) {
        for entry in entries {
            let node = self.child(parent, ob!("otherIdentifier"), None, Some(ob!("IdentifierEntry")));
            self.text(&node, ob!("identifier"), &entry.identifier);
            self.text(&node, ob!("identifierType"), &entry.identifier_type);
        }
    }

    fn alignments(&mut self, parent: &Node<'a>, alignments: &'a [Alignment]) {
        for alignment in alignments {
            let node = self.child(parent, ob!("alignment"), None, Some("https://schema.org/AlignmentObject"));
            self.text(&node, "https://schema.org/targetName", &alignment.target_name);
            self.uri(&node, "https://schema.org/targetUrl", Some(&alignment.target_url));
            self.optional(&node, ob!("targetCode"), alignment.target_code.as_ref());
            self.optional(
                &node,
                "https://schema.org/targetDescription",
                alignment.target_description.as_ref(),
            );
            self.optional(&node, "https://schema.org/targetFramework", alignment.target_framework.as_ref());
            self.optional(&node, ob!("targetType"), alignment.target_type.as_ref());
        }
    }

    fn criteria(&mut self, parent: &Node<'a>, criteria: &'a Criteria) {
        let node = self.child(parent, ob!("Criteria"), criteria.id.as_deref(), None);
        self.optional(&node, NARRATIVE, criteria.narrative.as_ref());
    }

    fn achievement(&mut self, parent: &Node<'a>, achievement: &'a Achievement) {
        let node = self.child(parent, ob!("achievement"), Some(&achievement.id), Some(ob!("Achievement")));
        self.text(&node, SCHEMA.name, &achievement.name);
        self.text(&node, SCHEMA.description, &achievement.description);
        self.criteria(&node, &achievement.criteria);
        for (predicate, text) in [
            (ob!("achievementType"), &achievement.achievement_type),
            (ob!("fieldOfStudy"), &achievement.field_of_study),
            (ob!("humanCode"), &achievement.human_code),
            (SCHEMA.in_language, &achievement.in_language),
            (ob!("specialization"), &achievement.specialization),
            (ob!("version"), &achievement.version),
        ] {
            self.optional(&node, predicate, text.as_ref());
        }
        for tag in &achievement.tag {
            self.text(&node, SCHEMA.keywords, tag);
        }
        self.alignments(&node, &achievement.alignment);
        if let Some(creator) = &achievement.creator {
            self.profile(&node, ob!("creator"), creator);
        }
        if let Some(credits) = achievement.credits_available {
            self.number(&node, ob!("creditsAvailable"), credits, Some(words::FLOAT));
        }
        if let Some(image) = &achievement.image {
            self.image(&node, image);
        }
        self.identifiers(&node, &achievement.other_identifier);
        for related in &achievement.related {
            let other = self.child(&node, ob!("related"), Some(&related.id), Some(ob!("Related")));
            self.optional(&other, SCHEMA.in_language, related.in_language.as_ref());
            self.optional(&other, ob!("version"), related.version.as_ref());
        }
        for description in &achievement.result_description {
            self.result_description(&node, description);
        }
        self.usual &= achievement.endorsement.is_empty();
    }

    fn result_description(&mut self, parent: &Node<'a>, description: &'a ResultDescription) {
        let kind = Some(ob!("ResultDescription"));
        let node = self.child(parent, ob!("resultDescription"), Some(&description.id), kind);
        self.text(&node, SCHEMA.name, &description.name);
        self.text(&node, ob!("resultType"), &description.result_type);
        self.list(&node, ob!("allowedValue"), &description.allowed_value);
        self.uri(&node, ob!("requiredLevel"), description.required_level.as_ref());
        self.optional(&node, ob!("requiredValue"), description.required_value.as_ref());
        self.optional(&node, ob!("valueMin"), description.value_min.as_ref());
        self.optional(&node, ob!("valueMax"), description.value_max.as_ref());
        for level in &description.rubric_criterion_level {
            self.level(&node, level);
        }
        self.alignments(&node, &description.alignment);
    }

    fn level(&mut self, parent: &Node<'a>, level: &'a RubricCriterionLevel) {
        let kind = Some(ob!("RubricCriterionLevel"));
        let node = self.child(parent, ob!("rubricCriterionLevel"), Some(&level.id), kind);
        self.text(&node, SCHEMA.name, &level.name);
        self.optional(&node, SCHEMA.description, level.description.as_ref());
        self.optional(&node, ob!("level"), level.level.as_ref());
        self.optional(&node, ob!("points"), level.points.as_ref());
        self.alignments(&node, &level.alignment);
    }

    /// An ordered list of texts; an absent one is no list.
    fn list(&mut self, parent: &Node<'a>, predicate: &'static str, values: &'a [String]) {
        let mut link = (parent.clone(), predicate);
        for value in values {
            let cell = self.triples.blank();
            self.triples.add(&link.0, link.1, Object::Node(cell.clone()));
            self.text(&cell, FIRST, value);
            link = (cell, REST);
        }
        if !values.is_empty() {
            self.triples.add(&link.0, link.1, Object::Node(Node::Iri(NIL.into())));
        }
    }

    pub(super) fn subject(&mut self, parent: &Node<'a>, subject: &'a AchievementSubject) {
        let kind = Some(ob!("AchievementSubject"));
        let node = self.child(parent, CRED.subject, subject.id.as_deref(), kind);
        for identity in &subject.identifier {
            self.identity(&node, identity);
        }
        self.achievement(&node, &subject.achievement);
        for (predicate, moment) in [
            (ob!("activityStartDate"), subject.activity_start_date),
            (ob!("activityEndDate"), subject.activity_end_date),
        ] {
            if let Some(moment) = moment {
                self.typed(&node, predicate, crate::date::write(moment), words::DATE);
            }
        }
        if let Some(credits) = subject.credits_earned {
            self.number(&node, ob!("creditsEarned"), credits, Some(words::FLOAT));
        }
        if let Some(image) = &subject.image {
            self.image(&node, image);
        }
        self.optional(&node, ob!("licenseNumber"), subject.license_number.as_ref());
        self.optional(&node, NARRATIVE, subject.narrative.as_ref());
        self.optional(&node, ob!("role"), subject.role.as_ref());
        self.optional(&node, ob!("term"), subject.term.as_ref());
        for result in &subject.result {
            self.result(&node, result);
        }
        if let Some(source) = &subject.source {
            self.profile(&node, ob!("source"), source);
        }
    }

    fn identity(&mut self, parent: &Node<'a>, identity: &'a IdentityObject) {
        let node = self.child(parent, ob!("identifier"), None, Some(ob!("IdentityObject")));
        self.typed(&node, ob!("hashed"), identity.hashed.to_string(), words::BOOLEAN);
        self.text(&node, ob!("identityHash"), &identity.identity_hash);
        self.text(&node, ob!("identityType"), &identity.identity_type);
        self.optional(&node, ob!("salt"), identity.salt.as_ref());
    }

    fn result(&mut self, parent: &Node<'a>, result: &'a Outcome) {
        let node = self.child(parent, ob!("result"), None, Some(ob!("Result")));
        self.uri(&node, ob!("resultDescription"), result.result_description.as_ref());
        self.uri(&node, ob!("achievedLevel"), result.achieved_level.as_ref());
        self.optional(&node, SCHEMA.value, result.value.as_ref());
        self.optional(&node, ob!("status"), result.status.as_ref());
        self.alignments(&node, &result.alignment);
    }

    pub(super) fn evidence(&mut self, parent: &Node<'a>, evidence: &'a Evidence) {
        let node = self.child(parent, CRED.evidence, evidence.id.as_deref(), Some(ob!("Evidence")));
        self.optional(&node, SCHEMA.name, evidence.name.as_ref());
        self.optional(&node, SCHEMA.description, evidence.description.as_ref());
        self.optional(&node, NARRATIVE, evidence.narrative.as_ref());
        self.optional(&node, "https://schema.org/genre", evidence.genre.as_ref());
        self.optional(&node, "https://schema.org/audience", evidence.audience.as_ref());
        if let Some(digest) = &evidence.digest_multibase {
            self.triples.add(&node, words::DIGEST, Object::Literal(digest.into(), Some(words::MULTIBASE)));
        }
    }
}

/// The canonical double of a number with a fraction: one digit, a point, the rest, the exponent.
fn double(number: Number) -> String {
    let millionths = number.millionths();
    let digits = millionths.unsigned_abs().to_string();
    let exponent = i64::try_from(digits.len()).unwrap_or_default() - 7;
    let significant = digits.trim_end_matches('0');
    let (first, rest) = significant.split_at(1);
    let rest = if rest.is_empty() { "0" } else { rest };
    let sign = if millionths < 0 { "-" } else { "" };
    format!("{sign}{first}.{rest}E{exponent}")
}
