//! Verification of anybody's credential, without I/O: what has to be fetched is asked for, supplied by the caller, and the same
//! engine goes on. Every check answers on its own; what could not be checked makes the verdict UNKNOWN, never VALID.

mod bundle;
mod claims;
mod endorsement;
mod input;
mod issuer;
mod part;
mod presentation;
mod proofs;
mod reason;
mod report;
mod status;
mod structure;
mod token;
mod trust;

pub use presentation::{Expected, Presentation, PresentationReport, PresentationStep};
pub use reason::Reason;
pub use report::{
    Check, CheckName, KeySource, Outcome, Report, ReportedAchievement, ReportedBundle, ReportedEndorsement,
    ReportedIssuer, ReportedKey, Verdict,
};
pub use trust::{Trust, TrustError};

use crate::bundle::Bundle;
use crate::did::Relationship;
use crate::jwt::Token;
use crate::model::{self, DocumentKind};
use crate::proof::{self, DocumentHash};
use bundle::Kept;
use chrono::{DateTime, Utc};
use endorsement::Embedded;
use input::{Input, Unread};
use part::{Part, Supplied};
use report::Checks;
use serde_json::Value;
use std::collections::BTreeMap;

/// How many addresses one verification may ask for.
const MAX_NEEDS: usize = 16;
/// How many credentials of one learner record are verified.
const MAX_PARTS: usize = 64;

/// Something that the caller has to fetch. It answers with the bytes found there, or says why it could not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// The DID document of a did:web.
    Did {
        /// The identifier.
        did: String,
        /// Where its document lies.
        url: String,
    },
    /// The document at the address of an https issuer, which has to publish the issuer's keys as a DID document does.
    Issuer {
        /// Identifier and address in one.
        url: String,
    },
    /// A status list credential.
    Status {
        /// Where it lies.
        url: String,
    },
}

impl Need {
    /// The address to fetch.
    #[must_use]
    pub fn url(&self) -> &str {
        match self {
            Self::Did { url, .. } | Self::Issuer { url } | Self::Status { url } => url,
        }
    }
}

/// What comes of one step.
#[derive(Debug)]
pub enum Step {
    /// To be fetched and handed to [`Verification::supply`], each of them, before the next step.
    Needs(Vec<Need>),
    /// The end.
    Done(Box<Report>),
}

/// What to verify against.
#[derive(Debug, Clone)]
pub struct Options {
    /// The moment at which the credential has to hold.
    pub now: DateTime<Utc>,
    /// Whose it should be: an e-mail address, DID or other identifier.
    pub expected_recipient: Option<String>,
}

/// A verification under way.
pub struct Verification {
    input: Result<Input, Unread>,
    options: Options,
    trust: Trust,
    supplied: Supplied,
    /// The credentials in a learner record, in its order.
    parts: Vec<Part>,
    /// The canonical form is the dear part, and the same in every step.
    hashed: Option<(proofs::Hashed, Vec<Embedded>)>,
}

impl Verification {
    /// Begins to verify a credential: a JSON document, a compact token, a PNG or SVG with one of them baked in, or an offline bundle. The credentials in
    /// a learner record (1EdTech CLR 2.0) are verified along with it.
    #[must_use]
    pub fn new(credential: &[u8], options: Options) -> Self {
        let now = options.now;
        let mut verification = Self::single(credential, options);
        let parts = verification.document().map(contained).unwrap_or_default();
        let within = |credential| Part::within(credential, Options { now, expected_recipient: None });
        verification.parts = parts.iter().take(MAX_PARTS).map(within).collect();
        verification
    }

    /// One document alone.
    fn single(credential: &[u8], options: Options) -> Self {
        Self {
            input: input::read(credential),
            options,
            trust: Trust::default(),
            supplied: BTreeMap::new(),
            parts: Vec::new(),
            hashed: None,
        }
    }

    /// Lets keys count that the verifier vouches for, where an issuer's own cannot be looked up.
    #[must_use]
    pub fn trusting(self, trust: Trust) -> Self {
        let parts = self.parts.into_iter().map(|part| part.trusting(&trust)).collect();
        Self { trust, parts, ..self }
    }

    /// The offline bundle that the credential came in, if it did.
    #[must_use]
    pub fn bundle(&self) -> Option<&Bundle> {
        self.input.as_ref().ok().and_then(|input| input.bundle.as_ref())
    }

    /// The document under verification, where the bytes could be read.
    #[must_use]
    pub fn document(&self) -> Option<&Value> {
        self.input.as_ref().ok().map(|input| &input.document)
    }

    /// The token around it, where there is one.
    #[must_use]
    pub fn token(&self) -> Option<&Token> {
        self.input.as_ref().ok().and_then(|input| input.token.as_ref())
    }

