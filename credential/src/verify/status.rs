//! The status of a credential: for each entry the list is asked for, found to be the issuer's own and in force, and its bit read.

use super::issuer::is_fetchable;
use super::proofs::Answer;
use super::reason::Reason;
use super::report::{Cause, CheckName};
use super::{Need, Run, claims, issuer_id, list};
use crate::date;
use crate::json;
use crate::proof::{self, DocumentHash};
use crate::status::StatusList;
use chrono::{DateTime, Utc};
use serde_json::Value;

/// How many entries of one document are looked up.
const MAX_ENTRIES: usize = 8;
/// The purpose whose bit, once set, stays.
const REVOCATION: &str = "revocation";

/// A status entry, once it is well-formed.
struct Entry<'a> {
    purpose: &'a str,
    index: u64,
    list: &'a str,
}

impl Run<'_> {
    pub(super) fn status(&mut self) {
        let document = self.document;
        let entries = list(document, "credentialStatus");
        if entries.is_empty() {
            self.checks.not_needed(CheckName::Status, Reason::NoStatus);
        }
        if entries.len() > MAX_ENTRIES {
            self.checks.failed(
                CheckName::Status,
                format!("the document has more than {MAX_ENTRIES} status entries"),
            );
            return;
        }
        // What is said of one of them could stand in the other.
        let twins = |(place, one): (usize, &Value)| {
            let other = entries.iter().skip(place + 1).find(|other| other.get("id") == one.get("id"));
            one.get("id").is_some() && other.is_some_and(|other| other != one)
        };
        if entries.iter().enumerate().any(twins) {
            self.checks.undecided(CheckName::Status, "two status entries have the same id");
            return;
        }
        for entry in entries {
            match read(entry) {
                Ok(entry) => self.entry(&entry),
                Err(Unreadable::Kind(kind)) => {
                    self.checks
                        .undecided(CheckName::Status, format!("a status of type {kind} is not known here"));
                }
                Err(Unreadable::Broken(reason)) => {
                    self.checks.failed(CheckName::Status, format!("the status entry's {reason}"));
                }
            }
        }
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        // Whose list it should be is not known before the document itself is.
        if !self.is_signed() {
            self.checks.undecided(CheckName::Status, Reason::StatusOfUnsigned);
            return;
        }
        if !is_fetchable(entry.list) {
            self.checks.undecided(CheckName::Status, format!("{} is not an https address", entry.list));
            return;
        }
        let Some(found) = self.supplied(Need::Status { url: entry.list.to_owned() }) else {
            return;
        };
        let (found, taken_at) = self.or_bundled(entry.list, found);
        match found.and_then(|bytes| self.bit(entry, &bytes, taken_at.is_some())) {
            Ok(Some(set)) => self.answer(entry.purpose, set, taken_at),
            // A key is being asked for.
            Ok(None) => {}
            Err(cause) => {
                let reason = Reason::ListUnusable { list: entry.list.to_owned(), cause };
                self.checks.undecided(CheckName::Status, reason);
            }
        }
    }

    /// A list that was found, else the one in the offline bundle with the moment of that.
    fn or_bundled(
        &self,
        address: &str,
        found: Result<Vec<u8>, String>,
    ) -> (Result<Vec<u8>, String>, Option<DateTime<Utc>>) {
        let kept = self.kept.bundle.and_then(|bundle| Some((bundle.found(address)?, bundle.taken_at())));
        match (found, kept) {
            (Err(_), Some((bytes, taken_at))) => (Ok(bytes.to_vec()), Some(taken_at)),
            (found, _) => (found, None),
        }
    }

    /// The entry's bit in the list; `Ok(None)` while a key is being asked for. A kept list that is past its end still tells of a revocation, which
    /// nobody takes back.
    fn bit(&mut self, entry: &Entry<'_>, bytes: &[u8], kept: bool) -> Result<Option<bool>, String> {
        let document = json::parse(bytes).map_err(|error| error.to_string())?;
        if issuer_id(&document) != issuer_id(self.document) {
            return Err(format!("its issuer is {}", issuer_id(&document).unwrap_or("nobody")));
        }
        let ended = match claims::period(&document)? {
            (Some(from), _) if self.now < from => return Err("it is not valid yet".into()),
            (_, Some(until)) if until < self.now && !kept => return Err("it has expired".into()),
            (_, until) => until.filter(|until| *until < self.now),
        };
        if !self.list_is_signed(&document)? {
            return Ok(None);
        }
        let content = StatusList::read(&document).map_err(|error| error.to_string())?;
        if !content.purposes.iter().any(|purpose| purpose == entry.purpose) {
            return Err(format!("it is not one for {}", entry.purpose));
        }
        let set = content.bits.get(entry.index).map_err(|error| error.to_string())?;
        match ended {
            Some(until) if !(set && entry.purpose == REVOCATION) => {
                Err(format!("it was good until {} and has to be had anew", date::write(until)))
            }
            _ => Ok(Some(set)),
        }
    }

    /// Whether a proof of the list holds, by a key of its issuer; `false` while the key is being asked for.
    fn list_is_signed(&mut self, document: &Value) -> Result<bool, String> {
        let hashed = DocumentHash::of(&proof::unsecured(document));
        let mut reason = "it is not signed".to_owned();
        for proof in list(document, "proof") {
            match self.proof(document, &hashed, proof) {
                Answer::Good { controller } if Some(controller.as_str()) == issuer_id(document) => {
                    return Ok(true);
                }
                Answer::Good { controller } => reason = format!("it is signed by {controller}"),
                Answer::Waiting => return Ok(false),
                Answer::Bad(why) | Answer::Open(why) => reason = why.to_string(),
            }
        }
        Err(reason)
    }

    fn answer(&mut self, purpose: &str, set: bool, taken_at: Option<DateTime<Utc>>) {
        let as_of = taken_at.unwrap_or(self.now);
        self.status_as_of = Some(self.status_as_of.map_or(as_of, |earlier| earlier.min(as_of)));
        match (purpose, set) {
            (_, false) => {
                self.checks.passed(CheckName::Status, Reason::NotSet { purpose: purpose.to_owned() });
            }
            (REVOCATION, true) => {
                self.checks.failed_because(CheckName::Status, Cause::Revoked, Reason::Revoked);
            }
            ("suspension", true) => {
                self.checks.failed_because(CheckName::Status, Cause::Suspended, Reason::Suspended);
            }
            ("refresh", true) => self.checks.passed(CheckName::Status, Reason::NewerEdition),
            (other, true) => {
                self.checks.undecided(
                    CheckName::Status,
                    format!("set for {other}, whose meaning is not known here"),
                );
            }
        }
        if let Some(at) = taken_at {
            match set {
                true => self.checks.failed(CheckName::Status, Reason::StatusAsOf { at }),
                false => self.checks.passed(CheckName::Status, Reason::StatusAsOf { at }),
            }
        }
    }
}

enum Unreadable {
    Kind(String),
    Broken(&'static str),
}

fn read(entry: &Value) -> Result<Entry<'_>, Unreadable> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str);
    let kinds = list(entry, "type");
    if !kinds.iter().any(|kind| kind == "BitstringStatusListEntry") {
        let kind = kinds.first().and_then(Value::as_str).unwrap_or("nothing");
        return Err(Unreadable::Kind(kind.to_owned()));
    }
    if entry.get("statusSize").is_some_and(|size| size != 1) {
        return Err(Unreadable::Kind("BitstringStatusListEntry with several bits".into()));
    }
    // The specification wants a text; 1EdTech's own samples have a number.
    let index = match entry.get("statusListIndex") {
        Some(Value::String(text)) if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().ok(),
        Some(Value::Number(number)) => number.as_u64(),
        _ => None,
    };
    Ok(Entry {
        purpose: text("statusPurpose").ok_or(Unreadable::Broken("statusPurpose is missing"))?,
        index: index.ok_or(Unreadable::Broken("statusListIndex is not a number"))?,
        list: text("statusListCredential").ok_or(Unreadable::Broken("statusListCredential is missing"))?,
    })
}
