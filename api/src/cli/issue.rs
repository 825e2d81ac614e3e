//! `cairn issue`.

use cairn_service::{
    actor::Actor,
    bulk_operation::{self, count_rows},
    reference::Reference,
    rows::enums::BulkOutcome,
};
use clap::Args;
use serde::Serialize;

use super::{Failure, issuer_of, output::Output};
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
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    total: i32,
    issued: u64,
    already_issued: u64,
    not_eligible: u64,
    failed: u64,
}

impl Issue {
    pub async fn run(self, config: &Config, output: &Output) -> Result<(), Failure> {
        let service = setup::open_for_command(config).await?;
        let issuer = issuer_of(&service, &self.issuer).await?;
        let actor = Actor::system_for(issuer.id);
        let program = Reference::ExternalId(self.program);
        let operation = bulk_operation::issue_now(&service, &actor, &program, |_| {}).await?;
        let count = async |outcome| count_rows(&service, operation.id, Some(outcome)).await;
        let summary = Summary {
            total: operation.processed,
            issued: count(BulkOutcome::Issued).await?,
            already_issued: count(BulkOutcome::AlreadyIssued).await?,
            not_eligible: count(BulkOutcome::NotEligible).await?,
            failed: count(BulkOutcome::Failed).await?,
        };
        output.result(&summary, |s| {
            format!(
                "{} issued, {} issued before, {} not eligible, {} failed",
                s.issued, s.already_issued, s.not_eligible, s.failed
            )
        });
        if summary.failed > 0 {
            return Err(Failure::new(format!("{} credentials could not be issued", summary.failed)));
        }
        Ok(())
    }
}
