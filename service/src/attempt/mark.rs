//! Marks answers to questions. Pure: the key and the answer come in, points go out.
//!
//! Texts are compared after normalization: Unicode NFKC, blanks at the ends off, runs of blanks one, and small letters unless the key says otherwise.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// What there is to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The author's own id, unique in the question.
    pub id: String,
    /// What it says.
    pub text: String,
}

/// What is right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Key {
    /// The one right choice.
    SingleChoice(String),
    /// All right choices.
    MultipleChoice(Vec<String>),
    /// A number, give or take a tolerance.
    Numeric {
        /// The number.
        value: f64,
        /// How far an answer may lie from it.
        tolerance: f64,
    },
    /// Any of these texts.
    #[serde(rename_all = "camelCase")]
    ShortAnswer {
        /// The texts.
        accepted: Vec<String>,
        /// Whether capitals count.
        case_sensitive: bool,
    },
}

/// What was answered; empty where nothing was.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Given {
    /// The choices taken, by id.
    pub choices: Vec<String>,
    /// The number given.
    pub number: Option<f64>,
    /// The text given.
    pub text: Option<String>,
}

/// The points, of so many, that an answer is worth. With partial credit a question of several right choices gives for each that was taken its
/// share, less a share for each wrong one, and never less than nothing; without it all or nothing, as every other question does.
pub fn mark(key: &Key, most: i64, given: &Given, partial: bool) -> i64 {
    let all_or_nothing = |right: bool| if right { most } else { 0 };
    match key {
        Key::SingleChoice(right) => {
            all_or_nothing(matches!(given.choices.as_slice(), [only] if only == right))
        }
        Key::MultipleChoice(right) => {
            let right: HashSet<&str> = right.iter().map(String::as_str).collect();
            let taken: HashSet<&str> = given.choices.iter().map(String::as_str).collect();
            if !partial {
                return all_or_nothing(right == taken);
            }
            let count = |length: usize| i64::try_from(length).unwrap_or(0);
            let (good, bad) = (right.intersection(&taken).count(), taken.difference(&right).count());
            (most * (count(good) - count(bad)).max(0)) / count(right.len()).max(1)
        }
        Key::Numeric { value, tolerance } => {
            // A hair more than the tolerance, so that 0.1 + 0.2 is within nothing of 0.3.
            let hair = value.abs().max(tolerance.abs()) * 1e-9;
            all_or_nothing(given.number.is_some_and(|number| (number - value).abs() <= tolerance + hair))
        }
        Key::ShortAnswer { accepted, case_sensitive } => {
            let said = given.text.as_deref().map(|text| normal(text, *case_sensitive));
            let fits = |said: &String| {
                !said.is_empty() && accepted.iter().any(|text| normal(text, *case_sensitive) == *said)
            };
            all_or_nothing(said.as_ref().is_some_and(fits))
        }
    }
}

/// A text as it is compared.
pub fn normal(text: &str, case_sensitive: bool) -> String {
    let text: String = text.nfkc().collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // Letters may become small only in pieces: what that gives is composed anew.
    if case_sensitive { text } else { text.to_lowercase().nfkc().collect() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chose(choices: &[&str]) -> Given {
        Given { choices: choices.iter().map(|id| (*id).to_owned()).collect(), ..Given::default() }
    }

    fn said(text: &str) -> Given {
        Given { text: Some(text.to_owned()), ..Given::default() }
    }

    #[test]
    fn choices_give_all_nothing_or_a_share() {
        let one = Key::SingleChoice("b".to_owned());
        assert_eq!(mark(&one, 10, &chose(&["b"]), true), 10);
        assert_eq!(mark(&one, 10, &chose(&["a", "b"]), true), 0);
        assert_eq!(mark(&one, 10, &Given::default(), true), 0);
        let both = Key::MultipleChoice(vec!["a".to_owned(), "c".to_owned()]);
        assert_eq!(mark(&both, 10, &chose(&["c", "a"]), false), 10);
        assert_eq!(mark(&both, 10, &chose(&["a"]), false), 0);
        assert_eq!(mark(&both, 10, &chose(&["a"]), true), 5);
        assert_eq!(mark(&both, 10, &chose(&["a", "b"]), true), 0);
        assert_eq!(mark(&both, 10, &chose(&["a", "c", "b"]), true), 5);
        assert_eq!(mark(&both, 10, &chose(&["b", "d"]), true), 0);
    }

    #[test]
    fn numbers_have_a_tolerance_and_texts_are_normalized() {
        let number = Key::Numeric { value: 0.3, tolerance: 0.0 };
        let gave = |number| Given { number: Some(number), ..Given::default() };
        assert_eq!(mark(&number, 1, &gave(0.1 + 0.2), false), 1);
        assert_eq!(mark(&number, 1, &gave(0.301), false), 0);
        assert_eq!(mark(&number, 1, &gave(f64::NAN), false), 0);
        let near = Key::Numeric { value: 9.81, tolerance: 0.02 };
        assert_eq!((mark(&near, 1, &gave(9.8), false), mark(&near, 1, &gave(9.7), false)), (1, 0));
        let loose =
            Key::ShortAnswer { accepted: vec!["Straße nach Ｒom".to_owned()], case_sensitive: false };
        assert_eq!(mark(&loose, 1, &said("  STRAßE \t nach rom\n"), false), 1);
        let strict = Key::ShortAnswer { accepted: vec!["SELECT".to_owned()], case_sensitive: true };
        assert_eq!(
            (mark(&strict, 1, &said("SELECT"), false), mark(&strict, 1, &said("select"), false)),
            (1, 0)
        );
        assert_eq!(mark(&loose, 1, &said("   "), false), 0);
    }

    proptest! {
        #[test]
        fn points_lie_between_nothing_and_all_and_one_right_choice_more_never_costs(
            right in prop::collection::hash_set("[a-e]", 1..5),
            taken in prop::collection::hash_set("[a-h]", 0..8),
            partial: bool,
        ) {
            let key = Key::MultipleChoice(right.iter().cloned().collect());
            let points = |taken: &std::collections::HashSet<String>| {
                let given = Given { choices: taken.iter().cloned().collect(), ..Given::default() };
                mark(&key, 60, &given, partial)
            };
            let before = points(&taken);
            prop_assert!((0..=60).contains(&before));
            for choice in &right {
                let mut more = taken.clone();
                more.insert(choice.clone());
                prop_assert!(points(&more) >= before);
            }
            prop_assert_eq!(points(&right), 60);
        }

        #[test]
        fn normalizing_twice_changes_nothing(text in "\\PC{0,20}", case_sensitive: bool) {
            let once = normal(&text, case_sensitive);
            prop_assert_eq!(normal(&once, case_sensitive), once);
        }
    }
}
