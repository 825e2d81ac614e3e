//! Attempts: one try each at an assessment, with evidence, scores and their history.

mod grade;
mod ledger;
mod read;
mod results;
pub(crate) mod scored;
mod submit;

pub use grade::{NewGrade, NewRubricScore, grade};
pub(crate) use ledger::Ledger;
pub use read::{
    AttemptFilter, AttemptOrder, Grader, count, count_of_enrollments, evidence, graders, history, list,
    of_enrollments, rubric_scores, visible_by_ids, visible_evidence, visible_graders,
};
pub use results::{NewResult, record};
pub(crate) use submit::check_evidence;
pub use submit::{NewAttempt, NewEvidence, submit};

/// Most characters of a grader's words.
const LONGEST_FEEDBACK: usize = 20_000;
