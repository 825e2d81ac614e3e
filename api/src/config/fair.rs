//! The settings of fair use.

use std::{net::SocketAddr, num::NonZeroU32};

use url::Url;

use super::{Reader, Wrong};
use crate::http::fair::{Allowance, PerKind, Settings};

/// Settings that say what is allowed: giving one of them switches the limits on.
const ALLOWANCES: [&str; 10] = [
    "CAIRN_BUDGET_ANONYMOUS",
    "CAIRN_BUDGET_PERSON",
    "CAIRN_BUDGET_API_KEY",
    "CAIRN_REQUESTS_ANONYMOUS",
    "CAIRN_REQUESTS_PERSON",
    "CAIRN_REQUESTS_API_KEY",
    "CAIRN_STREAMS_ANONYMOUS",
    "CAIRN_STREAMS_PERSON",
    "CAIRN_STREAMS_API_KEY",
    "CAIRN_FAILED_SIGN_INS",
];

impl Reader<'_> {
    /// Fair use of a server that listens there and that the public finds there.
    pub(super) fn fair(&self, listen: SocketAddr, public_url: &Url) -> Result<Settings, Wrong> {
        let on = match self.given("CAIRN_RATE_LIMITS") {
            None | Some("auto") => {
                let given = ALLOWANCES.iter().any(|name| self.given(name).is_some());
                given || !listen.ip().is_loopback() || !is_loopback(public_url)
            }
            Some(_) => self.switch("CAIRN_RATE_LIMITS")?,
        };
        let proxies = self.text("CAIRN_TRUSTED_PROXIES").parse();
        Ok(Settings {
            on,
            budgets: PerKind {
                anonymous: self.allowance("CAIRN_BUDGET_ANONYMOUS")?,
                person: self.allowance("CAIRN_BUDGET_PERSON")?,
                api_key: self.allowance("CAIRN_BUDGET_API_KEY")?,
            },
            requests: PerKind {
                anonymous: self.allowance("CAIRN_REQUESTS_ANONYMOUS")?,
                person: self.allowance("CAIRN_REQUESTS_PERSON")?,
                api_key: self.allowance("CAIRN_REQUESTS_API_KEY")?,
            },
            streams: PerKind {
                anonymous: self.streams("CAIRN_STREAMS_ANONYMOUS")?,
                person: self.streams("CAIRN_STREAMS_PERSON")?,
                api_key: self.streams("CAIRN_STREAMS_API_KEY")?,
            },
            failed_sign_ins: self.allowance("CAIRN_FAILED_SIGN_INS")?,
            proxies: proxies.map_err(|why: String| self.wrong("CAIRN_TRUSTED_PROXIES", &why))?,
        })
    }

    fn streams(&self, name: &str) -> Result<NonZeroU32, Wrong> {
        self.parse(name, "a whole number from 1")
    }

    fn allowance(&self, name: &str) -> Result<Allowance, Wrong> {
        self.parse(name, "two whole numbers like 10000/100: so much at once, and what of it comes back")
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::load;

    #[test]
    fn limits_are_off_only_where_nobody_else_can_come() {
        for (env, on) in [
            (&[][..], false),
            (&[("CAIRN_LISTEN", "0.0.0.0:80")], true),
            (&[("CAIRN_PUBLIC_URL", "https://cairn.example.org")], true),
            (&[("CAIRN_PUBLIC_URL", "http://127.0.0.1:8080")], false),
            (&[("CAIRN_BUDGET_PERSON", "10/1")], true),
            (&[("CAIRN_RATE_LIMITS", "on")], true),
            (&[("CAIRN_RATE_LIMITS", "off"), ("CAIRN_LISTEN", "0.0.0.0:80")], false),
        ] {
            assert_eq!(load(&[], env).unwrap().fair.on, on, "{env:?}");
        }
    }

    #[test]
    fn the_defaults_are_those_of_the_transport() {
        let (config, default) = (load(&[], &[]).unwrap().fair, crate::http::fair::Settings::default());
        assert_eq!(format!("{config:?}"), format!("{default:?}"));
    }
}
