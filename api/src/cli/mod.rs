//! The command line: one file for each subcommand. Every command ends in a result for `output`, or in one line on standard
//! error and an exit code that is not zero.

mod api_key;
mod demo;
mod export;
mod healthcheck;
mod import;
mod issue;
mod issuer;
mod keys;
mod migrate;
mod output;
mod progress;
mod schema;
mod serve;
mod settings;
mod token;
mod verify;

use std::process::ExitCode;

use cairn_service::{Service, error::Error, rows};
use clap::{Parser, Subcommand, error::ErrorKind};

use self::output::Output;
use crate::{
    config::{Config, Flags, Wrong},
    setup::SetupError,
    telemetry,
};

/// Cairn: microcredentials by GraphQL. Issuers, programs, learners, progress, signed credentials.
#[derive(Parser)]
#[command(name = "cairn", version, propagate_version = true, max_term_width = 110, after_help = EXAMPLES)]
struct Cli {
    #[command(flatten)]
    flags: Flags,
    /// Print results as JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  cairn serve
  cairn issuer create --slug ou --name 'Open University'
  cairn <COMMAND> --help    shows an example of each; --help lists the settings, too";

#[derive(Subcommand)]
enum Command {
    Demo(demo::Demo),
    Serve(serve::Serve),
    Migrate(migrate::Migrate),
    Schema(schema::Schema),
    Config(settings::Settings),
    Issuer(issuer::Issuer),
    ApiKey(api_key::ApiKey),
    Token(token::Token),
    Issue(issue::Issue),
    Verify(verify::Verify),
    Import(import::Import),
    Export(export::Export),
    Keys(keys::Keys),
    Healthcheck(healthcheck::Healthcheck),
}

/// Why a command failed: one line, and the exit code.
#[derive(Debug)]
pub struct Failure {
    message: String,
    code: u8,
}

impl Failure {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 1 }
    }
}

impl From<Wrong> for Failure {
    fn from(Wrong(message): Wrong) -> Self {
        Self { message, code: 2 }
    }
}

impl From<SetupError> for Failure {
    fn from(SetupError(message): SetupError) -> Self {
        Self::new(message)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::new(format!("{error:?}"))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new(error.to_string())
    }
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misused(&error),
    };
    let output = Output::new(cli.json);
    match run(cli, &output) {
        Ok(code) => code,
        Err(failure) => {
            output.failure(&failure.message);
            ExitCode::from(failure.code)
        }
    }
}

/// Shows help or version, or says in one line what is wrong with the arguments.
fn misused(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        // A reader that has gone is no failure of ours.
        let _ = error.print();
    } else {
        let text = error.to_string();
        let reason: Vec<_> =
            text.lines().map(str::trim).take_while(|line| !line.starts_with("Usage:")).collect();
        let reason = reason.join(" ").replace("For more information, try '--help'.", "");
        Output::new(false).failure(&format!("{} (see --help)", reason.trim_start_matches("error: ").trim()));
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

fn run(cli: Cli, output: &Output) -> Result<ExitCode, Failure> {
    let config = Config::load(&cli.flags, |name| std::env::var(name).ok())?;
    telemetry::start(&config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(dispatch(cli.command, config, output))
}

async fn dispatch(command: Command, config: Config, output: &Output) -> Result<ExitCode, Failure> {
    match command {
        Command::Demo(command) => command.run(&config, output).await?,
        Command::Serve(command) => command.run(&config, output).await?,
        Command::Migrate(_) => migrate::run(&config, output).await?,
        Command::Schema(_) => schema::run(output)?,
        Command::Config(command) => command.run(&config, output)?,
        Command::Issuer(command) => command.run(&config, output).await?,
        Command::ApiKey(command) => command.run(&config, output).await?,
        Command::Token(command) => command.run(&config, output).await?,
        Command::Issue(command) => command.run(&config, output).await?,
        Command::Verify(command) => return command.run(&config, output).await,
        Command::Import(command) => command.run(&config, output).await?,
        Command::Export(command) => command.run(&config, output).await?,
        Command::Keys(command) => command.run(&config, output).await?,
        Command::Healthcheck(_) => healthcheck::run(&config).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The issuer of a slug.
async fn issuer_of(service: &Service, slug: &str) -> Result<rows::issuer::Model, Failure> {
    cairn_service::issuer::by_slug(service, slug)
        .await?
        .ok_or_else(|| Failure::new(format!("--issuer: there is no issuer with the slug `{slug}`")))
}

/// Reads a span of time like `90s`, `15m`, `12h`, `30d` or `52w`.
fn span(text: &str) -> Result<chrono::TimeDelta, String> {
    let form = || format!("`{text}` is not a span like 90s, 15m, 12h, 30d or 52w");
    let unit = text.chars().last().ok_or_else(form)?;
    let number: i64 = text[..text.len() - unit.len_utf8()].parse().map_err(|_| form())?;
    let span = match unit {
        's' => chrono::TimeDelta::try_seconds(number),
        'm' => chrono::TimeDelta::try_minutes(number),
        'h' => chrono::TimeDelta::try_hours(number),
        'd' => chrono::TimeDelta::try_days(number),
        'w' => chrono::TimeDelta::try_weeks(number),
        _ => None,
    };
    span.filter(|span| *span > chrono::TimeDelta::zero()).ok_or_else(form)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_has_an_example() {
        fn check(command: &clap::Command, path: &str) {
            if command.get_subcommands().next().is_none() {
                let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
                assert!(
                    help.contains(&format!("{path} "))
                        || help.contains(&format!("{path}\n"))
                        || help.ends_with(path),
                    "{path} has no example"
                );
            }
            for inner in command.get_subcommands() {
                check(inner, &format!("{path} {}", inner.get_name()));
            }
        }
        check(&Cli::command(), "cairn");
    }

    #[test]
    fn spans() {
        assert_eq!(span("90s"), Ok(chrono::TimeDelta::seconds(90)));
        assert_eq!(span("2w"), Ok(chrono::TimeDelta::days(14)));
        for wrong in ["", "5", "d", "-1d", "0h", "1y", "1é", "99999999999999999d"] {
            assert!(span(wrong).is_err(), "{wrong}");
        }
    }
}
