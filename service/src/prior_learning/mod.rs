//! Recognition of prior learning: a claim in an enrollment that outcomes or components were learned before, with evidence, judged part by part. What is
//! recognized counts as done up to the program's limit; `completion` evaluates it with everything else.

mod carry;
mod claim;
mod decide;
mod ground;
mod read;
mod scene;

use cairn_entity::enums::PriorVerdict;
use uuid::Uuid;

use crate::attempt::NewEvidence;
use crate::reference::EnrollmentReference;

pub(crate) use carry::carry;
pub use claim::{claim, revise, withdraw};
pub use decide::{decide, review, take_back};
pub use read::{
    ClaimFilter, count, count_of_enrollments, evidence, list, of_enrollments, parts, visible_by_ids,
};
pub(crate) use read::{deciders, open_claims, shown};

/// Most parts of a claim.
const MOST_PARTS: usize = 50;
/// Most characters of words about a claim.
const LONGEST_WORDS: usize = 20_000;

/// What a part of a claim is about, in the version of its enrollment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A learning outcome, by the program's own code.
    Outcome(String),
    /// A component, by the external id of its module or program.
    Component(String),
}

/// A part of a claim.
#[derive(Clone, Debug)]
pub struct NewPart {
    /// What was learned before.
    pub target: Target,
    /// What shows it.
    pub evidence: Vec<NewEvidence>,
}

/// A claim to be made.
#[derive(Clone, Debug)]
pub struct NewClaim {
    /// In which enrollment.
    pub enrollment: EnrollmentReference,
    /// What is claimed, in words.
    pub statement: String,
    /// What it is about.
    pub parts: Vec<NewPart>,
    /// Whether it is not handed in yet.
    pub draft: bool,
}

/// What is changed of a claim; what is absent stays.
#[derive(Clone, Debug)]
pub struct Revision {
    /// Which; none names nothing.
    pub claim: Option<Uuid>,
    /// What is claimed, in words.
    pub statement: Option<String>,
    /// What it is about, as a whole.
    pub parts: Option<Vec<NewPart>>,
    /// Whether it is handed in.
    pub submit: bool,
}

/// A judgement of a claim.
#[derive(Clone, Debug)]
pub struct NewDecision {
    /// Which; none names nothing.
    pub claim: Option<Uuid>,
    /// Of each part.
    pub parts: Vec<PartDecision>,
    /// On the whole, in words.
    pub feedback: Option<String>,
}

/// A judgement of a part of a claim.
#[derive(Clone, Debug)]
pub struct PartDecision {
    /// What it is about.
    pub target: Target,
    /// What is judged.
    pub verdict: PriorVerdict,
    /// Why, in words; needed unless it is granted.
    pub feedback: Option<String>,
}

/// Recognition that is taken back.
#[derive(Clone, Debug)]
pub struct TakingBack {
    /// Of which claim; none names nothing.
    pub claim: Option<Uuid>,
    /// Of which parts; of all that are recognized where absent.
    pub targets: Option<Vec<Target>>,
    /// Why.
    pub reason: String,
}
