//! Whether a completion rule makes sense for its program: it names only what the program has, and can be met.

use super::document::Document;
use super::terms::CreditScheme;
use crate::amount;
use crate::completion::rule::{Credits, Rule};
use crate::error::UserErrorCode::{Invalid, LimitReached, NotFound, Required};
use crate::validate::Checks;

/// How deep a rule may be nested.
const DEEPEST: usize = 8;
/// A hundred years of months.
const MOST_MONTHS: u32 = 1_200;
/// Most parts of a rule.
const MOST_PARTS: usize = 300;

/// Notes what is wrong with the rule in itself; components that are programs are checked once they are known (`component`).
pub(super) fn check(checks: &mut Checks, path: &str, rule: &Rule, document: &Document) {
    if size(rule) > MOST_PARTS {
        checks.fail(path, LimitReached, format!("a rule has at most {MOST_PARTS} parts"));
        return;
    }
    walk(checks, path, rule, document, 1);
}

fn walk(checks: &mut Checks, path: &str, rule: &Rule, document: &Document, depth: usize) {
    if depth > DEEPEST {
        checks.fail(path, LimitReached, format!("a rule is at most {DEEPEST} levels deep"));
        return;
    }
    match rule {
        Rule::AllOf(parts) => group(checks, &format!("{path}.allOf"), parts, document, depth),
        Rule::AnyOf(parts) => group(checks, &format!("{path}.anyOf"), parts, document, depth),
        Rule::AtLeast { count, of } => {
            if *count < 1 || *count > of.len() {
                checks.fail(&format!("{path}.atLeast.count"), Invalid, "must be 1 to the number of parts");
            }
            group(checks, &format!("{path}.atLeast.of"), of, document, depth);
        }
        Rule::Credits(rule) => credits(checks, &format!("{path}.credits"), rule),
        Rule::ContinuingUnits(units) => {
            let path = format!("{path}.continuingUnits");
            amount(checks, &format!("{path}.amount"), &units.amount);
            if let Some(category) = &units.category {
                checks.text(&format!("{path}.category"), category, 100);
            }
        }
        Rule::OverallScore(percent) => {
            percentage(checks, &format!("{path}.overallScore"), *percent);
        }
        Rule::AssessmentPassed(id) => {
            assessment(checks, &format!("{path}.assessmentPassed"), id, document);
        }
        Rule::EvidenceApproved(id) => {
            assessment(checks, &format!("{path}.evidenceApproved"), id, document);
        }
        Rule::CategoryPassed(category) => {
            checks.text(&format!("{path}.categoryPassed"), category, 255);
        }
        Rule::ComponentCompleted(id) => checks.text(&format!("{path}.componentCompleted"), id, 255),
        Rule::GroupCompleted(code) => {
            if !document.component_groups.iter().any(|group| group.code == *code) {
                let message = "no group of components of this program has this code";
                checks.fail(&format!("{path}.groupCompleted"), NotFound, message);
            }
        }
        Rule::ComponentShare(percent) => {
            let path = format!("{path}.componentShare");
            percentage(checks, &path, *percent);
            if document.components.is_empty() {
                checks.fail(&path, Invalid, "the program has no components");
            }
        }
        Rule::Track(codes) => tracks(checks, &format!("{path}.track"), codes, document),
        Rule::IdentityVerified(_) => {}
    }
}

fn group(checks: &mut Checks, path: &str, parts: &[Rule], document: &Document, depth: usize) {
    if parts.is_empty() {
        checks.fail(path, Required, "must have at least one part");
    }
    for (index, part) in parts.iter().enumerate() {
        walk(checks, &format!("{path}.{index}"), part, document, depth + 1);
    }
}

fn percentage(checks: &mut Checks, path: &str, percent: f64) {
    if !(0.0..=100.0).contains(&percent) {
        checks.fail(path, Invalid, "must be 0 to 100");
    }
}

fn assessment(checks: &mut Checks, path: &str, id: &str, document: &Document) {
    if !document.assessments.iter().any(|assessment| assessment.external_id == id) {
        checks.fail(path, NotFound, "no assessment of this program has this external id");
    }
}

fn credits(checks: &mut Checks, path: &str, rule: &Credits) {
    amount(checks, &format!("{path}.amount"), &rule.amount);
    if CreditScheme::of_name(&rule.scheme).is_none() {
        checks.fail(&format!("{path}.scheme"), Invalid, "must be a scheme of credit, such as `ECTS`");
    }
    if let Some(level) = &rule.at_level {
        checks.text(&format!("{path}.atLevel.framework"), &level.framework, 100);
        checks.text(&format!("{path}.atLevel.value"), &level.value, 100);
    }
    if rule.max_age_months.is_some_and(|months| !(1..=MOST_MONTHS).contains(&months)) {
        let message = format!("must be 1 to {MOST_MONTHS} months");
        checks.fail(&format!("{path}.maxAgeMonths"), Invalid, message);
    }
    if rule.carried_over_at_most.as_deref().is_some_and(|most| scaled(most).is_none_or(|most| most < 0)) {
        let message = "must be 0 or more, with at most four places";
        checks.fail(&format!("{path}.carriedOverAtMost"), Invalid, message);
    }
}

fn amount(checks: &mut Checks, path: &str, text: &str) {
    if scaled(text).is_none_or(|amount| amount <= 0) {
        checks.fail(path, Invalid, "must be more than 0, with at most four places");
    }
}

/// Ten-thousandths of the decimal that a rule states.
fn scaled(text: &str) -> Option<i64> {
    text.parse().ok().and_then(amount::from_decimal)
}

fn tracks(checks: &mut Checks, path: &str, codes: &[String], document: &Document) {
    if codes.is_empty() {
        checks.fail(path, Required, "must name at least one track");
    }
    for (index, code) in codes.iter().enumerate() {
        if !document.tracks.iter().any(|track| track.code == *code) {
            checks.fail(&format!("{path}.{index}"), NotFound, "no track of this program has this code");
        }
    }
}

/// Notes components that the rule names and the program lacks; `components` are the external ids of its modules and programs.
pub(super) fn components(checks: &mut Checks, path: &str, rule: &Rule, components: &[&str]) {
    let mut named = Vec::new();
    leaves(path, rule, &mut named);
    for (path, id) in named {
        if !components.contains(&id) {
            checks.fail(&path, NotFound, "no component of this program has this external id");
        }
    }
}

fn leaves<'a>(path: &str, rule: &'a Rule, found: &mut Vec<(String, &'a str)>) {
    let (name, parts) = match rule {
        Rule::AllOf(parts) => ("allOf", parts),
        Rule::AnyOf(parts) => ("anyOf", parts),
        Rule::AtLeast { of, .. } => ("atLeast.of", of),
        Rule::ComponentCompleted(id) => {
            found.push((format!("{path}.componentCompleted"), id));
            return;
        }
        _ => return,
    };
    for (index, part) in parts.iter().enumerate() {
        leaves(&format!("{path}.{name}.{index}"), part, found);
    }
}

fn size(rule: &Rule) -> usize {
    match rule {
        Rule::AllOf(parts) | Rule::AnyOf(parts) | Rule::AtLeast { of: parts, .. } => {
            1 + parts.iter().map(size).sum::<usize>()
        }
        _ => 1,
    }
}
