//! `cairn token mint`.

use cairn_service::{
    actor::{Actor, Role},
    auth::{self, MintToken},
};
use chrono::TimeDelta;
use clap::{Args, Subcommand};

use super::{Failure, issuer_of, output::Output, span};
use crate::{config::Config, setup};

/// Make tokens, for development and scripts.
#[derive(Args)]
pub struct Token {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Mint(Mint),
}

/// Make a JWT signed by the server's own token key and print it, alone.
#[derive(Args)]
#[command(after_help = "Example:\n  cairn token mint --issuer ou --role learner --sub s-1024 --ttl 8h")]
struct Mint {
    /// Slug of the issuer that the token is for.
    #[arg(long, value_name = "SLUG", required_unless_present = "operator", conflicts_with = "operator")]
    issuer: Option<String>,
    /// Make an operator's token; the role is then `operator`.
    #[arg(long)]
    operator: bool,
    /// learner, instructor, assessor, issuer_admin, analyst or operator.
    #[arg(long, value_parser = role, required_unless_present = "operator")]
    role: Option<Role>,
    /// Whom it stands for: the external id of a learner, or a name of staff.
    #[arg(long, value_name = "EXTERNAL_ID")]
    sub: Option<String>,
    /// How long it holds: 90s, 15m, 12h, 30d, 52w.
    #[arg(long, value_name = "SPAN", value_parser = span, default_value = "12h")]
    ttl: TimeDelta,
}

fn role(name: &str) -> Result<Role, String> {
    Role::of_name(name).ok_or_else(|| {
        let known: Vec<_> = Role::ALL.iter().map(|role| role.name()).collect();
        format!("it is one of {}", known.join(", "))
    })
}

impl Token {
    pub async fn run(self, config: &Config, output: &Output) -> Result<(), Failure> {
        match self.command {
            Command::Mint(mint) => mint.run(config, output).await,
        }
    }
}

impl Mint {
    async fn run(self, config: &Config, output: &Output) -> Result<(), Failure> {
        let service = setup::open_for_command(config).await?;
        let issuer = match &self.issuer {
            Some(slug) => Some(issuer_of(&service, slug).await?.id),
            None => None,
        };
        let role = self.role.unwrap_or(Role::Operator);
        let new = MintToken { issuer, role, subject: self.sub, lifetime: self.ttl };
        let token = auth::mint(&service, &Actor::system(), new).await?;
        let result = serde_json::json!({
            "token": token, "role": role.name(), "issuer": self.issuer, "expiresAt": service.now() + self.ttl,
        });
        output.result(&result, |_| token.clone());
        Ok(())
    }
}
