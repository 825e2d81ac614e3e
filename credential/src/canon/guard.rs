//! What must be looked at in the JSON, because the conversion to RDF leaves no trace of it: nulls, keywords, contexts that take
//! definitions away or name things anew, statements that stand elsewhere than readers look for them. Also hands back the document with the sentinel vocabulary in front of its contexts.

use super::names::{self, Said};
use super::{CanonError, UNDEFINED};
use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// What a document may cost: each type of each object makes the JSON-LD library process a context, about 0.25 ms, and each context
/// of its own some eight times that. A credential of ours costs some seventy, a learner record that many for each one in it.
pub(crate) const MAX_COST: usize = 4_000;
const CONTEXT_COST: usize = 8;
/// How many members the document's own definitions may have in all. The JSON-LD library calls itself for each that rests on another, and goes through all of
/// them for each object that they are for.
const MOST_DEFINING: usize = 200;

/// What the walk over a document collects.
#[derive(Default)]
struct Notes {
    keyword_like: Vec<String>,
    cost: usize,
    /// The names that the document itself defines.
    defined: HashSet<String>,
    /// The identifier of the whole document.
    root: Option<String>,
    /// What is said, by the names it stands under.
    said: Said,
}

impl Notes {
    fn spend(&mut self, cost: usize) -> Result<(), CanonError> {
        self.cost += cost;
        if self.cost > MAX_COST { Err(CanonError::TooLarge) } else { Ok(()) }
    }
}

/// A document ready for conversion.
pub(super) struct Guarded {
    pub document: Value,
    /// Texts that have the form of a keyword (`@word`). As an identifier such a text vanishes, as a literal it stays; the quads
    /// must show each of them.
    pub keyword_like: Vec<String>,
    /// What it says, by names; the quads may say no more of what these mean.
    pub said: Said,
    /// What stands in the document itself.
    pub of_root: Said,
    /// Its identifier.
    pub root: Option<String>,
}

pub(super) fn guard(document: &Value) -> Result<Guarded, CanonError> {
    let Value::Object(members) = document else {
        return Err(CanonError::JsonLd("the document is not an object".into()));
    };
    if !members.contains_key("@context") {
        return Err(CanonError::Context("the document has none".into()));
    }
    if defining(document) > MOST_DEFINING {
        return Err(CanonError::TooLarge);
    }
    let mut notes = Notes { root: id_of(members).map(str::to_owned), ..Notes::default() };
    own_definitions(document, &mut notes.defined)?;
    if let Some(id) = id_of(members) {
        names::identifier(id, &notes.defined)?;
    }
    let document = object(members, Place { fresh: true, credential: true }, &mut notes)?;
    let mut of_root = Said::default();
    members.iter().for_each(|(name, value)| of_root.add(name, value));
    let Notes { keyword_like, said, root, .. } = notes;
    Ok(Guarded { document, keyword_like, said, of_root, root })
}

/// Where an object stands.
#[derive(Clone, Copy, Default)]
struct Place {
    /// No context of an outer object reaches in here, so the sentinel vocabulary has to be set.
    fresh: bool,
    /// Readers look for a credential here.
    credential: bool,
}

/// What makes an object a credential.
const OF_CREDENTIALS: [&str; 2] = ["credentialSubject", "credentialStatus"];
/// What an object with the document's own id may have: an endorsement says of the credential that it stands in what it is given for, and no more.
const OF_ENDORSED: [&str; 3] = ["id", "type", "endorsementComment"];

fn object(members: &Map<String, Value>, place: Place, notes: &mut Notes) -> Result<Value, CanonError> {
    if members.contains_key("@direction") {
        return directional(members, notes);
    }
    notes.spend(price(members))?;
    let mut out = Map::new();
    for (name, value) in members {
        notes.said.add(name, value);
        let value = match name.as_str() {
            "@context" => with_partial(context(value, place.fresh)?, members),
            "type" => {
                listed(value).iter().filter_map(Value::as_str).try_for_each(names::written)?;
                node(value, notes)?
            }
            "@value" | "@language" => node(value, notes)?,
            "@type" if members.contains_key("@value") => node(value, notes)?,
            // Readers know `id` and `type`.
            "@id" | "@type" => {
                return Err(CanonError::Unread(format!("the member {name:?} has another name")));
            }
            name if name.starts_with('@') => {
                return Err(CanonError::Lost(format!("the member {name:?} is not carried over")));
            }
            name if OF_CREDENTIALS.contains(&name) && !place.credential => {
                return Err(CanonError::Unread(format!(
                    "{name:?} stands in something that is no credential"
                )));
            }
            "verifiableCredential" => presented(value, notes)?,
            "endorsement" => part(value, Place { fresh: false, credential: true }, notes)?,
            _ => {
                names::member(name)?;
                node(value, notes)?
            }
        };
        out.insert(name.clone(), value);
    }
    Ok(Value::Object(out))
}

