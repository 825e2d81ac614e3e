//! `cairn verify`.

use std::path::PathBuf;
use std::process::ExitCode;

use cairn_service::verification::{self, Manner, Verified, verify::Verdict};
use clap::Args;
use serde_json::json;

use super::{Failure, output::Output};
use crate::{config::Config, setup};

/// The largest file that is read, in bytes: an image. Documents may be smaller only.
const LARGEST: u64 = 8 * 1024 * 1024;

/// Verify a credential of whatever issuer: a JSON document, a compact JWT, a PNG or SVG with one of them baked in, or a PDF with one attached.
///
/// This server's own issuers and status lists are taken from its database, those of others are fetched. Ends with 0 where the credential is valid, 1
/// where it is not, 2 where it could not be checked in full.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  cairn verify credential.json --json\n  cairn verify badge.png --offline"
)]
pub struct Verify {
    /// The file.
    file: PathBuf,
    /// Fetch nothing: what is not in this server's database is not checked.
    #[arg(long)]
    offline: bool,
    /// Whose it should be: an e-mail address, DID or other identifier.
    #[arg(long, value_name = "WHO")]
    recipient: Option<String>,
}

impl Verify {
    pub async fn run(self, config: &Config, output: &Output) -> Result<ExitCode, Failure> {
        let name = self.file.display().to_string();
        let unreadable = |error: std::io::Error| Failure::new(format!("{name}: {error}"));
        let size = std::fs::metadata(&self.file).map_err(unreadable)?.len();
        if size > LARGEST {
            return Err(Failure::new(format!("{name}: has {size} bytes; at most {LARGEST} are read")));
        }
        let bytes = std::fs::read(&self.file).map_err(unreadable)?;
        let service = setup::open_for_command(config).await?;
        let manner = Manner { expected_recipient: self.recipient, offline: self.offline };
        let verified = verification::verify_in(&service, bytes, manner).await?;
        let report = &verified.report;
        let result = json!({
            "verdict": report.verdict,
            "checkedAt": report.checked_at,
            "checks": report.checks,
            "issuer": report.issuer.as_ref().map(|issuer| {
                json!({ "did": issuer.id, "name": issuer.name, "known": verified.known_issuer })
            }),
            "achievement": report.achievement,
            "documentId": report.document_id,
            "recipientMatches": report.recipient_matches,
            "validFrom": report.valid_from,
            "validUntil": report.valid_until,
        });
        output.result(&result, |_| text(&verified));
        Ok(ExitCode::from(match report.verdict {
            Verdict::Valid => 0,
            Verdict::Unknown => 2,
            _ => 1,
        }))
    }
}

/// The report for people: the verdict, then each check in a line.
fn text(verified: &Verified) -> String {
    let mut lines = vec![word(&verified.report.verdict)];
    for check in &verified.report.checks {
        lines.push(format!("  {:10} {:8} {}", word(&check.name), word(&check.outcome), check.detail));
    }
    lines.join("\n")
}

/// The name of a value, as its JSON spells it.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
