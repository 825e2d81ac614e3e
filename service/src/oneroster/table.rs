//! One CSV file, row by row: its columns, the line of each row, and what the fields must look like.

use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use csv::{ByteRecord, StringRecord};
use rust_decimal::Decimal;

use super::calendar::{self, Calendar};
use super::files::File;
use super::lines::{Gauge, Lines};
use super::refused;
use super::report::{Bad, Report};
use crate::amount;
use crate::error::Result;

/// A CSV file being read.
pub struct Table<R> {
    file: File,
    reader: csv::Reader<Lines<R>>,
    gauge: Gauge,
    columns: Arc<Columns>,
    record: ByteRecord,
}

/// The columns of a file, by name.
struct Columns {
    names: Vec<String>,
    places: HashMap<String, usize>,
}

/// A row whose fields are text.
pub struct Row {
    /// Line on which it begins, from 1.
    pub line: u64,
    fields: StringRecord,
    columns: Arc<Columns>,
}

impl<R: Read> Table<R> {
    /// Reads the header; refuses the bundle where a column is missing or named twice.
    pub fn open(file: File, reader: R, most_bytes: u64) -> Result<Self> {
        let gauge = Gauge::default();
        let lines = Lines::new(reader, most_bytes, gauge.clone());
        let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(lines);
        let columns = Arc::new(Columns { names: Vec::new(), places: HashMap::new() });
        let mut table = Self { file, reader, gauge, columns, record: ByteRecord::new() };
        if table.next()?.is_none() {
            return Err(refused(format!("{} is empty: even its header is missing", file.name())));
        }
        table.columns = Arc::new(Columns::of(file, &table.record)?);
        Ok(table)
    }

    /// Whether the file has a column beyond those that it must have.
    pub fn has(&self, column: &str) -> bool {
        self.columns.places.contains_key(column)
    }

    /// The next rows, at most so many; nothing at the end. Rows that are no text, or too short or long, are among them in number, and noted as bad.
    pub fn batch(&mut self, most: usize, report: &mut Report) -> Result<Option<Vec<Row>>> {
        let mut rows = Vec::new();
        for read in 0..most {
            let Some(line) = self.next()? else {
                return Ok(Some(rows).filter(|_| read > 0));
            };
            match self.row(line) {
                Ok(row) => rows.push(row),
                Err(bad) => report.fail(self.file, line, bad),
            }
        }
        Ok(Some(rows))
    }

    /// Reads every row as it is, for a look at the whole file: calls back with the bytes of two columns.
    pub fn scan(&mut self, columns: [&str; 2], mut each: impl FnMut([&[u8]; 2])) -> Result<u64> {
        let places = columns.map(|column| self.columns.places.get(column).copied());
        let mut rows = 0;
        while self.next()?.is_some() {
            rows += 1;
            let field =
                |place: Option<usize>| place.and_then(|place| self.record.get(place)).unwrap_or_default();
            each(places.map(|place| field(place).trim_ascii()));
        }
        Ok(rows)
    }

    /// Reads a record and gives the line on which it begins. The CSV reader says on which line it ends, and skips empty ones before it.
    fn next(&mut self) -> Result<Option<u64>> {
        let read = self.reader.read_byte_record(&mut self.record);
        let line = self.reader.position().line();
        let there = read.map_err(|error| self.unreadable(line, &error))?;
        self.gauge.reset();
        let within: usize =
            self.record.iter().map(|field| field.iter().filter(|byte| **byte == b'\n').count()).sum();
        Ok(there.then(|| line.saturating_sub(within as u64 + 1).max(1)))
    }

    fn unreadable(&self, line: u64, error: &csv::Error) -> crate::error::Error {
        let why = match error.kind() {
            csv::ErrorKind::Io(error) => error.to_string(),
            _ => error.to_string(),
        };
        refused(format!("{} cannot be read, from line {line} on: {why}", self.file.name()))
    }

    fn row(&self, line: u64) -> Result<Row, Bad> {
        let width = self.columns.names.len();
        if self.record.len() != width {
            return Err(Bad::row(format!("has {} columns, but the header has {width}", self.record.len())));
        }
        let fields = StringRecord::from_byte_record(self.record.clone()).map_err(|error| {
            let place = error.utf8_error().field();
            let column = self.columns.names.get(place).map_or("", String::as_str);
            Bad::at(column, "is not UTF-8")
        })?;
        Ok(Row { line, fields, columns: self.columns.clone() })
    }
}

