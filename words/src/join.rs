//! Several texts made one, and a clause made a sentence, as the language does it.

use crate::Words;

impl Words {
    /// Things side by side, such as `one, two, three`.
    #[must_use]
    pub fn list(self, items: impl IntoIterator<Item = String>) -> String {
        let next = |before: &str, next: &str| self.list_next(before, next);
        joined(items, next, next)
    }

    /// Things that belong together, such as `one, two and three`.
    #[must_use]
    pub fn all_of(self, items: impl IntoIterator<Item = String>) -> String {
        joined(
            items,
            |before, next| self.list_and_next(before, next),
            |before, last| self.list_and_last(before, last),
        )
    }

    /// Things of which one does, such as `one, two or three`.
    #[must_use]
    pub fn one_of(self, items: impl IntoIterator<Item = String>) -> String {
        joined(
            items,
            |before, next| self.list_or_next(before, next),
            |before, last| self.list_or_last(before, last),
        )
    }

    /// Things that have commas of their own, such as `one, or more; two`.
    #[must_use]
    pub fn apart(self, items: impl IntoIterator<Item = String>) -> String {
        let next = |before: &str, next: &str| self.list_apart(before, next);
        joined(items, next, next)
    }

    /// A clause as it stands at the beginning of a sentence. Messages write clauses as they stand within one; where a script has capitals, a sentence
    /// begins with one.
    #[must_use]
    pub fn beginning(self, clause: &str) -> String {
        let mut letters = clause.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).collect()
    }
}

/// Joined from the first on; what stands before the last one may differ.
fn joined(
    items: impl IntoIterator<Item = String>,
    next: impl Fn(&str, &str) -> String,
    last: impl Fn(&str, &str) -> String,
) -> String {
    let mut items = items.into_iter().peekable();
    let mut said = items.next().unwrap_or_default();
    while let Some(item) = items.next() {
        said = if items.peek().is_some() { next(&said, &item) } else { last(&said, &item) };
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(count: usize) -> Vec<String> {
        ["a", "b", "c"].map(ToOwned::to_owned).into_iter().take(count).collect()
    }

    #[test]
    fn things_are_joined_as_the_language_does_it() {
        let said = |tag: &str, count| {
            let words = Words::of_tag(tag);
            [
                words.list(items(count)),
                words.all_of(items(count)),
                words.one_of(items(count)),
                words.apart(items(count)),
            ]
        };
        assert_eq!(said("en", 0), ["", "", "", ""]);
        assert_eq!(said("de", 1), ["a", "a", "a", "a"]);
        assert_eq!(said("en", 3), ["a, b, c", "a, b and c", "a, b or c", "a; b; c"]);
        assert_eq!(said("de", 2), ["a, b", "a und b", "a oder b", "a; b"]);
        let arabic = Words::of_tag("ar");
        let items = || ["أ", "ب", "ج"].map(ToOwned::to_owned);
        assert_eq!(arabic.list(items()), "أ، ب، ج");
        assert_eq!(arabic.all_of(items()), "أ وب وج");
        assert_eq!(arabic.one_of(items()), "أ أو ب أو ج");
        assert_eq!(arabic.apart(items()), "أ؛ ب؛ ج");
    }

    #[test]
    fn a_sentence_begins_with_a_capital_where_there_are_some() {
        for (tag, clause, expected) in [
            ("en", "pass “a”", "Pass “a”"),
            ("de", "„a“ bestehen", "„a“ bestehen"),
            ("de", "übungen abgeben", "Übungen abgeben"),
            ("ar", "إكمال «أ»", "إكمال «أ»"),
            ("en", "", ""),
        ] {
            assert_eq!(Words::of_tag(tag).beginning(clause), expected);
        }
    }
}
