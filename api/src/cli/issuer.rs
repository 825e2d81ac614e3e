//! `cairn issuer create`.

use cairn_service::{
    actor::Actor,
    issuer::{self, NewIssuer},
    rows::enums::IssuerKind,
};
use clap::{Args, Subcommand, ValueEnum};

use super::{Failure, output::Output};
use crate::{config::Config, setup};

/// Manage issuers.
#[derive(Args)]
pub struct Issuer {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Create(Create),
}

/// Make an issuer with its first signing key.
#[derive(Args)]
#[command(
    after_help = "Example:\n  cairn issuer create --slug ou --name 'Open University' --kind university --time-zone Europe/London"
)]
struct Create {
    /// Short name in addresses; unique on the server, never changes.
    #[arg(long)]
    slug: String,
    /// Its name.
    #[arg(long)]
    name: String,
    /// What kind of organization it is.
    #[arg(long, value_enum, default_value = "university")]
    kind: Kind,
    /// IANA time zone in which its dates without a time lie.
    #[arg(long, default_value = "UTC")]
    time_zone: String,
    /// Its own site.
    #[arg(long)]
    url: Option<String>,
    /// Where to write to it.
    #[arg(long)]
    email: Option<String>,
    /// ISO 3166-1 alpha-2 code of its country.
    #[arg(long)]
    country: Option<String>,
    /// What it is, in a few sentences.
    #[arg(long)]
    description: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    University,
    College,
    TrainingProvider,
    LearningPlatform,
    Company,
    ProfessionalBody,
    GovernmentBody,
}

impl From<Kind> for IssuerKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::University => Self::University,
            Kind::College => Self::College,
            Kind::TrainingProvider => Self::TrainingProvider,
            Kind::LearningPlatform => Self::LearningPlatform,
            Kind::Company => Self::Company,
            Kind::ProfessionalBody => Self::ProfessionalBody,
            Kind::GovernmentBody => Self::GovernmentBody,
        }
    }
}

impl Issuer {
    pub async fn run(self, config: &Config, output: &Output) -> Result<(), Failure> {
        match self.command {
            Command::Create(create) => create.run(config, output).await,
        }
    }
}

impl Create {
    async fn run(self, config: &Config, output: &Output) -> Result<(), Failure> {
        let service = setup::open_for_command(config).await?;
        let new = NewIssuer {
            slug: self.slug,
            name: self.name,
            kind: self.kind.into(),
            url: self.url,
            email: self.email,
            country: self.country,
            description: self.description,
            time_zone: self.time_zone,
            image_url: None,
            accreditations: Vec::new(),
            details: issuer::Details::default(),
        };
        let row = issuer::create(&service, &Actor::system(), new).await?;
        let result = serde_json::json!({"slug": row.slug, "name": row.name, "did": row.did, "timeZone": row.time_zone});
        output.result(&result, |_| format!("Made the issuer {} ({}).", row.slug, row.did));
        Ok(())
    }
}
