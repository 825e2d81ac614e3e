//! The words of notices where an issuer has none of its own: messages of `cairn_words`, whose placeholders `template` puts values in for.

use cairn_entity::enums::NoticeKind;
use cairn_words::Language;
use chrono::NaiveDate;

use super::Words;

/// The language of these words for everybody who reads none of the others.
pub(super) const USUAL: &str = Language::English.tag();

/// The words for a kind of notice in a language that has some, by its tag alone.
pub(super) fn of(kind: NoticeKind, language: &str) -> Option<Words> {
    let language = Language::ALL.into_iter().find(|known| known.tag() == language)?;
    let words = cairn_words::Words::new(language);
    let (subject, text) = match kind {
        NoticeKind::Awarded => (words.notice_awarded_subject(), words.notice_awarded_text()),
        NoticeKind::Renewed => (words.notice_renewed_subject(), words.notice_renewed_text()),
        NoticeKind::Replaced => (words.notice_replaced_subject(), words.notice_replaced_text()),
        NoticeKind::Expiring => (words.notice_expiring_subject(), words.notice_expiring_text()),
        NoticeKind::Revoked => (words.notice_revoked_subject(), words.notice_revoked_text()),
        NoticeKind::Suspended => (words.notice_suspended_subject(), words.notice_suspended_text()),
        NoticeKind::Reinstated => (words.notice_reinstated_subject(), words.notice_reinstated_text()),
    };
    Some(Words { subject: subject.to_owned(), text: text.to_owned() })
}

/// What stands below every notice.
pub(super) fn footer(language: &str) -> &'static str {
    cairn_words::Words::of_tag(language).notice_footer()
}

/// The first part of a tag: `de-AT` is `de`.
pub(super) fn primary(language: &str) -> String {
    language.split('-').next().unwrap_or_default().to_ascii_lowercase()
}

/// A day, as it is written in running text; in languages that the server does not speak as ISO 8601 has it.
pub(super) fn day(day: NaiveDate, language: &str) -> String {
    match Language::of_tag(language) {
        Some(_) => cairn_words::Words::of_tag(language).day(day),
        None => day.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sea_orm::Iterable;

    use super::super::template::{check_subject, check_text};
    use super::*;

    /// The names in braces.
    fn placeholders(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
    }

    #[test]
    fn every_language_puts_in_the_same_values() {
        for kind in NoticeKind::iter() {
            let english = of(kind, USUAL).unwrap();
            for language in Language::ALL {
                let words = of(kind, language.tag()).unwrap();
                assert_eq!(check_subject(&words.subject), Ok(()), "{kind:?} {language:?}");
                assert_eq!(check_text(&words.text), Ok(()), "{kind:?} {language:?}");
                assert_eq!(placeholders(&words.text), placeholders(&english.text), "{kind:?} {language:?}");
                assert!(words.text.lines().count() > 3, "{kind:?} {language:?}");
                assert_eq!(placeholders(footer(language.tag())), BTreeSet::from(["issuer", "stop"]));
            }
        }
        assert_eq!(of(NoticeKind::Awarded, "fr"), None);
        assert_eq!(footer("fr"), footer("en"));
    }
}
