//! `cairn serve`.

use std::future::Future;

use clap::Args;

use super::{Failure, output::Output};
use crate::{
    app,
    config::{Config, Source},
    http::graphiql::Page,
    setup,
};

/// Serve the API: migrate, then listen until SIGTERM or SIGINT.
///
/// Prints one line with the address once connections are accepted.
#[derive(Args)]
#[command(
    after_help = "Example:\n  cairn serve --listen 0.0.0.0:8080 --public-url https://cairn.example.org"
)]
pub struct Serve {
    /// Leave migrations to `cairn migrate`.
    #[arg(long)]
    no_migrate: bool,
}

impl Serve {
    pub async fn run(&self, config: &Config, output: &Output) -> Result<(), Failure> {
        if !self.no_migrate {
            setup::migrate(config).await?;
        }
        let listener = setup::bind(config)?;
        if config.source("CAIRN_PUBLIC_URL") == Source::Default && config.listen.port() != 8080 {
            tracing::warn!(public_url = %config.public_url, "links will point elsewhere: set CAIRN_PUBLIC_URL");
        }
        let service = setup::open(config).await?;
        let settings = setup::http_settings(config, Page::default())?;
        let server = app::start(service, listener, settings).await?;
        let address = format!("http://{}", server.addr);
        output.result(&serde_json::json!({"listening": address}), |_| {
            format!("cairn is listening on {address}")
        });
        server.run_until(stop_signal()?).await?;
        Ok(())
    }
}

/// Ready when the process is asked to stop.
#[cfg(unix)]
pub fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
    })
}

/// Ready when the process is asked to stop.
#[cfg(not(unix))]
pub fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    Ok(async {
        // Without the signal nothing could stop the server gracefully; the process is then ended from outside.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
