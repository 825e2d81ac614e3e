//! A rule made ready to be decided: its names looked up in the plan, and each thing that can be met an `Atom`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::atom::{Atom, Counted};
use super::gap;
use super::plan::{Component, Facts, Plan};
use super::rule::{Credits, Rule};
use crate::amount;
use crate::program::terms::Level;

/// A rule over atoms.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All of these.
    All(Vec<Condition>),
    /// So many of these.
    AtLeast(usize, Vec<Condition>),
    /// Components that together give at least so much, each thing of theirs once.
    Weigh(i64, Vec<Weight>),
    /// This.
    One(Atom),
}

/// What an atom gives where it is met: amounts by what they are given for. What several atoms give for one thing counts once.
#[derive(Clone, Debug, PartialEq)]
pub struct Weight {
    /// When it counts.
    pub atom: Atom,
    /// What it gives.
    pub gives: Vec<(Uuid, i64)>,
}

/// What these give together: of each thing the most that one of them gives for it.
pub fn together<'a>(gives: impl Iterator<Item = &'a [(Uuid, i64)]>) -> i64 {
    let mut most: HashMap<Uuid, i64> = HashMap::new();
    for (thing, amount) in gives.flatten() {
        let known = most.entry(*thing).or_default();
        *known = (*known).max(*amount);
    }
    most.values().sum()
}

impl Condition {
    /// The condition of a plan: of its rule, or without one that everything required is done.
    pub fn of_plan(plan: &Plan, facts: &Facts) -> Self {
        match &plan.rule {
            Some(rule) => Self::of(rule, plan, facts),
            None => Self::of(&implied(plan), plan, facts),
        }
    }

