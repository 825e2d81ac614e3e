//! The log: one subscriber for the process, on standard error, so that standard output holds results alone.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat, Wrong};

/// Libraries that speak at level info of what an operator does not ask; a filter that names them is heard.
const QUIET: &str = "actix_server=warn,sea_orm_migration=warn";

/// Starts the log. A second call in the same process changes nothing.
///
/// # Errors
/// When `CAIRN_LOG` is no filter.
pub fn start(config: &Config) -> Result<(), Wrong> {
    let filter = EnvFilter::try_new(format!("{QUIET},{}", config.log)).map_err(|error| {
        Wrong(format!("CAIRN_LOG must be a level or a filter; `{}` is not: {error}", config.log))
    })?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Fails only where a subscriber stands already, as in tests.
    let _ = match config.log_format {
        LogFormat::Text => builder.with_ansi(std::io::stderr().is_terminal()).with_target(false).try_init(),
        LogFormat::Json => {
            builder.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init()
        }
    };
    Ok(())
}
