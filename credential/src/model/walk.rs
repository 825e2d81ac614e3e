//! The walk over a document along its class: counts, kinds, types, and the rules that tie several members together.

use super::{Class, Count, Kind, Member, Typed};
use crate::context;
use crate::date;
use crate::document::{is_iri, vocabulary};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value};
use std::collections::HashSet;

/// How many problems are listed; a document as bad as that is bad enough.
const MAX_PROBLEMS: usize = 12;

pub(super) fn walk(document: &Value, class: &Class) -> Vec<String> {
    let mut walk = Walk { problems: Vec::new() };
    walk.credential(document);
    walk.object("", document, class);
    walk.problems
}

struct Walk {
    problems: Vec<String>,
}

impl Walk {
    fn add(&mut self, at: &str, message: &str) {
        if self.problems.len() < MAX_PROBLEMS {
            let at = if at.is_empty() { "the document" } else { at };
            self.problems.push(format!("{at} {message}"));
        }
    }

    /// Rules on the whole credential.
    fn credential(&mut self, document: &Value) {
        let contexts = items(document.get("@context"));
        if contexts.first().and_then(Value::as_str) != Some(context::CREDENTIALS_V2) {
            self.add("@context", "does not begin with https://www.w3.org/ns/credentials/v2");
        }
        let named =
            |place: usize, is: fn(&str) -> bool| contexts.get(place).and_then(Value::as_str).is_some_and(is);
        match super::kind(document) {
            super::DocumentKind::Other => {}
            super::DocumentKind::Record if named(1, is_clr_context) && named(2, is_open_badges_context) => {}
            super::DocumentKind::Record => {
                self.add("@context", "does not name the contexts of CLR and of Open Badges second and third");
            }
            _ if named(1, is_open_badges_context) => {}
            _ => self.add("@context", "does not name the Open Badges context second"),
        }
        if !items(document.get("type")).iter().any(|kind| kind == "VerifiableCredential") {
            self.add("type", "does not include VerifiableCredential");
        }
        let subjects = items(document.get("credentialSubject"));
        if subjects.is_empty() || subjects.iter().any(|subject| subject.as_object().is_none_or(Map::is_empty))
        {
            self.add("credentialSubject", "is not an object that says something");
        }
        let mut seen = HashSet::new();
        for resource in items(document.get("relatedResource")) {
            if !seen.insert(resource.get("id").and_then(Value::as_str)) {
                self.add("relatedResource", "names one resource twice");
            }
            if resource.get("digestSRI").is_none() && resource.get("digestMultibase").is_none() {
                self.add("relatedResource", "has no digest");
            }
            let text = |name: &str| resource.get(name).and_then(Value::as_str);
            if text("digestSRI").is_some_and(|digest| !is_integrity(digest)) {
                self.add("relatedResource.digestSRI", "is not a digest as Subresource Integrity writes it");
            }
            if text("digestMultibase").is_some_and(|digest| !is_multibase_digest(digest)) {
                self.add("relatedResource.digestMultibase", "is not a digest in base58 or base64url");
            }
        }
    }

    fn object(&mut self, at: &str, value: &Value, class: &Class) {
        let Value::Object(members) = value else {
            self.add(at, "is not an object");
            return;
        };
        self.types(at, members.get("type"), class);
        for member in class.members {
            self.member(at, members.get(member.name), member);
        }
        if matches!(class.name, "AchievementSubject" | "ClrSubject")
            && !members.contains_key("id")
            && !members.contains_key("identifier")
        {
            self.add(at, "has neither id nor identifier");
        }
        if class.name == "ClrSubject" && items(members.get("verifiableCredential")).is_empty() {
            self.add(&join(at, "verifiableCredential"), "is missing");
        }
        let known = |name: &String| name == "type" || class.members.iter().any(|member| member.name == name);
        if class.closed {
            for name in members.keys().filter(|name| !known(name)) {
                self.add(&join(at, name), "is not a member of the model");
            }
        }
    }

    fn types(&mut self, at: &str, value: Option<&Value>, class: &Class) {
        let kinds = items(value);
        let texts = kinds.iter().all(|kind| kind.as_str().is_some_and(|text| !text.is_empty()));
        let fits = match class.typed {
            Typed::No => texts,
            Typed::Any => texts && !kinds.is_empty(),
            // An array of one is the same in JSON-LD, and in the older schema copies the only form.
            Typed::Is => kinds.len() == 1 && kinds[0] == class.name,
            Typed::Includes => texts && kinds.iter().any(|kind| kind == class.name),
        };
        if !fits {
            let at = join(at, "type");
            match class.typed {
                Typed::No | Typed::Any => self.add(&at, "is missing or not a text"),
                Typed::Is => self.add(&at, &format!("is not {}", class.name)),
                Typed::Includes => self.add(&at, &format!("does not include {}", class.name)),
            }
        }
    }

