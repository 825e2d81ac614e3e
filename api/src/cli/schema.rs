//! `cairn schema`.

use clap::Args;

use super::{Failure, output::Output};
use crate::graphql;

/// Print the GraphQL schema in the definition language.
#[derive(Args)]
#[command(after_help = "Example:\n  cairn schema > schema.graphql")]
pub struct Schema {}

pub fn run(output: &Output) -> Result<(), Failure> {
    let sdl = graphql::sdl();
    output.result(&serde_json::json!({"sdl": sdl}), |_| sdl.trim_end().to_owned());
    Ok(())
}
