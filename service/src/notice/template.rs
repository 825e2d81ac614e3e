//! Words with placeholders, and the message that is made of them: a text, and the same as HTML. A line that asks for something that there is not, such as
//! the link to a credential that is private, is left out.

use std::fmt::Write;

/// The words of a notice: what stands in the subject line, and the text. Both hold placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// The subject line.
    pub subject: String,
    /// The text: paragraphs with an empty line between.
    pub text: String,
}

/// What may be put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placeholder {
    Learner,
    Program,
    Issuer,
    IssuedOn,
    ValidUntil,
    Link,
    Contact,
    /// In the server's own words alone.
    Stop,
}

/// The placeholders that an issuer's own words may use.
const NAMES: [(&str, Placeholder); 7] = [
    ("learner", Placeholder::Learner),
    ("program", Placeholder::Program),
    ("issuer", Placeholder::Issuer),
    ("issuedOn", Placeholder::IssuedOn),
    ("validUntil", Placeholder::ValidUntil),
    ("link", Placeholder::Link),
    ("contact", Placeholder::Contact),
];

/// What is put in.
#[derive(Clone, Debug, Default)]
pub(super) struct Values {
    pub learner: Option<String>,
    pub program: String,
    pub issuer: String,
    pub issued_on: String,
    pub valid_until: Option<String>,
    pub link: Option<String>,
    pub contact: Option<String>,
    pub stop: String,
}

impl Values {
    fn of(&self, placeholder: Placeholder) -> Option<&str> {
        match placeholder {
            Placeholder::Learner => self.learner.as_deref(),
            Placeholder::Program => Some(&self.program),
            Placeholder::Issuer => Some(&self.issuer),
            Placeholder::IssuedOn => Some(&self.issued_on),
            Placeholder::ValidUntil => self.valid_until.as_deref(),
            Placeholder::Link => self.link.as_deref(),
            Placeholder::Contact => self.contact.as_deref(),
            Placeholder::Stop => Some(&self.stop),
        }
    }
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Words(String),
    Value(Placeholder),
}

/// A finished message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Its language (BCP 47).
    pub language: String,
    /// The subject line.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// What is wrong with a subject line of an issuer's own; nothing where it can be used.
pub(super) fn check_subject(subject: &str) -> Result<(), String> {
    if subject.contains(['\n', '\r', '\t']) {
        return Err("must be one line".to_owned());
    }
    let always = [Placeholder::Program, Placeholder::Issuer];
    let rest = pieces(subject, false)?.into_iter().any(|piece| match piece {
        Piece::Value(placeholder) => !always.contains(&placeholder),
        Piece::Words(_) => false,
    });
    match rest {
        true => Err("may use {program} and {issuer} alone: every other one may be missing".to_owned()),
        false => Ok(()),
    }
}

/// What is wrong with a text of an issuer's own; nothing where it can be used.
pub(super) fn check_text(text: &str) -> Result<(), String> {
    text.lines().try_for_each(|line| pieces(line, false).map(drop))
}

/// A line taken apart. Braces that are meant as such are written twice.
fn pieces(line: &str, own: bool) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut words = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(['{', '}']) {
        words.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            words.push_str(brace);
            rest = after;
            continue;
        }
        let end = if brace == "{" { rest.find('}') } else { None };
        let Some(end) = end else {
            return Err(format!("`{brace}` stands alone; as a letter it is written twice"));
        };
        let placeholder = named(&rest[..end], own)?;
        if !words.is_empty() {
            pieces.push(Piece::Words(std::mem::take(&mut words)));
        }
        pieces.push(Piece::Value(placeholder));
        rest = &rest[end + 1..];
    }
    words.push_str(rest);
    if !words.is_empty() {
        pieces.push(Piece::Words(words));
    }
    Ok(pieces)
}

fn named(name: &str, own: bool) -> Result<Placeholder, String> {
    if own && name == "stop" {
        return Ok(Placeholder::Stop);
    }
    let found = NAMES.iter().find(|(known, _)| *known == name).map(|(_, placeholder)| *placeholder);
    found.ok_or_else(|| {
        let known: Vec<String> = NAMES.iter().map(|(name, _)| format!("{{{name}}}")).collect();
        format!("`{{{name}}}` is no placeholder; there are {}", known.join(", "))
    })
}

/// Makes a message of words and the line that stands below each. Words that cannot be read were checked when they were set, so they stand as they are.
pub(super) fn render(words: &Words, footer: &str, values: &Values, language: &str) -> Rendered {
    let leftward = cairn_words::is_right_to_left(language);
    let body = lines(&words.text, values, false);
    let footer = lines(footer, values, true);
    let subject = match pieces(&words.subject, false) {
        Ok(pieces) => pieces.iter().map(|piece| plain(piece, values, false)).collect(),
        Err(_) => words.subject.clone(),
    };
    let text = |lines: &[Vec<Piece>]| {
        let line =
            |line: &Vec<Piece>| line.iter().map(|piece| plain(piece, values, leftward)).collect::<String>();
        lines.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    let direction = if leftward { "rtl" } else { "ltr" };
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\" dir=\"{direction}\">\n<head><meta charset=\"utf-8\"><title>",
        escaped(language)
    );
    html.push_str(&escaped(&subject));
    html.push_str(
        "</title></head>\n<body style=\"font-family:sans-serif;line-height:1.5;max-width:40em\">\n",
    );
    paragraphs(&mut html, &body, values, "");
    html.push_str("<hr style=\"border:0;border-top:1px solid #999\">\n");
    paragraphs(&mut html, &footer, values, " style=\"font-size:smaller\"");
    html.push_str("</body>\n</html>\n");
    Rendered {
        language: language.to_owned(),
        text: format!("{}\n\n-- \n{}\n", text(&body), text(&footer)),
        subject,
        html,
    }
}

