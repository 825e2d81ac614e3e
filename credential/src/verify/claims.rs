//! What a document says of itself that can be checked without keys: its dates, its schema, its recipient.

use super::list;
use super::reason::Reason;
use super::report::{Cause, CheckName, Checks};
use crate::date;
use crate::document::IdentityObject;
use crate::document::vocabulary::{ACHIEVEMENT_SCHEMA, ENDORSEMENT_SCHEMA, RECORD_SCHEMA, SCHEMA_TYPE};
use chrono::{DateTime, Utc};
use serde_json::Value;

/// From when and until when, either of them open.
type Period = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// The two dates of a credential, where they are readable and in order.
pub(super) fn period(document: &Value) -> Result<Period, String> {
    let moment = |name: &str| match document.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => date::read(text).map(Some).map_err(|error| format!("{name}: {error}")),
        Some(_) => Err(format!("{name} is not a text")),
    };
    match (moment("validFrom")?, moment("validUntil")?) {
        (Some(from), Some(until)) if until < from => Err("validUntil lies before validFrom".into()),
        period => Ok(period),
    }
}

pub(super) fn dates(document: &Value, now: DateTime<Utc>, checks: &mut Checks) {
    match period(document) {
        Err(reason) => checks.failed(CheckName::Dates, reason),
        Ok((Some(from), _)) if now < from => {
            checks.failed_because(CheckName::Dates, Cause::NotYetValid, Reason::NotYetValid { from });
        }
        Ok((_, Some(until))) if until < now => {
            checks.failed_because(CheckName::Dates, Cause::Expired, Reason::Expired { on: until });
        }
        Ok((from, until)) => checks.passed(CheckName::Dates, Reason::InForce { from, until }),
    }
}

/// A declared schema of Open Badges or of learner records is met where the structure is: the model checked there is the one that the schema was made of.
pub(super) fn schema(document: &Value, checks: &mut Checks) {
    let schemas = list(document, "credentialSchema");
    if schemas.is_empty() {
        checks.not_needed(CheckName::Schema, Reason::NoSchema);
    }
    for schema in schemas {
        let text = |name: &str| schema.get(name).and_then(Value::as_str);
        match (text("id"), text("type")) {
            (Some(ACHIEVEMENT_SCHEMA | ENDORSEMENT_SCHEMA | RECORD_SCHEMA), Some(SCHEMA_TYPE)) => {
                match checks.outcome(CheckName::Structure) {
                    Some(super::Outcome::Passed) => checks.passed(CheckName::Schema, Reason::SchemaMet(true)),
                    Some(super::Outcome::Failed) => {
                        checks.failed(CheckName::Schema, Reason::SchemaMet(false))
                    }
                    _ => checks.undecided(CheckName::Schema, "the structure could not be checked"),
                }
            }
            (Some(id), Some(_)) => {
                checks.undecided(CheckName::Schema, Reason::SchemaUnknown { id: id.to_owned() });
            }
            _ => checks.failed(CheckName::Schema, "a schema has no id or no type"),
        }
    }
}

/// To whom the document says it was given, in the clear; nothing where it names several.
pub(super) fn holder(document: &Value) -> Option<String> {
    let mut told = list(document, "credentialSubject").iter().map(named);
    let first = told.next()??;
    told.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// A subject: by a name before an address, and that before an identifier that people can tell.
fn named(subject: &Value) -> Option<String> {
    let plain = |kind: &str| {
        let mut all = list(subject, "identifier").iter();
        let found = all.find(|one| one["identityType"] == kind && one["hashed"] == false)?;
        found["identityHash"].as_str()
    };
    let id = || subject.get("id").and_then(Value::as_str);
    plain("name")
        .or_else(|| subject.get("name").and_then(Value::as_str))
        .or_else(|| plain("emailAddress"))
        .or_else(|| id()?.strip_prefix("mailto:"))
        .or_else(|| id().filter(|id| id.starts_with("did:") || id.starts_with("https://")))
        .map(str::to_owned)
}

/// Whether one of the document's subjects is the expected recipient.
pub(super) fn recipient(document: &Value, expected: Option<&str>, checks: &mut Checks) {
    let Some(expected) = expected.map(str::trim).filter(|expected| !expected.is_empty()) else {
        checks.not_needed(CheckName::Recipient, "no recipient was expected");
        return;
    };
    let mut unknown = 0;
    let mut known = 0;
    for subject in list(document, "credentialSubject") {
        if let Some(id) = subject.get("id").and_then(Value::as_str) {
            known += 1;
            let mail = id.strip_prefix("mailto:").is_some_and(|mail| mail.eq_ignore_ascii_case(expected));
            if id == expected || mail {
                checks.passed(CheckName::Recipient, "the subject's id is the expected one");
                return;
            }
        }
        for entry in list(subject, "identifier") {
            let identity = serde_json::from_value::<IdentityObject>(entry.clone()).ok();
            match identity.as_ref().and_then(|identity| identity.matches(expected)) {
                Some(true) => {
                    let kind = identity.map(|identity| identity.identity_type).unwrap_or_default();
                    checks.passed(CheckName::Recipient, format!("the {kind} is the expected one"));
                    return;
                }
                Some(false) => known += 1,
                None => unknown += 1,
            }
        }
    }
    match (known, unknown) {
        (_, 1..) => {
            checks.undecided(CheckName::Recipient, "an identity of the subject is hashed in an unknown way")
        }
        (0, 0) => checks.undecided(CheckName::Recipient, "the document does not identify its subject"),
        _ => checks.failed(CheckName::Recipient, "the document is another recipient's"),
    }
}
