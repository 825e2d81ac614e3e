//! What a rule is about: the components and assessments of a version (and of a cohort), and what is known of one enrollment. Values only; `load` fills them.

use std::collections::{HashMap, HashSet};

use cairn_entity::attempt;
use cairn_entity::enums::{GradingMode, IdentityCheck, PriorClaimStatus, Supervision};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use super::doubt::Doubt;
use super::granted;
use super::rule::Rule;
use crate::amount;
use crate::attempt::Rules;
use crate::program::terms::Level;

/// What an enrollment is measured by: the same for all in one version and cohort.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The rule; none means everything required.
    pub rule: Option<Rule>,
    /// Overall pass mark, percent in ten-thousandths; it counts where there is no rule.
    pub pass_mark: Option<i64>,
    /// Whether each required component opens the next.
    pub ordered: bool,
    /// How much of it may be recognized as learned before, percent in ten-thousandths; none: nothing is recognized.
    pub recognizes: Option<i64>,
    /// Groups to choose from.
    pub groups: Vec<Group>,
    /// Places, in order.
    pub components: Vec<Component>,
    /// Assessments of the version and of the cohort, in order.
    pub assessments: Vec<Assessment>,
}

/// Components of which some are chosen.
#[derive(Clone, Debug)]
pub struct Group {
    /// What components name it by.
    pub code: String,
    /// Title.
    pub title: String,
    /// How many of them are asked for.
    pub choose: usize,
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
    /// The group that it belongs to.
    pub group: Option<String>,
    /// Credit that it gives, by scheme: for itself and for each program within it, in ten-thousandths.
    pub credits: HashMap<String, Vec<(Uuid, i64)>>,
    /// Titles of the programs within the one that fills it, at whatever depth, where a rule asks for credit.
    pub within: HashMap<Uuid, String>,
    /// Levels that it lies at.
    pub levels: Vec<Level>,
    /// Its part of the whole, beside that of the others: in hours or credit where all state them.
    pub worth: i64,
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

/// A moment at which a component was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Completion {
    /// When.
    pub at: DateTime<Utc>,
    /// Whether it was recognized as learned before, rather than learned.
    pub recognized: bool,
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
    /// Whether evidence was handed in with it.
    pub with_evidence: bool,
}

