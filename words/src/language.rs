//! The languages that everything is said in, and which way any other is written.

use icu_locale::{Direction, LanguageIdentifier, LocaleDirectionality};

/// Whether a language is written from the right (CLDR), by its tag (BCP 47), whether anything is said in it here or not.
#[must_use]
pub fn is_right_to_left(tag: &str) -> bool {
    let language = LanguageIdentifier::try_from_str(tag);
    language.is_ok_and(|language| {
        LocaleDirectionality::new_extended().get(&language) == Some(Direction::RightToLeft)
    })
}

/// A language that everything is said in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English; where nothing else is asked for.
    #[default]
    English,
    /// German.
    German,
    /// Modern standard Arabic, written from the right.
    Arabic,
}

impl Language {
    /// All of them, in the order in which readers are offered them.
    pub const ALL: [Self; 3] = [Self::English, Self::German, Self::Arabic];

    /// Its tag (BCP 47).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Arabic => "ar",
        }
    }

    /// What its speakers call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
            Self::Arabic => "العربية",
        }
    }

    /// Whether it is written from the right.
    #[must_use]
    pub const fn is_right_to_left(self) -> bool {
        matches!(self, Self::Arabic)
    }

    /// The value of HTML's `dir`.
    #[must_use]
    pub const fn direction(self) -> &'static str {
        if self.is_right_to_left() { "rtl" } else { "ltr" }
    }

    /// The language of a tag, whatever region or script it names besides: `de-AT` is German.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_direction_of_any_language_is_known() {
        for tag in ["ar", "he", "fa", "ur-PK", "ps", "sd", "ug", "yi", "dv", "ckb", "az-Arab", "FA-ir"] {
            assert!(is_right_to_left(tag), "{tag}");
        }
        for tag in ["en", "de-AT", "tr", "az", "sr-Latn", "zh-Hant-TW", "tlh", "", "no tag"] {
            assert!(!is_right_to_left(tag), "{tag}");
        }
        for language in Language::ALL {
            assert_eq!(is_right_to_left(language.tag()), language.is_right_to_left(), "{language:?}");
        }
    }
}
