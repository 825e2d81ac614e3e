//! What became of an import: counts by file, outcomes, and the rows that did not go in.

use serde::{Deserialize, Serialize};

use super::files::File;

/// Bad rows that a report holds; of those beyond it keeps the count, so that a bundle full of them cannot fill the memory.
pub const MOST_BAD_ROWS: usize = 1_000;

/// What became of an import.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// By file, in the order of import; files that the bundle does not have are left out.
    pub files: Vec<FileReport>,
    /// Enrollments whose status the import decided.
    pub outcomes: Outcomes,
    /// Rows that did not go in, at most [`MOST_BAD_ROWS`].
    pub bad_rows: Vec<BadRow>,
    /// How many more did not.
    pub bad_rows_beyond: u64,
    /// What the operator should know though nothing failed.
    pub warnings: Vec<String>,
    /// External ids of the programs that the bundle's courses stand for.
    pub programs: Vec<String>,
}

/// What became of the rows of one file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileReport {
    /// Its name: `users.csv`.
    pub file: String,
    /// Rows read, the header apart.
    pub rows: u64,
    /// Rows that made something.
    pub created: u64,
    /// Rows that changed something.
    pub updated: u64,
    /// Rows that were in already, as they are.
    pub unchanged: u64,
    /// Bad rows.
    pub failed: u64,
    /// Rows that the import has no use for, such as those of teachers.
    pub ignored: u64,
}

/// Enrollments that an import brought to an end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcomes {
    /// Completed.
    pub completed: u64,
    /// Failed.
    pub failed: u64,
    /// Withdrawn.
    pub withdrawn: u64,
}

/// A row that did not go in: where and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BadRow {
    /// Name of the file.
    pub file: String,
    /// Line on which the row begins, from 1; the header is line 1.
    pub line: u64,
    /// The column at fault; none where the row as a whole is.
    pub column: Option<String>,
    /// What is wrong; holds no value of the row, which may be personal.
    pub reason: String,
}

/// What became of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Created,
    Updated,
    Unchanged,
    Ignored,
    /// Serves as a reference for other rows, and is nothing by itself.
    Used,
}

impl Report {
    /// The counts of one file.
    pub fn file(&self, name: &str) -> Option<&FileReport> {
        self.files.iter().find(|report| report.file == name)
    }

    /// Rows read, in all.
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|report| report.rows).sum()
    }

    /// Rows that did not go in, in all.
    pub fn failed(&self) -> u64 {
        self.files.iter().map(|report| report.failed).sum()
    }

    /// Whether the import changed nothing.
    pub fn is_unchanged(&self) -> bool {
        self.outcomes == Outcomes::default()
            && self.files.iter().all(|report| report.created == 0 && report.updated == 0)
    }

    pub(super) fn count(&mut self, file: File, fate: Fate) {
        let counts = self.counts(file);
        counts.rows += 1;
        match fate {
            Fate::Created => counts.created += 1,
            Fate::Updated => counts.updated += 1,
            Fate::Unchanged => counts.unchanged += 1,
            Fate::Ignored => counts.ignored += 1,
            Fate::Used => {}
        }
    }

    pub(super) fn fail(&mut self, file: File, line: u64, bad: Bad) {
        let counts = self.counts(file);
        counts.rows += 1;
        counts.failed += 1;
        if self.bad_rows.len() < MOST_BAD_ROWS {
            let Bad { column, reason } = bad;
            self.bad_rows.push(BadRow { file: file.name().to_owned(), line, column, reason });
        } else {
            self.bad_rows_beyond += 1;
        }
    }

    /// Lists a file, in the order of import, even where it has no row.
    pub(super) fn list(&mut self, file: File) {
        self.counts(file);
    }

    fn counts(&mut self, file: File) -> &mut FileReport {
        let name = file.name();
        let place = self.files.iter().position(|report| report.file == name).unwrap_or_else(|| {
            self.files.push(FileReport {
                file: name.to_owned(),
                rows: 0,
                created: 0,
                updated: 0,
                unchanged: 0,
                failed: 0,
                ignored: 0,
            });
            self.files.len() - 1
        });
        &mut self.files[place]
    }
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bad {
    /// The column at fault.
    pub column: Option<String>,
    /// What is wrong with it.
    pub reason: String,
}

impl Bad {
    /// Something wrong in a column.
    pub fn at(column: &str, reason: impl Into<String>) -> Self {
        Self { column: Some(column.to_owned()), reason: reason.into() }
    }

    /// Something wrong with the row as a whole.
    pub fn row(reason: impl Into<String>) -> Self {
        Self { column: None, reason: reason.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_rows_beyond_the_limit_are_counted() {
        let mut report = Report::default();
        for line in 0..1_500 {
            report.fail(File::Users, line, Bad::row("bad"));
        }
        assert_eq!((report.bad_rows.len(), report.bad_rows_beyond, report.failed()), (1_000, 500, 1_500));
        assert!(report.is_unchanged());
        report.count(File::Users, Fate::Created);
        assert!(!report.is_unchanged());
    }
}