    /// The condition of a rule; how much credit a component gives, and for what, may differ by learner.
    pub fn of(rule: &Rule, plan: &Plan, facts: &Facts) -> Self {
        let each = |rules: &[Rule]| rules.iter().map(|rule| Self::of(rule, plan, facts)).collect::<Vec<_>>();
        match rule {
            Rule::AllOf(rules) if rules.is_empty() => Self::One(Atom::Whole),
            Rule::AllOf(rules) => Self::All(each(rules)),
            Rule::AnyOf(rules) => Self::at_least(1, each(rules)),
            Rule::AtLeast { count, of } => Self::at_least(*count, each(of)),
            Rule::Credits(rule) => credits(plan, facts, rule),
            Rule::ContinuingUnits(units) => {
                Self::One(Atom::Units(decimal(&units.amount), units.category.clone()))
            }
            Rule::OverallScore(threshold) => {
                Self::One(Atom::Score(amount::from_f64(*threshold).unwrap_or(amount::MAX)))
            }
            Rule::AssessmentPassed(external_id) => {
                assessments(plan, external_id, Atom::Assessment, |assessment| {
                    assessment.external_id == *external_id
                })
            }
            Rule::CategoryPassed(category) => assessments(plan, category, Atom::Assessment, |assessment| {
                assessment.category.as_deref() == Some(category.as_str())
            }),
            Rule::EvidenceApproved(external_id) => {
                assessments(plan, external_id, Atom::Evidence, |assessment| {
                    assessment.external_id == *external_id
                })
            }
            Rule::ComponentCompleted(external_id) => {
                let found = components(plan, |component| component.external_id == *external_id);
                Self::any(found, || Atom::NoComponent(external_id.clone()))
            }
            Rule::GroupCompleted(code) => group(plan, code),
            Rule::ComponentShare(percent) => share(plan, *percent),
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

    /// Its atoms, in the order in which it names them.
    pub fn atoms(&self) -> Vec<&Atom> {
        match self {
            Self::All(parts) | Self::AtLeast(_, parts) => parts.iter().flat_map(Self::atoms).collect(),
            Self::Weigh(_, weights) => weights.iter().map(|weight| &weight.atom).collect(),
            Self::One(atom) => vec![atom],
        }
    }

    /// Whether anything that meets it may grow too old.
    pub fn ages(&self) -> bool {
        self.atoms().into_iter().any(Atom::ages)
    }

    /// The moment of the award: the first at which it held. What may grow too old must hold at that very moment, and nothing is
    /// awarded before the enrollment was made.
    pub fn held_since(&self, plan: &Plan, facts: &Facts) -> Option<DateTime<Utc>> {
        if !self.ages() {
            return self.reached(plan, facts);
        }
        let starts = self.atoms().into_iter().flat_map(|atom| atom.starts(plan, facts));
        let mut moments: Vec<_> = starts.map(|start| start.max(facts.enrolled_at)).collect();
        moments.push(facts.enrolled_at);
        moments.sort_unstable();
        moments.dedup();
        moments.into_iter().find(|award| self.holds_at(plan, facts, *award))
    }

    /// Whether it holds for an award of this moment.
    pub fn holds_at(&self, plan: &Plan, facts: &Facts, award: DateTime<Utc>) -> bool {
        gap::is_met(self, &|atom: &Atom| atom.holds_at(plan, facts, award))
    }

    /// When it came to hold, where nothing grows old: of all the latest moment, of any the earliest, of so many the moment of the
    /// last one needed.
    fn reached(&self, plan: &Plan, facts: &Facts) -> Option<DateTime<Utc>> {
        match self {
            Self::All(parts) => {
                let mut latest = facts.enrolled_at;
                for (index, part) in parts.iter().enumerate() {
                    let moment = part.reached(plan, facts)?;
                    latest = if index == 0 { moment } else { latest.max(moment) };
                }
                Some(latest)
            }
            Self::AtLeast(0, _) => Some(facts.enrolled_at),
            Self::AtLeast(count, parts) => {
                let mut moments: Vec<_> = parts.iter().filter_map(|part| part.reached(plan, facts)).collect();
                moments.sort_unstable();
                moments.get(count - 1).copied()
            }
            Self::Weigh(need, weights) => {
                let since = |weight: &Weight| weight.atom.held_since(plan, facts);
                let mut moments: Vec<_> = weights.iter().filter_map(since).collect();
                moments.sort_unstable();
                moments.into_iter().find(|moment| {
                    let by_then =
                        weights.iter().filter(|weight| since(weight).is_some_and(|at| at <= *moment));
                    together(by_then.map(|weight| weight.gives.as_slice())) >= *need
                })
            }
            Self::One(atom) => atom.held_since(plan, facts),
        }
    }
}

/// The rule of a version that states none: every required component done, of each group as many as it asks for, every assessment of
/// the version passed, and the overall pass mark reached where there is one. A version that asks for nothing at all is complete once it
/// is told to be.
fn implied(plan: &Plan) -> Rule {
    let components = plan
        .components
        .iter()
        .filter(|component| component.required)
        .map(|component| Rule::ComponentCompleted(component.external_id.clone()));
    let groups = plan.groups.iter().map(|group| Rule::GroupCompleted(group.code.clone()));
    let assessments = plan
        .assessments
        .iter()
        .filter(|assessment| !assessment.of_cohort)
        .map(|assessment| Rule::AssessmentPassed(assessment.external_id.clone()));
    let mut parts: Vec<Rule> = components.chain(groups).chain(assessments).collect();
    if plan.assessments.iter().any(|assessment| assessment.weight > 0) {
        parts.extend(plan.pass_mark.map(|mark| Rule::OverallScore(amount::to_f64(mark))));
    }
    Rule::AllOf(parts)
}

/// The rule that decides, whether stated or implied.
pub fn rule_of(plan: &Plan) -> Rule {
    plan.rule.clone().unwrap_or_else(|| implied(plan))
}

fn assessments(
    plan: &Plan,
    name: &str,
    atom: impl Fn(usize) -> Atom,
    named: impl Fn(&super::plan::Assessment) -> bool,
) -> Condition {
    let found = plan.assessments.iter().enumerate().filter(|(_, assessment)| named(assessment));
    let found = found.map(|(index, _)| atom(index)).collect();
    Condition::any(found, || Atom::NoAssessment(name.to_owned()))
}

fn components(plan: &Plan, named: impl Fn(&Component) -> bool) -> Vec<Atom> {
    (0..plan.components.len()).filter(|index| named(&plan.components[*index])).map(Atom::Component).collect()
}

/// As many of a group as it asks for.
fn group(plan: &Plan, code: &str) -> Condition {
    let Some(group) = plan.groups.iter().find(|group| group.code == code) else {
        return Condition::One(Atom::NoComponent(code.to_owned()));
    };
    let found = components(plan, |component| component.group.as_deref() == Some(code));
    Condition::at_least(group.choose, found.into_iter().map(Condition::One).collect())
}

/// So many percent of all components, begun ones not counted.
fn share(plan: &Plan, percent: f64) -> Condition {
    let all = components(plan, |_| true);
    let need = amount::from_f64(percent).unwrap_or(amount::MAX).max(0);
    let count = i64::try_from(all.len()).unwrap_or(i64::MAX).saturating_mul(need);
    let count = count / amount::HUNDRED + i64::from(count % amount::HUNDRED > 0);
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    Condition::at_least(count, all.into_iter().map(Condition::One).collect())
}

/// Credit comes from component programs. What two of them contain counts once, and no program for more than it says. At most so much
/// carried over is the same as at least the rest earned since. Within limits each program within counts by its own dates.
fn credits(plan: &Plan, facts: &Facts, rule: &Credits) -> Condition {
    let need = decimal(&rule.amount);
    let all = weigh((plan, facts), rule, need, false);
    match &rule.carried_over_at_most {
        None => all,
        Some(most) => Condition::All(vec![all, weigh((plan, facts), rule, need - decimal(most), true)]),
    }
}

fn weigh((plan, facts): (&Plan, &Facts), rule: &Credits, need: i64, own: bool) -> Condition {
    if need <= 0 {
        return Condition::All(Vec::new());
    }
    let mut weights = Vec::new();
    for (component, row) in plan.components.iter().enumerate() {
        let Some(gives) = facts.credits_of(row).get(&rule.scheme).filter(|gives| !gives.is_empty()) else {
            continue;
        };
        if rule.at_level.as_ref().is_some_and(|level| !reaches(&row.levels, level)) {
            continue;
        }
        let mut weigh = |atom, gives: &[(Uuid, i64)]| weights.push(Weight { atom, gives: gives.to_vec() });
        if !own && rule.max_age_months.is_none() {
            weigh(Atom::Component(component), gives);
            continue;
        }
        let counted = |part| Atom::Counted(Counted { component, part, months: rule.max_age_months, own });
        weigh(counted(None), gives);
        for given in gives {
            weigh(counted(Some(given.0)), std::slice::from_ref(given));
        }
    }
    if together(weights.iter().map(|weight| weight.gives.as_slice())) < need {
        return Condition::One(Atom::NoCredit(need, rule.scheme.clone()));
    }
    Condition::Weigh(need, weights)
}

/// Whether one of these levels is the asked one, or where both are numbers a higher one, of the same framework.
fn reaches(levels: &[Level], asked: &Level) -> bool {
    let number = |value: &str| value.trim().parse::<i64>().ok();
    levels.iter().filter(|level| level.framework.eq_ignore_ascii_case(&asked.framework)).any(|level| {
        match (number(&level.value), number(&asked.value)) {
            (Some(level), Some(asked)) => level >= asked,
            _ => level.value.eq_ignore_ascii_case(&asked.value),
        }
    })
}

/// Ten-thousandths of a decimal that a rule states; what is none (which no published rule holds) cannot be reached.
pub(super) fn decimal(text: &str) -> i64 {
    text.parse().ok().and_then(amount::from_decimal).unwrap_or(amount::MAX)
}
