//! `cairn keys`: signing keys of issuers, and the master key.

use cairn_service::{
    Service,
    actor::Actor,
    ids::{self, Kind},
    master_key,
    rows::{self, enums::KeyAlgorithm},
    signing_key::{self, Compromise, Rotation},
};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::{
    Failure, issuer_of,
    output::{Output, table},
};
use crate::{config::Config, setup};

/// Manage the keys that sign, and the key that keeps them secret.
#[derive(Args)]
pub struct Keys {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    List(List),
    Rotate(Rotate),
    Compromise(MarkCompromised),
    RotateMaster(RotateMaster),
}

/// Show an issuer's signing keys, the newest first.
#[derive(Args)]
#[command(after_help = "Example:\n  cairn keys list --issuer ou")]
struct List {
    /// Slug of the issuer.
    #[arg(long, value_name = "SLUG")]
    issuer: String,
}

/// Give an issuer a new signing key and retire the old one of its kind.
///
/// The old key signs no more and stays published, so that what it signed still verifies.
#[derive(Args)]
#[command(after_help = "Example:\n  cairn keys rotate --issuer ou --algorithm ed25519")]
struct Rotate {
    /// Slug of the issuer.
    #[arg(long, value_name = "SLUG")]
    issuer: String,
    /// Which of its keys.
    #[arg(long, value_enum, default_value = "ed25519")]
    algorithm: Algorithm,
    /// Name of the new key at the external signer; without it the key is made here.
    #[arg(long, value_name = "NAME")]
    remote_key: Option<String>,
}

/// Give up a key that somebody else may sign with.
///
/// It signs no more at once, another takes over, and what it signed at or after the moment fails verification.
#[derive(Args)]
#[command(
    after_help = "Example:\n  cairn keys compromise sgk_AZ1xY2Nkc3eXqgECAwQFBg --since 2026-03-01T00:00:00Z --note 'laptop stolen'"
)]
struct MarkCompromised {
    /// Id of the key, as `cairn keys list` shows it.
    key: String,
    /// The earliest moment at which somebody else may have had it, RFC 3339.
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    since: DateTime<Utc>,
    /// Why, in words.
    #[arg(long)]
    note: Option<String>,
    /// Name of the key at the external signer that takes over; without it one is made here.
    #[arg(long, value_name = "NAME")]
    remote_key: Option<String>,
}

/// Seal everything anew under the present master key that CAIRN_MASTER_KEY_PREVIOUS sealed.
///
/// docs/keys.md has the whole recipe.
#[derive(Args)]
#[command(
    after_help = "Example:\n  CAIRN_MASTER_KEY_FILE=new.key CAIRN_MASTER_KEY_PREVIOUS_FILE=old.key cairn keys rotate-master"
)]
struct RotateMaster {}

#[derive(Clone, Copy, ValueEnum)]
enum Algorithm {
    Ed25519,
    P256,
}

impl From<Algorithm> for KeyAlgorithm {
    fn from(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Ed25519 => Self::Ed25519,
            Algorithm::P256 => Self::P256,
        }
    }
}

fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    DateTime::parse_from_rfc3339(text)
        .map(|moment| moment.with_timezone(&Utc))
        .map_err(|_| format!("`{text}` is not a moment like 2026-03-01T09:30:00Z"))
}

impl Keys {
    pub async fn run(self, config: &Config, output: &Output) -> Result<(), Failure> {
        let service = setup::open_for_command(config).await?;
        match self.command {
            Command::List(list) => list.run(&service, output).await,
            Command::Rotate(rotate) => rotate.run(&service, output).await,
            Command::Compromise(compromise) => compromise.run(&service, output).await,
            Command::RotateMaster(_) => rotate_master(&service, output).await,
        }
    }
}

impl List {
    async fn run(self, service: &Service, output: &Output) -> Result<(), Failure> {
        let issuer = issuer_of(service, &self.issuer).await?;
        let rows = signing_key::by_issuers(service, &[issuer.id]).await?;
        let result: Vec<Value> = rows.iter().map(shown).collect();
        output.result(&result, |result| {
            let head = ["id", "algorithm", "status", "custody", "createdAt", "compromisedAt"];
            let cell = |row: &Value, name: &str| row[name].as_str().unwrap_or("-").to_owned();
            let lines = result.iter().map(|row| head.iter().map(|name| cell(row, name)).collect());
            table(&std::iter::once(head.map(str::to_owned).to_vec()).chain(lines).collect::<Vec<_>>())
        });
        Ok(())
    }
}

impl Rotate {
    async fn run(self, service: &Service, output: &Output) -> Result<(), Failure> {
        let issuer = issuer_of(service, &self.issuer).await?;
        let rotation =
            Rotation { issuer: None, algorithm: self.algorithm.into(), remote_key: self.remote_key };
        let row = signing_key::rotate(service, &Actor::system_for(issuer.id), rotation).await?;
        output.result(&shown(&row), |_| {
            format!("{} signs for {} now.", ids::encode(Kind::SigningKey, row.id), issuer.slug)
        });
        Ok(())
    }
}

impl MarkCompromised {
    async fn run(self, service: &Service, output: &Output) -> Result<(), Failure> {
        let compromise = Compromise {
            key: ids::decode_as(Kind::SigningKey, &self.key),
            since: self.since,
            note: self.note,
            remote_key: self.remote_key,
        };
        let done = signing_key::mark_compromised(service, &Actor::system(), compromise).await?;
        let successor = done.successor.as_ref().map(shown);
        let result =
            json!({ "key": shown(&done.key), "successor": successor, "affectedCredentials": done.affected });
        output.result(&result, |result| {
            let next = match result["successor"]["id"].as_str() {
                Some(id) => format!("{id} signs from now on"),
                None => "it had signed no more, or there is no room for another key".to_owned(),
            };
            format!("{} is given up; {next}. {} credentials are to be issued anew.", self.key, done.affected)
        });
        Ok(())
    }
}

async fn rotate_master(service: &Service, output: &Output) -> Result<(), Failure> {
    let done = master_key::rotate(service, &Actor::system()).await?;
    output.result(&json!({ "sealed": done.sealed, "sealedAnew": done.anew }), |_| {
        format!("{} of {} secrets were sealed anew; the others were so already.", done.anew, done.sealed)
    });
    Ok(())
}

/// A key as it is shown: never its secret.
fn shown(row: &rows::signing_key::Model) -> Value {
    json!({
        "id": ids::encode(Kind::SigningKey, row.id),
        "algorithm": row.algorithm,
        "status": row.status,
        "custody": if row.remote_name.is_some() { "external" } else { "server" },
        "remoteKey": row.remote_name,
        "publicKeyMultibase": row.public_multibase,
        "createdAt": row.created_at,
        "retiredAt": row.retired_at,
        "compromisedAt": row.compromised_at,
        "compromiseNote": row.compromise_note,
    })
}
