//! What a rule is about: the components and assessments of a version (and of a cohort), and what is known of one enrollment. Values only; `load` fills them.

use std::collections::HashMap;

use cairn_entity::attempt;
use cairn_entity::enums::{GradingMode, IdentityCheck, Supervision};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::rule::Rule;
use crate::amount;
use crate::attempt::Rules;

/// What an enrollment is measured by: the same for all in one version and cohort.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The rule; none means everything required.
    pub rule: Option<Rule>,
    /// Overall pass mark, percent in ten-thousandths; it counts where there is no rule.
    pub pass_mark: Option<i64>,
    /// Places, in order.
    pub components: Vec<Component>,
    /// Assessments of the version and of the cohort, in order.
    pub assessments: Vec<Assessment>,
}

/// A place in the version.
#[derive(Clone, Debug)]
pub struct Component {
    /// The row.
    pub id: Uuid,
    /// The issuer's own id of the module or program in it.
    pub external_id: String,
    /// Title of what fills it.
    pub title: String,
    /// Whether it must be done.
    pub required: bool,
    /// The program that fills it.
    pub program_id: Option<Uuid>,
    /// The module that fills it.
    pub module_id: Option<Uuid>,
    /// Credit that it gives: amount in ten-thousandths by scheme.
    pub credits: HashMap<String, i64>,
}

/// An assessment of the version, or a line item of the cohort.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// The row.
    pub id: Uuid,
    /// The issuer's own id.
    pub external_id: String,
    /// Title.
    pub title: String,
    /// The gradebook's category.
    pub category: Option<String>,
    /// Whether it belongs to the cohort alone.
    pub of_cohort: bool,
    /// Share of the overall score, in ten-thousandths.
    pub weight: i64,
    /// Points to pass, in ten-thousandths.
    pub pass_mark: Option<i64>,
    /// Fewest points.
    pub min_score: i64,
    /// Points to be had.
    pub max_score: i64,
    /// Most attempts.
    pub max_attempts: Option<i32>,
    /// The module that it belongs to.
    pub module_id: Option<Uuid>,
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
}

impl Assessment {
    /// Points on this assessment's scale for points on another that ends at `of`.
    pub fn points(&self, score: i64, of: i64) -> i64 {
        if of == self.max_score || of <= 0 {
            return score;
        }
        let scaled = i128::from(score) * i128::from(self.max_score) / i128::from(of);
        i64::try_from(scaled).unwrap_or(i64::MAX)
    }

    /// Whether so many points of so many pass. Without a pass mark any grade does: the grader who is not content gives the work back.
    pub fn passes(&self, score: i64, of: i64) -> bool {
        let of = if of <= 0 { self.max_score } else { of };
        self.pass_mark.is_none_or(|mark| {
            i128::from(score) * i128::from(self.max_score) >= i128::from(mark) * i128::from(of)
        })
    }

    /// Whether what was observed at an attempt is what this assessment asks for; it asks for nothing unless it says that it must be recorded.
    pub fn is_observed(&self, row: &attempt::Model) -> bool {
        !self.rules.observation_required
            || (row.supervision.unwrap_or(Supervision::None) >= self.supervision
                && row.identity_check.unwrap_or(IdentityCheck::None) >= self.identity_check)
    }

    /// Share of the points to be had, percent in ten-thousandths, from 0 to 100.
    pub fn share(&self, score: i64, of: i64) -> i64 {
        let points = self.points(score, of) - self.min_score;
        amount::percent(points, self.max_score - self.min_score).clamp(0, amount::HUNDRED)
    }
}

/// How far one component is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ComponentFact {
    /// Share done, percent in ten-thousandths.
    pub percent: i64,
    /// When begun.
    pub started_at: Option<DateTime<Utc>>,
    /// When done.
    pub completed_at: Option<DateTime<Utc>>,
    /// Whether it was skipped; what is skipped counts as done.
    pub waived: bool,
}

/// A graded attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Graded {
    /// When graded.
    pub at: DateTime<Utc>,
    /// Share of the points, percent in ten-thousandths.
    pub share: i64,
    /// Points on the assessment's own scale, in ten-thousandths.
    pub points: i64,
    /// Whether it passed.
    pub passed: bool,
}

/// What is known of an enrollment at one assessment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssessmentFact {
    /// Graded attempts, in any order.
    pub graded: Vec<Graded>,
    /// Whether an attempt waits for its grade.
    pub waiting: bool,
    /// Whether an attempt was given back.
    pub returned: bool,
}

/// What is known of one enrollment.
#[derive(Clone, Debug)]
pub struct Facts {
    /// When it was made.
    pub enrolled_at: DateTime<Utc>,
    /// Code of its track.
    pub track: Option<String>,
    /// When the learner's identity was checked.
    pub identity_verified_at: Option<DateTime<Utc>>,
    /// By component.
    pub components: HashMap<Uuid, ComponentFact>,
    /// By assessment.
    pub assessments: HashMap<Uuid, AssessmentFact>,
    /// What was told of the enrollment as a whole, beside its components.
    pub whole: ComponentFact,
}

