//! Attempts: one try each at an assessment, with evidence, scores and their history.

mod admit;
mod answers;
pub mod appeal;
mod due;
mod grade;
mod keys;
mod ledger;
mod mark;
mod observe;
mod read;
mod results;
mod review;
mod rubric;
mod rules;
pub(crate) mod scene;
pub(crate) mod scored;
mod start;
mod submit;

pub use answers::{NewAnswer, Put, Shown, answers};
pub use due::{NewDueDate, of_cohorts as due_dates_of_cohorts, set as set_due_dates};
pub use grade::{NewGrade, grade};
pub use keys::{Asked, counts as question_counts, questions_of};
pub(crate) use ledger::{Ledger, blank};
pub use mark::{Choice, Given, Key};
pub use observe::{NewObservation, observe};
pub(crate) use read::slice;
pub use read::{
    AttemptFilter, AttemptOrder, Grader, count, count_of_enrollments, evidence, graders, history, list,
    of_enrollments, rubric_scores, visible_by_ids, visible_evidence, visible_graders,
};
pub use results::{NewResult, record};
pub use review::{
    NewReview, Review, Reviewing, Task, TaskFilter, count_tasks, reviewing, submit as submit_review, tasks,
    visible_tasks,
};
pub use rubric::NewRubricScore;
pub use rules::{Combination, Graders, LateRule, Rules};
pub use start::{NewStart, start};
pub use submit::{NewAttempt, NewEvidence, submit};
pub(crate) use submit::{check_evidence, find as find_enrollment, reaches, refuse_ended};

/// Most characters of a grader's words.
const LONGEST_FEEDBACK: usize = 20_000;