impl Columns {
    fn of(file: File, header: &ByteRecord) -> Result<Self> {
        let name = file.name();
        let header = StringRecord::from_byte_record(header.clone())
            .map_err(|_| refused(format!("the header of {name} is not UTF-8")))?;
        let names: Vec<String> = header.iter().map(|column| column.trim().to_owned()).collect();
        let mut places = HashMap::new();
        for (place, column) in names.iter().enumerate() {
            if places.insert(column.clone(), place).is_some() {
                return Err(refused(format!("{name} has the column `{column}` twice")));
            }
        }
        let missing: Vec<&str> =
            file.columns().iter().copied().filter(|column| !places.contains_key(*column)).collect();
        if !missing.is_empty() {
            return Err(refused(format!("{name} lacks the column {}", missing.join(", "))));
        }
        Ok(Self { names, places })
    }
}

/// What the column `status` says of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is.
    Active,
    /// It is gone.
    ToBeDeleted,
}

impl Row {
    /// A field without blanks around it; empty where there is no such column.
    pub fn text(&self, column: &str) -> &str {
        self.columns.places.get(column).and_then(|place| self.fields.get(*place)).unwrap_or_default().trim()
    }

    /// A field, where it says something.
    pub fn given(&self, column: &str) -> Option<&str> {
        Some(self.text(column)).filter(|text| !text.is_empty())
    }

    /// A field that must say something.
    pub fn required(&self, column: &str) -> Result<&str, Bad> {
        self.given(column).ok_or_else(|| Bad::at(column, "is required"))
    }

    /// The id of a row, this or another: at most 255 characters, none of them a control character.
    pub fn id(&self, column: &str) -> Result<&str, Bad> {
        let id = self.required(column)?;
        check_text(column, id, 255, false)?;
        Ok(id)
    }

    /// Words for people: at most so many characters.
    pub fn words(&self, column: &str, most: usize) -> Result<Option<&str>, Bad> {
        let Some(words) = self.given(column) else { return Ok(None) };
        check_text(column, words, most, true)?;
        Ok(Some(words))
    }

    /// What the row says of itself.
    pub fn status(&self) -> Result<Status, Bad> {
        match self.text("status") {
            "" | "active" => Ok(Status::Active),
            "tobedeleted" => Ok(Status::ToBeDeleted),
            _ => Err(Bad::at("status", "must be blank, `active` or `tobedeleted`")),
        }
    }

    /// A day.
    pub fn day(&self, column: &str) -> Result<Option<NaiveDate>, Bad> {
        self.given(column).map(calendar::day).transpose().map_err(|why| Bad::at(column, why))
    }

    /// A moment: a full timestamp, or the first moment of a day.
    pub fn moment(&self, column: &str, calendar: Calendar) -> Result<Option<DateTime<Utc>>, Bad> {
        let Some(text) = self.given(column) else { return Ok(None) };
        match DateTime::parse_from_rfc3339(text) {
            Ok(moment) => {
                calendar::day(&text[..10]).map_err(|why| Bad::at(column, why))?;
                Ok(Some(chrono::SubsecRound::trunc_subsecs(moment.to_utc(), 6)))
            }
            Err(_) => Ok(self.day(column)?.map(|day| calendar.start_of(day))),
        }
    }

    /// A number, in ten-thousandths; what has more places is rounded.
    pub fn number(&self, column: &str) -> Result<Option<i64>, Bad> {
        self.given(column)
            .map(|text| {
                let value: Decimal = text.parse().map_err(|_| Bad::at(column, "is not a number"))?;
                amount::from_decimal(value.round_dp(4))
                    .ok_or_else(|| Bad::at(column, "is too large a number"))
            })
            .transpose()
    }
}