impl Facts {
    /// Of an enrollment of which nothing is known yet.
    pub fn new(enrolled_at: DateTime<Utc>) -> Self {
        Self {
            enrolled_at,
            track: None,
            identity_verified_at: None,
            components: HashMap::new(),
            assessments: HashMap::new(),
            whole: ComponentFact::default(),
        }
    }

    /// Overall score so far: the weighted mean of the best graded attempts, percent in ten-thousandths. Assessments without a weight or a grade do
    /// not count; none where nothing counts.
    pub fn score(&self, plan: &Plan) -> Option<i64> {
        let mut sum = 0_i128;
        let mut weights = 0_i128;
        for assessment in plan.assessments.iter().filter(|assessment| assessment.weight > 0) {
            let graded = self.assessments.get(&assessment.id).map(|fact| fact.graded.as_slice());
            if let Some(best) = graded.unwrap_or_default().iter().map(|graded| graded.share).max() {
                sum += i128::from(best) * i128::from(assessment.weight);
                weights += i128::from(assessment.weight);
            }
        }
        (weights > 0).then(|| i64::try_from(sum / weights).unwrap_or(0))
    }

    /// The overall score that a rule asks for: as `score`, but what is not graded yet counts as nothing.
    pub fn score_of_all(&self, plan: &Plan) -> i64 {
        self.course_of_score(plan).last().map_or(0, |(_, score)| *score)
    }

    /// When the overall score of all that counts first reached a threshold.
    pub fn score_reached(&self, plan: &Plan, threshold: i64) -> Option<DateTime<Utc>> {
        if threshold <= 0 {
            return Some(self.enrolled_at);
        }
        self.course_of_score(plan).into_iter().find(|(_, score)| *score >= threshold).map(|(at, _)| at)
    }

    /// The overall score of all that counts after each grade, in order of time. It never falls, since the best attempts count.
    fn course_of_score(&self, plan: &Plan) -> Vec<(DateTime<Utc>, i64)> {
        let weighted: HashMap<Uuid, i64> = plan
            .assessments
            .iter()
            .filter(|assessment| assessment.weight > 0)
            .map(|assessment| (assessment.id, assessment.weight))
            .collect();
        let total: i128 = weighted.values().map(|weight| i128::from(*weight)).sum();
        let mut grades: Vec<(Graded, Uuid)> = self
            .assessments
            .iter()
            .filter(|(id, _)| weighted.contains_key(*id))
            .flat_map(|(id, fact)| fact.graded.iter().map(|graded| (*graded, *id)))
            .collect();
        grades.sort_by_key(|(graded, id)| (graded.at, *id, graded.share));
        let mut best: HashMap<Uuid, i64> = HashMap::new();
        let mut sum = 0_i128;
        let mut course = Vec::with_capacity(grades.len());
        for (graded, id) in grades {
            let known = best.entry(id).or_insert(0);
            if graded.share > *known {
                sum += i128::from(graded.share - *known) * i128::from(weighted[&id]);
                *known = graded.share;
            }
            course.push((graded.at, i64::try_from(sum / total).unwrap_or(0)));
        }
        course
    }

    /// Share done, percent in ten-thousandths: the mean over required components (over all where none is required); without components the
    /// share of assessments tried or what was told of the whole, whichever is more.
    pub fn percent(&self, plan: &Plan) -> i64 {
        let required: Vec<&Component> =
            plan.components.iter().filter(|component| component.required).collect();
        let counted = if required.is_empty() { plan.components.iter().collect() } else { required };
        if !counted.is_empty() {
            let sum: i64 = counted
                .iter()
                .map(|component| self.components.get(&component.id).map_or(0, ComponentFact::share_done))
                .sum();
            return sum / i64::try_from(counted.len()).unwrap_or(1);
        }
        let tried =
            plan.assessments.iter().filter(|assessment| self.assessments.contains_key(&assessment.id));
        let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
        amount::percent(count(tried.count()), count(plan.assessments.len())).max(self.whole.share_done())
    }

    /// Required components that are done, and how many there are.
    pub fn required(&self, plan: &Plan) -> (i32, i32) {
        let required = plan.components.iter().filter(|component| component.required);
        let done = required.clone().filter(|component| {
            self.components.get(&component.id).is_some_and(|fact| fact.completed_at.is_some())
        });
        let count = |length: usize| i32::try_from(length).unwrap_or(i32::MAX);
        (count(done.count()), count(required.count()))
    }
}

impl ComponentFact {
    /// Share done, percent in ten-thousandths; what is done is done whole.
    pub fn share_done(&self) -> i64 {
        if self.completed_at.is_some() { amount::HUNDRED } else { self.percent }
    }

    /// Takes in another account of the same component: the highest percent and the earliest moments stand, so that the order of accounts never
    /// matters and a repeated one changes nothing.
    pub fn join(&mut self, other: ComponentFact) {
        self.percent = self.percent.max(other.percent);
        self.started_at = earliest(self.started_at, other.started_at);
        self.completed_at = earliest(self.completed_at, other.completed_at);
        self.waived |= other.waived;
    }
}

/// The earlier of two moments that may be missing.
pub(crate) fn earliest(one: Option<DateTime<Utc>>, other: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
