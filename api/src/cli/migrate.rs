//! `cairn migrate`.

use clap::Args;

use super::{Failure, output::Output};
use crate::{config::Config, setup};

/// Apply pending migrations to the database.
#[derive(Args)]
#[command(after_help = "Example:\n  cairn migrate --database-url postgres://cairn@localhost/cairn")]
pub struct Migrate {}

pub async fn run(config: &Config, output: &Output) -> Result<(), Failure> {
    let applied = setup::migrate(config).await?;
    output.result(&serde_json::json!({"applied": applied}), |_| match applied {
        0 => "The database is up to date.".to_owned(),
        count => format!("Applied {count} migrations."),
    });
    Ok(())
}
