//! From a JSON-LD document to canonical N-Quads, which is what a signature covers: JSON-LD 1.1 to RDF with the contexts compiled in
//! alone, then RDFC-1.0. Whatever the conversion would drop in silence is an error here, because an unsigned member could be
//! slipped into such a document without breaking its signature.

pub(crate) mod guard;
mod names;
mod quads;
mod triples;

pub(crate) use triples::{Node, Object, Triples};

use oxjsonld::{JsonLdParser, JsonLdRemoteDocument};
use serde_json::Value;

/// Terms that no context defines expand into this vocabulary, where they are seen and refused.
const UNDEFINED: &str = "urn:undefined-term:";
/// Relative references resolve against this base, where they are seen and refused. Its scheme is nobody's, so that `//host/path`
/// shows as well.
const RELATIVE: &str = "relative-reference://invalid/";
const RELATIVE_SCHEME: &str = "relative-reference:";

/// Why a document has no canonical form that could be signed or trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CanonError {
    /// A context that is not compiled in.
    #[error("the context {0} is unknown")]
    UnknownContext(String),
    /// A context given in a form that is not accepted.
    #[error("the context is not acceptable: {0}")]
    Context(String),
    /// A way to write it that is allowed and not read here: what it says may be good.
    #[error("{0}, which is not read here")]
    Unread(String),
    /// A member or type that no context defines.
    #[error("the term {0:?} is defined by no context, so no signature could cover it")]
    UndefinedTerm(String),
    /// An identifier that is not an absolute IRI.
    #[error("{0:?} is not an absolute IRI")]
    NotAnIri(String),
    /// Something else that RDF does not carry.
    #[error("{0}, which no signature could cover")]
    Lost(String),
    /// The document breaks a rule of JSON-LD.
    #[error("not valid JSON-LD: {0}")]
    JsonLd(String),
    /// The document has more objects and contexts than are processed.
    #[error("the document has more parts than are processed")]
    TooLarge,
    /// The blank nodes are tangled so that naming them takes too long (a poison graph).
    #[error("the document's anonymous nodes take too long to tell apart")]
    TooComplex,
}

/// The canonical N-Quads (RDFC-1.0, SHA-256) of a JSON-LD document.
///
/// # Errors
/// [`CanonError`] where the document is not JSON-LD, names an unknown context, holds anything that RDF would drop (undefined terms,
/// relative references, nulls, unusable identifiers), says under another name what a term of those contexts stands for, or is a poison graph: Hash
/// N-Degree Quads is called at most 500 times.
pub fn canonicalize(document: &Value) -> Result<String, CanonError> {
    let guarded = guard::guard(document)?;
    let bytes =
        serde_json::to_vec(&guarded.document).map_err(|error| CanonError::JsonLd(error.to_string()))?;
    let parser = JsonLdParser::new()
        // Otherwise quads with an unusable IRI vanish; here they are kept, and refused below.
        .lenient()
        .with_base_iri(RELATIVE)
        .map_err(|error| CanonError::JsonLd(error.to_string()))?;
    let mut dataset = quads::Builder::of(guarded.root.as_deref());
    for quad in parser.for_slice(&bytes).with_load_document_callback(|address, _| load(address)) {
        dataset.add(&quad.map_err(|error| CanonError::JsonLd(error.to_string()))?)?;
    }
    let quads = dataset.finish(&guarded)?;
    quads::canonical(&quads)
}

