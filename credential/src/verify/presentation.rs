//! Verification of a presentation: that its holder signed it, for whoever asked and for this time, and every credential in it on its own
//! (Verifiable Credentials 2.0, section 4.13).

use super::bundle::Kept;
use super::part::{MAX_NEEDS, Part, Supplied};
use super::proofs::{Answer, Hashed};
use super::report::{Check, CheckName, Checks, Report, Verdict};
use super::{Need, Options, Run, Trust, Verification, list};
use crate::context::CREDENTIALS_V2;
use crate::date;
use crate::did::Relationship;
use crate::document::is_iri;
use crate::json;
use crate::proof::{self, DocumentHash};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// How many credentials of one presentation are verified.
const MAX_CREDENTIALS: usize = 16;
/// How many proofs of one presentation are checked.
const MAX_PROOFS: usize = 4;

/// What a presentation has to answer to.
#[derive(Debug, Clone)]
pub struct Expected {
    /// The moment at which it has to hold.
    pub now: DateTime<Utc>,
    /// The challenge that the verifier gave out, where it gave one.
    pub challenge: Option<String>,
    /// Whom the presentation is made for, where that was agreed.
    pub domain: Option<String>,
}

/// A verification of a presentation under way.
pub struct Presentation {
    document: Result<Value, String>,
    expected: Expected,
    hashed: Option<Hashed>,
    parts: Vec<Part>,
    supplied: Supplied,
    /// Nobody: what cannot be looked up stays open.
    trust: Trust,
}

/// What comes of one step.
#[derive(Debug)]
pub enum PresentationStep {
    /// To be fetched and handed to [`Presentation::supply`], each of them, before the next step.
    Needs(Vec<Need>),
    /// The end.
    Done(Box<PresentationReport>),
}

/// What the verification of a presentation found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PresentationReport {
    /// The answer in a word: the presentation's own, or the worst of its credentials'.
    pub verdict: Verdict,
    /// The moment it is given for.
    #[serde(with = "date::stamp")]
    pub checked_at: DateTime<Utc>,
    /// The checks of the presentation itself: STRUCTURE, TERMS, PROOF (by its holder, where it names one).
    pub checks: Vec<Check>,
    /// The holder, as the presentation says.
    pub holder: Option<String>,
    /// The report of each credential, in its order.
    pub credentials: Vec<Report>,
}

impl Presentation {
    /// Begins to verify a presentation: a JSON document.
    #[must_use]
    pub fn new(presentation: &[u8], expected: Expected) -> Self {
        let document = json::parse(presentation).map_err(|error| error.to_string());
        let credentials =
            document.as_ref().map_or(&[][..], |document| list(document, "verifiableCredential"));
        let part = |credential: &Value| {
            let options = Options { now: expected.now, expected_recipient: None };
            Part::of(Verification::new(credential.to_string().as_bytes(), options))
        };
        let parts = credentials.iter().take(MAX_CREDENTIALS).map(part).collect();
        Self { document, expected, hashed: None, parts, supplied: BTreeMap::new(), trust: Trust::default() }
    }

    /// Hands in what was fetched for a need, or why it was not.
    pub fn supply(&mut self, need: Need, found: Result<Vec<u8>, String>) {
        self.supplied.insert(need, found);
    }

    /// Verifies with what was supplied; the number of steps is bounded, as that of a credential's verification is.
    pub fn step(&mut self) -> PresentationStep {
        let mut needs = Vec::new();
        for part in &mut self.parts {
            part.step(&mut self.supplied, &mut needs);
        }
        let (checks, holder) = self.itself(&mut needs);
        if !needs.is_empty() {
            return PresentationStep::Needs(needs);
        }
        let own = checks.report(&Value::Null, self.expected.now);
        let wanted = [CheckName::Structure, CheckName::Terms, CheckName::Proof];
        let credentials: Vec<Report> = self.parts.iter_mut().filter_map(|part| part.report.take()).collect();
        PresentationStep::Done(Box::new(PresentationReport {
            verdict: worst(own.verdict, &credentials),
            checked_at: self.expected.now,
            checks: own.checks.into_iter().filter(|check| wanted.contains(&check.name)).collect(),
            holder,
            credentials,
        }))
    }

