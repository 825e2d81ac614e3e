//! Words to search by and slugs: text folded so that case and accents do not matter.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest search text of a version, in bytes: more is never searched.
const LONGEST: usize = 30_000;
/// Longest slug.
const LONGEST_SLUG: usize = 80;

/// Text without case and accents: `Éducation` becomes `education`. Both databases then compare alike.
pub fn fold(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// The words of a search, folded; at most ten.
pub(super) fn words(search: &str) -> Vec<String> {
    fold(search).replace('^', " ").split_whitespace().take(10).map(str::to_owned).collect()
}

/// What a version is searched in: words of the title marked by `^`, then all others, each after a blank.
pub(super) fn search_text<'a>(title: &str, rest: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for word in fold(title).replace('^', " ").split_whitespace() {
        text.push_str(" ^");
        text.push_str(word);
    }
    for part in rest {
        for word in fold(part).replace('^', " ").split_whitespace() {
            if text.len() + word.len() >= LONGEST {
                return text;
            }
            text.push(' ');
            text.push_str(word);
        }
    }
    text
}

/// A slug of some texts: `Data Science!` becomes `data-science`. Empty where nothing in them is a letter or digit of ASCII once folded.
pub(super) fn slug(texts: &[&str]) -> String {
    let mut slug = String::new();
    for c in fold(&texts.join(" ")).chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') && c != '\'' && c != '’' {
            slug.push('-');
        }
    }
    slug.truncate(LONGEST_SLUG);
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// The same slug with a number, within the longest.
pub(super) fn numbered(slug: &str, number: usize) -> String {
    let suffix = format!("-{number}");
    let room = LONGEST_SLUG - suffix.len();
    let stem = &slug[..slug.len().min(room)];
    format!("{}{suffix}", stem.trim_end_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_accents_do_not_matter() {
        assert_eq!(fold("Éducation ÅNGSTRÖM"), "education angstrom");
        assert_eq!(words("  Data ^SCIENCE "), ["data", "science"]);
        assert_eq!(search_text("Data Science", ["für Ärzte"].into_iter()), " ^data ^science fur arzte");
    }

    #[test]
    fn slugs_are_plain_and_never_too_long() {
        assert_eq!(slug(&["uni", "Learner’s Guide: R & D"]), "uni-learners-guide-r-d");
        assert_eq!(slug(&["علوم البيانات"]), "");
        let long = slug(&["a", &"word ".repeat(40)]);
        assert!(long.len() <= 80 && !long.ends_with('-'));
        assert_eq!(numbered("a-b", 2), "a-b-2");
        assert!(numbered(&long, 12).len() <= 80);
    }
}
