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
/// Schemes that identifiers are written with; no definition may give them another meaning.
const SCHEMES: [&str; 7] = ["data", "did", "http", "https", "mailto", "tel", "urn"];

/// The terms of the contexts compiled in.
#[derive(Default)]
struct Terms {
    /// What each name means, somewhere.
    meanings: HashMap<String, BTreeSet<String>>,
    /// Every meaning.
    iris: BTreeSet<String>,
}

static TERMS: LazyLock<Terms> = LazyLock::new(Terms::compiled_in);

impl Terms {
    fn compiled_in() -> Self {
        let mut terms = Self::default();
        for (_, text) in crate::context::known() {
            // A test reads each of them.
            let file: Value = serde_json::from_str(text).unwrap_or_default();
            terms.learn(&file["@context"], &HashMap::new());
        }
        terms.iris = terms.meanings.values().flatten().cloned().collect();
        terms.iris.insert(RDF_TYPE.to_owned());
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

/// A name of a member, or a type, as the document has it: a term, or an IRI that no term stands for.
pub(super) fn written(name: &str) -> Result<(), CanonError> {
    match name.contains(':') && TERMS.reach_written(name) {
        true => Err(CanonError::Lost(format!("{name:?} is written past the term that stands for it"))),
        false => Ok(()),
    }
}

/// The definitions that a document brings along, and the names that they define: they may add to the terms of the contexts compiled in, and leave those
/// as they are.
pub(super) fn defined(context: &Map<String, Value>, names: &mut HashSet<String>) -> Result<(), CanonError> {
    for (name, definition) in context {
        let refused = |why: &str| Err(CanonError::Context(format!("the definition of {name:?} {why}")));
        match name.as_str() {
            "@language" | "@direction" | "@version" | "@protected" => continue,
            "@vocab" if definition.as_str().is_some_and(|iri| !TERMS.reach_written(iri)) => continue,
            "@vocab" => return refused("would give terms another name"),
            keyword if keyword.starts_with('@') => return refused("is not accepted"),
            scheme if SCHEMES.contains(&scheme) => return refused("would change what identifiers mean"),
            _ => {}
        }
        let (iri, alone) = match definition {
            Value::String(iri) => (Some(iri.as_str()), true),
            Value::Object(members) => {
                let usual = |key: &String| {
                    matches!(
                        key.as_str(),
                        "@id"
                            | "@type"
                            | "@container"
                            | "@context"
                            | "@language"
                            | "@direction"
                            | "@index"
                            | "@prefix"
                            | "@protected"
                    )
                };
                if let Some(key) = members.keys().find(|key| !usual(key)) {
                    return refused(&format!("holds {key}"));
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
        let iri = iri.unwrap_or(name);
        if iri.starts_with('@') {
            return refused("is an alias of a keyword");
        }
        match TERMS.meanings.get(name) {
            Some(meanings) if alone && meanings.contains(iri) => {}
            Some(_) => return refused("would change a term of the standards"),
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
        Some((prefix, _)) if names.contains(prefix) => Err(CanonError::NotAnIri(id.to_owned())),
        _ => Ok(()),
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
        ] {
            assert!(matches!(defines(context.clone()), Err(CanonError::Context(_))), "{context}");
        }
        for context in [
            json!({"grade": "https://example.com/grade"}),
            json!({"ex": "https://example.com/", "grade": {"@id": "ex:grade", "@type": "xsd:integer"}}),
            json!({"@vocab": "https://example.com/terms#", "@language": "de", "@version": 1.1}),
            json!({"name": "https://schema.org/name"}),
        ] {
            assert!(defines(context.clone()).is_ok(), "{context}: {:?}", defines(context.clone()));
        }
    }

    #[test]
    fn an_identifier_is_written_in_one_way() {
        let names = HashSet::from(["ex".to_owned()]);
        for id in ["_:b0", "ex:1", "https://example.com/a/../b", "https://example.com/."] {
            assert!(identifier(id, &names).is_err(), "{id}");
        }
        for id in ["did:web:example.com", "urn:uuid:1", "https://example.com/a..b?c=/../"] {
            assert_eq!(identifier(id, &names), Ok(()), "{id}");
        }
    }
}
