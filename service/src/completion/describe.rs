//! A completion rule in the words of a language that a learner understands. Pure: names come in, a sentence comes out.

use std::collections::HashMap;

use cairn_words::{Count, Words};

use super::condition::decimal;
use super::rule::{ContinuingUnits, Credits, Rule};
use super::wording::one_of;
use crate::amount;

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

/// The rule as one sentence.
pub fn describe(rule: &Rule, names: &Names, words: Words) -> String {
    let clause = Telling { names, words }.clause(rule, true);
    words.rule_sentence(&words.beginning(&clause))
}

/// What a rule is told with.
struct Telling<'a> {
    names: &'a Names,
    words: Words,
}

impl Telling<'_> {
    fn clause(&self, rule: &Rule, outermost: bool) -> String {
        let (words, names) = (self.words, self.names);
        match rule {
            Rule::AllOf(parts) => self.group(parts, outermost, |parts| words.all_of(parts)),
            Rule::AnyOf(parts) => self.group(parts, outermost, |parts| words.one_of(parts)),
            Rule::AtLeast { count, of } => {
                let all = words.number(u64::try_from(of.len()).unwrap_or(u64::MAX));
                let text = words.rule_at_least(*count, &all, &words.apart(self.parts(of)));
                self.enclosed(text, outermost)
            }
            Rule::Credits(rule) => self.credits(rule),
            Rule::ContinuingUnits(ContinuingUnits { amount, category }) => {
                let units = words.earned_units(Count::of_amount(decimal(amount)));
                match category {
                    Some(category) => words.rule_units_of(&units, category),
                    None => words.rule_units(&units),
                }
            }
            Rule::OverallScore(score) => words.clause_score(&self.percentage(*score)),
            Rule::AssessmentPassed(id) => words.clause_assessment(titled(&names.assessments, id)),
            Rule::CategoryPassed(category) => words.rule_category(category),
            Rule::EvidenceApproved(id) => words.clause_evidence(titled(&names.assessments, id)),
            Rule::ComponentCompleted(id) => words.clause_component(titled(&names.components, id)),
            Rule::GroupCompleted(code) => match names.groups.get(code) {
                Some((choose, title)) => words.rule_group(*choose, title),
                None => words.rule_group_unknown(code),
            },
            Rule::ComponentShare(share) => words.rule_share(&self.percentage(*share)),
            Rule::Track(codes) => {
                words.rule_track(&one_of(codes.iter().map(|code| titled(&names.tracks, code)), words))
            }
            Rule::IdentityVerified(true) => words.rule_identity().to_owned(),
            Rule::IdentityVerified(false) => words.rule_any_identity().to_owned(),
        }
    }

    fn parts(&self, parts: &[Rule]) -> Vec<String> {
        parts.iter().map(|part| self.clause(part, false)).collect()
    }

    fn group(&self, parts: &[Rule], outermost: bool, joined: impl Fn(Vec<String>) -> String) -> String {
        match parts {
            [only] => self.clause(only, outermost),
            parts => self.enclosed(joined(self.parts(parts)), outermost),
        }
    }

    /// A group within a group stands in brackets, so that its “or” does not run into another “and”.
    fn enclosed(&self, text: String, outermost: bool) -> String {
        if outermost { text } else { self.words.rule_enclosed(&text) }
    }

    fn credits(&self, rule: &Credits) -> String {
        let words = self.words;
        let credits = words.earned_credits(&rule.scheme, Count::of_amount(decimal(&rule.amount)));
        let mut text = match &rule.at_level {
            Some(level) => words.rule_credits_at_level(&credits, &level.framework, &level.value),
            None => words.rule_credits(&credits),
        };
        if let Some(months) = rule.max_age_months {
            text = words.rule_credits_recent(months, &text);
        }
        if let Some(most) = &rule.carried_over_at_most {
            text = words.rule_credits_carried(&text, &words.amount(decimal(most)));
        }
        text
    }

    fn percentage(&self, percent: f64) -> String {
        self.words.percentage(amount::from_f64(percent).unwrap_or(amount::MAX))
    }
}

