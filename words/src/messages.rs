//! Messages in a language, by Fluent.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use icu_locale_core::subtags::Region;

use crate::{Language, format};

/// Before what stands apart, whichever direction it has (FSI).
const ISOLATE: char = '\u{2068}';
/// After it (PDI).
const END: char = '\u{2069}';

include!(concat!(env!("OUT_DIR"), "/messages.rs"));

/// Says things in one language, and writes days and numbers as where the reader is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Words {
    pub(crate) language: Language,
    pub(crate) region: Option<Region>,
}

/// A value within a message.
enum Argument<'a> {
    Text(&'a str),
    /// What a text is selected by: as it is.
    Key(&'a str),
    Count(Count),
}

/// How many of something a message speaks of, which decides about plurals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Count(f64);

impl Count {
    /// A number in ten-thousandths.
    #[must_use]
    pub fn of_amount(ten_thousandths: i64) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "amounts are far from where whole numbers have gaps")]
        Self(ten_thousandths as f64 / 10_000.0)
    }
}

impl From<u32> for Count {
    fn from(count: u32) -> Self {
        Self(f64::from(count))
    }
}

impl From<usize> for Count {
    fn from(count: usize) -> Self {
        u32::try_from(count).unwrap_or(u32::MAX).into()
    }
}

type Bundle = FluentBundle<FluentResource>;

/// The messages of each language, in the order of [`Language::ALL`].
static BUNDLES: LazyLock<[Bundle; 3]> = LazyLock::new(|| Language::ALL.map(bundle));

fn bundle(language: Language) -> Bundle {
    let tag = language.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // Of another direction is only what people have entered; see `isolated`.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match language {
        Language::English => |value, _| count(value, Language::English),
        Language::German => |value, _| count(value, Language::German),
        Language::Arabic => |value, _| count(value, Language::Arabic),
    }));
    for source in sources(language) {
        // The build has read them before, and would have failed.
        let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(read, _)| read);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// A whole number within a message, as it is written in the language.
fn count(value: &FluentValue<'_>, language: Language) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    Some(format::decimal(Words::new(language), &number.as_string()))
}

impl Words {
    /// In a language, with days and numbers as are usual in it.
    #[must_use]
    pub const fn new(language: Language) -> Self {
        Self { language, region: None }
    }

    /// Which language it is.
    #[must_use]
    pub const fn language(self) -> Language {
        self.language
    }

    fn say(self, id: &str, arguments: &[(&'static str, Argument<'_>)]) -> String {
        let bundle = &BUNDLES[self.language as usize];
        let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else {
            return id.to_owned();
        };
        let mut values = FluentArgs::with_capacity(arguments.len());
        for (name, argument) in arguments {
            match argument {
                Argument::Text(text) => values.set(*name, isolated(text, self.language)),
                Argument::Key(key) => values.set(*name, *key),
                Argument::Count(count) => values.set(*name, count.0),
            }
        }
        // What the build has checked does not fail.
        bundle.format_pattern(pattern, Some(&values), &mut Vec::new()).into_owned()
    }
}

/// A text within a sentence of a language. One with letters of the other direction is isolated (UAX #9, section 2.4), lest it turn what stands beside it;
/// what is isolated within it already turns nothing, so that a clause with a name in it is still the language's own.
fn isolated(text: &str, language: Language) -> String {
    let mut depth = 0_i32;
    let turns = text.chars().any(|letter| {
        match letter {
            ISOLATE => depth += 1,
            END => depth -= 1,
            _ => {}
        }
        let turned = letter.is_alphabetic() && is_right_to_left(letter) != language.is_right_to_left();
        depth < 0 || (depth == 0 && turned)
    });
    if turns || depth > 0 { format!("{ISOLATE}{text}{END}") } else { text.to_owned() }
}

/// Whether a letter is of a script that is written from the right (Hebrew, Arabic, Syriac, Thaana, N'Ko and the old ones beyond).
fn is_right_to_left(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_is_there_in_every_language() {
        for language in Language::ALL {
            let bundle = &BUNDLES[language as usize];
            for id in MESSAGES {
                assert!(
                    bundle.get_message(id).is_some_and(|message| message.value().is_some()),
                    "{language:?} {id}"
                );
            }
        }
    }

    #[test]
    fn texts_are_selected_by_values_of_either_direction() {
        let arabic = Words::new(Language::Arabic);
        assert_eq!(arabic.delivery_mode("online"), "عبر الإنترنت");
        assert_eq!(arabic.delivery_mode("by_mail"), "by_mail");
        assert_eq!(arabic.level_in("EQF", "5"), "المستوى 5 في \u{2068}EQF\u{2069}");
    }

    #[test]
    fn plurals_are_those_of_the_language() {
        let arabic = Words::new(Language::Arabic);
        for (count, said) in [
            (0_u32, "بلا ساعات"),
            (1, "ساعة واحدة"),
            (2, "ساعتان"),
            (3, "3 ساعات"),
            (11, "11 ساعة"),
            (100, "100 ساعة"),
        ] {
            assert_eq!(arabic.hours(count), said);
        }
        assert_eq!(Words::new(Language::German).hours(Count::of_amount(15_000)), "1,5 Stunden");
    }

    #[test]
    fn what_turns_the_direction_is_isolated() {
        assert_eq!(isolated("Zoë 12", Language::German), "Zoë 12");
        assert_eq!(isolated("عُمَر", Language::Arabic), "عُمَر");
        assert_eq!(isolated("١ مارس", Language::English), "\u{2068}١ مارس\u{2069}");
        assert_eq!(isolated("UTC", Language::Arabic), "\u{2068}UTC\u{2069}");
        assert_eq!(isolated("12:30", Language::Arabic), "12:30");
        let clause = Words::new(Language::Arabic).clause_component("Unit 1");
        assert_eq!(isolated(&clause, Language::Arabic), clause, "the name in it is isolated already");
        for unbalanced in ["\u{2068}Unit", "\u{2069}12"] {
            assert_eq!(isolated(unbalanced, Language::Arabic), format!("\u{2068}{unbalanced}\u{2069}"));
        }
    }
}
