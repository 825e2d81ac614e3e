//! Which names may stand for what. A reader takes a document by the names that the contexts compiled in give; the signature covers what the names
//! mean. Where another name could mean the same (`until` for `validUntil`, a written-out IRI, an alias of a keyword), whoever holds a credential could
//! take its end or its status out of a reader's sight without breaking the signature. So what those contexts have a term for stands under that term.

use super::CanonError;
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Bound;
use std::sync::LazyLock;

/// `type` as a property, which the keyword stands for.
const RDF_TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
/// The namespace of XML Schema, which Open Badges writes with https.
const XSD: &str = "http://www.w3.org/2001/XMLSchema#";
/// Classes of Open Badges that have the meaning of a property.
const CLASSES: [&str; 6] = ["Achievement", "Address", "Criteria", "GeoCoordinates", "Image", "Profile"];
/// The one term whose values are a list.
const LIST: &str = "allowedValue";
/// Schemes that identifiers are written with; no definition may give them another meaning.
const SCHEMES: [&str; 7] = ["data", "did", "http", "https", "mailto", "tel", "urn"];

/// The terms of the contexts compiled in.
#[derive(Default)]
struct Terms {
    /// What each name means, somewhere.
    meanings: HashMap<String, BTreeSet<String>>,
    /// The names that mean the same in every object.
    everywhere: HashSet<String>,
    /// Every meaning.
    iris: BTreeSet<String>,
    /// The one name that members of a meaning have.
    names: HashMap<String, String>,
}

static TERMS: LazyLock<Terms> = LazyLock::new(Terms::compiled_in);

impl Terms {
    fn compiled_in() -> Self {
        let mut terms = Self::default();
        for (_, text) in crate::context::known() {
            // A test reads each of them.
            let file: Value = serde_json::from_str(text).unwrap_or_default();
            terms.learn(&file["@context"], &HashMap::new());
            let top =
                file["@context"].as_array().map_or(std::slice::from_ref(&file["@context"]), Vec::as_slice);
            let top = top.iter().filter_map(Value::as_object).flat_map(Map::keys);
            terms.everywhere.extend(top.cloned());
        }
        terms.iris = terms.meanings.values().flatten().cloned().collect();
        terms.iris.insert(RDF_TYPE.to_owned());
        for (name, meanings) in terms.meanings.iter().filter(|(name, _)| !CLASSES.contains(&name.as_str())) {
            terms.names.extend(meanings.iter().map(|meaning| (meaning.clone(), name.clone())));
        }
        terms
    }

    /// Takes in a context and those within it; `prefixes` are those of the contexts around it.
    fn learn(&mut self, context: &Value, prefixes: &HashMap<String, String>) {
        match context {
            Value::Array(items) => items.iter().for_each(|item| self.learn(item, prefixes)),
            Value::Object(members) => {
                let mut prefixes = prefixes.clone();
                for (name, definition) in members {
                    if let Some(iri) = definition.as_str().filter(|iri| iri.ends_with(['#', '/', ':'])) {
                        prefixes.insert(name.clone(), iri.to_owned());
                    }
                }
                for (name, definition) in members.iter().filter(|(name, _)| !name.starts_with('@')) {
                    let written = definition.as_str().or_else(|| definition.get("@id")?.as_str());
                    let iri = match written.unwrap_or(name).split_once(':') {
                        Some((prefix, rest)) if prefixes.contains_key(prefix) => {
                            format!("{}{rest}", prefixes[prefix])
                        }
                        _ => written.unwrap_or(name).to_owned(),
                    };
                    // One without a scheme is another term of the same context.
                    self.meanings
                        .entry(name.clone())
                        .or_default()
                        .extend(Some(iri).filter(|iri| iri.contains(':')));
                    self.learn(definition.get("@context").unwrap_or(&Value::Null), &prefixes);
                }
            }
            _ => {}
        }
    }

    /// Whether an IRI, or one that goes on from it, is the meaning of a term.
    fn reach(&self, iri: &str) -> bool {
        self.iris
            .range::<str, _>((Bound::Included(iri), Bound::Unbounded))
            .next()
            .is_some_and(|known| known.starts_with(iri))
    }

    /// The same of an IRI as it is written, in full or with the prefix that some term is.
    fn reach_written(&self, written: &str) -> bool {
        let compact =
            written.split_once(':').and_then(|(prefix, rest)| Some((self.meanings.get(prefix)?, rest)));
        self.reach(written)
            || compact.is_some_and(|(meanings, rest)| {
                meanings.iter().any(|meaning| self.reach(&format!("{meaning}{rest}")))
            })
    }
}

