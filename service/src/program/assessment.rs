//! Assessments as a provider sends them with a program: points, rules, rubric and questions; and what is wrong with their form.

use std::collections::HashSet;

use cairn_entity::enums::{AssessmentKind, GradingMode, IdentityCheck, QuestionKind, Supervision};
use chrono::{DateTime, Utc};

use super::check::{self, MOST_ITEMS};
use super::document::Document;
use crate::attempt::{Choice, Key, Rules};
use crate::error::UserErrorCode::{Conflict, Invalid, NotFound, Required};
use crate::validate::Checks;

/// Most questions of one assessment.
const MOST_QUESTIONS: usize = 1_000;
/// Most choices or accepted texts of one question.
const MOST_CHOICES: usize = 50;

/// A test of what a learner can do.
#[derive(Clone, Debug, PartialEq)]
pub struct NewAssessment {
    /// The caller's own id.
    pub external_id: String,
    /// Title.
    pub title: String,
    /// In words.
    pub description: Option<String>,
    /// The gradebook's category.
    pub category: Option<String>,
    /// Kind.
    pub kind: AssessmentKind,
    /// External id of the module it belongs to.
    pub module: Option<String>,
    /// Share of the overall score, in ten-thousandths.
    pub weight: i64,
    /// Points to pass, in ten-thousandths.
    pub pass_mark: Option<i64>,
    /// Points to be had, in ten-thousandths.
    pub max_score: i64,
    /// Most attempts.
    pub max_attempts: Option<i32>,
    /// How supervised.
    pub supervision: Supervision,
    /// How identity is checked.
    pub identity_check: IdentityCheck,
    /// Who grades.
    pub grading: GradingMode,
    /// Until when, for all alike.
    pub due_at: Option<DateTime<Utc>>,
    /// Rules beyond points and tries.
    pub rules: Rules,
    /// Criteria, in order.
    pub rubric: Vec<NewCriterion>,
    /// Questions, in order.
    pub questions: Vec<NewQuestion>,
}

/// A criterion of a rubric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCriterion {
    /// In words.
    pub criterion: String,
    /// Its levels, lowest first.
    pub levels: Vec<NewLevel>,
}

/// A level of a criterion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLevel {
    /// Its name.
    pub label: String,
    /// Its points, in ten-thousandths.
    pub points: i64,
    /// In words.
    pub description: Option<String>,
    /// Whether work at this level is given back for changes.
    pub requires_changes: bool,
}

/// A question with its key.
#[derive(Clone, Debug, PartialEq)]
pub struct NewQuestion {
    /// The caller's own id, unique in the assessment.
    pub external_id: String,
    /// What is asked.
    pub prompt: String,
    /// Points to be had, in ten-thousandths.
    pub points: i64,
    /// What there is to choose from.
    pub choices: Vec<Choice>,
    /// What is right.
    pub key: Key,
}

impl NewQuestion {
    /// How it is answered.
    pub fn kind(&self) -> QuestionKind {
        match self.key {
            Key::SingleChoice(_) => QuestionKind::SingleChoice,
            Key::MultipleChoice(_) => QuestionKind::MultipleChoice,
            Key::Numeric { .. } => QuestionKind::Numeric,
            Key::ShortAnswer { .. } => QuestionKind::ShortAnswer,
        }
    }
}

/// Notes what is wrong with the form of a program's assessments.
pub(super) fn check(checks: &mut Checks, document: &Document) {
    checks.at_most("assessments", document.assessments.len(), MOST_ITEMS);
    let modules: HashSet<&str> = document.modules().map(|module| module.external_id.as_str()).collect();
    let mut ids = HashSet::new();
    for (index, assessment) in document.assessments.iter().enumerate() {
        let path = format!("assessments.{index}");
        checks.external_id(&format!("{path}.externalId"), &assessment.external_id);
        check::unique(checks, &format!("{path}.externalId"), &assessment.external_id, &mut ids);
        checks.text(&format!("{path}.title"), &assessment.title, 500);
        checks.optional_text(&format!("{path}.description"), assessment.description.as_deref(), 10_000);
        checks.optional_text(&format!("{path}.category"), assessment.category.as_deref(), 255);
        if assessment.module.as_deref().is_some_and(|module| !modules.contains(module)) {
            checks.fail(
                &format!("{path}.module"),
                NotFound,
                "no module of this program has this external id",
            );
        }
        points(checks, &path, assessment);
        rules(checks, &path, assessment);
        rubric(checks, &path, assessment);
        questions(checks, &path, assessment);
    }
}

