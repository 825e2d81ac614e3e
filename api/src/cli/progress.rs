//! Progress of long work, on standard error: a bar on a terminal, a plain line for each finished stage elsewhere.

use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};

/// Shows how far work with stages is.
pub struct Progress {
    bar: Option<ProgressBar>,
    stage: String,
    done: u64,
    total: u64,
}

impl Progress {
    /// Nothing is done yet.
    pub fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(0);
            let style = ProgressStyle::with_template("{msg:22} {wide_bar} {pos}/{len} {eta:>5}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        Self { bar, stage: String::new(), done: 0, total: 0 }
    }

    /// So much of a stage is done.
    pub fn set(&mut self, stage: &str, done: u64, total: u64) {
        if self.stage != stage {
            self.end_stage();
            self.stage = stage.to_owned();
            if let Some(bar) = &self.bar {
                bar.reset_eta();
                bar.set_message(stage.to_owned());
            }
        }
        (self.done, self.total) = (done, total);
        if let Some(bar) = &self.bar {
            bar.set_length(total);
            bar.set_position(done);
        }
    }

    /// All is done, or given up: the bar goes away.
    pub fn finish(mut self) {
        self.end_stage();
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn end_stage(&mut self) {
        if self.bar.is_none() && !self.stage.is_empty() {
            // Nobody reads standard error: then nobody misses it.
            let _ = writeln!(std::io::stderr().lock(), "{}: {} of {}", self.stage, self.done, self.total);
        }
    }
}