    /// The checks of the presentation itself, and its holder.
    fn itself(&mut self, needs: &mut Vec<Need>) -> (Checks, Option<String>) {
        let mut checks = Checks::default();
        let document = match &self.document {
            Ok(document) => document,
            Err(reason) => {
                checks.failed(CheckName::Structure, reason.clone());
                return (checks, None);
            }
        };
        let problems = problems(document);
        if problems.is_empty() {
            checks.passed(CheckName::Structure, "the document is a verifiable presentation");
        } else {
            checks.failed(CheckName::Structure, problems.join("; "));
        }
        let hashed = self.hashed.get_or_insert_with(|| DocumentHash::of(&proof::unsecured(document))).clone();
        let mut run = Run {
            document,
            token: None,
            hashed: hashed.clone(),
            now: self.expected.now,
            supplied: &self.supplied,
            needs: Vec::new(),
            kept: Kept { bundle: None, trust: &self.trust },
            sources: BTreeMap::new(),
            status_as_of: None,
            checks,
            most_needs: MAX_NEEDS,
            relationship: Relationship::Authentication,
        };
        run.terms();
        let holder = holder(document).map(str::to_owned);
        run.presented(&hashed, holder.as_deref(), &self.expected);
        needs.extend(run.needs.into_iter().filter(|need| !needs.contains(need)).collect::<Vec<_>>());
        (run.checks, holder)
    }
}

impl Run<'_> {
    /// The proofs of a presentation: each that is understood has to hold, and one has to be the holder's, made for whoever asks.
    fn presented(&mut self, hashed: &Hashed, holder: Option<&str>, expected: &Expected) {
        let document = self.document;
        let proofs = list(document, "proof");
        if proofs.is_empty() {
            self.checks.failed(CheckName::Proof, "the presentation is not signed");
        }
        if proofs.len() > MAX_PROOFS {
            self.checks
                .failed(CheckName::Proof, format!("the presentation has more than {MAX_PROOFS} proofs"));
            return;
        }
        for one in proofs {
            if let Err(reason) = answers(one, expected) {
                self.checks.failed(CheckName::Proof, reason);
                continue;
            }
            match self.proof(document, hashed, one) {
                Answer::Good { controller } if holder.is_some_and(|holder| holder != controller) => {
                    let holder = holder.unwrap_or_default();
                    let detail = format!("the holder is {holder}, but {controller} signed");
                    self.checks.failed(CheckName::Proof, detail);
                }
                Answer::Good { controller } => {
                    self.checks.passed(CheckName::Proof, format!("it was signed by {controller}"));
                }
                Answer::Bad(reason) => self.checks.failed(CheckName::Proof, reason),
                Answer::Open(reason) => self.checks.undecided(CheckName::Proof, reason),
                Answer::Waiting => {}
            }
        }
    }
}

/// Whether a proof answers to the challenge and is made for the domain (Verifiable Credential Data Integrity 1.0, section 4.4). A verifier that
/// names none has asked for no protection against replay, and takes any.
fn answers(proof: &Value, expected: &Expected) -> Result<(), String> {
    let challenge = proof.get("challenge").and_then(Value::as_str);
    match (&expected.challenge, challenge) {
        (Some(expected), Some(found)) if expected == found => {}
        (Some(_), Some(_)) => return Err("the proof answers to another challenge".to_owned()),
        (Some(_), None) => return Err("the proof answers to no challenge".to_owned()),
        (None, _) => {}
    }
    let domains = list(proof, "domain");
    match &expected.domain {
        Some(expected) if !domains.iter().any(|domain| domain == expected.as_str()) => {
            Err("the proof was not made for this domain".to_owned())
        }
        _ => Ok(()),
    }
}

fn holder(document: &Value) -> Option<&str> {
    let holder = document.get("holder")?;
    holder.as_str().or_else(|| holder.get("id")?.as_str())
}

