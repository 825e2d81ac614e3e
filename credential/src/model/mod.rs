//! The Open Badges 3.0, CLR 2.0 and Verifiable Credentials 2.0 models as data, and a walk that holds a stranger's document against them.
//! What we make ourselves is typed (`crate::document`); this is for what others made.

mod classes;
mod walk;

use serde_json::Value;

/// What a member may hold.
#[derive(Clone, Copy)]
enum Kind {
    /// An absolute IRI.
    Iri,
    /// A text, or a text with language and direction.
    Text,
    /// A text and nothing else.
    Plain,
    /// True or false.
    Boolean,
    /// A number.
    Number,
    /// A date and time with a zone.
    Moment,
    /// A calendar date.
    Date,
    /// A language code.
    Language,
    /// One of the words; where `true`, also an `ext:` one.
    Word(&'static [&'static str], bool),
    /// A compact JWS.
    Jws,
    /// An object of the class.
    Object(&'static Class),
    /// An absolute IRI, or an object of the class.
    IriOrObject(&'static Class),
}

/// How often a member stands. A single value and an array of one are the same, wherever an array is allowed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Count {
    /// Exactly once.
    One,
    /// At most once.
    Optional,
    /// Any number of times.
    Many,
}

struct Member {
    name: &'static str,
    kind: Kind,
    count: Count,
}

struct Class {
    name: &'static str,
    /// Whether `type` has to be or to include the class's name.
    typed: Typed,
    members: &'static [Member],
    /// Whether members that the model does not list are refused.
    closed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Typed {
    /// `type` is not looked at.
    No,
    /// There is a `type`, whichever.
    Any,
    /// `type` is the name.
    Is,
    /// `type` is or includes the name.
    Includes,
}

/// What kind of credential a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DocumentKind {
    /// An Open Badges AchievementCredential.
    Achievement,
    /// An Open Badges EndorsementCredential.
    Endorsement,
    /// A 1EdTech ClrCredential: a learner record of several credentials.
    Record,
    /// Another verifiable credential.
    Other,
}

/// The kind of a document, by its types.
pub(crate) fn kind(document: &Value) -> DocumentKind {
    let has = |wanted: &str| match document.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == wanted),
        kind => kind.is_some_and(|kind| kind == wanted),
    };
    if has("ClrCredential") {
        DocumentKind::Record
    } else if has("OpenBadgeCredential") || has("AchievementCredential") {
        DocumentKind::Achievement
    } else if has("EndorsementCredential") {
        DocumentKind::Endorsement
    } else {
        DocumentKind::Other
    }
}

/// Holds a document against the model of its kind. Every problem names its member; nothing means that it fits.
pub(crate) fn problems(document: &Value) -> Vec<String> {
    let class = match kind(document) {
        DocumentKind::Achievement => &classes::ACHIEVEMENT_CREDENTIAL,
        DocumentKind::Endorsement => &classes::ENDORSEMENT_CREDENTIAL,
        DocumentKind::Record => &classes::CLR_CREDENTIAL,
        DocumentKind::Other => &classes::VERIFIABLE_CREDENTIAL,
    };
    walk::walk(document, class)
}

#[cfg(test)]
mod tests;
