//! Endorsements that travel inside a credential: each is a credential of its own, by another issuer, and verified as such.

use super::report::{CheckName, Checks, ReportedEndorsement};
use super::{Run, list, proofs};
use crate::canon::CanonError;
use crate::did::Relationship;
use crate::proof::{self, DocumentHash};
use serde_json::Value;
use std::collections::BTreeMap;

/// How many endorsements of one credential are verified.
const MAX_ENDORSEMENTS: usize = 8;

/// An endorsement, with the id of what it stands in.
pub(super) struct Embedded {
    document: Value,
    host: Option<String>,
    hashed: proofs::Hashed,
}

/// The endorsements of the credential, its issuer and its achievement, and their canonical forms.
pub(super) fn collect(document: &Value) -> Vec<Embedded> {
    let hosts = ["", "/issuer", "/credentialSubject/achievement", "/credentialSubject/achievement/creator"];
    let hosts = hosts.into_iter().filter_map(|pointer| document.pointer(pointer));
    let embedded =
        hosts.flat_map(|host| list(host, "endorsement").iter().map(move |endorsement| (host, endorsement)));
    let mut too_much = false;
    embedded
        .take(MAX_ENDORSEMENTS)
        .map(|(host, endorsement)| {
            let hashed = match too_much {
                true => Err(CanonError::TooLarge),
                false => DocumentHash::of(&proof::unsecured(endorsement)),
            };
            too_much |= proofs::is_too_much(&hashed);
            let host = host.get("id").and_then(Value::as_str).map(str::to_owned);
            Embedded { document: endorsement.clone(), host, hashed }
        })
        .collect()
}

impl Run<'_> {
    /// Verifies one endorsement with what was supplied; what it lacks is asked for together with the rest.
    pub(super) fn endorsement(&mut self, embedded: &Embedded) -> ReportedEndorsement {
        let mut run = Run {
            document: &embedded.document,
            token: None,
            hashed: embedded.hashed.clone(),
            now: self.now,
            supplied: self.supplied,
            needs: std::mem::take(&mut self.needs),
            kept: self.kept,
            sources: BTreeMap::new(),
            status_as_of: None,
            checks: Checks::default(),
            most_needs: self.most_needs,
            relationship: Relationship::Assertion,
        };
        run.all(None);
        self.needs = run.needs;
        let text =
            |pointer: &str| embedded.document.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let endorsed = text("/credentialSubject/id");
        if endorsed != embedded.host {
            run.checks.failed(CheckName::Structure, "it endorses something else than what it stands in");
        }
        let report = run.checks.report(&embedded.document, self.now);
        ReportedEndorsement {
            issuer: report.issuer,
            endorsed,
            comment: text("/credentialSubject/endorsementComment"),
            verdict: report.verdict,
            checks: report.checks,
        }
    }
}
