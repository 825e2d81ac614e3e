//! Assessments of a program as clients write them: points, rules, rubric and questions.

use async_graphql::{InputObject, OneofObject};
use cairn_service::attempt::{Choice, Graders, Key, LateRule, Rules};
use cairn_service::program as service;

use super::input::Numbers;
use crate::graphql::enums::{AssessmentKind, GradingMode, IdentityCheck, ScoreCombination, Supervision};
use crate::graphql::scalar::DateTime;

/// A test of what a learner can do.
#[derive(InputObject)]
pub struct AssessmentInput {
    /// The caller's own id.
    external_id: String,
    /// Title.
    title: String,
    /// In words.
    description: Option<String>,
    /// The gradebook's category.
    category: Option<String>,
    /// Kind.
    kind: AssessmentKind,
    /// External id of the module it belongs to.
    module: Option<String>,
    /// Share of the overall score, relative to the others.
    #[graphql(default = 1.0)]
    weight: f64,
    /// Points to pass.
    pass_mark: Option<f64>,
    /// Points to be had.
    #[graphql(default = 100.0)]
    max_score: f64,
    /// Most attempts; absent without limit.
    max_attempts: Option<i32>,
    /// Minutes from handing in to the next attempt; absent without waiting. Work that was given back waits for nothing.
    minutes_between_attempts: Option<i32>,
    /// Until when it is to be handed in, for all alike; a cohort's own date (`setDueDates`) goes before it.
    due_at: Option<DateTime>,
    /// Days from enrolling within which it is to be handed in, where no date is set.
    due_days: Option<i32>,
    /// What becomes of work that is handed in late; accepted as it is where absent.
    late: Option<LateRuleInput>,
    /// Minutes from `startAttempt` within which it is to be handed in; absent without limit.
    time_limit_minutes: Option<i32>,
    /// How supervised.
    #[graphql(default_with = "Supervision::None")]
    supervision: Supervision,
    /// How identity is checked.
    #[graphql(default_with = "IdentityCheck::None")]
    identity_check: IdentityCheck,
    /// Whether an attempt passes only when supervision and identity check of at least this kind were recorded for it (`recordObservation`).
    #[graphql(default)]
    observation_required: bool,
    /// Who grades.
    #[graphql(default_with = "GradingMode::Expert")]
    grading: GradingMode,
    /// Days from the grade within which its learner may appeal against it; absent: no appeals.
    appeal_days: Option<i32>,
    /// Several graders; one where absent.
    graders: Option<GradersInput>,
    /// Whether passing it completes the module that it belongs to, for those who have mastered that already.
    #[graphql(default)]
    completes_module: bool,
    /// Criteria, in order.
    #[graphql(default)]
    rubric: Vec<RubricCriterionInput>,
    /// Questions that the server marks, in order; needs `grading: AUTOMATED`.
    #[graphql(default)]
    questions: Vec<QuestionInput>,
    /// How many of the questions are put in an attempt, drawn at random; all, in order, where absent.
    draw: Option<i32>,
    /// Whether part of the right choices gives part of the points: each right one its share, less a share for each wrong one.
    #[graphql(default)]
    partial_credit: bool,
}

/// Several graders of one attempt: of EXPERT grading staff who each grade alone, of PEER grading fellow learners of the cohort who are drawn.
#[derive(InputObject)]
pub struct GradersInput {
    /// How many must have judged before the attempt is decided.
    needed: i32,
    /// How their points become one score.
    #[graphql(default_with = "ScoreCombination::Mean")]
    combination: ScoreCombination,
    /// A moderator, one of the staff who has not judged it, decides where they are further apart than so many points, or only some would give it
    /// back; nobody has to where absent.
    moderate_beyond: Option<f64>,
    /// How many works of others a learner is asked to review at most, with PEER grading; absent without limit.
    most_per_peer: Option<i32>,
}

