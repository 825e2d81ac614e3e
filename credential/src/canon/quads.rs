//! Quads as the JSON-LD library gives them: looked at one by one, handed to the canonicalization library, which speaks an older
//! version of the same types.

use super::guard::{self, Guarded};
use super::names::Said;
use super::{CanonError, RELATIVE_SCHEME, UNDEFINED};
use oxrdf::{GraphName, NamedNodeRef, NamedOrBlankNode, Quad, Term};
use oxrdf_02 as old;

/// What readers look for in the document itself.
const OF_DOCUMENTS: [&str; 5] = [
    "https://www.w3.org/2018/credentials#validFrom",
    "https://www.w3.org/2018/credentials#validUntil",
    "https://www.w3.org/2018/credentials#credentialStatus",
    "https://www.w3.org/2018/credentials#credentialSubject",
    "https://www.w3.org/2018/credentials#issuer",
];

#[derive(Default)]
pub(super) struct Builder {
    quads: Vec<old::Quad>,
    keyword_like: Vec<String>,
    /// The identifier of the document.
    root: Option<String>,
    said: Said,
    /// Of the document itself.
    of_root: Said,
}

impl Builder {
    pub(super) fn of(root: Option<&str>) -> Self {
        Self { root: root.map(str::to_owned), ..Self::default() }
    }

    pub(super) fn add(&mut self, quad: &Quad) -> Result<(), CanonError> {
        let subject = match &quad.subject {
            NamedOrBlankNode::NamedNode(node) => old::Subject::NamedNode(named(node.as_str())?),
            NamedOrBlankNode::BlankNode(node) => old::Subject::BlankNode(blank(node.as_str())?),
        };
        let predicate = named(quad.predicate.as_str())?;
        self.said.quad(predicate.as_str());
        let is_root = matches!((&subject, &self.root), (old::Subject::NamedNode(node), Some(root)) if node.as_str() == root);
        if is_root && OF_DOCUMENTS.contains(&predicate.as_str()) {
            self.of_root.quad(predicate.as_str());
        }
        let object = match &quad.object {
            Term::NamedNode(node) => old::Term::NamedNode(named(node.as_str())?),
            Term::BlankNode(node) => old::Term::BlankNode(blank(node.as_str())?),
            Term::Literal(literal) => {
                if guard::has_keyword_form(literal.value()) {
                    self.keyword_like.push(literal.value().to_owned());
                }
                old::Term::Literal(literal_of(literal)?)
            }
        };
        let graph = match &quad.graph_name {
            GraphName::DefaultGraph => old::GraphName::DefaultGraph,
            GraphName::NamedNode(node) => old::GraphName::NamedNode(named(node.as_str())?),
            GraphName::BlankNode(node) => old::GraphName::BlankNode(blank(node.as_str())?),
        };
        self.quads.push(old::Quad::new(subject, predicate, object, graph));
        Ok(())
    }

    /// The quads, where every text of keyword form that the document holds became a literal, and everything is said where readers look for it.
    pub(super) fn finish(mut self, guarded: &Guarded) -> Result<Vec<old::Quad>, CanonError> {
        guarded.said.covers(&self.said)?;
        guarded.of_root.covers(&self.of_root)?;
        let mut expected = guarded.keyword_like.clone();
        expected.sort_unstable();
        self.keyword_like.sort_unstable();
        if expected == self.keyword_like {
            return Ok(self.quads);
        }
        let lost = expected.iter().find(|text| !self.keyword_like.contains(text)).cloned();
        Err(CanonError::Lost(format!("the identifier {:?} is not carried over", lost.unwrap_or_default())))
    }
}

/// How often Hash N-Degree Quads may be called. Hundreds of nodes that say the same take fewer; a graph made to be slow takes any number.
const CALLS: usize = 500;

/// What so many calls within each other may take of a stack, in bytes; a thread of a server has less.
const STACK: usize = 64 * 1024 * 1024;

/// RDFC-1.0 with SHA-256. Nodes that hang on each other and say the same (long equal lists) are told apart by calls within calls, so it has a stack of its own.
pub(super) fn canonical(quads: &[old::Quad]) -> Result<String, CanonError> {
    let options = rdf_canon::CanonicalizationOptions { hndq_call_limit: Some(CALLS) };
    let name = || rdf_canon::canonicalize_quads_with::<sha2_010::Sha256>(quads, &options);
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, name);
        // Without a thread, or where it panics, nothing is known of the document.
        let named = thread.ok().and_then(|thread| thread.join().ok());
        named.and_then(Result::ok).ok_or(CanonError::TooComplex)
    })
}

fn named(iri: &str) -> Result<old::NamedNode, CanonError> {
    if let Some(term) = iri.strip_prefix(UNDEFINED) {
        return Err(CanonError::UndefinedTerm(term.to_owned()));
    }
    if iri.starts_with(RELATIVE_SCHEME) || NamedNodeRef::new(iri).is_err() {
        return Err(CanonError::NotAnIri(iri.to_owned()));
    }
    Ok(old::NamedNode::new_unchecked(iri))
}

fn blank(id: &str) -> Result<old::BlankNode, CanonError> {
    old::BlankNode::new(id).map_err(|_| CanonError::NotAnIri(format!("_:{id}")))
}

fn literal_of(literal: &oxrdf::Literal) -> Result<old::Literal, CanonError> {
    if let Some(language) = literal.language() {
        return old::Literal::new_language_tagged_literal(literal.value(), language)
            .map_err(|_| CanonError::Lost(format!("the language {language:?} is not carried over")));
    }
    Ok(old::Literal::new_typed_literal(literal.value(), named(literal.datatype().as_str())?))
}