/// One or several.
fn listed(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

fn id_of(members: &Map<String, Value>) -> Option<&str> {
    members.get("id")?.as_str()
}

/// What an object within the document says is said of that object: not of the document, whose own statements stand in it, and not of what a label
/// connects it with.
fn within(members: &Map<String, Value>, notes: &Notes) -> Result<(), CanonError> {
    let Some(id) = id_of(members) else { return Ok(()) };
    names::identifier(id, &notes.defined)?;
    let is_more = || {
        let is_credential = |kind: &Value| kind.as_str().is_none_or(|kind| kind.ends_with("Credential"));
        let kinds = members.get("type").map_or(&[][..], listed);
        kinds.iter().any(is_credential) || !members.keys().all(|name| OF_ENDORSED.contains(&name.as_str()))
    };
    match notes.root.as_deref() == Some(id) && is_more() {
        true => Err(CanonError::Lost("the document's own id stands for a part of it".into())),
        false => Ok(()),
    }
}

/// How many members a document's own definitions have.
fn defining(part: &Value) -> usize {
    fn all(part: &Value) -> usize {
        match part {
            Value::Array(items) => items.iter().map(all).sum(),
            Value::Object(members) => members.len() + members.values().map(all).sum::<usize>(),
            _ => 0,
        }
    }
    match part {
        Value::Array(items) => items.iter().map(defining).sum(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| if name == "@context" { all(value) } else { defining(value) })
            .sum(),
        _ => 0,
    }
}

/// The names that the document defines anywhere in it.
fn own_definitions(part: &Value, names: &mut HashSet<String>) -> Result<(), CanonError> {
    match part {
        Value::Array(items) => items.iter().try_for_each(|item| own_definitions(item, names)),
        Value::Object(members) => members.iter().try_for_each(|(name, value)| match name.as_str() {
            "@context" => definitions(value, names),
            _ => own_definitions(value, names),
        }),
        _ => Ok(()),
    }
}

/// The names that a context defines, and those within its definitions.
fn definitions(context: &Value, names: &mut HashSet<String>) -> Result<(), CanonError> {
    match unwrapped(context) {
        Value::Array(items) => items.iter().try_for_each(|item| definitions(item, names)),
        Value::Object(members) => {
            inline(unwrapped(context))?;
            names::defined(members, names)?;
            let scoped = members.values().filter_map(|definition| definition.get("@context"));
            scoped.into_iter().try_for_each(|context| definitions(context, names))
        }
        _ => Ok(()),
    }
}

/// What an object costs without what is in it.
fn price(members: &Map<String, Value>) -> usize {
    let count = |name: &str| match members.get(name) {
        None => 0,
        Some(Value::Array(items)) => items.len(),
        Some(_) => 1,
    };
    1 + count("type") + count("@type") + CONTEXT_COST * count("@context")
}

/// What a part of a document costs.
pub(crate) fn cost(part: &Value) -> usize {
    match part {
        Value::Object(members) => {
            let inner = members.iter().filter(|(name, _)| *name != "@context").map(|(_, value)| cost(value));
            price(members) + inner.sum::<usize>()
        }
        Value::Array(items) => items.iter().map(cost).sum(),
        _ => 0,
    }
}

fn node(value: &Value, notes: &mut Notes) -> Result<Value, CanonError> {
    part(value, Place::default(), notes)
}

fn part(value: &Value, place: Place, notes: &mut Notes) -> Result<Value, CanonError> {
    Ok(match value {
        Value::Null => return Err(CanonError::Lost("a null is not carried over".into())),
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| part(item, place, notes)).collect::<Result<_, _>>()?)
        }
        Value::Object(members) => {
            within(members, notes)?;
            object(members, place, notes)?
        }
        Value::String(text) => {
            if has_keyword_form(text) {
                notes.keyword_like.push(text.clone());
            }
            value.clone()
        }
        Value::Bool(_) | Value::Number(_) => value.clone(),
    })
}