/// What becomes of work that is handed in late, one of these.
#[derive(OneofObject)]
pub enum LateRuleInput {
    /// It is not accepted (true), or accepted as it is (false).
    Refuse(bool),
    /// A share of the points is taken off for each day begun.
    Penalty(LatePenaltyInput),
}

/// What is taken off for handing in late.
#[derive(InputObject)]
pub struct LatePenaltyInput {
    /// Percent of the points, for each day begun.
    percent_per_day: f64,
    /// Percent of the points at most.
    #[graphql(default = 100.0)]
    max_percent: f64,
}

/// A criterion.
#[derive(InputObject)]
pub struct RubricCriterionInput {
    /// In words.
    criterion: String,
    /// Its levels, lowest first.
    levels: Vec<RubricLevelInput>,
}

/// A level.
#[derive(InputObject)]
pub struct RubricLevelInput {
    /// Its name.
    label: String,
    /// Its points.
    points: f64,
    /// In words.
    description: Option<String>,
    /// Whether work with any criterion at this level is given back for changes, to be handed in again.
    #[graphql(default)]
    requires_changes: bool,
}

/// A question.
#[derive(InputObject)]
pub struct QuestionInput {
    /// The caller's own id, unique in the assessment.
    external_id: String,
    /// What is asked.
    prompt: String,
    /// Points to be had, relative to the other questions.
    #[graphql(default = 1.0)]
    points: f64,
    /// How it is answered, and what is right. Never shown to learners.
    answer: QuestionAnswerInput,
}

/// How a question is answered, and what is right, one of these.
#[derive(OneofObject)]
pub enum QuestionAnswerInput {
    /// One choice is right.
    SingleChoice(SingleChoiceInput),
    /// Several choices are right.
    MultipleChoice(MultipleChoiceInput),
    /// A number.
    Numeric(NumericInput),
    /// A short text.
    ShortAnswer(ShortAnswerInput),
}

/// One choice is right.
#[derive(InputObject)]
pub struct SingleChoiceInput {
    /// What there is to choose from, in order.
    choices: Vec<QuestionChoiceInput>,
    /// The right one, by external id.
    correct: String,
}

/// Several choices are right.
#[derive(InputObject)]
pub struct MultipleChoiceInput {
    /// What there is to choose from, in order.
    choices: Vec<QuestionChoiceInput>,
    /// All right ones, by external id.
    correct: Vec<String>,
}

/// Something to choose.
#[derive(InputObject)]
pub struct QuestionChoiceInput {
    /// The caller's own id, unique in the question.
    external_id: String,
    /// What it says.
    text: String,
}

/// A number.
#[derive(InputObject)]
pub struct NumericInput {
    /// The right number.
    value: f64,
    /// How far an answer may lie from it.
    #[graphql(default)]
    tolerance: f64,
}

/// A short text, compared after normalization: Unicode NFKC, blanks at the ends off, runs of blanks one.
#[derive(InputObject)]
pub struct ShortAnswerInput {
    /// Texts that are accepted.
    accepted: Vec<String>,
    /// Whether capitals count.
    #[graphql(default)]
    case_sensitive: bool,
}

/// The service's assessments; numbers that are none are noted.
pub(super) fn assessments(all: Vec<AssessmentInput>, numbers: &mut Numbers) -> Vec<service::NewAssessment> {
    let assessments = all.into_iter().enumerate().map(|(index, assessment)| {
        let path = format!("assessments.{index}");
        service::NewAssessment {
            rules: rules(&path, &assessment, numbers),
            external_id: assessment.external_id,
            title: assessment.title,
            description: assessment.description,
            category: assessment.category,
            kind: assessment.kind.into(),
            module: assessment.module,
            weight: numbers.scaled(&format!("{path}.weight"), assessment.weight),
            pass_mark: numbers.optional(&format!("{path}.passMark"), assessment.pass_mark),
            max_score: numbers.scaled(&format!("{path}.maxScore"), assessment.max_score),
            max_attempts: assessment.max_attempts,
            supervision: assessment.supervision.into(),
            identity_check: assessment.identity_check.into(),
            grading: assessment.grading.into(),
            due_at: assessment.due_at.map(|moment| moment.0),
            rubric: rubric(&path, assessment.rubric, numbers),
            questions: questions(&path, assessment.questions, numbers),
        }
    });
    assessments.collect()
}

