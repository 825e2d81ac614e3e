//! The evaluator's answers: what is missing, how far it is met, and the rule's tree with the state of each part.

use cairn_entity::enums::PriorClaimStatus;
use chrono::{DateTime, Utc};
use serde_json::json;

use super::atom::{Atom, Counted};
use super::condition::{Condition, rule_of};
use super::doubt::Doubt;
use super::gap::{self, Missing};
use super::lack::{Asked, Asks, Branch, Gap, Learned, Remark, Requirement, Tried};
use super::plan::{Assessment, Component, Facts, Plan};
use super::rule::Rule;
use crate::amount;

/// Evaluates the rule: whether it is satisfied, since when, and otherwise what is missing now.
pub fn gap(plan: &Plan, facts: &Facts, now: DateTime<Utc>) -> Gap {
    let condition = Condition::of_plan(plan, facts);
    let satisfied_at = condition.held_since(plan, facts);
    let open = satisfied_at.filter(|_| facts.doubt.is_none());
    let missing = match satisfied_at {
        Some(_) => Missing { atoms: Vec::new(), instead: Vec::new(), exact: true },
        None => {
            let implies =
                |this: &Atom, other: &Atom| this.implies(other) || tests_out(plan, facts, this, other);
            gap::missing(&condition, |atom| holds(atom, plan, facts, now), implies)
        }
    };
    let Missing { atoms, instead, exact } = missing;
    let stand = Standing { plan, facts, now: satisfied_at.unwrap_or(now) };
    let whole = facts.doubt.map(doubted);
    let asked = atoms.iter().zip(&instead).map(|(atom, others)| stand.asked(atom, others));
    Gap {
        satisfied_at: open,
        missing: whole.into_iter().chain(asked).collect(),
        exact,
        tree: stand.tree(&rule_of(plan)),
    }
}

/// Whether nothing can ever meet it. Line items of cohorts may still come.
fn is_never_met(atom: &Atom) -> bool {
    matches!(atom, Atom::NoComponent(_) | Atom::NoCredit(..) | Atom::Impossible)
}

/// Whether anything could ever satisfy a rule.
pub(crate) fn can_be_met(rule: &Rule, plan: &Plan) -> bool {
    let condition = Condition::of(rule, plan, &Facts::new(DateTime::<Utc>::MIN_UTC));
    gap::is_met(&condition, &|atom: &Atom| !is_never_met(atom))
}

/// Whether an atom holds now; only what may grow too old depends on the moment.
pub(super) fn holds(atom: &Atom, plan: &Plan, facts: &Facts, now: DateTime<Utc>) -> bool {
    if atom.ages() { atom.holds_at(plan, facts, now) } else { atom.held_since(plan, facts).is_some() }
}

/// Only whether and since when the rule is satisfied.
pub fn satisfied_at(plan: &Plan, facts: &Facts) -> Option<DateTime<Utc>> {
    Condition::of_plan(plan, facts).held_since(plan, facts).filter(|_| facts.doubt.is_none())
}

/// What is asked for where the enrollment as a whole is in doubt.
fn doubted(doubt: Doubt) -> Requirement {
    match doubt {
        Doubt::Open => plain(Asked::Wait, Remark::LookedInto),
        Doubt::Upheld => plain(Asked::Provider, Remark::Upheld),
    }
}

/// What is asked of neither a component nor an assessment.
fn plain(asked: Asked, remark: Remark) -> Requirement {
    Requirement { asked, remarks: vec![remark], instead: Vec::new(), component: None, assessment: None }
}

/// Where an enrollment stands at a moment.
struct Standing<'a> {
    plan: &'a Plan,
    facts: &'a Facts,
    now: DateTime<Utc>,
}