/// Continuing units earned by one activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Units {
    /// Of which category.
    pub category: String,
    /// How many, in ten-thousandths.
    pub amount: i64,
    /// When earned.
    pub at: DateTime<Utc>,
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
    /// Whether an attempt is being looked into, and does not count meanwhile.
    pub doubted: bool,
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
    /// Every moment at which a component was completed, where there may be several.
    pub repeated: HashMap<Uuid, Vec<DateTime<Utc>>>,
    /// Credit that components give this learner, by scheme: of what lies within for that alone which the learner completed. Where nothing is said
    /// of a component, the plan says it.
    pub credits: HashMap<Uuid, HashMap<String, Vec<(Uuid, i64)>>>,
    /// Every moment at which a program was completed that lies within a component, where a rule asks for credit.
    pub within: HashMap<Uuid, Vec<DateTime<Utc>>>,
    /// Components that are recognized as learned before, and since when; they are done by that.
    pub recognized: HashMap<Uuid, DateTime<Utc>>,
    /// Components that are claimed as learned before, and how far the claim is.
    pub claimed: HashMap<Uuid, PriorClaimStatus>,
    /// Continuing units, in any order.
    pub units: Vec<Units>,
    /// What was told of the enrollment as a whole, beside its components.
    pub whole: ComponentFact,
    /// Whether the enrollment as a whole is in doubt: then nothing satisfies its rule.
    pub doubt: Option<Doubt>,
    /// Components that are programs, complete but in doubt: they do not count meanwhile.
    pub doubted: HashSet<Uuid>,
    /// Where days are told, once that matters: the issuer's time zone.
    pub zone: Tz,
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
            repeated: HashMap::new(),
            credits: HashMap::new(),
            within: HashMap::new(),
            recognized: HashMap::new(),
            claimed: HashMap::new(),
            units: Vec::new(),
            whole: ComponentFact::default(),
            doubt: None,
            doubted: HashSet::new(),
            zone: Tz::UTC,
        }
    }

    /// Every moment at which a component was completed, and at last that at which it was recognized.
    pub fn completions(&self, component: Uuid) -> impl Iterator<Item = Completion> {
        let recognized = self.recognized.get(&component).copied();
        let once = self.components.get(&component).and_then(|fact| fact.completed_at);
        let repeated = self.repeated.get(&component).filter(|all| !all.is_empty());
        let learned = match repeated {
            Some(all) => all.clone(),
            None => once.filter(|_| recognized.is_none()).into_iter().collect(),
        };
        let of = |recognized: bool| move |at: DateTime<Utc>| Completion { at, recognized };
        learned.into_iter().map(of(false)).chain(recognized.map(of(true)))
    }

    /// Credit that a component gives, by scheme.
    pub fn credits_of<'a>(&'a self, component: &'a Component) -> &'a HashMap<String, Vec<(Uuid, i64)>> {
        self.credits.get(&component.id).unwrap_or(&component.credits)
    }

    /// The programs whose credit a component gives.
    pub fn parts_of(&self, component: &Component) -> Vec<Uuid> {
        let mut parts: Vec<Uuid> =
            self.credits_of(component).values().flatten().map(|(part, _)| *part).collect();
        parts.sort_unstable();
        parts.dedup();
        parts
    }

    /// Every moment at which a program within a component was completed: of the one that fills it, the component's own. What is recognized is so
    /// with all that lies within it.
    pub fn completions_of(&self, component: &Component, part: Uuid) -> Vec<Completion> {
        if component.program_id == Some(part) {
            return self.completions(component.id).collect();
        }
        let learned = self.within.get(&part).into_iter().flatten();
        let learned = learned.map(|at| Completion { at: *at, recognized: false });
        let recognized =
            self.recognized.get(&component.id).map(|at| Completion { at: *at, recognized: true });
        learned.chain(recognized).collect()
    }

    /// When continuing units, of a category or of any, first came to so many.
    pub fn units_reached(&self, category: Option<&str>, need: i64) -> Option<DateTime<Utc>> {
        if need <= 0 {
            return Some(self.enrolled_at);
        }
        let mut earned: Vec<&Units> = self.units_of(category).collect();
        earned.sort_by_key(|units| units.at);
        let mut sum = 0_i64;
        let reached = earned.into_iter().find(|units| {
            sum = sum.saturating_add(units.amount);
            sum >= need
        });
        reached.map(|units| units.at)
    }

    /// Continuing units of a category, or of any.
    pub fn units_of<'a>(&'a self, category: Option<&'a str>) -> impl Iterator<Item = &'a Units> {
        self.units.iter().filter(move |units| category.is_none_or(|category| units.category == category))
    }

    /// Only what was done from a moment on: what a cycle of renewal asks for is to be done in it.
    pub fn since(mut self, from: DateTime<Utc>) -> Self {
        let late = |moment: Option<DateTime<Utc>>| moment.filter(|moment| *moment >= from);
        for fact in self.components.values_mut() {
            *fact = ComponentFact { completed_at: late(fact.completed_at), ..*fact };
        }
        for fact in self.assessments.values_mut() {
            fact.graded.retain(|graded| graded.at >= from);
        }
        for (component, moments) in &mut self.repeated {
            moments.retain(|moment| *moment >= from);
            let fact = self.components.entry(*component).or_default();
            fact.completed_at = moments.iter().min().copied();
        }
        self.repeated.retain(|_, moments| !moments.is_empty());
        for moments in self.within.values_mut() {
            moments.retain(|moment| *moment >= from);
        }
        self.recognized.retain(|_, moment| *moment >= from);
        for (component, moment) in &self.recognized {
            self.components.entry(*component).or_default().join(granted::done(*moment));
        }
        self.units.retain(|units| units.at >= from);
        self.whole.completed_at = late(self.whole.completed_at);
        self
    }

    /// The component that must be complete before this one opens, where the plan is ordered: the first required one that is not.
    pub fn locked_by<'a>(&self, plan: &'a Plan, index: usize) -> Option<&'a Component> {
        let before = plan.components.get(..index).filter(|_| plan.ordered)?;
        let is_open = |component: &&Component| {
            component.required
                && self.components.get(&component.id).is_none_or(|fact| fact.completed_at.is_none())
        };
        before.iter().find(is_open)
    }

    /// Where the plan is ordered: a component counts as done only once every required one before it is, and then as of the latest of
    /// these moments. What was told of it before is kept, so that the order in which it was told never matters.
    pub fn in_order(mut self, plan: &Plan) -> Self {
        if !plan.ordered {
            return self;
        }
        let mut open_since = Some(DateTime::<Utc>::MIN_UTC);
        for component in &plan.components {
            let fact = self.components.entry(component.id).or_default();
            fact.completed_at =
                open_since.zip(fact.completed_at).map(|(open_since, done)| done.max(open_since));
            if component.required {
                open_since = fact.completed_at;
            }
        }
        self
    }

    /// Share done, percent in ten-thousandths: the mean over required components and, of each group, the furthest of as many as it asks
    /// for (over all components where nothing is required); without components the share of assessments tried or what was told of the
    /// whole, whichever is more.
    pub fn percent(&self, plan: &Plan) -> i64 {
        let share =
            |component: &Component| self.components.get(&component.id).map_or(0, ComponentFact::share_done);
        let required = plan.components.iter().filter(|component| component.required);
        let mut shares: Vec<i64> = required.map(share).collect();
        for group in &plan.groups {
            let mut chosen: Vec<i64> = plan.components_of(group).map(share).collect();
            chosen.sort_unstable_by_key(|share| std::cmp::Reverse(*share));
            chosen.resize(group.choose, 0);
            shares.extend(chosen);
        }
        if shares.is_empty() {
            shares = plan.components.iter().map(share).collect();
        }
        if !shares.is_empty() {
            return shares.iter().sum::<i64>() / i64::try_from(shares.len()).unwrap_or(1);
        }
        let tried =
            plan.assessments.iter().filter(|assessment| self.assessments.contains_key(&assessment.id));
        let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
        amount::percent(count(tried.count()), count(plan.assessments.len())).max(self.whole.share_done())
    }

    /// Required components that are done, and how many there are; of a group as many as it asks for.
    pub fn required(&self, plan: &Plan) -> (i32, i32) {
        let is_done = |component: &&Component| {
            self.components.get(&component.id).is_some_and(|fact| fact.completed_at.is_some())
        };
        let required = plan.components.iter().filter(|component| component.required);
        let mut counts = (required.clone().filter(is_done).count(), required.count());
        for group in &plan.groups {
            counts.0 += plan.components_of(group).filter(is_done).count().min(group.choose);
            counts.1 += group.choose;
        }
        let count = |length: usize| i32::try_from(length).unwrap_or(i32::MAX);
        (count(counts.0), count(counts.1))
    }
}

impl Plan {
    /// Whether its rule is, or has anywhere within it, a rule of some kind.
    pub fn asks(&self, is: impl Fn(&Rule) -> bool) -> bool {
        self.rule.as_ref().is_some_and(|rule| rule.has(&is))
    }

    /// The components of a group, in order.
    pub fn components_of<'a>(&'a self, group: &'a Group) -> impl Iterator<Item = &'a Component> + Clone {
        self.components.iter().filter(|component| component.group.as_deref() == Some(group.code.as_str()))
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
