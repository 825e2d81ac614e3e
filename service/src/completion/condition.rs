//! A rule made ready to be decided: its names looked up in the plan, and each thing that can be met an `Atom`.

use chrono::{DateTime, Utc};

use super::plan::{Facts, Plan};
use super::rule::Rule;
use crate::amount;

/// One thing that is met or not. Those of components and assessments hold their place in the plan.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Atom {
    /// This component done.
    Component(usize),
    /// This assessment passed.
    Assessment(usize),
    /// Overall score at least this, percent in ten-thousandths.
    Score(i64),
    /// On one of these tracks.
    Track(Vec<String>),
    /// Identity checked.
    Identity,
    /// The enrollment told to be complete as a whole.
    Whole,
    /// Names a component that the plan does not have.
    NoComponent(String),
    /// Names an assessment, or a category of them, that the plan does not have.
    NoAssessment(String),
    /// More than the plan can give: so much credit in a scheme.
    NoCredit(i64, String),
    /// More parts than there are.
    Impossible,
}

/// A rule over atoms.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All of these.
    All(Vec<Condition>),
    /// So many of these.
    AtLeast(usize, Vec<Condition>),
    /// Components that together weigh at least so much.
    Weigh(i64, Vec<(Atom, i64)>),
    /// This.
    One(Atom),
}

impl Condition {
    /// The condition of a plan: of its rule, or without one that everything required is done.
    pub fn of_plan(plan: &Plan) -> Self {
        match &plan.rule {
            Some(rule) => Self::of(rule, plan),
            None => Self::of(&implied(plan), plan),
        }
    }

    /// The condition of a rule.
    pub fn of(rule: &Rule, plan: &Plan) -> Self {
        let each = |rules: &[Rule]| rules.iter().map(|rule| Self::of(rule, plan)).collect::<Vec<_>>();
        match rule {
            Rule::AllOf(rules) if rules.is_empty() => Self::One(Atom::Whole),
            Rule::AllOf(rules) => Self::All(each(rules)),
            Rule::AnyOf(rules) => Self::at_least(1, each(rules)),
            Rule::AtLeast { count, of } => Self::at_least(*count, each(of)),
            Rule::Credits { amount, scheme } => credits(plan, amount, scheme),
            Rule::OverallScore(threshold) => {
                Self::One(Atom::Score(amount::from_f64(*threshold).unwrap_or(amount::MAX)))
            }
            Rule::AssessmentPassed(external_id) => {
                assessments(plan, external_id, |assessment| assessment.external_id == *external_id)
            }
            Rule::CategoryPassed(category) => assessments(plan, category, |assessment| {
                assessment.category.as_deref() == Some(category.as_str())
            }),
            Rule::ComponentCompleted(external_id) => {
                let named = |index: &usize| plan.components[*index].external_id == *external_id;
                let found: Vec<_> = (0..plan.components.len()).filter(named).map(Atom::Component).collect();
                Self::any(found, || Atom::NoComponent(external_id.clone()))
            }
            Rule::Track(tracks) => Self::One(Atom::Track(tracks.clone())),
            Rule::IdentityVerified(true) => Self::One(Atom::Identity),
            Rule::IdentityVerified(false) => Self::All(Vec::new()),
        }
    }

    fn at_least(count: usize, of: Vec<Condition>) -> Self {
        if count > of.len() {
            return Self::One(Atom::Impossible);
        }
        Self::AtLeast(count, of)
    }

    fn any(found: Vec<Atom>, otherwise: impl FnOnce() -> Atom) -> Self {
        match <[Atom; 1]>::try_from(found) {
            Ok([only]) => Self::One(only),
            Err(found) if found.is_empty() => Self::One(otherwise()),
            Err(found) => Self::AtLeast(1, found.into_iter().map(Self::One).collect()),
        }
    }