/// How a document departs from the model of a presentation.
fn problems(document: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    let mut hold = |holds: bool, problem: &str| {
        if !holds {
            problems.push(problem.to_owned());
        }
    };
    let iri = |value: &Value| value.as_str().is_some_and(is_iri);
    hold(document.is_object(), "the document is not an object");
    let contexts = list(document, "@context");
    let base = contexts.first().is_some_and(|first| first == CREDENTIALS_V2);
    hold(base, "@context does not begin with https://www.w3.org/ns/credentials/v2");
    let typed = list(document, "type").iter().any(|kind| kind == "VerifiablePresentation");
    hold(typed, "type does not include VerifiablePresentation");
    hold(document.get("id").is_none_or(iri), "id is not an absolute IRI");
    let held = document.get("holder").is_none_or(|holder| iri(holder.get("id").unwrap_or(holder)));
    hold(held, "holder is neither an absolute IRI nor an object with one");
    let credentials = list(document, "verifiableCredential");
    hold(credentials.iter().all(Value::is_object), "verifiableCredential is not an object");
    hold(credentials.len() <= MAX_CREDENTIALS, "it holds more than 16 credentials");
    let proofs = list(document, "proof");
    hold(proofs.iter().all(Value::is_object), "proof is not an object");
    problems
}