/// A type, as the document has it: a term, or an IRI that no term stands for.
pub(super) fn written(name: &str) -> Result<(), CanonError> {
    match name.starts_with(':') || (name.contains(':') && TERMS.reach_written(name)) {
        true => Err(CanonError::Lost(format!("{name:?} is written past the term that stands for it"))),
        false => Ok(()),
    }
}

/// The name of a member, likewise. Some classes of Open Badges are called as a property is, and would be its second name.
pub(super) fn member(name: &str) -> Result<(), CanonError> {
    match CLASSES.contains(&name) {
        true => Err(CanonError::Lost(format!("{name:?} is a class and stands for a member"))),
        false => written(name),
    }
}

/// Whether a text is an IRI by its form, abbreviated or not.
fn has_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    })
}

/// The definitions that a document brings along, and the names that they define: they may add to the terms of the contexts compiled in, and leave those
/// as they are. What is none of a few plain forms is not read.
pub(super) fn defined(context: &Map<String, Value>, names: &mut HashSet<String>) -> Result<(), CanonError> {
    for (name, definition) in context {
        let refused = |why: &str| Err(CanonError::Unread(format!("the definition of {name:?} {why}")));
        match name.as_str() {
            "@language" | "@direction" | "@version" | "@protected" => continue,
            "@vocab"
                if definition.as_str().is_some_and(|iri| has_scheme(iri) && !TERMS.reach_written(iri)) =>
            {
                continue;
            }
            "@vocab" => return refused("would give terms another name"),
            keyword if keyword.starts_with('@') => return refused("is not accepted"),
            scheme if SCHEMES.contains(&scheme) => return refused("would change what identifiers mean"),
            name if !name.starts_with(|c: char| c.is_alphanumeric()) => {
                return refused("has a name of a form of its own");
            }
            _ => {}
        }
        let (written, alone) = match definition {
            Value::String(iri) => (Some(iri.as_str()), true),
            Value::Object(members) => {
                if let Some((key, _)) = members.iter().find(|(key, value)| !is_usual(key, value)) {
                    return refused(&format!("has a {key} of a kind of its own"));
                }
                let alone = members.keys().all(|key| matches!(key.as_str(), "@id" | "@type"));
                match members.get("@id") {
                    None => (None, alone),
                    Some(Value::String(iri)) => (Some(iri.as_str()), alone),
                    Some(_) => return refused("has an @id that is no text"),
                }
            }
            _ => return refused("is neither a text nor a map"),
        };
        if matches!(
            (name.as_str(), written),
            ("id", Some("@id")) | ("type", Some("@type")) | ("xsd", Some(XSD))
        ) && alone
        {
            continue;
        }
        let iri = written.unwrap_or(name);
        match TERMS.meanings.get(name) {
            // What is for some objects alone would be for all of them.
            Some(meanings) if alone && meanings.contains(iri) && TERMS.everywhere.contains(name) => {}
            Some(_) => return refused("would change a term of the standards"),
            // Another term may be named by its name alone, a keyword by its own.
            None if written.is_some_and(|iri| !has_scheme(iri)) => return refused("is no IRI"),
            None if TERMS.reach_written(iri) => {
                return refused("would give a term of the standards another name");
            }
            None => {
                names.insert(name.clone());
            }
        }
    }
    Ok(())
}

/// Whether a part of a definition is of those that leave what is said where it is said.
fn is_usual(key: &str, value: &Value) -> bool {
    match key {
        "@id" | "@type" | "@context" | "@language" | "@direction" | "@prefix" | "@protected" => true,
        "@container" => {
            let kinds = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            kinds.iter().all(|kind| kind == "@set" || kind == "@list")
        }
        _ => false,
    }
}

/// An identifier: an IRI as it will stand, so that no two ways of writing it are one thing.
pub(super) fn identifier(id: &str, names: &HashSet<String>) -> Result<(), CanonError> {
    let path = id.split(['?', '#']).next().unwrap_or_default();
    if path.split('/').any(|segment| matches!(segment, "." | "..")) {
        return Err(CanonError::NotAnIri(id.to_owned()));
    }
    match id.split_once(':') {
        Some(("_", _)) => {
            Err(CanonError::Lost(format!("the label {id:?} has no meaning outside the document")))
        }
        Some((prefix, _)) if names.contains(prefix) || TERMS.meanings.contains_key(prefix) => {
            Err(CanonError::NotAnIri(id.to_owned()))
        }
        _ => Ok(()),
    }
}