    /// When it came to hold: of all the latest moment, of any the earliest, of so many the moment of the last one needed.
    pub fn held_since(&self, plan: &Plan, facts: &Facts) -> Option<DateTime<Utc>> {
        match self {
            Self::All(parts) => {
                let mut latest = facts.enrolled_at;
                for (index, part) in parts.iter().enumerate() {
                    let moment = part.held_since(plan, facts)?;
                    latest = if index == 0 { moment } else { latest.max(moment) };
                }
                Some(latest)
            }
            Self::AtLeast(0, _) => Some(facts.enrolled_at),
            Self::AtLeast(count, parts) => {
                let mut moments: Vec<_> =
                    parts.iter().filter_map(|part| part.held_since(plan, facts)).collect();
                moments.sort_unstable();
                moments.get(count - 1).copied()
            }
            Self::Weigh(need, parts) => {
                let mut moments: Vec<_> = parts
                    .iter()
                    .filter_map(|(atom, weight)| Some((atom.held_since(plan, facts)?, *weight)))
                    .collect();
                moments.sort_unstable();
                let mut sum = 0;
                moments.into_iter().find_map(|(moment, weight)| {
                    sum += weight;
                    (sum >= *need).then_some(moment)
                })
            }
            Self::One(atom) => atom.held_since(plan, facts),
        }
    }
}

impl Atom {
    /// When it came to hold.
    pub fn held_since(&self, plan: &Plan, facts: &Facts) -> Option<DateTime<Utc>> {
        match self {
            Self::Component(index) => facts.components.get(&plan.components[*index].id)?.completed_at,
            Self::Assessment(index) => {
                let fact = facts.assessments.get(&plan.assessments[*index].id)?;
                fact.graded.iter().filter(|graded| graded.passed).map(|graded| graded.at).min()
            }
            Self::Score(threshold) => facts.score_reached(plan, *threshold),
            Self::Track(tracks) => {
                let on_one = facts.track.as_ref().is_some_and(|track| tracks.contains(track));
                on_one.then_some(facts.enrolled_at)
            }
            Self::Identity => facts.identity_verified_at,
            Self::Whole => facts.whole.completed_at,
            Self::NoComponent(_) | Self::NoAssessment(_) | Self::NoCredit(..) | Self::Impossible => None,
        }
    }
}

/// The rule of a version that states none: every required component done, every assessment of the version passed, and the overall pass mark reached
/// where there is one. A version that asks for nothing at all is complete once it is told to be.
fn implied(plan: &Plan) -> Rule {
    let components = plan
        .components
        .iter()
        .filter(|component| component.required)
        .map(|component| Rule::ComponentCompleted(component.external_id.clone()));
    let assessments = plan
        .assessments
        .iter()
        .filter(|assessment| !assessment.of_cohort)
        .map(|assessment| Rule::AssessmentPassed(assessment.external_id.clone()));
    let mut parts: Vec<Rule> = components.chain(assessments).collect();
    if plan.assessments.iter().any(|assessment| assessment.weight > 0) {
        parts.extend(plan.pass_mark.map(|mark| Rule::OverallScore(amount::to_f64(mark))));
    }
    Rule::AllOf(parts)
}

/// The rule that decides, whether stated or implied.
pub fn rule_of(plan: &Plan) -> Rule {
    plan.rule.clone().unwrap_or_else(|| implied(plan))
}

fn assessments(plan: &Plan, name: &str, named: impl Fn(&super::plan::Assessment) -> bool) -> Condition {
    let found = plan.assessments.iter().enumerate().filter(|(_, assessment)| named(assessment));
    let found = found.map(|(index, _)| Atom::Assessment(index)).collect();
    Condition::any(found, || Atom::NoAssessment(name.to_owned()))
}

/// Credit comes from component programs; one that stands in two places counts once.
fn credits(plan: &Plan, amount: &str, scheme: &str) -> Condition {
    let need = amount.parse().ok().and_then(amount::from_decimal).unwrap_or(amount::MAX);
    let mut seen = Vec::new();
    let mut of = Vec::new();
    for (index, component) in plan.components.iter().enumerate() {
        let Some(weight) = component.credits.get(scheme).copied().filter(|weight| *weight > 0) else {
            continue;
        };
        if component.program_id.is_some_and(|program| seen.contains(&program)) {
            continue;
        }
        seen.extend(component.program_id);
        of.push((Atom::Component(index), weight));
    }
    if of.iter().map(|(_, weight)| weight).sum::<i64>() < need {
        return Condition::One(Atom::NoCredit(need, scheme.to_owned()));
    }
    Condition::Weigh(need, of)
}
