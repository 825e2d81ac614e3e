//! Global ids: a prefix that tells the kind and the row's UUIDv7 in base 64. Opaque to clients, sortable by time in the database.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use crate::clock::Clock;
use crate::error::Result;
use crate::random::Random;

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
    /// A project of a person's own.
    PortfolioProject = "ptf",
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
    /// The work of a fellow learner that is to be reviewed.
    ReviewTask = "rvt",
    /// An objection to a grade.
    Appeal = "apl",
    /// A doubt about the integrity of work.
    IntegrityFlag = "ifl",
    /// Evidence.
    Evidence = "evd",
    /// A claim of prior learning.
    PriorLearningClaim = "plc",
    /// A question of an assessment.
    Question = "qst",
    /// A credential.
    Credential = "crd",
    /// A bulk operation.
    BulkOperation = "blk",
    /// A row of a bulk operation.
    BulkRow = "blr",
    /// A file that was uploaded.
    Upload = "upl",
    /// An API key.
    ApiKey = "key",
    /// A webhook endpoint.
    WebhookEndpoint = "whe",
    /// A delivery to a webhook endpoint.
    WebhookDelivery = "whd",
    /// A notice to a learner.
    NoticeDelivery = "ntd",
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

/// How many bits count the ids of one millisecond.
const COUNTER_BITS: u32 = 12;

/// Gives new ids, each greater than every one that this process gave before, however many in one millisecond: what one command writes line
/// by line is read in that order. UUIDv7 whose `rand_a` is a counter that starts anywhere in its lower half (RFC 9562, section 6.2, method 1).
#[derive(Default)]
pub struct Sequence {
    /// Milliseconds since 1970 and the counter below them, of the last id given.
    last: AtomicU64,
}

impl Sequence {
    /// A new id.
    pub fn next(&self, clock: &dyn Clock, random: &dyn Random) -> Result<Uuid> {
        let mut bytes = [0; 10];
        random.fill(&mut bytes)?;
        let millis = u64::try_from(clock.now().timestamp_millis()).unwrap_or_default();
        let start = u64::from(u16::from_be_bytes([bytes[0], bytes[1]])) >> (16 - COUNTER_BITS + 1);
        let fresh = (millis << COUNTER_BITS) | start;
        let after = |last: u64| fresh.max(last + 1);
        let given = after(
            match self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(after(last))) {
                Ok(last) | Err(last) => last,
            },
        );
        let [high, low] = ((given & ((1 << COUNTER_BITS) - 1)) as u16).to_be_bytes();
        (bytes[0], bytes[1]) = (high, low);
        Ok(uuid::Builder::from_unix_timestamp_millis(given >> COUNTER_BITS, &bytes).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;
    use crate::random::SystemRandom;

    struct Stopped(i64);

    impl Clock for Stopped {
        fn now(&self) -> DateTime<Utc> {
            DateTime::from_timestamp_millis(self.0).unwrap()
        }
    }

    #[test]
    fn ids_rise_while_the_clock_stands_still_goes_back_or_on() {
        let sequence = Sequence::default();
        let mut last = Uuid::nil();
        for millis in [1_700_000_000_000, 1_700_000_000_001, 1_600_000_000_000, 1_700_000_000_900] {
            for _ in 0..10_000 {
                let id = sequence.next(&Stopped(millis), &SystemRandom).unwrap();
                assert!(id > last, "{id} after {last}");
                assert_eq!((id.get_version_num(), id.get_variant()), (7, uuid::Variant::RFC4122));
                last = id;
            }
        }
        let (seconds, nanos) = last.get_timestamp().unwrap().to_unix();
        assert_eq!(
            (seconds, nanos / 1_000_000),
            (1_700_000_000, 902),
            "10,000 are some three thousands more than a millisecond counts"
        );
    }

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
