//! `cairn api-key create`.

use cairn_service::{
    actor::{Actor, Scope},
    auth::{self, NewApiKey},
};
use chrono::TimeDelta;
use clap::{Args, Subcommand};

use super::{Failure, issuer_of, output::Output, span};
use crate::{config::Config, setup};

/// Manage API keys.
#[derive(Args)]
pub struct ApiKey {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Create(Create),
}

/// Make an API key and print its secret, alone; it is never shown again.
#[derive(Args)]
#[command(
    after_help = "Example:\n  cairn api-key create --issuer ou --name 'LMS sync' --scopes learners:write,enrollments:write --expires-in 365d"
)]
struct Create {
    /// Slug of the issuer that the key acts for.
    #[arg(long, value_name = "SLUG", required_unless_present = "operator", conflicts_with = "operator")]
    issuer: Option<String>,
    /// Make a key that acts for every issuer.
    #[arg(long)]
    operator: bool,
    /// A name to know it by.
    #[arg(long)]
    name: String,
    /// What it may do, separated by commas.
    #[arg(long, value_delimiter = ',', required = true, value_parser = scope)]
    scopes: Vec<Scope>,
    /// When it ends, from now: 90s, 15m, 12h, 30d, 52w. Never, where absent.
    #[arg(long, value_name = "SPAN", value_parser = span)]
    expires_in: Option<TimeDelta>,
}

fn scope(name: &str) -> Result<Scope, String> {
    Scope::of_name(name).ok_or_else(|| {
        let known: Vec<_> = Scope::ALL.iter().map(|scope| scope.name()).collect();
        format!("it is one of {}", known.join(", "))
    })
}

impl ApiKey {
    pub async fn run(self, config: &Config, output: &Output) -> Result<(), Failure> {
        match self.command {
            Command::Create(create) => create.run(config, output).await,
        }
    }
}

impl Create {
    async fn run(self, config: &Config, output: &Output) -> Result<(), Failure> {
        let service = setup::open_for_command(config).await?;
        let issuer = match &self.issuer {
            Some(slug) => Some(issuer_of(&service, slug).await?.id),
            None => None,
        };
        let expires_at = self.expires_in.map(|span| service.now() + span);
        let new = NewApiKey { issuer, name: self.name, scopes: self.scopes, expires_at };
        let (row, secret) = auth::create_api_key(&service, &Actor::system(), new).await?;
        let secret = String::from(secret);
        let result = serde_json::json!({
            "secret": secret, "name": row.name, "issuer": self.issuer, "scopes": row.scopes, "expiresAt": row.expires_at,
        });
        output.result(&result, |_| secret.clone());
        Ok(())
    }
}