fn rules(path: &str, assessment: &AssessmentInput, numbers: &mut Numbers) -> Rules {
    let late = match &assessment.late {
        None | Some(LateRuleInput::Refuse(false)) => None,
        Some(LateRuleInput::Refuse(true)) => Some(LateRule::Refuse),
        Some(LateRuleInput::Penalty(penalty)) => Some(LateRule::Penalty {
            per_day: numbers.scaled(&format!("{path}.late.penalty.percentPerDay"), penalty.percent_per_day),
            at_most: numbers.scaled(&format!("{path}.late.penalty.maxPercent"), penalty.max_percent),
        }),
    };
    let graders = assessment.graders.as_ref().map(|graders| Graders {
        needed: graders.needed,
        combination: graders.combination.into(),
        moderate_beyond: numbers.optional(&format!("{path}.graders.moderateBeyond"), graders.moderate_beyond),
        most_per_peer: graders.most_per_peer,
    });
    Rules {
        wait_minutes: assessment.minutes_between_attempts,
        due_days: assessment.due_days,
        late,
        time_limit_minutes: assessment.time_limit_minutes,
        draw: assessment.draw,
        partial_credit: assessment.partial_credit,
        observation_required: assessment.observation_required,
        appeal_days: assessment.appeal_days,
        graders,
        completes_module: assessment.completes_module,
    }
}

fn rubric(
    path: &str,
    rubric: Vec<RubricCriterionInput>,
    numbers: &mut Numbers,
) -> Vec<service::NewCriterion> {
    let criteria = rubric.into_iter().enumerate().map(|(index, criterion)| {
        let levels = criterion.levels.into_iter().enumerate().map(|(place, level)| {
            let path = format!("{path}.rubric.{index}.levels.{place}.points");
            service::NewLevel {
                label: level.label,
                points: numbers.scaled(&path, level.points),
                description: level.description,
                requires_changes: level.requires_changes,
            }
        });
        service::NewCriterion { criterion: criterion.criterion, levels: levels.collect() }
    });
    criteria.collect()
}

fn questions(path: &str, all: Vec<QuestionInput>, numbers: &mut Numbers) -> Vec<service::NewQuestion> {
    let questions = all.into_iter().enumerate().map(|(index, question)| {
        let (choices, key) = key(question.answer);
        service::NewQuestion {
            external_id: question.external_id,
            prompt: question.prompt,
            points: numbers.scaled(&format!("{path}.questions.{index}.points"), question.points),
            choices,
            key,
        }
    });
    questions.collect()
}

fn key(answer: QuestionAnswerInput) -> (Vec<Choice>, Key) {
    let choices = |all: Vec<QuestionChoiceInput>| {
        all.into_iter().map(|choice| Choice { id: choice.external_id, text: choice.text }).collect()
    };
    match answer {
        QuestionAnswerInput::SingleChoice(one) => (choices(one.choices), Key::SingleChoice(one.correct)),
        QuestionAnswerInput::MultipleChoice(many) => {
            (choices(many.choices), Key::MultipleChoice(many.correct))
        }
        QuestionAnswerInput::Numeric(number) => {
            (Vec::new(), Key::Numeric { value: number.value, tolerance: number.tolerance })
        }
        QuestionAnswerInput::ShortAnswer(text) => {
            (Vec::new(), Key::ShortAnswer { accepted: text.accepted, case_sensitive: text.case_sensitive })
        }
    }
}
