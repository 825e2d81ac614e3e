//! Learning events as senders state them: their checks, and the digest that tells a repeat from a conflict.

use cairn_entity::enums::EventType;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use crate::amount;
use crate::error::{UserError, UserErrorCode};
use crate::reference::{EnrollmentReference, Reference};
use crate::validate::Checks;

/// How far a sender's clock may run ahead of ours.
pub(crate) const AHEAD: TimeDelta = TimeDelta::minutes(5);

/// A statement about an enrollment.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// The sender's id; counts once.
    pub event_id: String,
    /// What it states.
    pub kind: EventType,
    /// Of which.
    pub enrollment: EnrollmentReference,
    /// External id of the module or program in it; none for the whole.
    pub component: Option<String>,
    /// At what.
    pub assessment: Option<Reference>,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// Share done, 0 to 100.
    pub percent: Option<f64>,
    /// Points.
    pub score: Option<f64>,
    /// Points to be had, where the sender's scale differs.
    pub max_score: Option<f64>,
    /// The sender's id of an earlier event: of the one that is voided, or, on any other type, of the one whose place this takes.
    pub corrects: Option<String>,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EventOutcome {
    /// Counted.
    Applied,
    /// Seen before: same id, same content.
    Duplicate,
    /// Says nothing that was not known; kept, without effect.
    Stale,
    /// Refused; see its errors. Not kept, so that it can be mended and sent again.
    Rejected,
}

/// What became of one event of a call.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// Place in the input, from 0.
    pub index: usize,
    /// The sender's id.
    pub event_id: String,
    /// What became of it.
    pub outcome: EventOutcome,
    /// Why it was refused; paths begin at the input (`events.3.percent`).
    pub errors: Vec<UserError>,
}

/// Why an event was refused.
pub(super) type Refused = Vec<UserError>;

/// Numbers of an event in ten-thousandths.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Figures {
    pub percent: Option<i64>,
    pub score: Option<i64>,
    pub max_score: Option<i64>,
}

impl NewEvent {
    /// What is wrong with it in itself, or its numbers.
    pub(super) fn check(&self, path: &str, now: DateTime<Utc>) -> Result<Figures, Refused> {
        let mut checks = Checks::default();
        let at = |name: &str| format!("{path}.{name}");
        checks.external_id(&at("eventId"), &self.event_id);
        if self.occurred_at > now + AHEAD {
            checks.fail(&at("occurredAt"), UserErrorCode::Invalid, "must not lie in the future");
        }
        let percent = number(&mut checks, &at("percent"), self.percent);
        if percent.is_some_and(|percent| !(0..=amount::HUNDRED).contains(&percent)) {
            checks.fail(&at("percent"), UserErrorCode::Invalid, "must be 0 to 100");
        }
        let max_score = number(&mut checks, &at("maxScore"), self.max_score);
        if max_score.is_some_and(|max| max <= 0) {
            checks.fail(&at("maxScore"), UserErrorCode::Invalid, "must be more than 0");
        }
        let score = number(&mut checks, &at("score"), self.score);
        let missing = |checks: &mut Checks, name: &str, what: &str| {
            checks.fail(&at(name), UserErrorCode::Required, what.to_owned());
        };
        match self.kind {
            EventType::Progressed if self.percent.is_none() => {
                missing(&mut checks, "percent", "an event of this type says how far");
            }
            EventType::Scored => {
                if self.assessment.is_none() {
                    missing(&mut checks, "assessment", "an event of this type says at what");
                }
                if self.score.is_none() {
                    missing(&mut checks, "score", "an event of this type says how many points");
                }
            }
            EventType::Voided => self.check_void(&mut checks, path),
            EventType::Started | EventType::Progressed | EventType::Completed => {}
        }
        if let Some(corrects) = &self.corrects {
            checks.external_id(&at("corrects"), corrects);
            if *corrects == self.event_id {
                checks.fail(&at("corrects"), UserErrorCode::Invalid, "an event cannot name itself");
            }
        }
        if checks.is_ok() { Ok(Figures { percent, score, max_score }) } else { Err(checks.into_errors()) }
    }