fn points(checks: &mut Checks, path: &str, assessment: &NewAssessment) {
    if assessment.weight < 0 {
        checks.fail(&format!("{path}.weight"), Invalid, "must not be negative");
    }
    if assessment.max_score <= 0 {
        checks.fail(&format!("{path}.maxScore"), Invalid, "must be more than 0");
    }
    if assessment.pass_mark.is_some_and(|mark| mark < 0 || mark > assessment.max_score) {
        checks.fail(&format!("{path}.passMark"), Invalid, "must be 0 to the points to be had");
    }
    if assessment.max_attempts.is_some_and(|most| most < 1) {
        checks.fail(&format!("{path}.maxAttempts"), Invalid, "must be at least 1");
    }
}

/// Rules that ask for what the assessment does not have.
fn rules(checks: &mut Checks, path: &str, assessment: &NewAssessment) {
    let rules = &assessment.rules;
    rules.check(checks, path);
    let watched =
        assessment.supervision != Supervision::None || assessment.identity_check != IdentityCheck::None;
    if rules.observation_required && !watched {
        let message = "states neither supervision nor an identity check that could be recorded";
        checks.fail(&format!("{path}.observationRequired"), Conflict, message);
    }
    graders(checks, path, assessment);
    if rules.completes_module && assessment.module.is_none() {
        checks.fail(
            &format!("{path}.completesModule"),
            Conflict,
            "belongs to no module: name it in `module`",
        );
    }
}

/// Several graders: people who judge, and fellow learners only where these grade.
fn graders(checks: &mut Checks, path: &str, assessment: &NewAssessment) {
    let Some(graders) = assessment.rules.graders else { return };
    let path = format!("{path}.graders");
    let peers = assessment.grading == GradingMode::Peer;
    if assessment.grading == GradingMode::Automated {
        checks.fail(&path, Conflict, "several people grade only where people do: EXPERT or PEER");
    }
    if graders.needed == 1 && !peers {
        checks.fail(&format!("{path}.needed"), Invalid, "several graders are at least 2");
    }
    if graders.moderate_beyond.is_some_and(|points| !(0..=assessment.max_score).contains(&points)) {
        checks.fail(&format!("{path}.moderateBeyond"), Invalid, "must be 0 to the points to be had");
    }
    match graders.most_per_peer {
        Some(_) if !peers => {
            checks.fail(&format!("{path}.mostPerPeer"), Conflict, "fellow learners grade only with PEER");
        }
        Some(most) if most < graders.needed => {
            let message = "must be at least `needed`, or there are too few reviewers for everybody's work";
            checks.fail(&format!("{path}.mostPerPeer"), Invalid, message);
        }
        _ => {}
    }
}

fn rubric(checks: &mut Checks, path: &str, assessment: &NewAssessment) {
    checks.at_most(&format!("{path}.rubric"), assessment.rubric.len(), 50);
    for (index, criterion) in assessment.rubric.iter().enumerate() {
        let path = format!("{path}.rubric.{index}");
        checks.text(&format!("{path}.criterion"), &criterion.criterion, 2_000);
        checks.at_most(&format!("{path}.levels"), criterion.levels.len(), 20);
        if criterion.levels.is_empty() {
            checks.fail(&format!("{path}.levels"), Required, "a criterion has at least one level");
        }
        let mut before = None;
        for (place, level) in criterion.levels.iter().enumerate() {
            let path = format!("{path}.levels.{place}");
            checks.text(&format!("{path}.label"), &level.label, 300);
            checks.optional_text(&format!("{path}.description"), level.description.as_deref(), 5_000);
            if level.points < 0 {
                checks.fail(&format!("{path}.points"), Invalid, "must not be negative");
            } else if before.is_some_and(|before| level.points < before) {
                checks.fail(&format!("{path}.points"), Invalid, "levels go from the lowest to the highest");
            }
            before = Some(level.points);
        }
    }
}

