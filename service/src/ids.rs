//! Global ids: a prefix that tells the kind and the row's UUIDv7 in base 64. Opaque to clients, sortable by time in the database.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $prefix:literal),* $(,)?) => {
        /// What a global id names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind { $($(#[$doc])* $kind),* }

        impl Kind {
            /// The prefix of its global ids.
            pub fn prefix(self) -> &'static str {
                match self { $(Kind::$kind => $prefix),* }
            }

            fn of_prefix(prefix: &str) -> Option<Self> {
                match prefix { $($prefix => Some(Kind::$kind),)* _ => None }
            }

            /// The kind of a GraphQL type's name.
            pub fn of_type_name(name: &str) -> Option<Self> {
                $(if name == stringify!($kind) { return Some(Kind::$kind); })*
                None
            }

            /// The GraphQL type's name.
            pub fn type_name(self) -> &'static str {
                match self { $(Kind::$kind => stringify!($kind)),* }
            }
        }
    };
}

kinds! {
    /// An issuer.
    Issuer = "iss",
    /// A key that signs credentials.
    SigningKey = "sgk",
    /// A key of the server itself.
    ServerKey = "svk",
    /// A provider of identity.
    IdentityProvider = "idp",
    /// One issuer's statement for another.
    Endorsement = "edo",
    /// A program.
    Program = "prg",
    /// A version of a program.
    ProgramVersion = "prv",
    /// An award.
    Award = "awd",
    /// A component of a version.
    Component = "cmp",
    /// A unit of learning.
    Module = "mod",
    /// A learning outcome.
    LearningOutcome = "out",
    /// A skill.
    Skill = "skl",
    /// A cohort.
    Cohort = "coh",
    /// An assessment.
    Assessment = "asm",
    /// A criterion of a rubric.
    RubricCriterion = "rbc",
    /// A level of a criterion.
    RubricLevel = "rbl",
    /// A learner.
    Learner = "lrn",
    /// Two records of one learner made into one.
    LearnerMerge = "lmg",
    /// A person who signs in.
    Person = "prs",
    /// What a person holds.
    Passport = "pas",
    /// Whoever calls.
    Viewer = "vwr",
    /// Who graded.
    Grader = "grd",
    /// An enrollment.
    Enrollment = "enr",
    /// A line of an enrollment's history.
    EnrollmentChange = "enc",
    /// Continuing units of one activity.
    ContinuingUnit = "cun",
    /// A voucher.
    Voucher = "vou",
    /// A learning event.
    LearningEvent = "lev",
    /// An attempt.
    Attempt = "atm",
    /// Evidence.
    Evidence = "evd",
    /// A question of an assessment.
    Question = "qst",
    /// A credential.
    Credential = "crd",
    /// A bulk operation.
    BulkOperation = "blk",
    /// A row of a bulk operation.
    BulkRow = "blr",
    /// An API key.
    ApiKey = "key",
    /// A webhook endpoint.
    WebhookEndpoint = "whe",
    /// A delivery to a webhook endpoint.
    WebhookDelivery = "whd",
    /// A line of the audit log.
    AuditEntry = "aud",
    /// Proof of an erasure.
    ErasureReceipt = "ers",
}

/// The global id of a row.
pub fn encode(kind: Kind, id: Uuid) -> String {
    format!("{}_{}", kind.prefix(), URL_SAFE_NO_PAD.encode(id.as_bytes()))
}

/// What a global id names; `None` when it is none of ours.
pub fn decode(text: &str) -> Option<(Kind, Uuid)> {
    let (prefix, rest) = text.split_once('_')?;
    let bytes: [u8; 16] = URL_SAFE_NO_PAD.decode(rest).ok()?.try_into().ok()?;
    Some((Kind::of_prefix(prefix)?, Uuid::from_bytes(bytes)))
}

/// The row that a global id of the given kind names.
pub fn decode_as(kind: Kind, text: &str) -> Option<Uuid> {
    decode(text).filter(|(found, _)| *found == kind).map(|(_, id)| id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_the_round_trip_and_keeps_its_kind() {
        let id = Uuid::from_u128(0x0193_5a5a_0000_7000_8000_0000_0000_0001);
        let text = encode(Kind::Program, id);
        assert_eq!(decode(&text), Some((Kind::Program, id)));
        assert_eq!(decode_as(Kind::Issuer, &text), None);
        assert_eq!(decode("prg_short"), None);
        assert_eq!(decode("nonsense"), None);
    }
}
