//! Files as CSV (RFC 4180) and as JSON Lines.

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use super::cell::Cell;
use crate::error::{Error, Result};

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Comma-separated values with a line of headings (RFC 4180), UTF-8.
    Csv,
    /// A JSON object a line.
    Jsonl,
}

impl Format {
    /// The ending of a file's name.
    pub fn ending(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Jsonl => "jsonl",
        }
    }

    /// The format of a file by the ending of its name.
    pub fn of_ending(ending: &str) -> Option<Self> {
        [Format::Csv, Format::Jsonl].into_iter().find(|format| format.ending() == ending)
    }

    /// The media type.
    pub fn media(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8; header=present",
            Format::Jsonl => "application/jsonl; charset=utf-8",
        }
    }

    /// Writes rows; `head`: whether the file begins with them.
    pub fn write(self, columns: &[&str], rows: &[Vec<Cell>], head: bool) -> Result<Vec<u8>> {
        match self {
            Format::Csv => csv(columns, rows, head),
            Format::Jsonl => jsonl(columns, rows),
        }
    }
}

fn csv(columns: &[&str], rows: &[Vec<Cell>], head: bool) -> Result<Vec<u8>> {
    let fault = |error: csv::Error| Error::internal("a line of CSV could not be written", error);
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    if head {
        writer.write_record(columns).map_err(fault)?;
    }
    for row in rows {
        writer.write_record(row.iter().map(|cell| cell.field().into_owned())).map_err(fault)?;
    }
    writer
        .into_inner()
        .map_err(|error| Error::internal("a line of CSV could not be written", error.into_error()))
}

/// A row as an object whose members keep the order of the columns.
struct Line<'a> {
    columns: &'a [&'a str],
    row: &'a [Cell],
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.columns.len()))?;
        for (name, cell) in self.columns.iter().zip(self.row) {
            map.serialize_entry(name, cell)?;
        }
        map.end()
    }
}

fn jsonl(columns: &[&str], rows: &[Vec<Cell>]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut bytes, &Line { columns, row })?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_formats_keep_order_and_quote_what_must_be() {
        let columns = ["id", "name", "percent"];
        let rows = [vec![Cell::Word("a".into()), Cell::Text("Zoë, \"عُمَر\"\n".into()), Cell::None]];
        let text =
            |format: Format, head| String::from_utf8(format.write(&columns, &rows, head).unwrap()).unwrap();
        assert_eq!(text(Format::Csv, true), "id,name,percent\r\na,\"Zoë, \"\"عُمَر\"\"\n\",\r\n");
        assert_eq!(text(Format::Csv, false).lines().next(), Some("a,\"Zoë, \"\"عُمَر\"\""));
        assert_eq!(
            text(Format::Jsonl, true),
            "{\"id\":\"a\",\"name\":\"Zoë, \\\"عُمَر\\\"\\n\",\"percent\":null}\n"
        );
    }
}
