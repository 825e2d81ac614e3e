//! Triples made by our own code, and their canonical form: RDFC-1.0 for the ordinary case that the first-degree hashes tell all
//! blank nodes apart. Where they do not, the library decides.

use oxrdf_02 as old;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write;

/// A subject, or an object that is no literal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Node<'a> {
    /// An absolute IRI, known to be one.
    Iri(Cow<'a, str>),
    /// A blank node, by number.
    Blank(u32),
}

/// An object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Object<'a> {
    Node(Node<'a>),
    /// A text with its datatype; none means `xsd:string`.
    Literal(Cow<'a, str>, Option<&'static str>),
}

/// Triples of the default graph.
#[derive(Default)]
pub(crate) struct Triples<'a> {
    triples: Vec<(Node<'a>, &'static str, Object<'a>)>,
    blanks: u32,
}

/// How blank nodes are written.
#[derive(Clone, Copy)]
enum Names<'n> {
    /// As in Hash First Degree Quads: the one looked at is `a`, others are `z`.
    Hashing(u32),
    /// By canonical number.
    Canonical(&'n [u32]),
}

impl<'a> Triples<'a> {
    /// A new blank node.
    pub(crate) fn blank(&mut self) -> Node<'a> {
        self.blanks += 1;
        Node::Blank(self.blanks - 1)
    }

    pub(crate) fn add(&mut self, subject: &Node<'a>, predicate: &'static str, object: Object<'a>) {
        self.triples.push((subject.clone(), predicate, object));
    }

    /// The canonical N-Quads; `None` where the graph is a poisoned one.
    pub(crate) fn canonical(mut self) -> Option<String> {
        self.make_unique();
        match self.labels() {
            Some(labels) => Some(self.lines(0..self.triples.len(), Names::Canonical(&labels))),
            None => super::quads::canonical(&self.to_quads()).ok(),
        }
    }

    /// A graph is a set: two objects with one identifier may have said the same.
    fn make_unique(&mut self) {
        let mut seen = HashSet::with_capacity(self.triples.len());
        let fresh: Vec<bool> = self.triples.iter().map(|triple| seen.insert(triple)).collect();
        let mut fresh = fresh.into_iter();
        self.triples.retain(|_| fresh.next().unwrap_or(true));
    }

    /// The canonical number of each blank node (RDFC-1.0, section 4.4.3, steps 3 and 4), where all hashes differ.
    fn labels(&self) -> Option<Vec<u32>> {
        let count = self.blanks as usize;
        let mut mentions = vec![Vec::new(); count];
        for (index, (subject, _, object)) in self.triples.iter().enumerate() {
            for node in [Some(subject), as_node(object)].into_iter().flatten() {
                if let Node::Blank(blank) = node {
                    let of = &mut mentions[*blank as usize];
                    if of.last() != Some(&index) {
                        of.push(index);
                    }
                }
            }
        }
        let mut hashes: Vec<([u8; 32], u32)> = (0..self.blanks)
            .map(|blank| {
                let lines = self.lines(mentions[blank as usize].iter().copied(), Names::Hashing(blank));
                (Sha256::digest(lines).into(), blank)
            })
            .collect();
        hashes.sort_unstable();
        if hashes.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return None;
        }
        let mut labels = vec![0; count];
        for (label, (_, blank)) in (0..).zip(hashes) {
            labels[blank as usize] = label;
        }
        Some(labels)
    }

    /// The lines of some triples, sorted. Triples that differ in blank nodes alone may give one line several times.
    fn lines(&self, indices: impl Iterator<Item = usize>, names: Names<'_>) -> String {
        let mut buffer = String::new();
        let mut ends = Vec::new();
        for (subject, predicate, object) in indices.map(|index| &self.triples[index]) {
            let start = buffer.len();
            write_node(subject, names, &mut buffer);
            buffer.push_str(" <");
            buffer.push_str(predicate);
            buffer.push_str("> ");
            write_object(object, names, &mut buffer);
            buffer.push_str(" .\n");
            ends.push(start..buffer.len());
        }
        ends.sort_unstable_by(|a, b| buffer[a.clone()].cmp(&buffer[b.clone()]));
        let mut out = String::with_capacity(buffer.len());
        for range in ends {
            out.push_str(&buffer[range]);
        }
        out
    }

    fn to_quads(&self) -> Vec<old::Quad> {
        let blank = |number: &u32| old::BlankNode::new_unchecked(format!("b{number}"));
        let subject = |node: &Node<'_>| match node {
            Node::Iri(iri) => old::Subject::NamedNode(old::NamedNode::new_unchecked(iri.as_ref())),
            Node::Blank(number) => old::Subject::BlankNode(blank(number)),
        };
        let object = |object: &Object<'_>| -> old::Term {
            match object {
                Object::Node(node) => subject(node).into(),
                Object::Literal(text, None) => old::Literal::new_simple_literal(text.as_ref()).into(),
                Object::Literal(text, Some(datatype)) => {
                    old::Literal::new_typed_literal(text.as_ref(), old::NamedNode::new_unchecked(*datatype))
                        .into()
                }
            }
        };
        self.triples
            .iter()
            .map(|(s, p, o)| {
                let predicate = old::NamedNode::new_unchecked(*p);
                old::Quad::new(subject(s), predicate, object(o), old::GraphName::DefaultGraph)
            })
            .collect()
    }
}

fn as_node<'t, 'a>(object: &'t Object<'a>) -> Option<&'t Node<'a>> {
    match object {
        Object::Node(node) => Some(node),
        Object::Literal(..) => None,
    }
}

fn write_node(node: &Node<'_>, names: Names<'_>, out: &mut String) {
    match (node, names) {
        (Node::Iri(iri), _) => {
            out.push('<');
            out.push_str(iri);
            out.push('>');
        }
        (Node::Blank(blank), Names::Hashing(own)) => out.push_str(if *blank == own { "_:a" } else { "_:z" }),
        (Node::Blank(blank), Names::Canonical(labels)) => {
            // Writing into a String cannot fail.
            let _ = write!(out, "_:c14n{}", labels[*blank as usize]);
        }
    }
}

fn write_object(object: &Object<'_>, names: Names<'_>, out: &mut String) {
    match object {
        Object::Node(node) => write_node(node, names, out),
        Object::Literal(text, datatype) => {
            write_text(text, out);
            if let Some(datatype) = datatype {
                out.push_str("^^<");
                out.push_str(datatype);
                out.push('>');
            }
        }
    }
}

/// A text in canonical N-Quads (RDFC-1.0, section 5).
fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\0'..='\u{1f}' | '\u{7f}' => {
                // Writing into a String cannot fail.
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
