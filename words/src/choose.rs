//! Which language a reader gets: the one that was asked for, else the best of those that the reader's program accepts (RFC 9110, section 12.5.4; RFC 4647,
//! section 3.4).

use icu_locale_core::subtags::Region;

use crate::{Language, Words};

/// How many ranges of a header are looked at.
const MAX_RANGES: usize = 32;

/// One range of `Accept-Language`.
struct Range<'a> {
    tag: &'a str,
    /// In thousandths.
    quality: u16,
}

impl Words {
    /// Words for a reader who has asked for a language by its tag, or has not, and whose program accepts those of an `Accept-Language` header.
    /// English where neither names a language that is there.
    #[must_use]
    pub fn chosen(asked: Option<&str>, accepted: Option<&str>) -> Self {
        let mut ranges: Vec<Range<'_>> =
            accepted.unwrap_or_default().split(',').take(MAX_RANGES).filter_map(range).collect();
        // Stable: of equals the first counts.
        ranges.sort_by_key(|range| std::cmp::Reverse(range.quality));
        let by_hand = asked.and_then(Language::of_tag);
        let language = by_hand.or_else(|| accepted_of(&ranges)).unwrap_or_default();
        let named = by_hand.and(asked).into_iter();
        let tags = named.chain(ranges.iter().filter(|range| range.quality > 0).map(|range| range.tag));
        let region = tags.filter(|tag| Language::of_tag(tag) == Some(language)).find_map(region);
        Self { language, region }
    }

    /// Words in the language of a tag such as `de-AT`; English where it is none of those that are there.
    #[must_use]
    pub fn of_tag(tag: &str) -> Self {
        Self::chosen(Some(tag), None)
    }
}

fn range(text: &str) -> Option<Range<'_>> {
    let mut parts = text.split(';').map(str::trim);
    let tag = parts.next().filter(|tag| !tag.is_empty())?;
    let quality = match parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="))) {
        None => 1_000,
        Some(text) => thousandths(text)?,
    };
    Some(Range { tag, quality })
}

/// A weight (RFC 9110, section 12.4.2): nought to one, up to three digits after the point.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = rest.len() <= 3 && rest.bytes().all(|byte| byte.is_ascii_digit());
    let rest: u16 = format!("{rest:0<3}").parse().ok().filter(|_| digits)?;
    match whole {
        "0" => Some(rest),
        "1" if rest == 0 => Some(1_000),
        _ => None,
    }
}

/// The language of the best range. `*` is the first one that no range names.
fn accepted_of(ranges: &[Range<'_>]) -> Option<Language> {
    let refused = |language: Language| {
        ranges.iter().any(|range| range.quality == 0 && range.tag.eq_ignore_ascii_case(language.tag()))
    };
    let named = |language: Language| ranges.iter().any(|range| Language::of_tag(range.tag) == Some(language));
    ranges.iter().filter(|range| range.quality > 0).find_map(|range| match range.tag {
        "*" => Language::ALL.into_iter().find(|language| !named(*language)),
        tag => Language::of_tag(tag).filter(|language| !refused(*language)),
    })
}

/// The region that a tag names: `zh-Hant-TW` is of Taiwan.
fn region(tag: &str) -> Option<Region> {
    tag.split(['-', '_'])
        .skip(1)
        .take_while(|part| part.len() > 1)
        .find_map(|part| Region::try_from_str(part).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(accepted: &str) -> Language {
        Words::chosen(None, Some(accepted)).language
    }

    #[test]
    fn the_best_language_that_is_there_counts() {
        for (accepted, expected) in [
            ("", Language::English),
            ("de", Language::German),
            ("DE-at", Language::German),
            ("fr, de;q=0.5, ar;q=0.7", Language::Arabic),
            ("ar;q=0.5, de;q=0.5", Language::Arabic),
            ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", Language::English),
            ("de;q=0.9,ar;q=1.000", Language::Arabic),
            ("en;q=0, de;q=0.001", Language::German),
            ("en;q=0, *", Language::German),
            ("de, *;q=0", Language::German),
            ("de;q=0, de-CH", Language::English),
            ("fr, es;q=0.9", Language::English),
            ("de;q=2, ar;q=0.1", Language::Arabic),
            ("de;q=0.1234, ar;q=x, en", Language::English),
            (";;,,-,*;q=0", Language::English),
            ("ar ; q=0.3 , de ; q=0.2", Language::Arabic),
        ] {
            assert_eq!(language(accepted), expected, "{accepted}");
        }
        assert_eq!(
            language(&format!("{}de", "fr,".repeat(5_000))),
            Language::English,
            "there is an end to it"
        );
    }

    #[test]
    fn what_is_asked_for_by_hand_comes_first() {
        let of = |asked, accepted| Words::chosen(Some(asked), Some(accepted));
        assert_eq!(of("de", "ar").language, Language::German);
        assert_eq!(of("xx", "ar").language, Language::Arabic);
        assert_eq!(of("de", "en-US, de-CH;q=0.3").region, Region::try_from_str("CH").ok());
        assert_eq!(of("de-AT", "de-CH").region, Region::try_from_str("AT").ok());
        assert_eq!(of("en", "de-CH").region, None);
        assert_eq!(Words::of_tag("ar-EG").language, Language::Arabic);
    }
}