impl Standing<'_> {
    fn requirement(&self, atom: &Atom) -> Requirement {
        let (plan, facts) = (self.plan, self.facts);
        match atom {
            Atom::Component(index) => self.component(*index, None),
            Atom::Counted(counted) => self.component(counted.component, Some(*counted)),
            Atom::Assessment(index) => self.assessment(*index, Asked::Assessment),
            Atom::Evidence(index) => self.assessment(*index, Asked::Evidence),
            Atom::Score(threshold) => {
                plain(Asked::Score(*threshold), Remark::ScoreSoFar(facts.score_of_all(plan)))
            }
            Atom::Units(need, category) => {
                let so_far = facts.units_of(category.as_deref()).map(|units| units.amount).sum();
                plain(Asked::Units(*need, category.clone()), Remark::UnitsSoFar(so_far))
            }
            Atom::Track(tracks) => plain(Asked::Track(tracks.clone()), Remark::Track(facts.track.clone())),
            Atom::Identity => plain(Asked::Identity, Remark::NotChecked),
            Atom::Whole => plain(Asked::Whole, Remark::NotReported),
            Atom::NoComponent(name) => plain(Asked::NoComponent(name.clone()), Remark::NoComponent),
            Atom::NoAssessment(name) => plain(Asked::NoAssessment(name.clone()), Remark::NoAssessment),
            Atom::NoCredit(need, scheme) => {
                plain(Asked::Credits(*need, scheme.clone()), Remark::TooFewCredits)
            }
            Atom::Impossible => plain(Asked::Provider, Remark::Impossible),
        }
    }

    /// A requirement, with what else would do in its place.
    fn asked(&self, atom: &Atom, others: &[Atom]) -> Requirement {
        let mut asked = self.requirement(atom);
        for other in others.iter().filter(|other| !is_never_met(other)) {
            let other = self.requirement(other).asked;
            // The same thing may be asked for in two places, within other limits.
            if other != asked.asked && !asked.instead.contains(&other) {
                asked.instead.push(other);
            }
        }
        asked
    }

    /// An assessment to be passed.
    fn assessment(&self, index: usize, asked: impl Fn(String) -> Asked) -> Requirement {
        let assessment = &self.plan.assessments[index];
        Requirement {
            asked: asked(assessment.title.clone()),
            remarks: tried(assessment, self.facts).into_iter().map(Remark::Tried).collect(),
            instead: Vec::new(),
            component: None,
            assessment: Some(assessment.id),
        }
    }

    /// A component to be completed, within limits where there are any.
    fn component(&self, index: usize, counted: Option<Counted>) -> Requirement {
        let component = &self.plan.components[index];
        let fact = self.facts.components.get(&component.id).copied().unwrap_or_default();
        let part = counted.and_then(|counted| counted.part);
        let looked_into = self.facts.doubted.contains(&component.id);
        let far = match (fact.completed_at, fact.percent, fact.started_at) {
            (None, ..) if looked_into => Learned::LookedInto,
            (Some(_), ..) => self.why_not_counted(component, counted),
            (None, 0, None) => Learned::NotStarted,
            (None, amount::HUNDRED, _) => Learned::Done,
            (None, percent, _) => Learned::Part(percent),
        };
        let before = self.facts.locked_by(self.plan, index).map(|before| before.title.clone());
        let rest = self.prior_learning(component, counted).into_iter().chain(before.map(Learned::Locked));
        let title = part.and_then(|part| component.within.get(&part)).unwrap_or(&component.title);
        Requirement {
            asked: Asked::Component(title.clone()),
            remarks: std::iter::once(far).chain(rest).map(Remark::Learned).collect(),
            instead: Vec::new(),
            component: Some(component.id),
            assessment: None,
        }
    }

    /// What is to be said of recognizing an open component as learned before; nothing where the program does not, or where that would not count.
    fn prior_learning(&self, component: &Component, counted: Option<Counted>) -> Option<Learned> {
        use PriorClaimStatus::{Draft, MoreEvidence, Submitted, UnderReview};
        if counted.is_some_and(|counted| counted.own) {
            return None;
        }
        let fits = self.facts.may_recognize(self.plan, component)?;
        Some(match self.facts.claimed.get(&component.id) {
            Some(Draft) => Learned::ClaimDrafted,
            Some(Submitted | UnderReview) => Learned::ClaimWaits,
            Some(MoreEvidence) => Learned::ClaimNeedsEvidence,
            _ if self.facts.recognized.contains_key(&component.id) => return None,
            _ if fits => Learned::MayBeRecognized,
            _ => {
                let most = self.plan.recognizes.unwrap_or_default();
                Learned::UsedUp(self.facts.recognized_share(self.plan), most)
            }
        })
    }

    /// Why what is complete does not count.
    fn why_not_counted(&self, component: &Component, counted: Option<Counted>) -> Learned {
        let completions = match counted.and_then(|counted| counted.part) {
            Some(part) => self.facts.completions_of(component, part),
            None => self.facts.completions(component.id).collect(),
        };
        let Some(done) = completions.into_iter().max() else {
            return Learned::Within(component.title.clone());
        };
        let day = done.at.with_timezone(&self.facts.zone).date_naive();
        match counted {
            Some(Counted { own: true, .. }) if done.recognized => Learned::RecognizedOn(day),
            Some(Counted { months: Some(months), own: false, .. }) => Learned::LongAgo(day, months),
            _ if done.at < self.facts.enrolled_at => Learned::Before(day),
            _ => Learned::On(day),
        }
    }

    /// The rule in the shape of its input, each part with its state.
    fn tree(&self, rule: &Rule) -> Branch {
        let each = |rules: &[Rule]| rules.iter().map(|rule| self.tree(rule)).collect::<Vec<_>>();
        let (name, asks) = match rule {
            Rule::AllOf(rules) => ("allOf", Asks::Parts(each(rules))),
            Rule::AnyOf(rules) => ("anyOf", Asks::Parts(each(rules))),
            Rule::AtLeast { count, of } => ("atLeast", Asks::AtLeast(*count, each(of))),
            Rule::Credits(credits) => ("credits", Asks::This(json!(credits))),
            Rule::ContinuingUnits(units) => ("continuingUnits", Asks::This(json!(units))),
            Rule::OverallScore(threshold) => ("overallScore", Asks::This(json!(threshold))),
            Rule::AssessmentPassed(external_id) => ("assessmentPassed", Asks::This(json!(external_id))),
            Rule::CategoryPassed(category) => ("categoryPassed", Asks::This(json!(category))),
            Rule::EvidenceApproved(external_id) => ("evidenceApproved", Asks::This(json!(external_id))),
            Rule::ComponentCompleted(external_id) => ("componentCompleted", Asks::This(json!(external_id))),
            Rule::GroupCompleted(code) => ("groupCompleted", Asks::This(json!(code))),
            Rule::ComponentShare(percent) => ("componentShare", Asks::This(json!(percent))),
            Rule::Track(tracks) => ("track", Asks::This(json!(tracks))),
            Rule::IdentityVerified(checked) => ("identityVerified", Asks::This(json!(checked))),
        };
        let condition = Condition::of(rule, self.plan, self.facts);
        let since = condition.held_since(self.plan, self.facts);
        // What has grown too old since is satisfied no more, unless the award was made before.
        let since =
            since.filter(|_| !condition.ages() || condition.holds_at(self.plan, self.facts, self.now));
        let remarks = match (&condition, since) {
            (Condition::One(atom), None) => self.requirement(atom).remarks,
            _ => Vec::new(),
        };
        Branch { name, asks, since, remarks }
    }
}

