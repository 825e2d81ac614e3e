//! A completion rule in words that a learner understands. Pure: names come in, a sentence comes out.

use std::collections::HashMap;

use super::rule::{ContinuingUnits, Credits, Rule};

/// Titles of what a rule may name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Of assessments, by external id.
    pub assessments: HashMap<String, String>,
    /// Of components, by the external id of their module or program.
    pub components: HashMap<String, String>,
    /// Of tracks, by code.
    pub tracks: HashMap<String, String>,
    /// Of groups of components, by code: how many to choose, and the title.
    pub groups: HashMap<String, (usize, String)>,
}

/// The rule as one sentence; without a rule every required component and every assessment counts.
pub fn describe(rule: Option<&Rule>, names: &Names) -> String {
    let text = match rule {
        Some(rule) => phrase(rule, names, true),
        None => "complete every required part and pass every assessment".to_owned(),
    };
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), characters.as_str()),
        None => text,
    }
}

fn phrase(rule: &Rule, names: &Names, outermost: bool) -> String {
    match rule {
        Rule::AllOf(parts) => joined(parts, "and", names, outermost),
        Rule::AnyOf(parts) => joined(parts, "or", names, outermost),
        Rule::AtLeast { count, of } => {
            let parts: Vec<String> = of.iter().map(|part| phrase(part, names, false)).collect();
            let text = format!("do at least {count} of these {}: {}", of.len(), parts.join("; "));
            enclosed(text, outermost)
        }
        Rule::Credits(rule) => credits(rule),
        Rule::ContinuingUnits(ContinuingUnits { amount, category: Some(category) }) => {
            format!("earn at least {amount} continuing units of “{category}”")
        }
        Rule::ContinuingUnits(ContinuingUnits { amount, category: None }) => {
            format!("earn at least {amount} continuing units")
        }
        Rule::OverallScore(percent) => format!("reach an overall score of at least {percent} %"),
        Rule::AssessmentPassed(id) => format!("pass {}", named(&names.assessments, id)),
        Rule::CategoryPassed(category) => format!("pass an assessment of the category “{category}”"),
        Rule::EvidenceApproved(id) => {
            format!("have your evidence for {} approved", named(&names.assessments, id))
        }
        Rule::ComponentCompleted(id) => format!("complete {}", named(&names.components, id)),
        Rule::GroupCompleted(code) => match names.groups.get(code) {
            Some((choose, title)) => format!("complete {choose} of the group “{title}”"),
            None => format!("complete the group “{code}”"),
        },
        Rule::ComponentShare(percent) => format!("complete at least {percent} % of all parts"),
        Rule::Track(codes) => {
            let tracks: Vec<String> = codes.iter().map(|code| named(&names.tracks, code)).collect();
            format!("take part on the track {}", listed(&tracks, "or"))
        }
        Rule::IdentityVerified(true) => "have your identity verified".to_owned(),
        Rule::IdentityVerified(false) => "take part, with or without your identity verified".to_owned(),
    }
}

fn joined(parts: &[Rule], word: &str, names: &Names, outermost: bool) -> String {
    if let [only] = parts {
        return phrase(only, names, outermost);
    }
    let parts: Vec<String> = parts.iter().map(|part| phrase(part, names, false)).collect();
    enclosed(listed(&parts, word), outermost)
}

/// A group within a group stands in brackets, so that its “or” does not run into another “and”.
fn enclosed(text: String, outermost: bool) -> String {
    if outermost { text } else { format!("({text})") }
}

fn listed(parts: &[String], word: &str) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}

fn named(titles: &HashMap<String, String>, id: &str) -> String {
    format!("“{}”", titles.get(id).map_or(id, String::as_str))
}

fn credits(rule: &Credits) -> String {
    let mut text = format!("earn at least {} {}", rule.amount, scheme_name(&rule.scheme));
    if let Some(level) = &rule.at_level {
        text.push_str(&format!(" at level {} {} or higher", level.framework, level.value));
    }
    if let Some(months) = rule.max_age_months {
        text.push_str(&format!(", none older than {months} months at the award"));
    }
    if let Some(most) = &rule.carried_over_at_most {
        text.push_str(&format!(", at most {most} of them carried over from before you enrolled"));
    }
    text
}

fn scheme_name(scheme: &str) -> &str {
    match scheme {
        "ECTS" => "ECTS credits",
        "UK_CATS" => "UK CATS credits",
        "US_SEMESTER_HOURS" => "US semester hours",
        _ => "credits",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        Names {
            assessments: HashMap::from([("exam".to_owned(), "Final exam".to_owned())]),
            components: HashMap::from([("m1".to_owned(), "Foundations".to_owned())]),
            tracks: HashMap::from([("verified".to_owned(), "Verified".to_owned())]),
            groups: HashMap::from([("electives".to_owned(), (2, "Electives".to_owned()))]),
        }
    }

    #[test]
    fn no_rule_means_everything() {
        let text = describe(None, &names());
        assert_eq!(text, "Complete every required part and pass every assessment.");
    }

    #[test]
    fn leaves_are_told_by_their_titles() {
        let exam = Rule::AssessmentPassed("exam".to_owned());
        assert_eq!(describe(Some(&exam), &names()), "Pass “Final exam”.");
        let unknown = Rule::ComponentCompleted("m9".to_owned());
        assert_eq!(describe(Some(&unknown), &names()), "Complete “m9”.");
        let credits = Rule::Credits(Credits {
            amount: "30".to_owned(),
            scheme: "ECTS".to_owned(),
            ..Credits::default()
        });
        assert_eq!(describe(Some(&credits), &names()), "Earn at least 30 ECTS credits.");
        let limited = Rule::Credits(Credits {
            amount: "120".to_owned(),
            scheme: "UK_CATS".to_owned(),
            at_level: Some(crate::program::terms::Level {
                framework: "FHEQ".to_owned(),
                value: "7".to_owned(),
            }),
            max_age_months: Some(60),
            carried_over_at_most: Some("60".to_owned()),
        });
        assert_eq!(
            describe(Some(&limited), &names()),
            "Earn at least 120 UK CATS credits at level FHEQ 7 or higher, none older than 60 months at the award, at most 60 of them \
             carried over from before you enrolled."
        );
        let chosen = Rule::GroupCompleted("electives".to_owned());
        assert_eq!(describe(Some(&chosen), &names()), "Complete 2 of the group “Electives”.");
    }

    #[test]
    fn groups_within_groups_stand_in_brackets() {
        let rule = Rule::AllOf(vec![
            Rule::Track(vec!["verified".to_owned()]),
            Rule::AnyOf(vec![Rule::AssessmentPassed("exam".to_owned()), Rule::OverallScore(80.0)]),
            Rule::AtLeast {
                count: 1,
                of: vec![Rule::ComponentCompleted("m1".to_owned()), Rule::IdentityVerified(true)],
            },
        ]);
        let expected = "Take part on the track “Verified”, (pass “Final exam” or reach an overall score of at least 80 %) and \
                        (do at least 1 of these 2: complete “Foundations”; have your identity verified).";
        assert_eq!(describe(Some(&rule), &names()), expected);
        let single = Rule::AllOf(vec![Rule::AnyOf(vec![
            Rule::OverallScore(50.0),
            Rule::CategoryPassed("Final".to_owned()),
        ])]);
        let expected =
            "Reach an overall score of at least 50 % or pass an assessment of the category “Final”.";
        assert_eq!(describe(Some(&single), &names()), expected);
    }
}
