//! Why a check came out as it did: for programs, which may word it in any language, and in English.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::canon::CanonError;
use crate::date;
use crate::jwt::JwtError;
use crate::key::KeyError;
use crate::proof::ProofError;

/// Why a check came out as it did. Its `Display` is the English wording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Nobody got that far.
    NotReached,
    /// It is written for Verifiable Credentials 1.1.
    OldModel,
    /// It is an Open Badges AchievementCredential.
    AchievementCredential,
    /// It is an Open Badges EndorsementCredential.
    EndorsementCredential,
    /// It is a 1EdTech learner record.
    LearnerRecord,
    /// It is a verifiable credential of another kind.
    OtherCredential,
    /// Every term is defined; whether the document names terms of use.
    TermsDefined {
        /// Whether it does.
        of_use: bool,
    },
    /// A context is unknown; whether the signature covers the text, whatever it means.
    ContextUnknown {
        /// The context.
        address: String,
        /// Whether it does.
        text_covered: bool,
    },
    /// It declares no schema.
    NoSchema,
    /// The declared schema is met, or is not.
    SchemaMet(bool),
    /// The declared schema is unknown.
    SchemaUnknown {
        /// Its address.
        id: String,
    },
    /// There is no signature.
    NotSigned,
    /// The signature matches, or does not.
    SignatureMatches(bool),
    /// No proof could be checked against the issuer's keys.
    NoProofChecked,
    /// The key is the issuer's.
    KeyPublishedBy {
        /// The issuer.
        issuer: String,
    },
    /// Somebody else signed it.
    SignedByAnother {
        /// Who should have.
        issuer: String,
        /// Who did.
        signers: String,
    },
    /// The keys are those that an offline bundle claims for the issuer, and nobody vouches for them.
    KeysClaimed {
        /// The issuer.
        issuer: String,
    },
    /// The same, where the verifier trusts other keys of the issuer's.
    KeysNotTrusted {
        /// The issuer.
        issuer: String,
    },
    /// The offline bundle is as its issuer signed it.
    BundleSigned {
        /// When.
        at: DateTime<Utc>,
    },
    /// The keys of whoever signed could not be looked up.
    KeysUnavailable {
        /// Who.
        controller: String,
        /// What went wrong.
        cause: String,
    },
    /// The key was revoked before the signature was made.
    KeyRevoked {
        /// The key.
        key: String,
    },
    /// The key had expired when the signature was made.
    KeyExpired {
        /// The key.
        key: String,
    },
    /// The proof was made in the future.
    MadeInFuture,
    /// The proof itself has expired.
    ProofExpired,
    /// It is in force.
    InForce {
        /// From when, else from its issue.
        from: Option<DateTime<Utc>>,
        /// Until when, else without end.
        until: Option<DateTime<Utc>>,
    },
    /// It is not valid before a moment.
    NotYetValid {
        /// The moment.
        from: DateTime<Utc>,
    },
    /// It expired at a moment.
    Expired {
        /// The moment.
        on: DateTime<Utc>,
    },
    /// No status is named.
    NoStatus,
    /// It is not signed, so that its status says nothing.
    StatusOfUnsigned,
    /// A status list could not be used.
    ListUnusable {
        /// Its address.
        list: String,
        /// What went wrong.
        cause: String,
    },
    /// The bit of a purpose is not set.
    NotSet {
        /// The purpose.
        purpose: String,
    },
    /// It was revoked.
    Revoked,
    /// It was suspended.
    Suspended,
    /// The status is told as of the moment of an offline bundle.
    StatusAsOf {
        /// The moment.
        at: DateTime<Utc>,
    },
    /// A newer edition is to be had.
    NewerEdition,
    /// It could not be fetched.
    NotFetched {
        /// From where.
        address: String,
        /// What went wrong.
        cause: String,
    },
    /// It is written in a way that is allowed and not read here.
    NotReadHere {
        /// What that is.
        what: String,
        /// Whether the signature covers the text itself, so that it does not matter.
        text_covered: bool,
    },
    /// There is no credential in what was handed in.
    NoCredential,
    /// It was left unchecked, since the document holds more than is looked into.
    TooMuch,
    /// Something that only its English wording says.
    Technical(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotReached => f.write_str("not reached"),
            Self::OldModel => f.write_str("the document is written for Verifiable Credentials 1.1, which is not checked here"),
            Self::AchievementCredential => f.write_str("the document is an Open Badges AchievementCredential"),
            Self::EndorsementCredential => f.write_str("the document is an Open Badges EndorsementCredential"),
            Self::LearnerRecord => f.write_str("the document is a 1EdTech learner record (ClrCredential)"),
            Self::OtherCredential => f.write_str(
                "the document is a verifiable credential; what its subject claims follows no model known here",
            ),
            Self::TermsDefined { of_use: false } => f.write_str("every term is defined"),
            Self::TermsDefined { of_use: true } => {
                f.write_str("every term is defined; the document names terms of use, for its reader to judge")
            }
            Self::ContextUnknown { address, text_covered: false } => write!(f, "the context {address} is unknown"),
            Self::ContextUnknown { address, text_covered: true } => {
                write!(f, "the context {address} is unknown, but the signature covers the text itself")
            }
            Self::NoSchema => f.write_str("the document declares no schema"),
            Self::SchemaMet(true) => f.write_str("the declared schema is met"),
            Self::SchemaMet(false) => f.write_str("the declared schema is not met; see the structure"),
            Self::SchemaUnknown { id } => write!(f, "the schema {id} is not known here"),
            Self::NotSigned => f.write_str("the document is not signed"),
            Self::SignatureMatches(true) => f.write_str("the signature matches"),
            Self::SignatureMatches(false) => f.write_str("the signature does not match"),
            Self::NoProofChecked => f.write_str("no proof could be checked against the issuer's keys"),
            Self::KeyPublishedBy { issuer } => write!(f, "the key is published by {issuer}"),
            Self::SignedByAnother { issuer, signers } => {
                write!(f, "the document names {issuer} as its issuer, but {signers} signed it")
            }
            Self::KeysClaimed { issuer } => write!(
                f,
                "the keys are those that the offline bundle claims for {issuer}, and nobody vouches for them"
            ),
            Self::KeysNotTrusted { issuer } => write!(
                f,
                "the keys are those that the offline bundle claims for {issuer}, and it is signed by none of the keys that you trust"
            ),
            Self::BundleSigned { at } => {
                write!(f, "the offline bundle is as it was signed on {}", date::write(*at))
            }
            Self::KeysUnavailable { controller, cause } => {
                write!(f, "the keys of {controller} could not be looked up: {cause}")
            }
            Self::KeyRevoked { key } => write!(f, "the key {key} was revoked before the signature was made"),
            Self::KeyExpired { key } => write!(f, "the key {key} had expired when the signature was made"),
            Self::MadeInFuture => f.write_str("the proof was made in the future"),
            Self::ProofExpired => f.write_str("the proof has expired"),
            Self::InForce { from, until } => {
                let from = from.map_or_else(|| "its issue".to_owned(), date::write);
                let until = until.map_or_else(|| "without end".to_owned(), |until| format!("until {}", date::write(until)));
                write!(f, "valid from {from} {until}")
            }
            Self::NotYetValid { from } => write!(f, "it is not valid before {}", date::write(*from)),
            Self::Expired { on } => write!(f, "it expired on {}", date::write(*on)),
            Self::NoStatus => f.write_str("the document names no status"),
            Self::StatusOfUnsigned => f.write_str("the status of a document without a good signature says nothing"),
            Self::ListUnusable { list, cause } => write!(f, "the list {list} could not be used: {cause}"),
            Self::NotSet { purpose } => write!(f, "not set for {purpose}"),
            Self::Revoked => f.write_str("revoked by its issuer"),
            Self::Suspended => f.write_str("suspended by its issuer"),
            Self::StatusAsOf { at } => write!(f, "as of {}", date::write(*at)),
            Self::NewerEdition => f.write_str("a newer edition is to be had"),
            Self::NotFetched { address, cause } => write!(f, "{address} could not be fetched: {cause}"),
            Self::NotReadHere { what, text_covered: false } => write!(f, "{what}, which is not read here"),
            Self::NotReadHere { what, text_covered: true } => {
                write!(f, "{what}, which is not read here, but the signature covers the text itself")
            }
            Self::NoCredential => f.write_str("there is no credential in this"),
            Self::TooMuch => f.write_str("the document holds more than is looked into"),
            Self::Technical(detail) => f.write_str(detail),
        }
    }
}

impl From<String> for Reason {
    fn from(detail: String) -> Self {
        Self::Technical(detail)
    }
}

impl From<&str> for Reason {
    fn from(detail: &str) -> Self {
        Self::Technical(detail.to_owned())
    }
}

impl From<KeyError> for Reason {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Signature => Self::SignatureMatches(false),
            other => Self::Technical(other.to_string()),
        }
    }
}

impl From<ProofError> for Reason {
    fn from(error: ProofError) -> Self {
        match error {
            ProofError::Key(error) => error.into(),
            ProofError::Canon(CanonError::UnknownContext(address)) => {
                Self::ContextUnknown { address, text_covered: false }
            }
            ProofError::Canon(CanonError::Unread(what)) => Self::NotReadHere { what, text_covered: false },
            other => Self::Technical(other.to_string()),
        }
    }
}

impl From<JwtError> for Reason {
    fn from(error: JwtError) -> Self {
        match error {
            JwtError::Key(error) => error.into(),
            other => Self::Technical(other.to_string()),
        }
    }
}