/// Whether passing this assessment completes that component, which is open.
fn tests_out(plan: &Plan, facts: &Facts, this: &Atom, other: &Atom) -> bool {
    let (Atom::Assessment(assessment) | Atom::Evidence(assessment), Atom::Component(component)) =
        (this, other)
    else {
        return false;
    };
    let (assessment, place) = (&plan.assessments[*assessment], &plan.components[*component]);
    assessment.rules.completes_module
        && place.module_id.is_some()
        && place.module_id == assessment.module_id
        && facts.locked_by(plan, *component).is_none()
}

/// How far an assessment is from being passed.
fn tried(assessment: &Assessment, facts: &Facts) -> Vec<Tried> {
    let fact = facts.assessments.get(&assessment.id);
    let best = fact.and_then(|fact| fact.graded.iter().map(|graded| graded.points).max());
    let needs =
        assessment.pass_mark.map_or(Tried::NeedsPass, |mark| Tried::NeedsPoints(mark, assessment.max_score));
    let present = match (best, fact) {
        (Some(best), _) => Tried::Best(best),
        (None, Some(fact)) if fact.doubted => Tried::LookedInto,
        (None, Some(fact)) if fact.waiting => Tried::Waits,
        (None, Some(fact)) if fact.returned => Tried::Returned,
        (None, _) => Tried::NotYet,
    };
    let enough = |points| assessment.pass_mark.is_none_or(|mark| points >= mark);
    let unseen = assessment.rules.observation_required && best.is_some_and(enough);
    let again = match fact.filter(|_| best.is_some()) {
        Some(fact) if fact.doubted => Some(Tried::AgainLookedInto),
        Some(fact) if fact.waiting => Some(Tried::AgainWaits),
        _ => None,
    };
    [needs, present].into_iter().chain(unseen.then_some(Tried::Unseen)).chain(again).collect()
}
