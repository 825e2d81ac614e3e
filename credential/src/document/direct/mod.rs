//! The canonical N-Quads of our own document shapes, written from the types without JSON-LD processing. Tests hold them byte for
//! byte to the generic path; whatever is unusual (endorsements inside, types of others) goes that way.

mod achievement;
mod words;

use super::claims::AchievementCredential;
use super::validate::is_iri;
use crate::canon::{Node, Object, Triples};
use serde_json::Value;
use words::{CRED, RDF, SCHEMA, SEC};

/// Writes triples; becomes useless, not wrong, once something is met that it does not know.
struct Writer<'a> {
    triples: Triples<'a>,
    usual: bool,
}

impl<'a> Writer<'a> {
    /// The node of an identifier, where there is one, otherwise a blank node.
    fn node(&mut self, id: Option<&'a str>) -> Node<'a> {
        match id {
            None => self.triples.blank(),
            Some(id) => {
                self.usual &= is_iri(id);
                Node::Iri(id.into())
            }
        }
    }

    fn link(&mut self, subject: &Node<'a>, predicate: &'static str, id: &'a str) {
        let node = self.node(Some(id));
        self.triples.add(subject, predicate, Object::Node(node));
    }

    fn text(&mut self, subject: &Node<'a>, predicate: &'static str, text: &'a str) {
        self.triples.add(subject, predicate, Object::Literal(text.into(), None));
    }

    fn optional(&mut self, subject: &Node<'a>, predicate: &'static str, text: Option<&'a String>) {
        if let Some(text) = text {
            self.text(subject, predicate, text);
        }
    }

    fn typed(&mut self, subject: &Node<'a>, predicate: &'static str, text: String, datatype: &'static str) {
        self.triples.add(subject, predicate, Object::Literal(text.into(), Some(datatype)));
    }

    fn kind(&mut self, subject: &Node<'a>, kind: &'static str) {
        self.triples.add(subject, RDF, Object::Node(Node::Iri(kind.into())));
    }

    /// An object below another: its node, linked and typed.
    fn child(
        &mut self,
        parent: &Node<'a>,
        predicate: &'static str,
        id: Option<&'a str>,
        kind: Option<&'static str>,
    ) -> Node<'a> {
        let node = self.node(id);
        self.triples.add(parent, predicate, Object::Node(node.clone()));
        if let Some(kind) = kind {
            self.kind(&node, kind);
        }
        node
    }
}

/// The canonical N-Quads of a document, where it is an ordinary one.
pub(super) fn canonical(document: &AchievementCredential) -> Option<String> {
    let mut writer = Writer { triples: Triples::default(), usual: true };
    writer.credential(document);
    if writer.usual { writer.triples.canonical() } else { None }
}

/// The canonical N-Quads of a stranger's document, where it is just what we would have written; it must hold no proof.
pub(crate) fn canonical_of(document: &Value) -> Option<String> {
    // What we write is small, and has these two contexts.
    if document.pointer("/@context/1")? != crate::context::OPEN_BADGES_V3 {
        return None;
    }
    let typed: AchievementCredential = serde::Deserialize::deserialize(document).ok()?;
    // Nothing may be lost on the way into the types.
    if serde_json::to_value(&typed).ok()? != *document || !typed.has_own_shape() {
        return None;
    }
    canonical(&typed)
}

/// The canonical N-Quads of `eddsa-rdfc-2022` proof options, where they have just the usual members and the context defines them as
/// Verifiable Credentials 2.0 does.
pub(crate) fn canonical_options(context: Option<&Value>, options: &Value) -> Option<String> {
    let first = context.and_then(|context| context.get(0));
    let known = context?.as_array()?.iter().all(|one| {
        let listed = [
            crate::context::CREDENTIALS_V2,
            crate::context::OPEN_BADGES_V3,
            crate::context::OPEN_BADGES_EXTENSIONS,
        ];
        one.as_str().is_some_and(|one| listed.contains(&one))
    });
    let members = options.as_object()?;
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let (created, method) = (text("created")?, text("verificationMethod")?);
    let usual = members.len() == 5 + usize::from(members.contains_key("proofValue"))
        && text("type") == Some("DataIntegrityProof")
        && text("cryptosuite") == Some("eddsa-rdfc-2022")
        && text("proofPurpose") == Some("assertionMethod")
        && first.is_some_and(|first| first == crate::context::CREDENTIALS_V2);
    if !(usual && known && is_iri(method)) {
        return None;
    }
    let mut triples = Triples::default();
    let proof = triples.blank();
    let literal = |text: &'static str, datatype| Object::Literal(text.into(), Some(datatype));
    let node = |iri: &'static str| Object::Node(Node::Iri(iri.into()));
    triples.add(&proof, words::CREATED, Object::Literal(created.into(), Some(words::DATE_TIME)));
    triples.add(&proof, RDF, node(SEC[0]));
    triples.add(&proof, SEC[1], literal("eddsa-rdfc-2022", SEC[2]));
    triples.add(&proof, SEC[3], node(SEC[4]));
    triples.add(&proof, SEC[5], Object::Node(Node::Iri(method.into())));
    triples.canonical()
}

impl<'a> Writer<'a> {
    fn credential(&mut self, document: &'a AchievementCredential) {
        let root = self.node(Some(&document.id));
        self.kind(&root, CRED.credential);
        self.kind(&root, words::OPEN_BADGE_CREDENTIAL);
        self.optional(&root, SCHEMA.name, document.name.as_ref());
        self.optional(&root, SCHEMA.description, document.description.as_ref());
        if let Some(image) = &document.image {
            self.image(&root, image);
        }
        self.profile(&root, CRED.issuer, &document.issuer);
        self.typed(&root, CRED.valid_from, crate::date::write(document.valid_from), words::DATE_TIME);
        if let Some(until) = document.valid_until {
            self.typed(&root, CRED.valid_until, crate::date::write(until), words::DATE_TIME);
        }
        if let Some(awarded) = document.awarded_date {
            self.typed(&root, words::AWARDED_DATE, crate::date::write(awarded), words::PREFIXED_DATE_TIME);
        }
        self.subject(&root, &document.credential_subject);
        for evidence in &document.evidence {
            self.evidence(&root, evidence);
        }
        for status in &document.credential_status {
            let node = self.child(&root, CRED.status, Some(&status.id), Some(words::STATUS_ENTRY));
            self.text(&node, words::STATUS_PURPOSE, &status.status_purpose);
            self.text(&node, words::STATUS_INDEX, &status.status_list_index);
            self.link(&node, words::STATUS_LIST, &status.status_list_credential);
        }
        for schema in &document.credential_schema {
            self.usual &= schema.kind == super::vocabulary::SCHEMA_TYPE;
            self.child(&root, CRED.schema, Some(&schema.id), Some(words::SCHEMA_VALIDATOR));
        }
        if let Some(service) = &document.refresh_service {
            self.usual &= service.kind == "1EdTechCredentialRefresh";
            self.child(&root, CRED.refresh, Some(&service.id), Some(words::REFRESH));
        }
        for terms in &document.terms_of_use {
            let node = self.child(&root, CRED.terms, terms.id.as_deref(), None);
            self.link(&node, RDF, &terms.kind);
        }
        self.usual &= document.endorsement.is_empty();
    }
}

#[cfg(test)]
mod tests;
