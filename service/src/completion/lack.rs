//! What an enrollment still lacks, as data and in no language: what is missing, how far each of it is, and the rule's tree with the state of each part.
//! `wording` says it.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use uuid::Uuid;

/// What an enrollment still lacks.
#[derive(Clone, Debug)]
pub struct Gap {
    /// When the rule came to be satisfied; none while something is missing.
    pub satisfied_at: Option<DateTime<Utc>>,
    /// What is missing: each is needed, together they are enough.
    pub missing: Vec<Requirement>,
    /// Whether no smaller set would do.
    pub exact: bool,
    /// The rule with the state of each part.
    pub tree: Branch,
}

/// One thing that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// What is asked for.
    pub asked: Asked,
    /// How far it is.
    pub remarks: Vec<Remark>,
    /// What else would do in its place.
    pub instead: Vec<Asked>,
    /// The component it asks for.
    pub component: Option<Uuid>,
    /// The assessment it asks for.
    pub assessment: Option<Uuid>,
}

/// Something to do. Amounts, scores and points are in ten-thousandths, here and below; shares are percent in ten-thousandths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Complete the component of this title.
    Component(String),
    /// Pass the assessment of this title.
    Assessment(String),
    /// Have the evidence at the assessment of this title approved.
    Evidence(String),
    /// Reach this overall score.
    Score(i64),
    /// Earn so many continuing units, of a category or of any.
    Units(i64, Option<String>),
    /// Earn so much credit in a scheme.
    Credits(i64, String),
    /// Be on one of these tracks.
    Track(Vec<String>),
    /// Have one's identity checked.
    Identity,
    /// Complete the program.
    Whole,
    /// Complete a component that there is not.
    NoComponent(String),
    /// Pass an assessment that there is not.
    NoAssessment(String),
    /// Ask the provider.
    Provider,
    /// Wait until one's work has been looked into.
    Wait,
}

/// How far something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// An assessment.
    Tried(Tried),
    /// A component.
    Learned(Learned),
    /// The enrollment is being looked into.
    LookedInto,
    /// It was looked into, and leads to no award.
    Upheld,
    /// This score so far.
    ScoreSoFar(i64),
    /// So many units so far.
    UnitsSoFar(i64),
    /// On this track, or on none.
    Track(Option<String>),
    /// The identity is not checked yet.
    NotChecked,
    /// The program is not reported complete yet.
    NotReported,
    /// There is no such component.
    NoComponent,
    /// There is no such assessment yet.
    NoAssessment,
    /// The components do not give so much.
    TooFewCredits,
    /// The rule asks for more parts than it names.
    Impossible,
}

/// How far an assessment is from being passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tried {
    /// So many points of so many are needed.
    NeedsPoints(i64, i64),
    /// A passing grade is needed.
    NeedsPass,
    /// The best try has so many points.
    Best(i64),
    /// What was handed in is being looked into.
    LookedInto,
    /// It waits for its grade.
    Waits,
    /// It was given back for changes.
    Returned,
    /// There was no try yet.
    NotYet,
    /// That it was supervised, and identity checked, is not recorded.
    Unseen,
    /// Another try is being looked into.
    AgainLookedInto,
    /// Another try waits for its grade.
    AgainWaits,
}

/// How far a component is from being done, or from counting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Learned {
    /// Not started.
    NotStarted,
    /// This share of it is done.
    Part(i64),
    /// Done.
    Done,
    /// Done, and being looked into.
    LookedInto,
    /// Opens once the component of this title is complete.
    Locked(String),
    /// Within the component of this title; when it was completed is not known.
    Within(String),
    /// Completed on this day.
    On(NaiveDate),
    /// Completed on this day, more than so many months ago.
    LongAgo(NaiveDate, u32),
    /// Completed on this day, before the enrollment was made.
    Before(NaiveDate),
    /// Recognized on this day as learned before.
    RecognizedOn(NaiveDate),
    /// A claim that it was learned before is not handed in yet.
    ClaimDrafted,
    /// A claim waits for its decision.
    ClaimWaits,
    /// A claim needs more evidence.
    ClaimNeedsEvidence,
    /// It may be recognized.
    MayBeRecognized,
    /// It cannot be recognized: this share of the program is, and at most this one may be.
    UsedUp(i64, i64),
}

/// A part of the rule, with its state.
#[derive(Clone, Debug)]
pub struct Branch {
    /// What its input calls it.
    pub name: &'static str,
    /// What it asks for.
    pub asks: Asks,
    /// Since when it is satisfied; none while it is open.
    pub since: Option<DateTime<Utc>>,
    /// How far it is, where it is open and one thing.
    pub remarks: Vec<Remark>,
}

/// What a part of the rule asks for.
#[derive(Clone, Debug)]
pub enum Asks {
    /// This, as its input writes it.
    This(Value),
    /// These parts, as many of them as its name says.
    Parts(Vec<Branch>),
    /// So many of these parts.
    AtLeast(usize, Vec<Branch>),
}
