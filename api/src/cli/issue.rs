//! `cairn issue`.

use cairn_service::{
    Service,
    actor::Actor,
    bulk_operation::{self, count_rows},
    reference::Reference,
    rows::{self, enums::BulkOutcome},
};
use clap::Args;
use serde::Serialize;

use super::{Failure, issuer_of, output::Output, progress::Progress};
use crate::{config::Config, setup};

/// Issue credentials to everyone eligible in a program, and wait until it is done.
///
/// Whoever has one already gets no second one, however often this runs. Broken off, a server on the same database goes on with it.
#[derive(Args)]
#[command(after_help = "Example:\n  cairn issue --issuer ou --program AAA-2013J")]
pub struct Issue {
    /// Slug of the issuer.
    #[arg(long, value_name = "SLUG")]
    issuer: String,
    /// The issuer's own id of the program.
    #[arg(long, value_name = "EXTERNAL_ID")]
    program: String,
}

/// What came of it.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    total: i32,
    issued: u64,
    already_issued: u64,
    not_eligible: u64,
    failed: u64,
}

impl Summary {
    /// Adds what came of another program.
    pub(super) fn add(&mut self, other: &Self) {
        self.total += other.total;
        self.issued += other.issued;
        self.already_issued += other.already_issued;
        self.not_eligible += other.not_eligible;
        self.failed += other.failed;
    }

    /// In words.
    pub(super) fn text(&self) -> String {
        format!(
            "{} issued, {} issued before, {} not eligible, {} failed",
            self.issued, self.already_issued, self.not_eligible, self.failed
        )
    }

    /// A failure where a credential could not be issued.
    pub(super) fn check(&self) -> Result<(), Failure> {
        match self.failed {
            0 => Ok(()),
            failed => Err(Failure::new(format!("{failed} credentials could not be issued"))),
        }
    }
}

impl Issue {
    pub async fn run(self, config: &Config, output: &Output) -> Result<(), Failure> {
        let service = setup::open_for_command(config).await?;
        let issuer = issuer_of(&service, &self.issuer).await?;
        let actor = Actor::system_for(issuer.id);
        let mut progress = Progress::new();
        let summary = issue(&service, &actor, self.program, &mut progress).await;
        progress.finish();
        let summary = summary?;
        output.result(&summary, Summary::text);
        summary.check()
    }
}

/// Issues to everyone eligible in a program of the actor's issuer.
pub(super) async fn issue(
    service: &Service,
    actor: &Actor,
    program: String,
    progress: &mut Progress,
) -> Result<Summary, Failure> {
    let stage = format!("issuing {program}");
    let told = |row: &rows::bulk_operation::Model| {
        let number = |count: i32| u64::try_from(count).unwrap_or_default();
        progress.set(&stage, number(row.processed), row.total.map_or(0, number));
    };
    let operation = bulk_operation::issue_now(service, actor, &Reference::ExternalId(program), told).await?;
    let count = async |outcome| count_rows(service, operation.id, Some(outcome)).await;
    Ok(Summary {
        total: operation.processed,
        issued: count(BulkOutcome::Issued).await?,
        already_issued: count(BulkOutcome::AlreadyIssued).await?,
        not_eligible: count(BulkOutcome::NotEligible).await?,
        failed: count(BulkOutcome::Failed).await?,
    })
}
