//! `cairn verify`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cairn_service::verification::{
    self, Manner, Verified,
    verify::{KeySource, Report, Trust, Verdict},
};
use chrono::{DateTime, SecondsFormat, Utc};
use clap::Args;
use serde_json::json;

use super::{Failure, output::Output};
use crate::{config::Config, setup};

/// The largest file that is read, in bytes: an image. Documents may be smaller only.
const LARGEST: u64 = 8 * 1024 * 1024;

/// Verify a credential of whatever issuer: a JSON document, a compact JWT, a PNG or SVG with one of them baked in, a PDF with one attached, or an
/// offline bundle.
///
/// This server's own issuers and status lists are taken from its database, where there is one; those of others are fetched; what cannot be fetched is
/// taken from the offline bundle, with the moment of that. No file is written. Keys that only a bundle claims prove nothing: --trust names those that you looked up earlier. Ends with 0
/// where the credential is valid, 1 where it is not, 2 where it could not be checked in full.
#[derive(Args)]
#[command(after_help = "Examples:\n  cairn verify credential.json --json\n  cairn verify badge.png --offline
  cairn verify credential.offline.json --offline --trust northmoor.did.json")]
pub struct Verify {
    /// The file.
    file: PathBuf,
    /// Fetch nothing: what is not in this server's database is not checked.
    #[arg(long)]
    offline: bool,
    /// Whose it should be: an e-mail address, DID or other identifier.
    #[arg(long, value_name = "WHO")]
    recipient: Option<String>,
    /// Keys that you vouch for: an issuer's DID document that you fetched earlier, or lines of a DID, a space and a key (z6Mk…).
    #[arg(long, value_name = "FILE")]
    trust: Vec<PathBuf>,
}

impl Verify {
    pub async fn run(self, config: &Config, output: &Output) -> Result<ExitCode, Failure> {
        let bytes = read(&self.file)?;
        let mut trust = Trust::default();
        for file in &self.trust {
            let refused = |error| Failure::new(format!("{}: {error}", file.display()));
            trust.add(&read(file)?).map_err(refused)?;
        }
        let service = setup::open_to_look(config).await?;
        let manner = Manner { expected_recipient: self.recipient, offline: self.offline, trust };
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
            "holder": report.holder,
            "documentId": report.document_id,
            "recipientMatches": report.recipient_matches,
            "validFrom": report.valid_from,
            "validUntil": report.valid_until,
            "statusAsOf": report.status_as_of,
            "bundle": report.bundle,
            "credentials": report.credentials,
        });
        output.result(&result, |_| text(&verified));
        Ok(ExitCode::from(match report.verdict {
            Verdict::Valid => 0,
            Verdict::Unknown => 2,
            _ => 1,
        }))
    }
}

/// A file, unless it is too large.
fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let name = file.display();
    let unreadable = |error: std::io::Error| Failure::new(format!("{name}: {error}"));
    let size = std::fs::metadata(file).map_err(unreadable)?.len();
    if size > LARGEST {
        return Err(Failure::new(format!("{name}: has {size} bytes; at most {LARGEST} are read")));
    }
    std::fs::read(file).map_err(unreadable)
}

/// The report for people: the verdict, what the document says, then each check in a line.
fn text(verified: &Verified) -> String {
    let reports = std::iter::once(&verified.report).chain(&verified.report.credentials);
    let mut lines: Vec<String> = reports.flat_map(found).collect();
    lines.extend(kept(&verified.report));
    lines.join("\n")
}

/// What was found of one credential.
fn found(report: &Report) -> Vec<String> {
    let mut lines = vec![word(&report.verdict)];
    lines.extend(
        said(report).into_iter().filter_map(|(what, said)| Some(format!("  {what:10} {}", line(&said?)))),
    );
    lines.extend(report.checks.iter().map(|check| {
        format!("  {:10} {:8} {}", word(&check.name), word(&check.outcome), line(&check.detail))
    }));
    lines
}

/// What the document says of itself, as far as it does: what was achieved, by whom it was given, to whom, and when it holds.
fn said(report: &Report) -> [(&'static str, Option<String>); 5] {
    let achievement = report.achievement.as_ref();
    let issuer = report.issuer.as_ref().map(|issuer| match &issuer.name {
        Some(name) => format!("{name} ({})", issuer.id),
        None => issuer.id.clone(),
    });
    [
        ("Achieved", achievement.and_then(|achievement| achievement.name.clone().or(achievement.id.clone()))),
        ("Issuer", issuer),
        ("Holder", report.holder.clone()),
        ("From", report.valid_from.map(moment)),
        ("Until", report.valid_until.map(moment)),
    ]
}

/// A text of somebody's document as one line: it may not move a terminal's cursor, turn its writing round or pretend to be a line of ours.
fn line(text: &str) -> String {
    let steers = |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect()
}

/// What is to be known of an offline bundle: its moment, and whose word its keys are.
fn kept(report: &Report) -> Vec<String> {
    let Some(bundle) = &report.bundle else { return Vec::new() };
    let mut lines = vec![format!("Bundle taken at {}", moment(bundle.taken_at))];
    if let Some(at) = report.status_as_of {
        lines.push(format!("Status as of {}", moment(at)));
    }
    let issuer = report.issuer.as_ref().map(|issuer| line(&issuer.id)).unwrap_or_default();
    lines.push(match bundle.keys {
        KeySource::LookedUp => format!("Keys as {issuer} publishes them"),
        KeySource::Trusted => format!("Keys of {issuer} as you trust them"),
        KeySource::Claimed => format!(
            "Keys as the bundle claims them for {issuer}: NOBODY VOUCHES FOR THEM. Ask the issuer whether this one is theirs, then name a file with this line by --trust:"
        ),
    });
    lines.extend(bundle.signed_by.as_ref().map(|key| format!("{issuer} {}", key.public_key)));
    lines
}

/// A moment as documents write it.
fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// The name of a value, as its JSON spells it.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