/// The worst of the verdicts, of which any but VALID is bad enough.
fn worst(own: Verdict, credentials: &[Report]) -> Verdict {
    let rank = |verdict: &Verdict| match verdict {
        Verdict::Invalid => 0,
        Verdict::Unknown => 1,
        Verdict::Revoked => 2,
        Verdict::Suspended => 3,
        Verdict::Expired => 4,
        Verdict::NotYetValid => 5,
        Verdict::Valid => 6,
    };
    credentials.iter().map(|report| report.verdict).chain([own]).min_by_key(rank).unwrap_or(own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::did;
    use crate::key::{LocalSigner, SecretKey, Signer};
    use crate::proof::Cryptosuite;
    use serde_json::json;

    fn at(text: &str) -> DateTime<Utc> {
        date::read(text).unwrap()
    }

    fn signer(seed: u8) -> (String, LocalSigner) {
        let key = SecretKey::ed25519(&[seed; 32]);
        let id = did::did_key(&key.public());
        let method = format!("{id}#{}", key.public().to_multikey());
        (id, LocalSigner::new(key, method))
    }

    /// A credential by key 1.
    fn credential(subject: &str) -> Value {
        let (issuer, signer) = signer(1);
        let document = json!({
            "@context": [CREDENTIALS_V2], "type": ["VerifiableCredential"], "issuer": issuer,
            "credentialSubject": { "id": subject, "name": "Ada" }
        });
        let given = crate::document::prepare_given(document).unwrap();
        given.sign(Cryptosuite::EddsaRdfc2022, &signer, at("2026-01-01T00:00:00Z")).unwrap()
    }

    fn presentation(holder: &str) -> Value {
        json!({
            "@context": [CREDENTIALS_V2], "type": ["VerifiablePresentation"], "holder": holder,
            "verifiableCredential": [credential("did:example:a"), credential("did:example:b")]
        })
    }

    /// Signs with key 2.
    fn sign(mut document: Value, change: impl FnOnce(&mut Value)) -> Value {
        let (_, signer) = signer(2);
        let mut options = json!({
            "type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "created": "2026-01-02T00:00:00Z",
            "proofPurpose": "authentication", "verificationMethod": signer.verification_method(),
            "challenge": "c-1", "domain": "verifier.example"
        });
        change(&mut options);
        let data = proof::hash_data(Cryptosuite::EddsaRdfc2022, &document, &options).unwrap();
        options["proofValue"] =
            json!(format!("z{}", bs58::encode(signer.sign(&data).unwrap()).into_string()));
        document["proof"] = options;
        document
    }

    fn verify(document: &Value, challenge: Option<&str>, domain: Option<&str>) -> PresentationReport {
        let expected = Expected {
            now: at("2026-06-01T00:00:00Z"),
            challenge: challenge.map(str::to_owned),
            domain: domain.map(str::to_owned),
        };
        match Presentation::new(document.to_string().as_bytes(), expected).step() {
            PresentationStep::Done(report) => *report,
            PresentationStep::Needs(needs) => panic!("{needs:?}"),
        }
    }

    fn verdict(document: &Value) -> Verdict {
        verify(document, Some("c-1"), Some("verifier.example")).verdict
    }

    #[test]
    fn a_holders_presentation_with_good_credentials_is_valid() {
        let (holder, _) = signer(2);
        let signed = sign(presentation(&holder), |_| {});
        let report = verify(&signed, Some("c-1"), Some("verifier.example"));
        assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
        assert_eq!((report.holder, report.credentials.len()), (Some(holder.clone()), 2));
        let object = json!({ "id": holder });
        let mut named = presentation(&holder);
        named["holder"] = object;
        assert_eq!(verdict(&sign(named, |_| {})), Verdict::Valid);
        let empty = json!({ "@context": [CREDENTIALS_V2], "type": ["VerifiablePresentation"] });
        assert_eq!(verdict(&sign(empty, |_| {})), Verdict::Valid);
    }

    #[test]
    fn it_has_to_answer_to_challenge_domain_and_purpose() {
        let (holder, _) = signer(2);
        let signed = sign(presentation(&holder), |_| {});
        assert_eq!(verify(&signed, Some("c-2"), None).verdict, Verdict::Invalid);
        assert_eq!(verify(&signed, None, Some("other.example")).verdict, Verdict::Invalid);
        assert_eq!(verify(&signed, None, None).verdict, Verdict::Valid);
        for (name, value) in
            [("proofPurpose", json!("assertionMethod")), ("challenge", Value::Null), ("domain", Value::Null)]
        {
            let changed = sign(presentation(&holder), |options| match value {
                Value::Null => drop(options.as_object_mut().unwrap().remove(name)),
                value => options[name] = value,
            });
            assert_eq!(verdict(&changed), Verdict::Invalid, "{name}");
        }
        let several = sign(presentation(&holder), |options| {
            options["domain"] = json!(["a.example", "verifier.example"]);
        });
        assert_eq!(verdict(&several), Verdict::Valid);
    }

    #[test]
    fn another_holder_tampering_and_bad_credentials_are_seen() {
        let (holder, _) = signer(2);
        assert_eq!(verdict(&sign(presentation("did:example:alice"), |_| {})), Verdict::Invalid);
        assert_eq!(verdict(&presentation(&holder)), Verdict::Invalid, "unsigned");
        let mut tampered = sign(presentation(&holder), |_| {});
        tampered["id"] = json!("urn:x:y");
        assert_eq!(verdict(&tampered), Verdict::Invalid);
        let mut forged = presentation(&holder);
        forged["verifiableCredential"][1]["credentialSubject"]["name"] = json!("Eve");
        let report = verify(&sign(forged, |_| {}), None, None);
        let verdicts: Vec<_> = report.credentials.iter().map(|credential| credential.verdict).collect();
        assert_eq!((report.verdict, verdicts), (Verdict::Invalid, vec![Verdict::Valid, Verdict::Invalid]));
        for (name, value) in [
            ("@context", json!(["https://www.w3.org/ns/credentials/examples/v2"])),
            ("type", json!(["Presentation"])),
            ("holder", json!("alice")),
            ("holder", json!({ "name": "Acme" })),
            ("id", json!("no iri")),
            ("verifiableCredential", json!(["eyJ.a.b"])),
            ("evil", json!("x")),
        ] {
            let mut broken = sign(presentation(&holder), |_| {});
            broken[name] = value.clone();
            assert_eq!(verdict(&broken), Verdict::Invalid, "{name}: {value}");
        }
    }

    #[test]
    fn what_is_asked_for_twice_is_asked_once_and_what_cannot_be_had_is_unknown() {
        let (holder, _) = signer(2);
        let mut document = presentation(&holder);
        for index in 0..2 {
            let credential = &mut document["verifiableCredential"][index];
            credential["issuer"] = json!("did:web:issuer.example");
            credential["proof"]["verificationMethod"] = json!("did:web:issuer.example#key-1");
        }
        let expected = Expected { now: at("2026-06-01T00:00:00Z"), challenge: None, domain: None };
        let mut presentation = Presentation::new(sign(document, |_| {}).to_string().as_bytes(), expected);
        let PresentationStep::Needs(needs) = presentation.step() else { panic!() };
        assert_eq!(
            needs.iter().map(Need::url).collect::<Vec<_>>(),
            ["https://issuer.example/.well-known/did.json"]
        );
        needs.into_iter().for_each(|need| presentation.supply(need, Err("offline".into())));
        let PresentationStep::Done(report) = presentation.step() else { panic!() };
        assert_eq!(report.verdict, Verdict::Unknown, "{report:#?}");
    }
}
