//! The only place that prints: results on standard output, failures on standard error.

use std::io::Write;

use serde::Serialize;

/// Where results go, and in which form.
pub struct Output {
    json: bool,
}

impl Output {
    /// For people, or as JSON.
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// Prints a result: as one JSON value, or as the text that `text` makes of it.
    pub fn result<T: Serialize>(&self, value: &T, text: impl FnOnce(&T) -> String) {
        if self.json {
            match serde_json::to_string_pretty(value) {
                Ok(json) => self.line(&json),
                Err(error) => self.failure(&format!("the result could not be written as JSON: {error}")),
            }
        } else {
            self.line(&text(value));
        }
    }

    /// Prints a line as it is, whatever the form.
    pub fn line(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        // A reader that has gone (`| head`) is no failure of ours.
        let _ = writeln!(out, "{text}").and_then(|()| out.flush());
    }

    /// Prints why a command failed, in one line.
    pub fn failure(&self, message: &str) {
        let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
        let _ = writeln!(std::io::stderr().lock(), "cairn: {line}");
    }
}

/// Lines up columns: the widest cell decides; the last column is left as it is.
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}