    /// A void says which event it voids and nothing else.
    fn check_void(&self, checks: &mut Checks, path: &str) {
        if self.corrects.is_none() {
            let message = "an event of this type says which event it voids";
            checks.fail(&format!("{path}.corrects"), UserErrorCode::Required, message);
        }
        for (name, given) in [
            ("component", self.component.is_some()),
            ("assessment", self.assessment.is_some()),
            ("percent", self.percent.is_some()),
            ("score", self.score.is_some()),
            ("maxScore", self.max_score.is_some()),
        ] {
            if given {
                let message = "a void says which event it voids, and nothing else";
                checks.fail(&format!("{path}.{name}"), UserErrorCode::Invalid, message);
            }
        }
    }

    /// SHA-256 of what it says, as it was said: whatever became of the things it names since, a repeat stays a repeat.
    pub(super) fn digest(&self) -> Vec<u8> {
        let mut hash = Sha256::new();
        let mut part = |text: &str| {
            // The length keeps `a` + `bc` apart from `ab` + `c`.
            hash.update(text.len().to_be_bytes());
            hash.update(text.as_bytes());
        };
        part(match self.kind {
            EventType::Started => "started",
            EventType::Progressed => "progressed",
            EventType::Completed => "completed",
            EventType::Scored => "scored",
            EventType::Voided => "voided",
        });
        enrollment(&mut part, &self.enrollment);
        part(self.component.as_deref().unwrap_or("\u{0}"));
        reference(&mut part, self.assessment.as_ref());
        part(&self.occurred_at.timestamp_micros().to_string());
        for number in [self.percent, self.score, self.max_score] {
            part(&number.map(|number| number.to_string()).unwrap_or_default());
        }
        if let Some(corrects) = &self.corrects {
            part(corrects);
        }
        hash.finalize().to_vec()
    }
}

/// A number in ten-thousandths; one that is not finite or too large is refused.
pub(crate) fn number(checks: &mut Checks, path: &str, value: Option<f64>) -> Option<i64> {
    let scaled = value.and_then(amount::from_f64);
    if value.is_some() && scaled.is_none() {
        checks.fail(path, UserErrorCode::Invalid, "is too large a number");
    }
    scaled
}

fn enrollment(part: &mut impl FnMut(&str), named: &EnrollmentReference) {
    match named {
        EnrollmentReference::By(by) => reference(part, Some(by)),
        EnrollmentReference::LearnerInProgram { learner, program, cohort } => {
            part("learner in program");
            reference(part, Some(learner));
            reference(part, Some(program));
            reference(part, cohort.as_ref());
        }
    }
}

fn reference(part: &mut impl FnMut(&str), named: Option<&Reference>) {
    match named {
        None => part("none"),
        Some(Reference::NoSuchId) => part("no such id"),
        Some(Reference::Id(id)) => {
            part("id");
            part(&id.to_string());
        }
        Some(Reference::ExternalId(external_id)) => {
            part("external id");
            part(external_id);
        }
        Some(Reference::InIssuer { issuer, external_id }) => {
            part("in issuer");
            part(issuer);
            part(external_id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_tells_contents_apart() {
        let event = NewEvent {
            event_id: "e".to_owned(),
            kind: EventType::Progressed,
            enrollment: EnrollmentReference::By(Reference::ExternalId("a".to_owned())),
            component: Some("b".to_owned()),
            assessment: None,
            occurred_at: DateTime::<Utc>::UNIX_EPOCH,
            percent: Some(50.0),
            score: None,
            max_score: None,
            corrects: None,
        };
        assert_eq!(event.digest(), event.clone().digest());
        let other = NewEvent { percent: Some(51.0), ..event.clone() };
        assert_ne!(event.digest(), other.digest());
        let correction = NewEvent { corrects: Some("f".to_owned()), ..event.clone() };
        assert_ne!(event.digest(), correction.digest());
        let whole = NewEvent { component: None, ..event.clone() };
        assert_ne!(event.digest(), whole.digest());
    }
}
