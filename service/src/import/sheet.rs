//! Reading a file row by row. What is wrong with its form refuses it whole, by line and column; what is wrong with a value is the row's own matter.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Most rows of a file.
const MOST_ROWS: usize = 1_000_000;

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// CSV (RFC 4180) with a line of headings, UTF-8. An empty field says nothing.
    Csv,
    /// A JSON object a line. A member that is null clears what is there, an absent one keeps it.
    Jsonl,
    /// A zip file of several: a bundle.
    Zip,
}

impl FileFormat {
    /// The format of a media type, by its essence.
    pub fn of_media(essence: &str) -> Option<Self> {
        match essence {
            "text/csv" => Some(Self::Csv),
            "application/jsonl" | "application/x-ndjson" | "application/x-jsonlines" => Some(Self::Jsonl),
            "application/zip" | "application/x-zip-compressed" => Some(Self::Zip),
            _ => None,
        }
    }

    /// How it is stored.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Zip => "zip",
        }
    }

    pub(super) fn of_name(name: &str) -> Option<Self> {
        [Self::Csv, Self::Jsonl, Self::Zip].into_iter().find(|format| format.name() == name)
    }
}

/// What a row says, by column.
pub type Members = Map<String, Value>;

/// Why a file is refused: where and what.
#[derive(Debug, PartialEq, Eq)]
pub struct Flaw {
    line: u64,
    column: Option<u64>,
    reason: String,
}

impl Flaw {
    fn at(line: u64, column: impl Into<Option<u64>>, reason: impl Into<String>) -> Self {
        Self { line, column: column.into(), reason: reason.into() }
    }

    /// For people.
    pub fn message(&self) -> String {
        let column = self.column.map(|column| format!(", column {column}")).unwrap_or_default();
        format!("line {}{column}: {}", self.line, self.reason)
    }
}

/// Hands each row to `take`, from the first to the last.
pub fn read(
    bytes: &[u8],
    format: FileFormat,
    known: &[&str],
    mut take: impl FnMut(Members),
) -> Result<usize, Flaw> {
    if format == FileFormat::Zip {
        return Err(Flaw::at(1, None, "this is a zip file, not a file of rows"));
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => {
            let sound = &bytes[..error.valid_up_to()];
            let line = 1 + sound.iter().filter(|byte| **byte == b'\n').count() as u64;
            return Err(Flaw::at(line, None, "this is not UTF-8"));
        }
    };
    let mut rows = 0;
    let mut count = |line: u64, members: Members| {
        rows += 1;
        if rows > MOST_ROWS {
            return Err(Flaw::at(line, None, format!("at most {MOST_ROWS} rows a file")));
        }
        take(members);
        Ok(())
    };
    match format {
        FileFormat::Csv => csv(text, known, &mut count)?,
        FileFormat::Jsonl | FileFormat::Zip => jsonl(text, known, &mut count)?,
    }
    if rows == 0 {
        return Err(Flaw::at(1, None, "there is no row"));
    }
    Ok(rows)
}

type Count<'a> = dyn FnMut(u64, Members) -> Result<(), Flaw> + 'a;

fn csv(text: &str, known: &[&str], count: &mut Count<'_>) -> Result<(), Flaw> {
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let flaw = |error: csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        let reason = match error.kind() {
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                format!("{len} fields where the headings are {expected_len}")
            }
            _ => "this is not CSV".to_owned(),
        };
        Flaw::at(line, None, reason)
    };
    let headings = reader.headers().map_err(flaw)?.clone();
    for (place, name) in headings.iter().enumerate() {
        let column = place as u64 + 1;
        check_known(1, column, name, known)?;
        if headings.iter().take(place).any(|other| other == name) {
            return Err(Flaw::at(1, column, format!("`{}` stands twice", shown(name))));
        }
    }
    for record in reader.records() {
        let record = record.map_err(flaw)?;
        let line = record.position().map_or(1, csv::Position::line);
        let said = headings.iter().zip(record.iter()).filter(|(_, field)| !field.is_empty());
        count(line, said.map(|(name, field)| (name.to_owned(), Value::from(field))).collect())?;
    }
    Ok(())
}

fn jsonl(text: &str, known: &[&str], count: &mut Count<'_>) -> Result<(), Flaw> {
    for (index, text) in text.lines().enumerate() {
        let line = index as u64 + 1;
        if text.trim().is_empty() {
            continue;
        }
        let value: Value = serde_json::from_str(text)
            .map_err(|error| Flaw::at(line, error.column() as u64, "this is not JSON"))?;
        let Value::Object(members) = value else {
            return Err(Flaw::at(line, None, "this is no JSON object"));
        };
        for name in members.keys() {
            check_known(line, None, name, known)?;
        }
        count(line, members)?;
    }
    Ok(())
}

fn check_known(line: u64, column: impl Into<Option<u64>>, name: &str, known: &[&str]) -> Result<(), Flaw> {
    if known.contains(&name) {
        return Ok(());
    }
    let reason = format!("`{}` is not known here; there are: {}", shown(name), known.join(", "));
    Err(Flaw::at(line, column, reason))
}

/// A name from outside, short enough for a message.
fn shown(name: &str) -> String {
    name.chars().filter(|letter| !letter.is_control()).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 2] = ["externalId", "name"];

    fn rows(text: &str, format: FileFormat) -> Result<Vec<Members>, String> {
        let mut rows = Vec::new();
        read(text.as_bytes(), format, &KNOWN, |row| rows.push(row)).map_err(|flaw| flaw.message())?;
        Ok(rows)
    }

    #[test]
    fn both_formats_say_the_same() {
        let csv = "\u{feff}externalId,name\r\n1,\"Zoë,\n\"\"عُمَر\"\"\"\r\n2,\r\n";
        let jsonl = "{\"externalId\":\"1\",\"name\":\"Zoë,\\n\\\"عُمَر\\\"\"}\n\n{\"externalId\":\"2\"}\n";
        assert_eq!(rows(csv, FileFormat::Csv), rows(jsonl, FileFormat::Jsonl));
        assert_eq!(rows(csv, FileFormat::Csv).unwrap().len(), 2);
    }

    #[test]
    fn a_bad_file_is_refused_by_line_and_column() {
        for (text, format, starts) in [
            ("", FileFormat::Csv, "line 1: there is no row"),
            ("externalId\n", FileFormat::Csv, "line 1: there is no row"),
            (
                "externalId,nam\n1,a",
                FileFormat::Csv,
                "line 1, column 2: `nam` is not known here; there are: externalId, name",
            ),
            ("name,name\n1,a", FileFormat::Csv, "line 1, column 2: `name` stands twice"),
            ("externalId,name\n1,a\n2\n", FileFormat::Csv, "line 3: 1 fields where the headings are 2"),
            ("{\"name\":1}\n{\"name\":}\n", FileFormat::Jsonl, "line 2, column 9: this is not JSON"),
            ("[1]", FileFormat::Jsonl, "line 1: this is no JSON object"),
            ("{\"id\":1}", FileFormat::Jsonl, "line 1: `id` is not known here"),
        ] {
            let told = rows(text, format).unwrap_err();
            assert!(told.starts_with(starts), "{told}");
        }
        let told = read(b"name\na\n\xff\n", FileFormat::Csv, &KNOWN, |_| {}).unwrap_err().message();
        assert_eq!(told, "line 3: this is not UTF-8");
    }
}
