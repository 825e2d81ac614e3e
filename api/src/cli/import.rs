//! `cairn import`: loads what other systems export.

use std::{fs::File, path::PathBuf};

use cairn_service::{
    Service,
    actor::Actor,
    oneroster::{self, Options, Report},
};
use clap::{Args, Subcommand};
use serde::Serialize;

use super::{
    Failure, issue, issuer_of,
    output::{Output, table},
    progress::Progress,
};
use crate::{config::Config, setup};

/// Load what other systems export.
#[derive(Args)]
pub struct Import {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Oneroster(OneRoster),
}

/// Load a OneRoster 1.2 CSV bundle: courses, classes, students, enrollments and results.
///
/// Good rows go in, bad ones are listed. Importing the same bundle again changes nothing, and completes an import that was broken off.
#[derive(Args)]
#[command(
    after_help = "Example:\n  cairn import oneroster oulad-half.zip --issuer ou --final-category Final"
)]
struct OneRoster {
    /// The bundle, a zip file.
    file: PathBuf,
    /// Slug of the issuer that it belongs to.
    #[arg(long, value_name = "SLUG")]
    issuer: String,
    /// Category of the line items whose passing completes a program; without it nothing is completed or failed.
    #[arg(long, value_name = "NAME")]
    final_category: Option<String>,
    /// Score that passes a line item, percent of its range.
    #[arg(long, value_name = "PERCENT", default_value_t = 40.0)]
    pass_mark: f64,
    /// Issue a credential for each completed enrollment, valid from the day of completion.
    #[arg(long)]
    issue: bool,
}

/// What came of it.
#[derive(Serialize)]
struct Summary {
    #[serde(flatten)]
    imported: Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued: Option<issue::Summary>,
}

/// Bad rows that are shown to people; with --json all that the report holds are.
const SHOWN: usize = 20;

impl Import {
    pub async fn run(self, config: &Config, output: &Output) -> Result<(), Failure> {
        match self.command {
            Command::Oneroster(command) => command.run(config, output).await,
        }
    }
}

impl OneRoster {
    async fn run(self, config: &Config, output: &Output) -> Result<(), Failure> {
        let file = File::open(&self.file)
            .map_err(|error| Failure::new(format!("{} cannot be read: {error}", self.file.display())))?;
        let service = setup::open_for_command(config).await?;
        let issuer = issuer_of(&service, &self.issuer).await?;
        let actor = Actor::system_for(issuer.id);
        let options = Options { final_category: self.final_category, pass_mark: Some(self.pass_mark) };
        let mut progress = Progress::new();
        let mut show = |now: oneroster::Progress| progress.set(now.stage, now.done, now.total);
        let imported = oneroster::import(&service, &actor, issuer.id, file, &options, &mut show).await;
        let summary = match imported {
            Ok(imported) if self.issue => issue_all(&service, &actor, imported, &mut progress).await,
            other => other.map(|imported| Summary { imported, issued: None }).map_err(Failure::from),
        };
        progress.finish();
        let summary = summary?;
        output.result(&summary, text);
        summary.issued.as_ref().map_or(Ok(()), issue::Summary::check)
    }
}

/// Issues what the programs of the bundle give.
async fn issue_all(
    service: &Service,
    actor: &Actor,
    imported: Report,
    progress: &mut Progress,
) -> Result<Summary, Failure> {
    let mut issued = issue::Summary::default();
    for program in &imported.programs {
        issued.add(&issue::issue(service, actor, program.clone(), progress).await?);
    }
    Ok(Summary { imported, issued: Some(issued) })
}

fn text(summary: &Summary) -> String {
    let report = &summary.imported;
    let mut rows = vec![
        ["file", "rows", "created", "updated", "unchanged", "ignored", "failed"].map(str::to_owned).to_vec(),
    ];
    rows.extend(report.files.iter().map(|file| {
        let counts = [file.rows, file.created, file.updated, file.unchanged, file.ignored, file.failed];
        std::iter::once(file.file.to_owned()).chain(counts.map(|count| count.to_string())).collect()
    }));
    let mut lines = vec![table(&rows)];
    let outcomes = &report.outcomes;
    lines.push(format!(
        "Enrollments now completed: {}, failed: {}, withdrawn: {}.",
        outcomes.completed, outcomes.failed, outcomes.withdrawn
    ));
    for bad in report.bad_rows.iter().take(SHOWN) {
        let column = bad.column.as_ref().map(|column| format!(", {column}")).unwrap_or_default();
        lines.push(format!("{}, line {}{column}: {}", bad.file, bad.line, bad.reason));
    }
    let more = report.failed().saturating_sub(report.bad_rows.len().min(SHOWN) as u64);
    if more > 0 {
        lines.push(format!("… and {more} more bad rows (--json lists up to {})", oneroster::MOST_BAD_ROWS));
    }
    lines.extend(summary.issued.as_ref().map(|issued| format!("Credentials: {}.", issued.text())));
    lines.extend(report.warnings.iter().map(|warning| format!("Note: {warning}.")));
    lines.join("\n")
}