fn load(address: &str) -> Result<JsonLdRemoteDocument, Box<dyn std::error::Error + Send + Sync>> {
    let text =
        crate::context::lookup(address).ok_or_else(|| CanonError::UnknownContext(address.to_owned()))?;
    Ok(JsonLdRemoteDocument { document: text.as_bytes().to_vec(), document_url: address.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn credential(subject: Value) -> Value {
        json!({
            "@context": ["https://www.w3.org/ns/credentials/v2",
                "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "issuer": "did:web:example.com",
            "credentialSubject": subject
        })
    }

    #[test]
    fn members_become_sorted_quads_with_canonical_names() {
        let quads =
            canonicalize(&credential(json!({"type": "AchievementSubject", "role": "Tutor"}))).unwrap();
        let lines: Vec<&str> = quads.lines().collect();
        assert_eq!(lines.len(), 6);
        assert!(lines.is_sorted());
        assert!(
            quads.contains("<https://purl.imsglobal.org/spec/vc/ob/vocab.html#role> \"Tutor\" ."),
            "{quads}"
        );
    }

    #[test]
    fn an_undefined_member_or_type_is_refused() {
        let member = canonicalize(&credential(json!({"type": "AchievementSubject", "grade": "A"})));
        assert_eq!(member, Err(CanonError::UndefinedTerm("grade".into())));
        let spaced = canonicalize(&credential(json!({"type": "AchievementSubject", "the grade": "A"})));
        assert_eq!(spaced, Err(CanonError::UndefinedTerm("the grade".into())));
        let kind = canonicalize(&credential(json!({"type": "Wizard"})));
        assert_eq!(kind, Err(CanonError::UndefinedTerm("Wizard".into())));
        // Defined by the context, but within another type.
        let misplaced = canonicalize(&credential(json!({"id": "did:example:a", "role": "Tutor"})));
        assert_eq!(misplaced, Err(CanonError::UndefinedTerm("role".into())));
    }

    #[test]
    fn identifiers_must_be_absolute_and_usable() {
        for id in ["", "relative", "/path", "//host/path", "#part", "../up"] {
            let refused = canonicalize(&credential(json!({"id": id, "type": "AchievementSubject"})));
            assert!(matches!(refused, Err(CanonError::NotAnIri(_))), "{id}: {refused:?}");
        }
        for id in ["http://a b", "urn:uuid:{x}", "http://x/<y>"] {
            let refused = canonicalize(&credential(json!({"id": id, "type": "AchievementSubject"})));
            assert_eq!(refused, Err(CanonError::NotAnIri(id.into())));
        }
    }

    #[test]
    fn what_rdf_drops_is_refused() {
        for subject in [
            json!({"type": "AchievementSubject", "role": null}),
            json!({"type": "AchievementSubject", "@index": "x"}),
            json!({"type": "AchievementSubject", "@evil": "x"}),
            json!({"id": "@evil", "type": "AchievementSubject"}),
        ] {
            let refused = canonicalize(&credential(subject.clone()));
            assert!(matches!(refused, Err(CanonError::Lost(_))), "{subject}: {refused:?}");
        }
        // As text it is carried.
        assert!(canonicalize(&credential(json!({"type": "AchievementSubject", "role": "@me"}))).is_ok());
    }

    #[test]
    fn unknown_and_disarming_contexts_are_refused() {
        let mut document = credential(json!({"id": "did:example:a"}));
        document["@context"][1] = json!("https://example.com/context");
        let refused = canonicalize(&document);
        assert_eq!(refused, Err(CanonError::UnknownContext("https://example.com/context".into())));
        for context in [json!({"@vocab": null}), json!({"evil": null}), json!(null), json!(3)] {
            document["@context"][1] = context.clone();
            assert!(matches!(canonicalize(&document), Err(CanonError::Context(_))), "{context}");
        }
        document["type"] = json!(["VerifiableCredential", "GradeCredential"]);
        document["@context"][1] = json!({"GradeCredential": "https://example.com/GradeCredential"});
        let plain = canonicalize(&document);
        assert!(plain.is_ok());
        document["@context"][1] =
            json!({"@context": {"GradeCredential": "https://example.com/GradeCredential"}});
        assert_eq!(canonicalize(&document), plain, "as a context document writes it");
        for context in
            [json!({"@context": {"evil": null}}), json!({"@context": {"@context": {}}, "a": "urn:x:a"})]
        {
            document["@context"][1] = context.clone();
            assert!(canonicalize(&document).is_err(), "{context}");
        }
    }

    #[test]
    fn what_a_term_stands_for_stands_under_that_term() {
        let mut document = credential(json!({"id": "did:example:a", "type": "AchievementSubject"}));
        document["id"] = json!("urn:uuid:0d5ec1f4-8a5c-4a1e-9f5e-4a4a4d1b5d11");
        let contexts = document["@context"].clone();
        let with = |context: Option<Value>, name: &str, value: Value| {
            let mut document = document.clone();
            if let (Some(context), Some(all)) = (context, document["@context"].as_array_mut()) {
                all.push(context);
            }
            document[name] = value;
            document
        };
        let until = "https://www.w3.org/2018/credentials#validUntil";
        let date =
            json!({"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": "2026-01-01T00:00:00Z"});
        let root = document["id"].clone();
        for (what, hidden) in [
            ("an alias", with(Some(json!({"until": until})), "until", date.clone())),
            ("an IRI", with(None, until, date.clone())),
            ("a prefix of the standards", with(None, "cred:validUntil", date.clone())),
            ("a vocabulary", with(Some(json!({"@vocab": &until[..until.len() - 5]})), "Until", date.clone())),
            ("an alias of a keyword", with(Some(json!({"also": "@included"})), "also", json!([]))),
            (
                "the root elsewhere",
                with(None, "evidence", json!([{"id": root, "type": "Evidence", "name": "x"}])),
            ),
            (
                "the root in another way",
                with(None, "evidence", json!([{"@id": root, "type": "Evidence", "name": "x"}])),
            ),
            ("a label", with(None, "evidence", json!([{"id": "_:b0", "type": "Evidence"}]))),
        ] {
            assert!(canonicalize(&hidden).is_err(), "{what}");
        }
        let added = with(Some(json!({"grade": "https://example.com/grade"})), "grade", json!("A"));
        assert!(canonicalize(&added).is_ok(), "{contexts}");
    }

    #[test]
    fn a_presented_credential_is_guarded_by_itself() {
        let mut inner = credential(json!({"type": "AchievementSubject", "grade": "A"}));
        let outer = |inner: &Value| {
            json!({
                "@context": "https://www.w3.org/ns/credentials/v2",
                "type": "VerifiablePresentation",
                "verifiableCredential": [inner]
            })
        };
        assert_eq!(canonicalize(&outer(&inner)), Err(CanonError::UndefinedTerm("grade".into())));
        inner["credentialSubject"] = json!({"type": "AchievementSubject", "role": "Tutor"});
        assert!(canonicalize(&outer(&inner)).is_ok());
        inner.as_object_mut().unwrap().remove("@context");
        assert!(matches!(canonicalize(&outer(&inner)), Err(CanonError::Context(_))));
    }

    #[test]
    fn the_time_that_a_document_takes_is_bounded() {
        let results = |count: usize| {
            let result = json!({"type": ["Result", "Profile"], "value": "x"});
            credential(json!({"type": "AchievementSubject", "result": vec![result; count]}))
        };
        assert!(canonicalize(&results(100)).is_ok());
        let too_large = |document: &Value| matches!(canonicalize(document), Err(CanonError::TooLarge));
        assert!(too_large(&results(1_400)));
        let nested = json!({"@context": ["https://www.w3.org/ns/credentials/v2"], "id": "urn:x:y"});
        let many = credential(json!({"type": "AchievementSubject", "result": vec![nested; 500]}));
        assert!(too_large(&many));
    }

    #[test]
    fn a_documents_own_definitions_are_few() {
        let with = |count: usize, definition: fn(usize) -> (String, Value)| {
            let mut document = credential(json!({"id": "did:example:a"}));
            let context: serde_json::Map<String, Value> = (0..count).map(definition).collect();
            document["@context"].as_array_mut().unwrap().push(Value::Object(context));
            canonicalize(&document)
        };
        let plain = |n: usize| (format!("t{n}"), json!(format!("https://example.com/{n}")));
        assert!(with(150, plain).is_ok());
        assert_eq!(with(201, plain), Err(CanonError::TooLarge));
        // Each rests on the next: the library calls itself.
        let chained = |n: usize| (format!("p{n}"), json!(format!("p{}:x", n + 1)));
        assert!(with(200, chained).is_ok());
        assert_eq!(with(20_000, chained), Err(CanonError::TooLarge));
    }

    #[test]
    fn direction_is_carried_in_the_datatype() {
        let mut document = credential(json!({"id": "did:example:a"}));
        document["name"] = json!({"@value": "شهادة", "@language": "AR", "@direction": "rtl"});
        let quads = canonicalize(&document).unwrap();
        assert!(quads.contains("^^<https://www.w3.org/ns/i18n#ar_rtl>"), "{quads}");
        document["name"] = json!({"@value": "Grade", "@language": "en-GB"});
        let quads = canonicalize(&document).unwrap();
        assert!(quads.contains("\"Grade\"@en-gb "), "{quads}");
    }
}