    fn member(&mut self, at: &str, value: Option<&Value>, member: &Member) {
        let at = join(at, member.name);
        match (member.count, value) {
            (Count::One, None) => self.add(&at, "is missing"),
            (_, None) => {}
            (Count::Many, Some(Value::Array(values))) => {
                for (n, value) in values.iter().enumerate() {
                    self.value(&format!("{at}[{n}]"), value, member.kind);
                }
            }
            (_, Some(value)) => self.value(&at, value, member.kind),
        }
    }

    fn value(&mut self, at: &str, value: &Value, kind: Kind) {
        let text = value.as_str();
        let (fits, wanted) = match kind {
            Kind::Object(class) => return self.object(at, value, class),
            Kind::IriOrObject(class) if value.is_object() => return self.object(at, value, class),
            Kind::Iri | Kind::IriOrObject(_) => (text.is_some_and(is_iri), "is not an absolute IRI"),
            Kind::Text => (is_spoken(value), "is not a text"),
            Kind::Plain => (text.is_some(), "is not a text"),
            Kind::Boolean => (value.is_boolean(), "is neither true nor false"),
            Kind::Number => (value.is_number(), "is not a number"),
            Kind::Moment => {
                (text.is_some_and(|text| date::read(text).is_ok()), "is not a date and time with a zone")
            }
            Kind::Date => {
                (text.is_some_and(|text| text.parse::<chrono::NaiveDate>().is_ok()), "is not a date")
            }
            Kind::Language => (text.is_some_and(vocabulary::is_language), "is not a language code"),
            Kind::Word(list, open) => {
                let fits =
                    text.is_some_and(|text| list.contains(&text) || open && vocabulary::allows(list, text));
                (fits, "is not a value of the vocabulary")
            }
            Kind::Jws => (text.is_some_and(|text| text.split('.').count() == 3), "is not a compact JWS"),
        };
        if !fits {
            self.add(at, wanted);
        }
    }
}

/// `sha256-`, `sha384-` or `sha512-` and as many bytes in base64, once or several times (Subresource Integrity, section 3.5).
fn is_integrity(text: &str) -> bool {
    let is_one = |one: &str| {
        let Some((algorithm, digest)) = one.split_once('-') else { return false };
        let length = match algorithm {
            "sha256" => 32,
            "sha384" => 48,
            "sha512" => 64,
            _ => return false,
        };
        STANDARD.decode(digest).is_ok_and(|bytes| bytes.len() == length)
    };
    let mut parts = text.split_ascii_whitespace().peekable();
    parts.peek().is_some() && parts.all(is_one)
}

/// A multibase text of at least 32 bytes: a digest, with or without the header that names its kind.
fn is_multibase_digest(text: &str) -> bool {
    let bytes = match (text.get(..1), text.get(1..)) {
        (Some("u"), Some(digest)) => URL_SAFE_NO_PAD.decode(digest).ok(),
        (Some("z"), Some(digest)) if digest.len() <= 128 => bs58::decode(digest).into_vec().ok(),
        _ => None,
    };
    bytes.is_some_and(|bytes| bytes.len() >= 32)
}

/// A text, or texts with language and direction (Verifiable Credentials 2.0, section 11.1).
fn is_spoken(value: &Value) -> bool {
    match value {
        Value::String(_) => true,
        Value::Array(values) => values.iter().all(|value| value.is_object() && is_spoken(value)),
        Value::Object(members) => {
            members.get("@value").is_some_and(Value::is_string)
                && members.iter().all(|(name, value)| match name.as_str() {
                    "@value" | "@language" => value.is_string(),
                    "@direction" => value == "ltr" || value == "rtl",
                    _ => false,
                })
        }
        _ => false,
    }
}

/// `https://purl.imsglobal.org/spec/ob/v3p0/context.json`, with or without an edition `-3.x.y` before the suffix.
fn is_open_badges_context(address: &str) -> bool {
    is_edition(address, "https://purl.imsglobal.org/spec/ob/v3p0/context", "-3.")
}

/// `https://purl.imsglobal.org/spec/clr/v2p0/context.json`, with or without an edition `-2.x.y` before the suffix.
fn is_clr_context(address: &str) -> bool {
    is_edition(address, "https://purl.imsglobal.org/spec/clr/v2p0/context", "-2.")
}

fn is_edition(address: &str, beginning: &str, of: &str) -> bool {
    let edition = address.strip_prefix(beginning).and_then(|rest| rest.strip_suffix(".json"));
    edition.is_some_and(|edition| edition.is_empty() || edition.starts_with(of))
}

fn items(value: Option<&Value>) -> &[Value] {
    match value {
        None => &[],
        Some(Value::Array(items)) => items,
        Some(one) => std::slice::from_ref(one),
    }
}

fn join(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") }
}