    /// Hands in what was fetched for a need, or why it was not.
    pub fn supply(&mut self, need: Need, found: Result<Vec<u8>, String>) {
        self.supplied.insert(need, found);
    }

    /// Verifies with what was supplied. A need that was answered, in whatever way, is not asked again, so the number of steps
    /// is bounded.
    pub fn step(&mut self) -> Step {
        let input = match &self.input {
            Ok(input) => input,
            Err(unread) => {
                let mut checks = Checks::default();
                match unread {
                    Unread::Broken(reason) => checks.failed(CheckName::Structure, reason.clone()),
                    Unread::Unknown(reason) => checks.undecided(CheckName::Proof, reason.clone()),
                }
                return Step::Done(Box::new(checks.report(&Value::Null, self.options.now)));
            }
        };
        let document = &input.document;
        let (hashed, embedded) = self.hashed.get_or_insert_with(|| {
            let hashed = DocumentHash::of(&proof::unsecured(document));
            let embedded =
                if proofs::is_too_much(&hashed) { Vec::new() } else { endorsement::collect(document) };
            (hashed, embedded)
        });
        let mut too_much = proofs::is_too_much(hashed);
        let mut run = Run {
            document,
            token: input.token.as_ref(),
            hashed: hashed.clone(),
            now: self.options.now,
            supplied: &self.supplied,
            needs: Vec::new(),
            kept: Kept { bundle: input.bundle.as_ref(), trust: &self.trust },
            sources: BTreeMap::new(),
            status_as_of: None,
            checks: Checks::default(),
            most_needs: MAX_NEEDS + if self.parts.is_empty() { 0 } else { part::MAX_NEEDS },
            relationship: Relationship::Assertion,
        };
        run.all(self.options.expected_recipient.as_deref());
        let bundle = run.bundle();
        let endorsements = embedded.iter().map(|embedded| run.endorsement(embedded)).collect();
        let Run { mut needs, checks, status_as_of, .. } = run;
        for part in &mut self.parts {
            if too_much {
                part.leave();
            } else {
                part.step(&mut self.supplied, &mut needs);
                too_much = part.is_too_much();
            }
        }
        if !needs.is_empty() {
            return Step::Needs(needs);
        }
        let report = checks.report(document, self.options.now);
        let credentials = self.parts.iter_mut().filter_map(|part| part.report.take()).collect();
        Step::Done(Box::new(Report { endorsements, status_as_of, bundle, credentials, ..report }))
    }
}

/// One pass over the document.
struct Run<'a> {
    document: &'a Value,
    token: Option<&'a Token>,
    hashed: proofs::Hashed,
    now: DateTime<Utc>,
    supplied: &'a BTreeMap<Need, Result<Vec<u8>, String>>,
    needs: Vec<Need>,
    kept: Kept<'a>,
    /// Whence the keys are of those whose own could not be looked up.
    sources: BTreeMap<String, KeySource>,
    /// The earliest moment that a status is told of.
    status_as_of: Option<DateTime<Utc>>,
    checks: Checks,
    /// How many addresses may be asked for.
    most_needs: usize,
    /// What the keys of its proofs have to be published for.
    relationship: Relationship,
}

impl Run<'_> {
    fn all(&mut self, expected_recipient: Option<&str>) {
        structure::check(self.document, &mut self.checks);
        self.terms();
        claims::schema(self.document, &mut self.checks);
        self.proofs();
        claims::dates(self.document, self.now, &mut self.checks);
        self.status();
        claims::recipient(self.document, expected_recipient, &mut self.checks);
    }

    /// What was supplied for the need; `None` while it is only being asked for.
    fn supplied(&mut self, need: Need) -> Option<Result<Vec<u8>, String>> {
        if let Some(found) = self.supplied.get(&need) {
            return Some(found.clone());
        }
        if self.supplied.len() + self.needs.len() >= self.most_needs {
            return Some(Err(format!("more than {} addresses would have to be fetched", self.most_needs)));
        }
        if !self.needs.contains(&need) {
            self.needs.push(need);
        }
        None
    }
}

/// The credentials that stand in a learner record.
fn contained(document: &Value) -> &[Value] {
    let subject = document.get("credentialSubject").filter(|_| model::kind(document) == DocumentKind::Record);
    subject.map_or(&[], |subject| list(subject, "verifiableCredential"))
}

/// The member as a list: absent is empty, one is a list of one.
fn list<'a>(document: &'a Value, name: &str) -> &'a [Value] {
    match document.get(name) {
        None => &[],
        Some(Value::Array(items)) => items,
        Some(one) => std::slice::from_ref(one),
    }
}

/// The id of the issuer, which is a text or an object with one.
fn issuer_id(document: &Value) -> Option<&str> {
    let issuer = document.get("issuer")?;
    issuer.as_str().or_else(|| issuer.get("id")?.as_str())
}

#[cfg(test)]
mod tests;