fn titled<'a>(titles: &'a HashMap<String, String>, id: &'a str) -> &'a str {
    titles.get(id).map_or(id, String::as_str)
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

    fn english(rule: &Rule) -> String {
        describe(rule, &names(), Words::default())
    }

    #[test]
    fn leaves_are_told_by_their_titles() {
        let exam = Rule::AssessmentPassed("exam".to_owned());
        assert_eq!(english(&exam), "Pass “Final exam”.");
        let unknown = Rule::ComponentCompleted("m9".to_owned());
        assert_eq!(english(&unknown), "Complete “m9”.");
        let credits = Rule::Credits(Credits {
            amount: "30".to_owned(),
            scheme: "ECTS".to_owned(),
            ..Credits::default()
        });
        assert_eq!(english(&credits), "Earn at least 30 ECTS credits.");
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
            english(&limited),
            "Earn at least 120 UK CATS credits at level FHEQ 7 or higher, none older than 60 months at the award, at most 60 of them \
             carried over from before you enrolled."
        );
        let chosen = Rule::GroupCompleted("electives".to_owned());
        assert_eq!(english(&chosen), "Complete 2 of the group “Electives”.");
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
        let expected = "Take part on the track “Verified”, (pass “Final exam” or reach an overall score of at least 80%) and \
                        (do at least 1 of these 2: complete “Foundations”; have your identity verified).";
        assert_eq!(english(&rule), expected);
        let single = Rule::AllOf(vec![Rule::AnyOf(vec![
            Rule::OverallScore(50.0),
            Rule::CategoryPassed("Final".to_owned()),
        ])]);
        let expected =
            "Reach an overall score of at least 50% or pass an assessment of the category “Final”.";
        assert_eq!(english(&single), expected);
    }

    #[test]
    fn a_rule_is_told_in_the_language_of_the_reader() {
        let credits = Credits {
            amount: "120".to_owned(),
            scheme: "ECTS".to_owned(),
            at_level: Some(crate::program::terms::Level {
                framework: "EQF".to_owned(),
                value: "7".to_owned(),
            }),
            max_age_months: Some(60),
            carried_over_at_most: Some("7.5".to_owned()),
        };
        let rule = Rule::AllOf(vec![
            Rule::AnyOf(vec![Rule::AssessmentPassed("exam".to_owned()), Rule::OverallScore(80.5)]),
            Rule::GroupCompleted("electives".to_owned()),
            Rule::Credits(credits),
        ]);
        assert_eq!(
            describe(&rule, &names(), Words::of_tag("de")),
            "(„Final exam“ bestehen oder ein Gesamtergebnis von mindestens 80,5\u{a0}% erreichen), 2 Teile der Gruppe „Electives“ \
             abschließen und mindestens 120 ECTS-Leistungspunkte auf EQF-Niveau 7 oder höher erwerben, nichts davon bei der Verleihung \
             älter als 60 Monate, höchstens 7,5 davon aus der Zeit vor Ihrer Einschreibung."
        );
        assert_eq!(
            describe(&rule, &names(), Words::of_tag("ar")).replace(['\u{2068}', '\u{2069}'], ""),
            "(اجتياز «Final exam» أو بلوغ نتيجة إجمالية لا تقل عن 80.5%) وإكمال جزأين من المجموعة «Electives» \
             والحصول على 120 نقطة ECTS معتمدة على الأقل في المستوى 7 من EQF أو أعلى منه، على ألا يكون قد مضى على أي منها عند المنح \
             أكثر من 60 شهرًا، على ألا يزيد ما يُنقل منها من قبل تسجيلك على 7.5."
        );
        let share =
            Rule::AtLeast { count: 1, of: vec![Rule::ComponentShare(50.0), Rule::IdentityVerified(false)] };
        assert_eq!(
            describe(&share, &names(), Words::of_tag("de")),
            "Mindestens 1 von diesen 2 erfüllen: mindestens 50\u{a0}% aller Teile abschließen; teilnehmen, mit oder ohne Prüfung Ihrer \
             Identität."
        );
    }

    #[test]
    fn what_is_said_twice_is_isolated_once() {
        let rule = Rule::AnyOf(vec![
            Rule::ComponentCompleted("m1".to_owned()),
            Rule::Track(vec!["verified".to_owned()]),
        ]);
        assert_eq!(
            describe(&rule, &names(), Words::of_tag("ar")),
            "إكمال «\u{2068}Foundations\u{2069}» أو المشاركة في المسار «\u{2068}Verified\u{2069}»."
        );
    }
}
