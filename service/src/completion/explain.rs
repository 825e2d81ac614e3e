//! The evaluator's answers in words and as data: what is missing, how far it is met, and the rule's tree with the state of each part.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::condition::{Atom, Condition, rule_of};
use super::gap::{self, Missing};
use super::plan::{Assessment, Facts, Plan};
use super::rule::Rule;

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

/// Evaluates the rule: whether it is satisfied, since when, and otherwise what is missing.
pub fn gap(plan: &Plan, facts: &Facts) -> Gap {
    let condition = Condition::of_plan(plan);
    let satisfied_at = condition.held_since(plan, facts);
    let missing = gap::missing(&condition, |atom| atom.held_since(plan, facts).is_some());
    let Missing { atoms, exact } = missing;
    Gap {
        satisfied_at,
        missing: atoms.iter().map(|atom| requirement(atom, plan, facts)).collect(),
        exact,
        tree: tree(&rule_of(plan), plan, facts),
    }
}

/// Only whether and since when the rule is satisfied.
pub fn satisfied_at(plan: &Plan, facts: &Facts) -> Option<DateTime<Utc>> {
    Condition::of_plan(plan).held_since(plan, facts)
}

fn requirement(atom: &Atom, plan: &Plan, facts: &Facts) -> Requirement {
    let plain = |requirement: String, detail: String| Requirement {
        requirement,
        detail: Some(detail),
        component: None,
        assessment: None,
    };
    match atom {
        Atom::Component(index) => {
            let component = &plan.components[*index];
            let fact = facts.components.get(&component.id).copied().unwrap_or_default();
            let detail = match (fact.percent, fact.started_at) {
                (0, None) => "not started".to_owned(),
                (percent, _) => format!("{} % done", number(percent)),
            };
            let plain = plain(format!("Complete “{}”", component.title), detail);
            Requirement { component: Some(component.id), ..plain }
        }
        Atom::Assessment(index) => {
            let assessment = &plan.assessments[*index];
            let plain = plain(format!("Pass “{}”", assessment.title), standing(assessment, facts));
            Requirement { assessment: Some(assessment.id), ..plain }
        }
        Atom::Score(threshold) => plain(
            format!("Reach an overall score of at least {} %", number(*threshold)),
            format!("{} % so far", number(facts.score_of_all(plan))),
        ),
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
        (None, Some(fact)) if fact.waiting => "handed in, waits for its grade".to_owned(),
        (None, Some(fact)) if fact.returned => "given back for changes".to_owned(),
        (None, _) => "not tried yet".to_owned(),
    };
    let waits = best.is_some() && fact.is_some_and(|fact| fact.waiting);
    let waits = if waits { "; another try waits for its grade" } else { "" };
    format!("{asked}; {present}{waits}")
}

fn one_of(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("“{name}”")).collect();
    quoted.join(" or ")
}

/// A number of ten-thousandths as people write it: `70`, `65.5`.
fn number(scaled: i64) -> String {
    rust_decimal::Decimal::new(scaled, 4).round_dp(2).normalize().to_string()
}

/// The rule in the shape of its input, each part with its state.
fn tree(rule: &Rule, plan: &Plan, facts: &Facts) -> Value {
    let each =
        |rules: &[Rule]| Value::from(rules.iter().map(|rule| tree(rule, plan, facts)).collect::<Vec<_>>());
    let (name, value) = match rule {
        Rule::AllOf(rules) => ("allOf", each(rules)),
        Rule::AnyOf(rules) => ("anyOf", each(rules)),
        Rule::AtLeast { count, of } => ("atLeast", json!({ "count": count, "of": each(of) })),
        Rule::Credits { amount, scheme } => ("credits", json!({ "amount": amount, "scheme": scheme })),
        Rule::OverallScore(threshold) => ("overallScore", json!(threshold)),
        Rule::AssessmentPassed(external_id) => ("assessmentPassed", json!(external_id)),
        Rule::CategoryPassed(category) => ("categoryPassed", json!(category)),
        Rule::ComponentCompleted(external_id) => ("componentCompleted", json!(external_id)),
        Rule::Track(tracks) => ("track", json!(tracks)),
        Rule::IdentityVerified(checked) => ("identityVerified", json!(checked)),
    };
    let condition = Condition::of(rule, plan);
    let since = condition.held_since(plan, facts);
    let mut node = Map::new();
    node.insert(name.to_owned(), value);
    node.insert("satisfied".to_owned(), since.is_some().into());
    let written = since.map(|moment| moment.to_rfc3339_opts(SecondsFormat::AutoSi, true));
    node.insert("satisfiedAt".to_owned(), written.into());
    if let Condition::One(atom) = &condition
        && since.is_none()
    {
        node.insert("detail".to_owned(), requirement(atom, plan, facts).detail.into());
    }
    Value::Object(node)
}