/// The lines that have all that they ask for, none empty at either end, never two empty ones together.
fn lines(text: &str, values: &Values, own: bool) -> Vec<Vec<Piece>> {
    let mut lines: Vec<Vec<Piece>> = Vec::new();
    for line in text.lines() {
        let pieces =
            pieces(line.trim_end(), own).unwrap_or_else(|_| vec![Piece::Words(line.trim_end().to_owned())]);
        let missing = pieces.iter().any(|piece| match piece {
            Piece::Value(placeholder) => values.of(*placeholder).is_none(),
            Piece::Words(_) => false,
        });
        let doubled = pieces.is_empty() && lines.last().is_none_or(Vec::is_empty);
        if !missing && !doubled {
            lines.push(pieces);
        }
    }
    while lines.last().is_some_and(Vec::is_empty) {
        lines.pop();
    }
    lines
}

/// A piece in running text. Beside words that run leftward a name of another script is set apart (Unicode Bidirectional Algorithm, FSI and PDI); an
/// address is not, since programs would take the mark for a part of it.
fn plain(piece: &Piece, values: &Values, leftward: bool) -> String {
    match piece {
        Piece::Words(words) => words.clone(),
        Piece::Value(placeholder) => {
            let value = values.of(*placeholder).unwrap_or_default();
            let one_line = value.split_whitespace().collect::<Vec<_>>().join(" ");
            match placeholder {
                Placeholder::Link | Placeholder::Stop | Placeholder::Contact => one_line,
                _ if leftward => format!("\u{2068}{one_line}\u{2069}"),
                _ => one_line,
            }
        }
    }
}

fn paragraphs(html: &mut String, lines: &[Vec<Piece>], values: &Values, style: &str) {
    for paragraph in lines.split(Vec::is_empty).filter(|lines| !lines.is_empty()) {
        let line = |line: &Vec<Piece>| line.iter().map(|piece| marked_up(piece, values)).collect::<String>();
        let inside: Vec<String> = paragraph.iter().map(line).collect();
        // Writing to a text cannot fail.
        let _ = writeln!(html, "<p{style}>{}</p>", inside.join("<br>\n"));
    }
}

fn marked_up(piece: &Piece, values: &Values) -> String {
    let text = escaped(&plain(piece, values, false));
    match piece {
        Piece::Words(_) => text,
        Piece::Value(Placeholder::Link | Placeholder::Stop) => {
            format!("<a href=\"{text}\" dir=\"ltr\">{text}</a>")
        }
        Piece::Value(Placeholder::Contact) => format!("<a href=\"mailto:{text}\" dir=\"ltr\">{text}</a>"),
        Piece::Value(_) => format!("<bdi>{text}</bdi>"),
    }
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        Values {
            learner: Some("Zoë".to_owned()),
            program: "Data <b>literacy</b>\nand more".to_owned(),
            issuer: "Alpha".to_owned(),
            stop: "https://x.example/notices/t".to_owned(),
            ..Values::default()
        }
    }

    fn rendered(text: &str, language: &str) -> Rendered {
        let words = Words { subject: "{program} by {issuer}".to_owned(), text: text.to_owned() };
        render(&words, "Stop: {stop}", &values(), language)
    }

    #[test]
    fn values_are_put_in_and_can_say_nothing_of_their_own() {
        let made = rendered("Dear {learner},\n\n{program} {{here}}\n", "en");
        assert_eq!(made.subject, "Data <b>literacy</b> and more by Alpha");
        assert_eq!(
            made.text,
            "Dear Zoë,\n\nData <b>literacy</b> and more {here}\n\n-- \nStop: https://x.example/notices/t\n"
        );
        assert!(made.html.contains("<p>Dear <bdi>Zoë</bdi>,</p>"), "{}", made.html);
        assert!(made.html.contains("<bdi>Data &lt;b&gt;literacy&lt;/b&gt; and more</bdi> {here}"));
        assert!(made.html.contains("<a href=\"https://x.example/notices/t\" dir=\"ltr\">"));
    }

    #[test]
    fn a_line_that_asks_for_what_there_is_not_is_left_out() {
        let made = rendered("{link}\n\nOne\n\nSee {link}\n\nUntil {validUntil}\nTwo\n", "en");
        assert!(made.text.starts_with("One\n\nTwo\n\n-- \n"), "{}", made.text);
    }

    #[test]
    fn beside_words_that_run_leftward_names_are_set_apart() {
        let made = rendered("{program}\n{contact}", "ar");
        assert!(made.html.contains("<html lang=\"ar\" dir=\"rtl\">"));
        assert!(made.text.starts_with("\u{2068}Data <b>literacy</b> and more\u{2069}\n"), "{:?}", made.text);
    }

    #[test]
    fn what_cannot_be_used_is_told_in_words() {
        assert_eq!(check_text("Dear {learner}, {program} {{}}\n{link}"), Ok(()));
        assert_eq!(check_subject("{program} – {issuer}"), Ok(()));
        assert!(
            check_text("{name}").unwrap_err().starts_with("`{name}` is no placeholder; there are {learner}")
        );
        assert!(check_text("{stop}").is_err(), "the server's own");
        for alone in ["{", "}", "a } b", "{program"] {
            assert!(check_text(alone).unwrap_err().contains("stands alone"), "{alone}");
        }
        assert!(check_subject("a\nb").unwrap_err().contains("one line"));
        assert!(check_subject("{link}").unwrap_err().contains("{program} and {issuer} alone"));
    }
}
