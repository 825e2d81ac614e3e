//! Which addresses this server calls on others' behalf: public ones alone. A stranger's document or form names them, so that nothing behind the
//! firewall may be reached through us. The check is made where the connection is made: what a name resolves to is what is connected to.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// Lets calls to the public internet pass, and nothing else.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gate {
    /// Lets loopback addresses pass as well, over http, too. For development and tests.
    pub loopback: bool,
}

/// Why a call is not made; fit to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Another scheme than https.
    Scheme,
    /// A user name or password in the address.
    Credentials,
    /// No host, or an address that is not public, or a name without a public address. The three are not told apart, so that nobody
    /// can find out by asking us which names exist in our network.
    Host,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "only https addresses are asked",
            Self::Credentials => "an address with a user name or password is not asked",
            Self::Host => "its host has no public address",
        })
    }
}

impl std::error::Error for Refused {}

impl Gate {
    /// Whether an address may be called, as far as it tells by itself: a name passes, and what it resolves to is looked at when connecting
    /// ([`Gate::resolver`]). Ask for the first address and for each that a redirect leads to.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn check(self, url: &Url) -> Result<(), Refused> {
        let host = url.host().ok_or(Refused::Host)?;
        let local = match &host {
            Host::Domain(name) => is_localhost(name),
            Host::Ipv4(ip) => ip.is_loopback(),
            Host::Ipv6(ip) => ip.is_loopback(),
        };
        let scheme = url.scheme() == "https" || url.scheme() == "http" && self.loopback && local;
        if !scheme {
            return Err(Refused::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused::Credentials);
        }
        let permitted = match host {
            // That one is known without resolving it.
            Host::Domain(name) => self.loopback || !is_localhost(name),
            // Such a host is connected to without being resolved.
            Host::Ipv4(ip) => self.permits(ip.into()),
            Host::Ipv6(ip) => self.permits(ip.into()),
        };
        if permitted { Ok(()) } else { Err(Refused::Host) }
    }

    /// Whether an address may be connected to.
    pub fn permits(self, ip: IpAddr) -> bool {
        is_public(ip) || self.loopback && ip.is_loopback()
    }

    /// Of the addresses that a name resolves to, those that may be connected to.
    ///
    /// # Errors
    /// [`Refused::Host`] where none is left.
    pub fn admit(self, found: impl IntoIterator<Item = SocketAddr>) -> Result<Vec<SocketAddr>, Refused> {
        let admitted: Vec<SocketAddr> = found.into_iter().filter(|found| self.permits(found.ip())).collect();
        if admitted.is_empty() { Err(Refused::Host) } else { Ok(admitted) }
    }

    /// The system's resolver behind this gate, for an HTTP client: the addresses that it hands out are the ones connected to, so that a name
    /// cannot be one thing when checked and another when called.
    pub fn resolver(self) -> GatedResolver {
        self.resolver_of(system_names())
    }

    /// The same, where names are looked up in another way.
    pub fn resolver_of(self, names: Names) -> GatedResolver {
        GatedResolver { gate: self, names }
    }
}

/// Looks up the addresses of a name.
pub type Names = Arc<dyn Fn(String) -> BoxFuture<'static, std::io::Result<Vec<SocketAddr>>> + Send + Sync>;

/// As the system looks names up.
pub fn system_names() -> Names {
    Arc::new(|name| Box::pin(async move { Ok(tokio::net::lookup_host((name.as_str(), 0)).await?.collect()) }))
}

/// Resolves names and hands out permitted addresses alone.
#[derive(Clone)]
pub struct GatedResolver {
    gate: Gate,
    names: Names,
}

impl Resolve for GatedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (gate, found) = (self.gate, (self.names)(name.as_str().to_owned()));
        Box::pin(async move {
            let found = found.await.map_err(|_| Refused::Host)?;
            let admitted: Addrs = Box::new(gate.admit(found)?.into_iter());
            Ok(admitted)
        })
    }
}

fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

