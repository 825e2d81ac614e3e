//! The evaluator's answers in words and as data: what is missing, how far it is met, and the rule's tree with the state of each part.

use cairn_entity::enums::PriorClaimStatus;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::atom::{Atom, Counted};
use super::condition::{Condition, rule_of};
use super::doubt::Doubt;
use super::gap::{self, Missing};
use super::plan::{Assessment, Component, Facts, Plan};
use super::rule::Rule;
use crate::amount;

/// So many things that would do instead are named.
const NAMED_INSTEAD: usize = 3;

/// What an enrollment still lacks.
#[derive(Clone, Debug)]
pub struct Gap {
    /// When the rule came to be satisfied; none while something is missing.
    pub satisfied_at: Option<DateTime<Utc>>,
    /// What is missing: each is needed, together they are enough.
    pub missing: Vec<Requirement>,
    /// Whether no smaller set would do.
    pub exact: bool,
    /// The rule with the state of each part.
    pub tree: Value,
}

/// One thing that is missing, in words that a learner understands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// What is asked for.
    pub requirement: String,
    /// The threshold and the present value.
    pub detail: Option<String>,
    /// The component it asks for.
    pub component: Option<Uuid>,
    /// The assessment it asks for.
    pub assessment: Option<Uuid>,
}

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
    let (requirement, detail) = match doubt {
        Doubt::Open => ("Wait until your work has been looked into", "it is being looked into"),
        Doubt::Upheld => ("Ask the provider", "your work was looked into, and does not lead to an award"),
    };
    let (requirement, detail) = (requirement.to_owned(), Some(detail.to_owned()));
    Requirement { requirement, detail, component: None, assessment: None }
}

/// Where an enrollment stands at a moment.
struct Standing<'a> {
    plan: &'a Plan,
    facts: &'a Facts,
    now: DateTime<Utc>,
}