fn questions(checks: &mut Checks, path: &str, assessment: &NewAssessment) {
    let questions = &assessment.questions;
    checks.at_most(&format!("{path}.questions"), questions.len(), MOST_QUESTIONS);
    if !questions.is_empty() && assessment.grading != GradingMode::Automated {
        checks.fail(&format!("{path}.grading"), Conflict, "questions are marked by the server: AUTOMATED");
    }
    let drawn = assessment.rules.draw.map(|draw| usize::try_from(draw).unwrap_or(0));
    if drawn.is_some_and(|draw| draw < 1 || draw > questions.len()) {
        checks.fail(&format!("{path}.draw"), Invalid, "must be 1 to the number of questions");
    }
    let mut ids = HashSet::new();
    for (index, question) in questions.iter().enumerate() {
        let path = format!("{path}.questions.{index}");
        checks.external_id(&format!("{path}.externalId"), &question.external_id);
        check::unique(checks, &format!("{path}.externalId"), &question.external_id, &mut ids);
        checks.text(&format!("{path}.prompt"), &question.prompt, 10_000);
        if question.points <= 0 {
            checks.fail(&format!("{path}.points"), Invalid, "must be more than 0");
        }
        key(checks, &path, question);
    }
}

fn key(checks: &mut Checks, path: &str, question: &NewQuestion) {
    let path = format!("{path}.answer");
    match &question.key {
        Key::SingleChoice(right) => {
            choices(checks, &format!("{path}.singleChoice"), question, std::slice::from_ref(right));
        }
        Key::MultipleChoice(right) => choices(checks, &format!("{path}.multipleChoice"), question, right),
        Key::Numeric { value, tolerance } => {
            if !value.is_finite() {
                checks.fail(&format!("{path}.numeric.value"), Invalid, "must be a number");
            }
            if !tolerance.is_finite() || *tolerance < 0.0 {
                checks.fail(&format!("{path}.numeric.tolerance"), Invalid, "must be 0 or more");
            }
        }
        Key::ShortAnswer { accepted, .. } => {
            let path = format!("{path}.shortAnswer.accepted");
            checks.at_most(&path, accepted.len(), MOST_CHOICES);
            if accepted.is_empty() {
                checks.fail(&path, Required, "name at least one text that is accepted");
            }
            for (place, text) in accepted.iter().enumerate() {
                checks.text(&format!("{path}.{place}"), text, 1_000);
            }
        }
    }
}

fn choices(checks: &mut Checks, path: &str, question: &NewQuestion, right: &[String]) {
    let at = format!("{path}.choices");
    checks.at_most(&at, question.choices.len(), MOST_CHOICES);
    if question.choices.len() < 2 {
        checks.fail(&at, Required, "there are at least two choices");
    }
    let mut ids = HashSet::new();
    for (place, choice) in question.choices.iter().enumerate() {
        checks.external_id(&format!("{at}.{place}.externalId"), &choice.id);
        check::unique(checks, &format!("{at}.{place}.externalId"), &choice.id, &mut ids);
        checks.text(&format!("{at}.{place}.text"), &choice.text, 5_000);
    }
    if right.is_empty() {
        checks.fail(&format!("{path}.correct"), Required, "say which choices are right");
    }
    if right.iter().any(|id| !ids.contains(id.as_str())) {
        checks.fail(&format!("{path}.correct"), NotFound, "no choice of this question has this external id");
    }
}
