//! The proofs of a document: every one that is understood has to hold, and its key has to be the issuer's.

use super::issuer::{Unresolved, lapsed};
use super::reason::Reason;
use super::report::{CheckName, Outcome};
use super::{Run, issuer_id, list};
use crate::canon::CanonError;
use crate::date;
use crate::proof::{self, DocumentHash, ProofError};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

/// How many proofs of one document are checked.
const MAX_PROOFS: usize = 8;
/// How far another clock may be ahead.
pub(super) const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(5);

/// The document's hash, or why it has none.
pub(super) type Hashed = Result<DocumentHash, CanonError>;

/// Whether making the canonical form took more than is done for one document. What stands in such a document is not opened.
pub(super) fn is_too_much(hashed: &Hashed) -> bool {
    matches!(hashed, Err(CanonError::TooLarge | CanonError::TooComplex))
}

/// What came of one proof.
pub(super) enum Answer {
    /// It holds, by a key of the named controller.
    Good { controller: String },
    /// It does not hold.
    Bad(Reason),
    /// It could not be checked.
    Open(Reason),
    /// The key is being asked for.
    Waiting,
}

impl Run<'_> {
    pub(super) fn terms(&mut self) {
        match &self.hashed {
            Ok(_) => {
                let of_use = !list(self.document, "termsOfUse").is_empty();
                self.checks.passed(CheckName::Terms, Reason::TermsDefined { of_use });
            }
            Err(CanonError::UnknownContext(address)) => {
                let text_covered = self.covers_text();
                let reason = Reason::ContextUnknown { address: address.clone(), text_covered };
                match text_covered {
                    true => self.checks.passed(CheckName::Terms, reason),
                    false => self.checks.undecided(CheckName::Terms, reason),
                }
            }
            Err(CanonError::Unread(what)) => {
                let text_covered = self.covers_text();
                let reason = Reason::NotReadHere { what: what.clone(), text_covered };
                match text_covered {
                    true => self.checks.passed(CheckName::Terms, reason),
                    false => self.checks.undecided(CheckName::Terms, reason),
                }
            }
            Err(error) => self.checks.failed(CheckName::Terms, error.to_string()),
        }
    }

    /// Whether the document is secured as text alone, so that no term can hide behind an unknown context.
    fn covers_text(&self) -> bool {
        let proofs = list(self.document, "proof");
        (self.token.is_some() || !proofs.is_empty())
            && proofs
                .iter()
                .all(|proof| proof.get("cryptosuite").is_some_and(|suite| suite == "eddsa-jcs-2022"))
    }

    pub(super) fn proofs(&mut self) {
        let document = self.document;
        let proofs = list(document, "proof");
        if proofs.is_empty() && self.token.is_none() {
            self.checks.failed(CheckName::Proof, Reason::NotSigned);
            return;
        }
        if proofs.len() > MAX_PROOFS {
            self.checks.failed(CheckName::Proof, format!("the document has more than {MAX_PROOFS} proofs"));
            return;
        }
        let hashed = self.hashed.clone();
        let mut open = Vec::new();
        let mut controllers = Vec::new();
        let token = self.token.map(|token| self.token(token));
        let answers: Vec<_> = proofs.iter().map(|one| self.proof(document, &hashed, one)).collect();
        for answer in token.into_iter().chain(answers) {
            match answer {
                Answer::Good { controller } => controllers.push(controller),
                Answer::Bad(reason) => self.checks.failed(CheckName::Proof, reason),
                Answer::Open(reason) => open.push(reason),
                Answer::Waiting => {}
            }
        }
        if !controllers.is_empty() {
            self.checks.passed(CheckName::Proof, Reason::SignatureMatches(true));
            self.issued_by(&controllers);
        }
        // A proof of an unknown kind takes nothing from a good one beside it.
        if self.checks.outcome(CheckName::Proof).is_none() {
            for reason in open {
                self.checks.undecided(CheckName::Proof, reason);
            }
            self.checks.undecided(CheckName::Issuer, Reason::NoProofChecked);
        }
    }

    /// One of those who signed has to be the issuer; others may sign beside.
    fn issued_by(&mut self, controllers: &[String]) {
        let issuer = issuer_id(self.document).unwrap_or("nobody");
        if controllers.iter().any(|controller| controller == issuer) {
            if let Some(reason) = self.claimed(issuer) {
                self.checks.undecided(CheckName::Issuer, reason);
                return;
            }
            self.checks.passed(CheckName::Issuer, Reason::KeyPublishedBy { issuer: issuer.to_owned() });
            return;
        }
        let signers = controllers.join(", ");
        let reason = Reason::SignedByAnother { issuer: issuer.to_owned(), signers };
        self.checks.failed(CheckName::Issuer, reason);
    }

    /// Checks one proof of any document: its form, its dates, its key and its signature.
    pub(super) fn proof(&mut self, document: &Value, hashed: &Hashed, proof: &Value) -> Answer {
        match proof::check_form(proof) {
            Ok(()) => {}
            Err(error @ ProofError::Suite(_)) => return Answer::Open(error.into()),
            Err(error) => return Answer::Bad(error.into()),
        }
        let created = match self.proof_dates(proof) {
            Ok(created) => created,
            Err(reason) => return Answer::Bad(reason),
        };
        let purpose = self.relationship.name();
        if proof.get("proofPurpose").and_then(Value::as_str) != Some(purpose) {
            let reason = format!("the proof was not made for this purpose: proofPurpose is not {purpose}");
            return Answer::Bad(reason.into());
        }
        let Some(method) = proof.get("verificationMethod").and_then(Value::as_str) else {
            return Answer::Bad("the proof names no verification method".into());
        };
        let (controller, key) = match self.key(method) {
            None => return Answer::Waiting,
            Some(Ok(key)) => key,
            Some(Err(Unresolved::Unavailable(reason))) => return Answer::Open(reason),
            Some(Err(Unresolved::Unusable(reason))) => return Answer::Bad(reason),
        };
        if let Some(reason) = lapsed(&key, created) {
            return Answer::Bad(reason);
        }
        match proof::verify_with(document, || hashed.clone(), proof, &key.key) {
            Ok(()) => Answer::Good { controller },
            Err(error @ ProofError::Canon(CanonError::UnknownContext(_) | CanonError::Unread(_))) => {
                Answer::Open(error.into())
            }
            Err(error) => Answer::Bad(error.into()),
        }
    }

    /// When the proof says it was made; its dates have to be readable and to hold now.
    fn proof_dates(&self, proof: &Value) -> Result<Option<DateTime<Utc>>, Reason> {
        let moment = |name: &str| match proof.get(name) {
            None => Ok(None),
            Some(value) => date::read(value.as_str().unwrap_or_default())
                .map(Some)
                .map_err(|error| format!("the proof's {name}: {error}")),
        };
        let created = moment("created")?;
        if created.is_some_and(|created| created > self.now + CLOCK_SKEW) {
            return Err(Reason::MadeInFuture);
        }
        if moment("expires")?.is_some_and(|expires| expires < self.now) {
            return Err(Reason::ProofExpired);
        }
        Ok(created)
    }

    /// Whether some proof of the document held.
    pub(super) fn is_signed(&self) -> bool {
        self.checks.outcome(CheckName::Proof) == Some(Outcome::Passed)
    }
}
