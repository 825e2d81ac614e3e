//! The HTTP client for calls to strangers' addresses, and why such a call failed, in words fit to be shown.

use std::sync::OnceLock;
use std::time::Duration;

use reqwest::{Client, redirect};

use super::address::{Gate, Names, Refused};

/// A client that connects to permitted addresses alone, follows no redirect by itself and takes nothing of ours along.
pub(crate) struct Gated {
    /// What it lets pass.
    pub gate: Gate,
    names: Names,
    user_agent: &'static str,
    time_limit: Duration,
    /// Made at the first call: it reads the system's certificates.
    made: OnceLock<Option<Client>>,
}

impl Gated {
    /// Nothing is called yet. `time_limit` is for one call with its answer.
    pub fn new(gate: Gate, names: Names, user_agent: &'static str, time_limit: Duration) -> Self {
        Self { gate, names, user_agent, time_limit, made: OnceLock::new() }
    }

    /// The client itself. An address is to be checked by the gate before each call: one that is no name is not resolved.
    pub fn client(&self) -> Result<&Client, String> {
        let made = self.made.get_or_init(|| {
            let built = Client::builder()
                .user_agent(self.user_agent)
                .dns_resolver(self.gate.resolver_of(self.names.clone()))
                .redirect(redirect::Policy::none())
                .referer(false)
                .no_proxy()
                .https_only(!self.gate.loopback)
                .timeout(self.time_limit)
                .pool_max_idle_per_host(2)
                .build();
            built
                .inspect_err(|error| tracing::error!(?error, "no client for calls to others could be made"))
                .ok()
        });
        made.as_ref().ok_or_else(|| "this server can make no secure connections".to_owned())
    }

    /// Why a call failed, without what it would tell of our network.
    pub fn why(&self, error: &reqwest::Error) -> String {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
        while let Some(one) = cause {
            if let Some(refused) = one.downcast_ref::<Refused>() {
                return refused.to_string();
            }
            cause = one.source();
        }
        match () {
            () if error.is_timeout() => self.too_slow(),
            () if error.is_connect() => "its server could not be reached".to_owned(),
            () => "its server did not answer as a web server does".to_owned(),
        }
    }

    /// That a call took too long.
    pub fn too_slow(&self) -> String {
        format!("it took longer than {} seconds", self.time_limit.as_secs())
    }
}