impl Standing<'_> {
    fn requirement(&self, atom: &Atom) -> Requirement {
        let plain = |requirement: String, detail: String| Requirement {
            requirement,
            detail: Some(detail),
            component: None,
            assessment: None,
        };
        let (plan, facts) = (self.plan, self.facts);
        match atom {
            Atom::Component(index) => self.component(*index, None),
            Atom::Counted(counted) => self.component(counted.component, Some(*counted)),
            Atom::Assessment(index) => {
                let assessment = &plan.assessments[*index];
                let plain = plain(format!("Pass “{}”", assessment.title), standing(assessment, facts));
                Requirement { assessment: Some(assessment.id), ..plain }
            }
            Atom::Evidence(index) => {
                let assessment = &plan.assessments[*index];
                let asked = format!("Have your evidence for “{}” approved", assessment.title);
                Requirement { assessment: Some(assessment.id), ..plain(asked, standing(assessment, facts)) }
            }
            Atom::Score(threshold) => plain(
                format!("Reach an overall score of at least {} %", number(*threshold)),
                format!("{} % so far", number(facts.score_of_all(plan))),
            ),
            Atom::Units(need, category) => {
                let so_far: i64 = facts.units_of(category.as_deref()).map(|units| units.amount).sum();
                let asked = match category {
                    Some(category) => format!("Earn {} continuing units of “{category}”", number(*need)),
                    None => format!("Earn {} continuing units", number(*need)),
                };
                plain(asked, format!("{} so far", number(so_far)))
            }
            Atom::Track(tracks) => plain(
                format!("Be on the track {}", one_of(tracks)),
                facts.track.as_ref().map_or("on no track".to_owned(), |track| format!("on “{track}”")),
            ),
            Atom::Identity => plain("Have your identity checked".to_owned(), "not checked yet".to_owned()),
            Atom::Whole => plain("Complete the program".to_owned(), "not reported complete yet".to_owned()),
            Atom::NoComponent(name) => plain(
                format!("Complete the component `{name}`"),
                "the program has no such component: ask its provider".to_owned(),
            ),
            Atom::NoAssessment(name) => plain(
                format!("Pass the assessment `{name}`"),
                "there is no such assessment yet: ask the provider".to_owned(),
            ),
            Atom::NoCredit(need, scheme) => plain(
                format!("Earn {} credits ({scheme})", number(*need)),
                "the program's components do not give that much: ask its provider".to_owned(),
            ),
            Atom::Impossible => plain(
                "Ask the provider".to_owned(),
                "the rule asks for more parts than it names, so nothing can satisfy it".to_owned(),
            ),
        }
    }

    /// A requirement, with what else would do in its place.
    fn asked(&self, atom: &Atom, others: &[Atom]) -> Requirement {
        let mut asked = self.requirement(atom);
        let mut named: Vec<String> = Vec::new();
        for other in others.iter().filter(|other| !is_never_met(other)) {
            let said = self.requirement(other).requirement;
            // The same thing may be asked for in two places, within other limits.
            if said != asked.requirement && !named.contains(&said) {
                named.push(said);
            }
        }
        if let Some(instead) = instead(&named) {
            let detail = asked.detail.take().into_iter().chain([instead]);
            asked.detail = Some(detail.collect::<Vec<_>>().join("; "));
        }
        asked
    }

    /// A component to be completed, within limits where there are any.
    fn component(&self, index: usize, counted: Option<Counted>) -> Requirement {
        let component = &self.plan.components[index];
        let fact = self.facts.components.get(&component.id).copied().unwrap_or_default();
        let part = counted.and_then(|counted| counted.part);
        let looked_into = self.facts.doubted.contains(&component.id);
        let mut detail = match (fact.completed_at, fact.percent, fact.started_at) {
            (None, ..) if looked_into => "done; it is being looked into".to_owned(),
            (Some(_), ..) => self.why_not_counted(component, counted),
            (None, 0, None) => "not started".to_owned(),
            (None, amount::HUNDRED, _) => "done".to_owned(),
            (None, percent, _) => format!("{} % done", number(percent)),
        };
        if let Some(prior) = self.prior_learning(component, counted) {
            detail = format!("{detail}; {prior}");
        }
        if let Some(before) = self.facts.locked_by(self.plan, index) {
            detail = format!("{detail}; opens once “{}” is complete", before.title);
        }
        let title = part.and_then(|part| component.within.get(&part)).unwrap_or(&component.title);
        Requirement {
            requirement: format!("Complete “{title}”"),
            detail: Some(detail),
            component: Some(component.id),
            assessment: None,
        }
    }

    /// What is to be said of recognizing an open component as learned before; nothing where the program does not, or where that would not count.
    fn prior_learning(&self, component: &Component, counted: Option<Counted>) -> Option<String> {
        use PriorClaimStatus::{Draft, MoreEvidence, Submitted, UnderReview};
        if counted.is_some_and(|counted| counted.own) {
            return None;
        }
        let fits = self.facts.may_recognize(self.plan, component)?;
        let said = match self.facts.claimed.get(&component.id) {
            Some(Draft) => "claimed as learned before, and not handed in yet",
            Some(Submitted | UnderReview) => "claimed as learned before, waits for the decision",
            Some(MoreEvidence) => "claimed as learned before, more evidence is asked for",
            _ if self.facts.recognized.contains_key(&component.id) => return None,
            _ if fits => "may be recognized if you have learned it before",
            _ => return Some(self.used_up()),
        };
        Some(said.to_owned())
    }

    /// How much of what may be recognized is used up.
    fn used_up(&self) -> String {
        format!(
            "cannot be recognized as learned before: {} % of the program is, and at most {} % may be",
            number(self.facts.recognized_share(self.plan)),
            number(self.plan.recognizes.unwrap_or_default())
        )
    }

    /// Why what is complete does not count.
    fn why_not_counted(&self, component: &Component, counted: Option<Counted>) -> String {
        let completions = match counted.and_then(|counted| counted.part) {
            Some(part) => self.facts.completions_of(component, part),
            None => self.facts.completions(component.id).collect(),
        };
        let Some(done) = completions.into_iter().max() else {
            return format!("within “{}”; when it was completed is not known", component.title);
        };
        let latest = done.at;
        let day = latest.date_naive();
        match counted {
            Some(Counted { own: true, .. }) if done.recognized => {
                format!(
                    "recognized on {day} as learned before; no more than what counts already is carried over"
                )
            }
            Some(Counted { months: Some(months), own: false, .. }) => {
                format!("completed on {day}, more than {months} months ago")
            }
            _ if latest < self.facts.enrolled_at => {
                format!(
                    "completed on {day}, before you enrolled; no more than what counts already is carried over"
                )
            }
            _ => format!("completed on {day}"),
        }
    }

    /// The rule in the shape of its input, each part with its state.
    fn tree(&self, rule: &Rule) -> Value {
        let each = |rules: &[Rule]| Value::from(rules.iter().map(|rule| self.tree(rule)).collect::<Vec<_>>());
        let (name, value) = match rule {
            Rule::AllOf(rules) => ("allOf", each(rules)),
            Rule::AnyOf(rules) => ("anyOf", each(rules)),
            Rule::AtLeast { count, of } => ("atLeast", json!({ "count": count, "of": each(of) })),
            Rule::Credits(credits) => ("credits", json!(credits)),
            Rule::ContinuingUnits(units) => ("continuingUnits", json!(units)),
            Rule::OverallScore(threshold) => ("overallScore", json!(threshold)),
            Rule::AssessmentPassed(external_id) => ("assessmentPassed", json!(external_id)),
            Rule::CategoryPassed(category) => ("categoryPassed", json!(category)),
            Rule::EvidenceApproved(external_id) => ("evidenceApproved", json!(external_id)),
            Rule::ComponentCompleted(external_id) => ("componentCompleted", json!(external_id)),
            Rule::GroupCompleted(code) => ("groupCompleted", json!(code)),
            Rule::ComponentShare(percent) => ("componentShare", json!(percent)),
            Rule::Track(tracks) => ("track", json!(tracks)),
            Rule::IdentityVerified(checked) => ("identityVerified", json!(checked)),
        };
        let condition = Condition::of(rule, self.plan, self.facts);
        let since = condition.held_since(self.plan, self.facts);
        // What has grown too old since is satisfied no more, unless the award was made before.
        let since =
            since.filter(|_| !condition.ages() || condition.holds_at(self.plan, self.facts, self.now));
        let mut node = Map::new();
        node.insert(name.to_owned(), value);
        node.insert("satisfied".to_owned(), since.is_some().into());
        let written = since.map(|moment| moment.to_rfc3339_opts(SecondsFormat::AutoSi, true));
        node.insert("satisfiedAt".to_owned(), written.into());
        if let Condition::One(atom) = &condition
            && since.is_none()
        {
            node.insert("detail".to_owned(), self.requirement(atom).detail.into());
        }
        Value::Object(node)
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
fn standing(assessment: &Assessment, facts: &Facts) -> String {
    let fact = facts.assessments.get(&assessment.id);
    let best = fact.and_then(|fact| fact.graded.iter().map(|graded| graded.points).max());
    let asked = match assessment.pass_mark {
        Some(mark) => format!("needs {} of {} points", number(mark), number(assessment.max_score)),
        None => "needs a passing grade".to_owned(),
    };
    let present = match (best, fact) {
        (Some(best), _) => format!("best so far {}", number(best)),
        (None, Some(fact)) if fact.doubted => "what you handed in is being looked into".to_owned(),
        (None, Some(fact)) if fact.waiting => "handed in, waits for its grade".to_owned(),
        (None, Some(fact)) if fact.returned => "given back for changes".to_owned(),
        (None, _) => "not tried yet".to_owned(),
    };
    let enough = |points| assessment.pass_mark.is_none_or(|mark| points >= mark);
    let unseen = match (assessment.rules.observation_required, best.is_some_and(enough)) {
        (true, true) => "; that it was supervised, and identity checked, as asked for is not recorded",
        _ => "",
    };
    let waits = match fact.filter(|_| best.is_some()) {
        Some(fact) if fact.doubted => "; another try is being looked into",
        Some(fact) if fact.waiting => "; another try waits for its grade",
        _ => "",
    };
    format!("{asked}; {present}{unseen}{waits}")
}

/// What would do instead, in words; nothing where nothing would.
fn instead(named: &[String]) -> Option<String> {
    let small = |text: &String| {
        let mut letters = text.chars();
        letters.next().map(|first| first.to_lowercase().chain(letters).collect::<String>())
    };
    let said: Vec<String> = named.iter().take(NAMED_INSTEAD).filter_map(small).collect();
    let more = match named.len().saturating_sub(NAMED_INSTEAD) {
        0 => String::new(),
        1 => ", or one other".to_owned(),
        more => format!(", or one of {more} others"),
    };
    (!said.is_empty()).then(|| format!("or {} instead{more}", said.join(", or ")))
}

fn one_of(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("“{name}”")).collect();
    quoted.join(" or ")
}

/// A number of ten-thousandths as people write it: `70`, `65.5`.
fn number(scaled: i64) -> String {
    rust_decimal::Decimal::new(scaled, 4).round_dp(2).normalize().to_string()
}