fn check_text(column: &str, text: &str, most: usize, lines: bool) -> Result<(), Bad> {
    if text.len() > most && text.chars().count() > most {
        return Err(Bad::at(column, format!("is longer than {most} characters")));
    }
    if text.chars().any(|c| c.is_control() && !(lines && matches!(c, '\n' | '\t'))) {
        return Err(Bad::at(column, "has control characters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oneroster::BadRow;

    const HEADER: &str = "sourcedId,type,name,metadata.x";

    /// Lines and names of the good rows; the bad ones.
    fn read(bytes: &[u8]) -> (Vec<(u64, String)>, Vec<BadRow>) {
        let mut table = Table::open(File::Orgs, bytes, 1_000_000).unwrap();
        let mut report = Report::default();
        let mut rows = Vec::new();
        while let Some(batch) = table.batch(2, &mut report).unwrap() {
            rows.extend(batch.iter().map(|row| (row.line, row.text("name").to_owned())));
        }
        (rows, report.bad_rows)
    }

    #[test]
    fn lines_are_counted_through_quotes_empty_lines_and_any_line_end() {
        let lines =
            [HEADER, "1,a,\"two", "lines\",", "", "2,b,x,", "short", "", "3,c,\"p", "q", "r\",", "4,d,z,"];
        for end in ["\n", "\r\n", "\r"] {
            for last in ["", end] {
                let (rows, bad) = read((lines.join(end) + last).as_bytes());
                let named: Vec<(u64, &str)> =
                    rows.iter().map(|(line, name)| (*line, name.as_str())).collect();
                assert_eq!(named, [(2, "two\nlines"), (5, "x"), (8, "p\nq\nr"), (11, "z")]);
                assert_eq!(bad[0].line, 6, "{end:?}");
            }
        }
    }

    #[test]
    fn a_byte_order_mark_is_passed_over_and_other_encodings_are_bad_rows() {
        let mut bytes = b"\xEF\xBB\xBF".to_vec();
        bytes.extend_from_slice(
            format!("{HEADER}\n1,a,\u{5e9}\u{5dc}\u{5d5}\u{5dd} e\u{301} \u{1f393},\n").as_bytes(),
        );
        bytes.extend_from_slice(b"2,b,Andr\xe9,\n3,c,x,\n");
        let (rows, bad) = read(&bytes);
        assert_eq!(
            rows,
            [(2, "\u{5e9}\u{5dc}\u{5d5}\u{5dd} e\u{301} \u{1f393}".to_owned()), (4, "x".to_owned())]
        );
        assert_eq!((bad.len(), bad[0].line), (1, 3));
        assert_eq!((bad[0].column.as_deref(), bad[0].reason.as_str()), (Some("name"), "is not UTF-8"));
    }

    #[test]
    fn headers_that_do_not_fit_are_refused() {
        let refusal = |bytes: &[u8]| match Table::open(File::Orgs, bytes, 1_000_000) {
            Ok(_) => panic!("accepted"),
            Err(error) => error.public_message(),
        };
        assert_eq!(refusal(b"sourcedId,name\n"), "orgs.csv lacks the column type");
        assert_eq!(refusal(b"sourcedId,name,type,name\n"), "orgs.csv has the column `name` twice");
        assert_eq!(refusal(b""), "orgs.csv is empty: even its header is missing");
        assert_eq!(refusal(b"\xFF\xFEs\0o\0u\0"), "the header of orgs.csv is not UTF-8");
    }

    #[test]
    fn fields_are_checked_by_what_they_mean() {
        let text = "sourcedId,type,name,a,b,c\n1,9999-12-31,\u{7},A+,-2.55555,2014-03-09T10:00:00+02:00\n";
        let mut table = Table::open(File::Orgs, text.as_bytes(), 1_000_000).unwrap();
        let row = table.batch(1, &mut Report::default()).unwrap().unwrap().pop().unwrap();
        assert!(row.id("name").is_err() && row.words("name", 10).is_err());
        assert!(row.day("type").is_err() && row.status() == Ok(Status::Active));
        assert!(row.number("a").is_err());
        assert_eq!(row.number("b"), Ok(Some(-25_556)));
        let moment = row.moment("c", Calendar::of("UTC")).unwrap().unwrap();
        assert_eq!(moment.to_rfc3339(), "2014-03-09T08:00:00+00:00");
        assert_eq!(row.required("nothing"), Err(Bad::at("nothing", "is required")));
    }
}
