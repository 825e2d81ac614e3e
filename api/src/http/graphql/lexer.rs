//! One cheap pass over the text of a document, before it is parsed: how many lexical tokens it has and how deep its
//! brackets nest. The parser recurses on brackets, so that what comes to it must be known to be shallow.

/// What the pass counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Lexical tokens (GraphQL, section 2.1.6); a character that begins none counts as one.
    pub tokens: usize,
    /// The deepest nesting of `{`, `[` and `(`.
    pub nesting: usize,
}

/// Measures a document. Stops as soon as `max_tokens` is passed, so that its cost is bounded.
pub fn measure(document: &str, max_tokens: usize) -> Shape {
    let bytes = document.as_bytes();
    let mut shape = Shape::default();
    let mut open = 0usize;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b',' => {
                at += 1;
                continue;
            }
            0xEF if bytes[at..].starts_with(b"\xef\xbb\xbf") => {
                at += 3;
                continue;
            }
            b'#' => {
                at = end_of(bytes, at, |b| b != b'\n' && b != b'\r');
                continue;
            }
            b'{' | b'[' | b'(' => {
                open += 1;
                shape.nesting = shape.nesting.max(open);
                at += 1;
            }
            b'}' | b']' | b')' => {
                open = open.saturating_sub(1);
                at += 1;
            }
            b'.' if bytes[at..].starts_with(b"...") => at += 3,
            b'"' => at = end_of_string(bytes, at),
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => {
                at = end_of(bytes, at, |b| b == b'_' || b.is_ascii_alphanumeric());
            }
            b'-' | b'0'..=b'9' => {
                at = end_of(bytes, at + 1, |b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'+' | b'-'));
            }
            _ => at += 1,
        }
        shape.tokens += 1;
        if shape.tokens > max_tokens {
            break;
        }
    }
    shape
}

fn end_of(bytes: &[u8], from: usize, belongs: impl Fn(u8) -> bool) -> usize {
    bytes[from..].iter().position(|&byte| !belongs(byte)).map_or(bytes.len(), |length| from + length)
}

/// The index after the string that begins at `from`; an unterminated one ends with its line or the document.
fn end_of_string(bytes: &[u8], from: usize) -> usize {
    let block = bytes[from..].starts_with(b"\"\"\"");
    let mut at = from + if block { 3 } else { 1 };
    while let Some(&byte) = bytes.get(at) {
        match (byte, block) {
            (b'"', true) if bytes[at..].starts_with(b"\"\"\"") => return at + 3,
            (b'\\', true) if bytes[at..].starts_with(b"\\\"\"\"") => at += 4,
            (b'"' | b'\n' | b'\r', false) => return at + 1,
            (b'\\', false) => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(document: &str) -> (usize, usize) {
        let shape = measure(document, usize::MAX);
        (shape.tokens, shape.nesting)
    }

    #[test]
    fn counts_tokens_and_nesting() {
        for (document, expected) in [
            ("", (0, 0)),
            ("{ a }", (3, 1)),
            ("\u{feff}{ a, b }", (4, 1)),
            ("query Q($n: Int = -1.5e3) { a(n: $n) { ...F } }", (23, 2)),
            ("# a comment { ( [\n{ a }", (3, 1)),
            (r#"{ a(s: "with \" { and #") }"#, (8, 2)),
            (r#"{ a(s: """block " { \""" { """) }"#, (8, 2)),
            (r#"{ a(s: "") }"#, (8, 2)),
            ("{ a(s: \"open\n) }", (8, 2)),
            ("}}}", (3, 0)),
            ("é", (2, 0)),
        ] {
            assert_eq!(shape(document), expected, "{document}");
        }
    }

    #[test]
    fn stops_at_the_limit() {
        assert_eq!(measure(&"a ".repeat(1000), 10).tokens, 11);
    }
}