/// Whether an address belongs to somebody on the public internet (IANA's special-purpose registries, RFC 6890).
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !matches!(
        (a, b, c),
        (0 | 10 | 127, ..)                      // this network, private, loopback
        | (100, 64..=127, _)                    // shared by carriers (RFC 6598)
        | (169, 254, _)                         // link-local, clouds' metadata
        | (172, 16..=31, _) | (192, 168, _)     // private
        | (192, 0, 0 | 2) | (198, 51, 100) | (203, 0, 113) // protocol assignments, documentation
        | (192, 88, 99)                         // 6to4 relays
        | (198, 18..=19, _)                     // benchmarks
        | (224.., ..) // multicast, reserved, broadcast
    )
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let segments = ip.segments();
    // NAT64 (RFC 6052) leads to the IPv4 address in it; on a network without IPv4 every other host is reached so.
    if segments[..6] == [0x64, 0xff9b, 0, 0, 0, 0] {
        let [.., high, low] = segments;
        return is_public_v4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    }
    match segments {
        // Protocol assignments (Teredo, ORCHID, benchmarks), documentation, 6to4.
        [0x2001, 0x0000..=0x01ff, ..]
        | [0x2001, 0x0db8, ..]
        | [0x2002, ..]
        | [0x3fff, 0x0000..=0x0fff, ..] => false,
        // Global unicast. Everything else is loopback, mapped, unique local, link-local, multicast or not assigned.
        [first, ..] => (0x2000..=0x3fff).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_public_addresses_pass() {
        for text in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
            "fe80::1",
            "fec0::1",
            "fc00::1",
            "fd12:3456::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "100::1",
            "64:ff9b::7f00:1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
        ] {
            assert!(!is_public(ip(text)), "{text}");
            let gate = Gate { loopback: true };
            assert_eq!(gate.permits(ip(text)), ip(text).is_loopback(), "{text}");
        }
        for text in [
            "8.8.8.8",
            "1.1.1.1",
            "100.63.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "2606:4700::1111",
            "2a00:1450::1",
            "64:ff9b::808:808",
        ] {
            assert!(is_public(ip(text)), "{text}");
        }
    }

    #[test]
    fn addresses_are_checked_in_whatever_spelling() {
        let refused = |text: &str| Gate::default().check(&Url::parse(text).unwrap()).err();
        for text in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://0x7f000001/",
            "https://2130706433/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:a9fe:a9fe]/",
            "https://localhost/",
            "https://LOCALHOST./",
            "https://a.localhost:8443/",
            "https://169.254.169.254/latest/",
            "https://10.0.0.1:8443/",
            "https://①②⑦.0.0.1/",
        ] {
            assert_eq!(refused(text), Some(Refused::Host), "{text}");
        }
        for text in ["http://example.com/", "ftp://example.com/", "http://127.0.0.1/", "file:///etc/passwd"] {
            assert!(matches!(refused(text), Some(Refused::Scheme | Refused::Host)), "{text}");
        }
        assert_eq!(refused("https://user:secret@example.com/"), Some(Refused::Credentials));
        assert_eq!(refused("https://example.com:8443/did.json"), None);
    }

    #[test]
    fn the_allowance_is_for_loopback_alone() {
        let gate = Gate { loopback: true };
        let check = |text: &str| gate.check(&Url::parse(text).unwrap());
        for text in ["http://localhost:8080/", "http://127.0.0.1/", "http://[::1]:9/", "https://localhost/"] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
        assert_eq!(check("http://example.com/"), Err(Refused::Scheme));
        assert_eq!(check("https://10.0.0.1/"), Err(Refused::Host));
        assert_eq!(check("https://[::ffff:127.0.0.1]/"), Err(Refused::Host));
    }

    #[test]
    fn a_name_is_what_it_resolves_to() {
        let at = |text: &str| SocketAddr::new(ip(text), 443);
        let gate = Gate::default();
        assert_eq!(gate.admit([at("127.0.0.1"), at("::1"), at("10.1.2.3")]), Err(Refused::Host));
        assert_eq!(gate.admit([]), Err(Refused::Host));
        assert_eq!(gate.admit([at("192.168.0.1"), at("8.8.8.8")]), Ok(vec![at("8.8.8.8")]));
    }

    #[tokio::test]
    async fn the_resolver_hands_out_nothing_private() {
        let resolve = |gate: Gate| gate.resolver().resolve("localhost".parse().unwrap());
        assert!(resolve(Gate::default()).await.is_err());
        let found = resolve(Gate { loopback: true }).await.ok().unwrap();
        assert!(found.map(|found| found.ip()).all(|ip| ip.is_loopback()));
    }
}
