//! `cairn export`: everything of one kind as a file.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::PathBuf,
};

use cairn_service::{
    Service,
    actor::Actor,
    analytics::{self, Basis, Dimension, Unit},
    attempt::AttemptFilter,
    credential::CredentialFilter,
    enrollment,
    export::{self, ExportRequest, Format, Found, Source},
    learner::LearnerFilter,
    reference::Reference,
    rows,
    rows::enums::BulkStatus,
};
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::{Failure, issuer_of, output::Output, progress::Progress};
use crate::{config::Config, setup};

/// Write everything of one kind into a file: CSV with a line of headings, or a JSON object a line.
///
/// The file is written by a bulk operation, as `createExport` does. Broken off, a server on the same database goes on with it.
#[derive(Args)]
#[command(
    after_help = "Example:\n  cairn export enrollments --issuer ou --format csv --out enrollments.csv\n  cairn export completions --issuer ou --format jsonl --by program,month"
)]
pub struct Export {
    /// What.
    kind: Kind,
    /// Slug of the issuer.
    #[arg(long, value_name = "SLUG")]
    issuer: String,
    /// As what.
    #[arg(long)]
    format: FileFormat,
    /// Where to; standard output where absent.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Only of the programs with these external ids.
    #[arg(long, value_name = "EXTERNAL_ID", value_delimiter = ',')]
    program: Vec<String>,
    /// What completions are grouped by.
    #[arg(long, value_name = "DIMENSION", value_delimiter = ',', default_value = "program")]
    by: Vec<By>,
}

/// What there is to export.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Credentials,
    Enrollments,
    Attempts,
    Learners,
    Completions,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FileFormat {
    Csv,
    Jsonl,
}

/// What completions are grouped by.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    Program,
    Cohort,
    Status,
    Track,
    Level,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl From<By> for Dimension {
    fn from(by: By) -> Self {
        match by {
            By::Program => Dimension::Program,
            By::Cohort => Dimension::Cohort,
            By::Status => Dimension::Status,
            By::Track => Dimension::Track,
            By::Level => Dimension::Level,
            By::Day => Dimension::Period(Unit::Day),
            By::Week => Dimension::Period(Unit::Week),
            By::Month => Dimension::Period(Unit::Month),
            By::Quarter => Dimension::Period(Unit::Quarter),
            By::Year => Dimension::Period(Unit::Year),
        }
    }
}

/// What came of it.
#[derive(Serialize)]
struct Summary {
    rows: i32,
    bytes: u64,
    file: PathBuf,
}

impl Export {
    pub async fn run(self, config: &Config, output: &Output) -> Result<(), Failure> {
        let service = setup::open_for_command(config).await?;
        let issuer = issuer_of(&service, &self.issuer).await?;
        let request =
            ExportRequest { issuer: None, source: self.source(&issuer), format: self.format.into() };
        let mut progress = Progress::new();
        let told = |row: &rows::bulk_operation::Model| {
            let number = |count: i32| u64::try_from(count).unwrap_or_default();
            progress.set("exporting", number(row.processed), row.total.map_or(0, number));
        };
        let written = export::export_now(&service, &Actor::system_for(issuer.id), request, told).await;
        progress.finish();
        let operation = written?;
        if operation.status != BulkStatus::Succeeded {
            return Err(Failure::new("the export was canceled"));
        }
        let written = export::written(&operation)?;
        let bytes = match &self.out {
            None => copy(&service, &written, std::io::stdout().lock()).await?,
            Some(path) => {
                let file = File::create(path).map_err(|error| {
                    Failure::new(format!("{} cannot be written: {error}", path.display()))
                })?;
                copy(&service, &written, BufWriter::new(file)).await?
            }
        };
        // Whoever has the file needs no link to it.
        export::drop_file(&service, operation.id).await?;
        if let Some(file) = self.out {
            let summary = Summary { rows: operation.processed, bytes, file };
            output.result(&summary, |done| format!("{} rows written to {}", done.rows, done.file.display()));
        }
        Ok(())
    }

    fn source(&self, issuer: &rows::issuer::Model) -> Source {
        let programs: Vec<Reference> = self.program.iter().cloned().map(Reference::ExternalId).collect();
        let programs = Some(programs).filter(|programs| !programs.is_empty());
        match self.kind {
            Kind::Credentials => {
                Source::Credentials(CredentialFilter { programs, ..CredentialFilter::default() })
            }
            Kind::Enrollments => {
                Source::Enrollments(enrollment::Filter { programs, ..enrollment::Filter::default() })
            }
            Kind::Attempts => Source::Attempts(AttemptFilter { programs, ..AttemptFilter::default() }),
            Kind::Learners => Source::Learners(LearnerFilter { programs, updated_since: None }),
            Kind::Completions => Source::Completions {
                filter: analytics::Filter {
                    programs,
                    cohorts: None,
                    tracks: None,
                    levels: None,
                    version: None,
                    from: None,
                    to: None,
                    basis: Basis::default(),
                    time_zone: issuer.time_zone.clone(),
                    smallest_group: 0,
                },
                group_by: self.by.iter().copied().map(Dimension::from).collect(),
            },
        }
    }
}

impl From<FileFormat> for Format {
    fn from(format: FileFormat) -> Self {
        match format {
            FileFormat::Csv => Format::Csv,
            FileFormat::Jsonl => Format::Jsonl,
        }
    }
}

/// Copies a file, a piece at a time; gives how many bytes it has.
async fn copy(service: &Service, file: &Found, mut to: impl Write) -> Result<u64, Failure> {
    let (mut bytes, mut from) = (0, 0);
    while let Some((piece, next)) = export::next_piece(service, file, from).await? {
        to.write_all(&piece)?;
        bytes += piece.len() as u64;
        from = next;
    }
    to.flush()?;
    Ok(bytes)
}
