//! `cairn config`.

use clap::Args;

use super::{
    Failure,
    output::{Output, table},
};
use crate::config::{self, Config, Shown};

/// Print every setting: its value, where the value comes from, what it is for.
#[derive(Args)]
#[command(after_help = "Example:\n  cairn config --config /etc/cairn.toml --json")]
pub struct Settings {
    /// Print the documentation of the settings instead.
    #[arg(long, hide = true)]
    markdown: bool,
}

impl Settings {
    pub fn run(&self, config: &Config, output: &Output) -> Result<(), Failure> {
        if self.markdown {
            output.line(config::markdown().trim_end());
        } else {
            output.result(&config.shown(), |settings| table(&settings.iter().map(row).collect::<Vec<_>>()));
        }
        Ok(())
    }
}

fn row(setting: &Shown) -> Vec<String> {
    let value = setting.value.clone().unwrap_or_else(|| "-".to_owned());
    vec![setting.name.to_owned(), value, setting.source.name().to_owned(), setting.meaning.to_owned()]
}
