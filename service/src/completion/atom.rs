//! One thing that is met or not, and when: most things stay met, what may grow too old is met for a while.

use chrono::{DateTime, Months, Utc};
use uuid::Uuid;

use super::plan::{Completion, Facts, Plan, earliest};

/// One thing that is met or not. Those of components and assessments hold their place in the plan.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Atom {
    /// This component done.
    Component(usize),
    /// Credit of this component, within limits.
    Counted(Counted),
    /// This assessment passed.
    Assessment(usize),
    /// Evidence at this assessment approved.
    Evidence(usize),
    /// Overall score at least this, percent in ten-thousandths.
    Score(i64),
    /// So many continuing units, in ten-thousandths, of a category or of any.
    Units(i64, Option<String>),
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

/// A component that is done, and what within it counts within limits only: each program there by its own dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Counted {
    /// Its place in the plan.
    pub component: usize,
    /// Which program of those within it; none is all of them.
    pub part: Option<Uuid>,
    /// Completed at most so many months before the award.
    pub months: Option<u32>,
    /// Not completed before the enrollment was made.
    pub own: bool,
}

impl Counted {
    /// Whether a completion counts for an award of this moment. What is recognized as learned before is carried over.
    fn counts(self, done: Completion, facts: &Facts, award: DateTime<Utc>) -> bool {
        let fresh = self.months.is_none_or(|months| {
            done.at.checked_add_months(Months::new(months)).is_none_or(|until| until >= award)
        });
        let own = !done.recognized && done.at >= facts.enrolled_at;
        done.at <= award && fresh && (!self.own || own)
    }

    /// What must count, each by the moments at which it was completed.
    fn moments(self, plan: &Plan, facts: &Facts) -> Vec<Vec<Completion>> {
        let component = &plan.components[self.component];
        match self.part {
            Some(part) => vec![facts.completions_of(component, part)],
            None => {
                let parts = facts.parts_of(component).into_iter();
                parts.map(|part| facts.completions_of(component, part)).collect()
            }
        }
    }

    /// Every moment at which a part came to count, of each part.
    fn starts(self, plan: &Plan, facts: &Facts) -> Vec<Vec<DateTime<Utc>>> {
        let id = plan.components[self.component].id;
        // A component that was locked counts from when it was not.
        let Some(open) = facts.components.get(&id).and_then(|fact| fact.completed_at) else {
            return vec![Vec::new()];
        };
        let counted = |moments: Vec<Completion>| {
            let counted = moments.into_iter().filter(|done| self.counts(*done, facts, done.at));
            counted.map(|done| done.at.max(open)).collect()
        };
        self.moments(plan, facts).into_iter().map(counted).collect()
    }
}

impl Atom {
    /// Whether what met it may grow too old.
    pub fn ages(&self) -> bool {
        matches!(self, Self::Counted(Counted { months: Some(_), .. }))
    }

    /// Whether meeting this one meets the other, too.
    pub fn implies(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Counted(counted), Self::Component(component)) => counted.component == *component,
            (Self::Counted(this), Self::Counted(other)) => {
                this.component == other.component
                    && (this.part.is_none() || this.part == other.part)
                    && other.months.is_none_or(|most| this.months.is_some_and(|months| months <= most))
                    && (this.own || !other.own)
            }
            (Self::Evidence(this), Self::Assessment(other)) => this == other,
            (Self::Score(this), Self::Score(other)) => this >= other,
            (Self::Units(this, of), Self::Units(other, of_other)) => {
                this >= other && (of == of_other || of_other.is_none())
            }
            (Self::Track(this), Self::Track(other)) => this.iter().all(|track| other.contains(track)),
            (this, other) => this == other,
        }
    }

    /// Since when it holds; of what may grow too old: when it first held.
    pub fn held_since(&self, plan: &Plan, facts: &Facts) -> Option<DateTime<Utc>> {
        match self {
            Self::Component(index) => facts.components.get(&plan.components[*index].id)?.completed_at,
            Self::Counted(counted) => {
                let first = counted.starts(plan, facts).into_iter().map(|starts| starts.into_iter().min());
                first.collect::<Option<Vec<_>>>()?.into_iter().max()
            }
            Self::Assessment(index) => {
                let passed = earliest_pass(plan, facts, *index, |_| true);
                earliest(passed, facts.excused_since(plan, &plan.assessments[*index]))
            }
            Self::Evidence(index) => earliest_pass(plan, facts, *index, |graded| graded.with_evidence),
            Self::Score(threshold) => facts.score_reached(plan, *threshold),
            Self::Units(need, category) => facts.units_reached(category.as_deref(), *need),
            Self::Track(tracks) => {
                let on_one = facts.track.as_ref().is_some_and(|track| tracks.contains(track));
                on_one.then_some(facts.enrolled_at)
            }
            Self::Identity => facts.identity_verified_at,
            Self::Whole => facts.whole.completed_at,
            Self::NoComponent(_) | Self::NoAssessment(_) | Self::NoCredit(..) | Self::Impossible => None,
        }
    }

    /// Every moment at which it may have come to hold.
    pub fn starts(&self, plan: &Plan, facts: &Facts) -> Vec<DateTime<Utc>> {
        match self {
            Self::Counted(counted) => counted.starts(plan, facts).into_iter().flatten().collect(),
            _ => self.held_since(plan, facts).into_iter().collect(),
        }
    }

    /// Whether it holds for an award of this moment.
    pub fn holds_at(&self, plan: &Plan, facts: &Facts, award: DateTime<Utc>) -> bool {
        let since = self.held_since(plan, facts);
        since.is_some_and(|since| since <= award)
            && match self {
                Self::Counted(counted) => counted
                    .moments(plan, facts)
                    .into_iter()
                    .all(|moments| moments.into_iter().any(|done| counted.counts(done, facts, award))),
                _ => true,
            }
    }
}

fn earliest_pass(
    plan: &Plan,
    facts: &Facts,
    index: usize,
    counts: impl Fn(&super::plan::Graded) -> bool,
) -> Option<DateTime<Utc>> {
    let fact = facts.assessments.get(&plan.assessments[index].id)?;
    fact.graded.iter().filter(|graded| graded.passed && counts(graded)).map(|graded| graded.at).min()
}
