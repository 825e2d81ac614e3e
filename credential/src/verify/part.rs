//! Credentials within another document, a presentation or a learner record: each is verified on its own, all within one budget of addresses.

use super::reason::Reason;
use super::report::Report;
use super::{Need, Options, Step, Trust, Verification, proofs};
use serde_json::Value;
use std::collections::BTreeMap;

/// How many addresses one document with all its credentials may ask for.
pub(super) const MAX_NEEDS: usize = 32;

/// What was found, or why nothing was.
pub(super) type Supplied = BTreeMap<Need, Result<Vec<u8>, String>>;

/// One of the credentials.
pub(super) struct Part {
    verification: Verification,
    asked: Vec<Need>,
    pub(super) report: Option<Report>,
}

impl Part {
    pub(super) fn of(verification: Verification) -> Self {
        Self { verification, asked: Vec::new(), report: None }
    }

    /// A credential of a learner record; what would stand in it in turn is not opened.
    pub(super) fn within(credential: &Value, options: Options) -> Self {
        Self::of(Verification::single(credential.to_string().as_bytes(), options))
    }

    pub(super) fn trusting(self, trust: &Trust) -> Self {
        Self { verification: self.verification.trusting(trust.clone()), ..self }
    }

    /// Leaves the credential unchecked, since too much would have to be done for it.
    pub(super) fn leave(&mut self) {
        let now = self.verification.options.now;
        self.report.get_or_insert_with(|| Report::unread(Reason::TooMuch, now));
    }

    /// Whether this one took all that is done for a document.
    pub(super) fn is_too_much(&self) -> bool {
        self.verification.hashed.as_ref().is_some_and(|(hashed, _)| proofs::is_too_much(hashed))
    }

    /// One step of a credential; what was supplied for another one serves it, too.
    pub(super) fn step(&mut self, supplied: &mut Supplied, needs: &mut Vec<Need>) {
        while self.report.is_none() {
            for need in std::mem::take(&mut self.asked) {
                if let Some(found) = supplied.get(&need) {
                    self.verification.supply(need, found.clone());
                }
            }
            let asked = match self.verification.step() {
                Step::Done(report) => {
                    self.report = Some(*report);
                    return;
                }
                Step::Needs(asked) => asked,
            };
            let mut open = false;
            for need in &asked {
                if supplied.contains_key(need) {
                    continue;
                }
                if supplied.len() + needs.len() >= MAX_NEEDS {
                    let reason = format!("more than {MAX_NEEDS} addresses would have to be fetched");
                    supplied.insert(need.clone(), Err(reason));
                    continue;
                }
                open = true;
                if !needs.contains(need) {
                    needs.push(need.clone());
                }
            }
            self.asked = asked;
            if open {
                return;
            }
        }
    }
}