/// How often something is said, by what it is said under: the names of members in a document, the predicates in its quads.
#[derive(Debug, Default)]
pub(crate) struct Said(HashMap<String, usize>);

impl Said {
    /// A member of an object.
    pub(super) fn add(&mut self, name: &str, value: &Value) {
        if TERMS.meanings.contains_key(name) {
            // An empty list is said, an empty set is not.
            let count = if name == LIST { values(value).max(1) } else { values(value) };
            *self.0.entry(name.to_owned()).or_default() += count;
        }
    }

    /// A quad of that predicate.
    pub(super) fn quad(&mut self, predicate: &str) {
        *self.0.entry(predicate.to_owned()).or_default() += 1;
    }

    /// Whatever was let pass: the quads say no more under the meaning of a term than the document says under the term.
    pub(super) fn covers(&self, quads: &Self) -> Result<(), CanonError> {
        for (predicate, count) in &quads.0 {
            if let Some(name) = TERMS.names.get(predicate)
                && self.0.get(name).copied().unwrap_or_default() < *count
            {
                return Err(CanonError::Lost(format!("{name:?} is said elsewhere than under that name")));
            }
        }
        Ok(())
    }
}

/// How many values a member has.
fn values(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(values).sum(),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_terms_of_the_standards_are_known_with_what_they_mean() {
        for (name, iri) in [
            ("validUntil", "https://www.w3.org/2018/credentials#validUntil"),
            ("credentialStatus", "https://www.w3.org/2018/credentials#credentialStatus"),
            ("achievement", "https://purl.imsglobal.org/spec/vc/ob/vocab.html#achievement"),
            ("statusListIndex", "https://www.w3.org/ns/credentials/status#statusListIndex"),
            ("created", "http://purl.org/dc/terms/created"),
        ] {
            assert!(TERMS.meanings[name].contains(iri), "{name}: {:?}", TERMS.meanings[name]);
        }
        let odd: Vec<&String> =
            TERMS.iris.iter().filter(|iri| !iri.starts_with('@') && !iri.contains("://")).collect();
        assert!(odd.is_empty(), "meanings that are no IRIs: {odd:?}");
    }

    /// Or a member could hide behind the other name. Open Badges has six properties that are called as their class is; the model of its documents has no
    /// members with the names of classes.
    #[test]
    fn no_two_terms_of_the_standards_mean_the_same() {
        let mut names: HashMap<&str, BTreeSet<&str>> = HashMap::new();
        for (name, meanings) in &TERMS.meanings {
            for meaning in meanings.iter().filter(|meaning| meaning.contains("://")) {
                names.entry(meaning).or_default().insert(name);
            }
        }
        let twice: BTreeSet<Vec<&str>> = names
            .into_values()
            .filter(|names| names.len() > 1)
            .map(|names| names.into_iter().collect())
            .collect();
        let classes = [
            ["Achievement", "achievement"],
            ["Address", "address"],
            ["Criteria", "criteria"],
            ["GeoCoordinates", "geo"],
            ["Image", "image"],
            ["Profile", "creator"],
        ];
        assert_eq!(twice, classes.map(Vec::from).into());
        assert_eq!(CLASSES, classes.map(|[class, _]| class));
        assert!(SCHEMES.iter().all(|scheme| !TERMS.meanings.contains_key(*scheme)));
        let model = include_str!("../model/classes.rs");
        for [class, _] in classes {
            assert!(!model.contains(&format!("\"{class}\":")), "{class} is a member in the model");
        }
    }

    #[test]
    fn a_written_name_is_refused_where_a_term_stands_for_it() {
        for name in [
            "https://www.w3.org/2018/credentials#validUntil",
            "cred:validUntil",
            "obi:achievement",
            "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
            ":cred:validUntil",
        ] {
            assert!(written(name).is_err(), "{name}");
        }
        for name in ["validUntil", "https://example.com/terms#validUntil", "ex:mine"] {
            assert_eq!(written(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn definitions_add_terms_and_leave_those_of_the_standards() {
        let defines = |context: Value| {
            let mut names = HashSet::new();
            defined(context.as_object().unwrap(), &mut names).map(|()| names)
        };
        for context in [
            json!({"until": "https://www.w3.org/2018/credentials#validUntil"}),
            json!({"until": {"@id": "https://www.w3.org/2018/credentials#validUntil", "@type": "xsd:dateTime"}}),
            json!({"c": "https://www.w3.org/2018/credentials#", "until": "c:validUntil"}),
            json!({"c": "https://www.w3.org/2018/", "d": "c:credentials#"}),
            json!({"until": "cred:validUntil"}),
            json!({"https://www.w3.org/2018/credentials#validUntil": {"@type": "@id"}}),
            json!({"@vocab": "https://www.w3.org/2018/credentials#valid"}),
            json!({"@vocab": ""}),
            json!({"@base": "https://example.com/"}),
            json!({"@import": "https://www.w3.org/ns/credentials/v2"}),
            json!({"@propagate": false}),
            json!({"kind": "@type"}),
            json!({"kind": {"@id": "@type"}}),
            json!({"also": "@included"}),
            json!({"within": {"@id": "@nest"}}),
            json!({"mine": {"@id": "https://example.com/mine", "@nest": "x"}}),
            json!({"statusOf": {"@reverse": "https://www.w3.org/2018/credentials#credentialStatus"}}),
            json!({"name": "https://example.com/name"}),
            json!({"validUntil": {"@id": "https://www.w3.org/2018/credentials#validUntil", "@container": "@index"}}),
            json!({"did": "https://example.com/"}),
            json!({"mine": 3}),
            json!({"u": {"@id": "validUntil"}}),
            json!({"result": "https://purl.imsglobal.org/spec/vc/ob/vocab.html#result"}),
            json!({"validUntil": "https://www.w3.org/2018/credentials#validUntil"}),
            json!({"n": "name"}),
            json!({"ident": "id"}),
            json!({"c": "cred"}),
            json!({"@vocab": "cred"}),
            json!({":cred:validUntil": {"@type": "@id"}}),
            json!({":id:": {}}),
            json!({"": "https://example.com/"}),
            json!({"mine": {"@id": "https://example.com/mine", "@container": "@id"}}),
            json!({"mine": {"@id": "https://example.com/mine", "@container": ["@index"], "@index": "name"}}),
        ] {
            assert!(matches!(defines(context.clone()), Err(CanonError::Unread(_))), "{context}");
        }
        for context in [
            json!({"grade": "https://example.com/grade"}),
            json!({"ex": "https://example.com/", "grade": {"@id": "ex:grade", "@type": "xsd:integer"}}),
            json!({"@vocab": "https://example.com/terms#", "@language": "de", "@version": 1.1}),
            json!({"name": "https://schema.org/name"}),
            json!({"id": "@id", "type": "@type", "xsd": "http://www.w3.org/2001/XMLSchema#"}),
            json!({"ex:grade": {"@type": "@id"}, "many": {"@id": "https://example.com/many", "@container": "@set"}}),
        ] {
            assert!(defines(context.clone()).is_ok(), "{context}: {:?}", defines(context.clone()));
        }
    }

    /// Where everything else failed: what the quads say has to stand under its name.
    #[test]
    fn quads_say_no_more_than_stands_under_the_names() {
        let said = |members: Value| {
            let mut said = Said::default();
            members.as_object().unwrap().iter().for_each(|(name, value)| said.add(name, value));
            said
        };
        let quads = |count: usize| {
            let mut quads = Said::default();
            (0..count).for_each(|_| quads.quad("https://www.w3.org/2018/credentials#credentialStatus"));
            quads.quad("https://example.com/terms#own");
            quads
        };
        let two = said(json!({"credentialStatus": [{}, {}], "own": 1}));
        assert!(two.covers(&quads(2)).is_ok() && two.covers(&quads(0)).is_ok());
        assert!(two.covers(&quads(3)).is_err());
        assert!(said(json!({"credentialStatus": []})).covers(&quads(1)).is_err());
        assert!(said(json!({"u": {}})).covers(&quads(1)).is_err());
    }

    #[test]
    fn an_identifier_is_written_in_one_way() {
        let names = HashSet::from(["ex".to_owned()]);
        for id in ["_:b0", "ex:1", "cred:1", "https://example.com/a/../b", "https://example.com/."] {
            assert!(identifier(id, &names).is_err(), "{id}");
        }
        for id in ["did:web:example.com", "urn:uuid:1", "https://example.com/a..b?c=/../"] {
            assert_eq!(identifier(id, &names), Ok(()), "{id}");
        }
    }
}