/// The credentials of a presentation stand in a cleared context (`"@context": null` in the credentials context), each with its own.
fn presented(value: &Value, notes: &mut Notes) -> Result<Value, CanonError> {
    match value {
        Value::Array(items) => {
            Ok(Value::Array(items.iter().map(|item| presented(item, notes)).collect::<Result<_, _>>()?))
        }
        Value::Object(members) if members.contains_key("@context") => {
            within(members, notes)?;
            object(members, Place { fresh: true, credential: true }, notes)
        }
        Value::Object(_) => Err(CanonError::Context("a presented credential has none of its own".into())),
        other => node(other, notes),
    }
}

fn context(value: &Value, fresh: bool) -> Result<Value, CanonError> {
    let given: Vec<Value> = match value {
        Value::Array(items) => items.iter().map(unwrapped).cloned().collect(),
        one => vec![unwrapped(one).clone()],
    };
    for item in &given {
        match item {
            Value::String(address) if crate::context::lookup(address).is_some() => {}
            Value::String(address) => return Err(CanonError::UnknownContext(address.clone())),
            Value::Object(_) => inline(item)?,
            other => return Err(CanonError::Context(format!("{other} is neither an address nor a map"))),
        }
    }
    let mut all = Vec::with_capacity(given.len() + 1);
    if fresh {
        all.push(json!({"@vocab": UNDEFINED}));
    }
    all.extend(given);
    Ok(Value::Array(all))
}

/// The JSON-LD library applies the scoped context of the last type alone, where all of them count, one after the other (JSON-LD 1.1 Processing Algorithms,
/// section 5.1.2, step 11). Of the contexts compiled in that loses one term, which a learner record has beside those of every credential.
fn with_partial(mut contexts: Value, members: &Map<String, Value>) -> Value {
    let is_record = match members.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "ClrCredential"),
        kind => kind.is_some_and(|kind| kind == "ClrCredential"),
    };
    if let Value::Array(all) = &mut contexts
        && is_record
        && all.iter().any(|context| context == crate::context::CLR_V2)
    {
        let id = "https://purl.imsglobal.org/spec/vc/clr/vocab.html#partial";
        all.push(json!({"partial": {"@id": id, "@type": "xsd:boolean"}}));
    }
    contexts
}

/// A definition may stand in a map of its own, as a context document writes it (`{"@context": {…}}`): the reference library reads that, and the W3C's own
/// test vectors are written so.
fn unwrapped(item: &Value) -> &Value {
    match item.get("@context") {
        Some(inner @ Value::Object(_)) if item.as_object().is_some_and(|members| members.len() == 1) => inner,
        _ => item,
    }
}

/// A definition written into the document may add terms; taking one away (null) would make members vanish.
fn inline(value: &Value) -> Result<(), CanonError> {
    match value {
        Value::Null => Err(CanonError::Context("a definition of null makes members vanish".into())),
        Value::Object(members) => members.iter().try_for_each(|(name, value)| match name.as_str() {
            "@import" => Err(CanonError::Context("@import is not accepted".into())),
            // Within a definition, a nested context could name one that is not compiled in.
            "@context" => context(value, false).map(drop),
            _ => inline(value),
        }),
        Value::Array(items) => items.iter().try_for_each(inline),
        _ => Ok(()),
    }
}

/// RDF 1.1 has no base direction; as the data model asks, it goes into an `i18n` datatype (JSON-LD 1.1 API, `rdfDirection`).
fn directional(members: &Map<String, Value>, notes: &mut Notes) -> Result<Value, CanonError> {
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let known = members.keys().all(|name| matches!(name.as_str(), "@value" | "@language" | "@direction"));
    let language = text("@language").unwrap_or_default().to_ascii_lowercase();
    let plain = language.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let spoken = plain && (!language.is_empty() || !members.contains_key("@language"));
    match (text("@value"), text("@direction")) {
        (Some(value), Some(direction @ ("ltr" | "rtl"))) if known && spoken => {
            if has_keyword_form(value) {
                notes.keyword_like.push(value.to_owned());
            }
            let kind = format!("https://www.w3.org/ns/i18n#{language}_{direction}");
            Ok(json!({"@value": value, "@type": kind}))
        }
        _ => Err(CanonError::Lost("a malformed text direction is not carried over".into())),
    }
}

/// The form of a keyword (JSON-LD 1.1, section 1.7): `@` and letters alone.
pub(super) fn has_keyword_form(text: &str) -> bool {
    text.strip_prefix('@')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphabetic()))
}
