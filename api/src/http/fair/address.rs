//! The address that a request comes from. What `X-Forwarded-For` says is believed only of proxies that the operator trusts.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use actix_web::http::header::HeaderMap;

/// Where a request comes from, as far as counting goes: an IPv4 address, or the first 64 bits of an IPv6 address, all of which one household has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Address(IpAddr);

impl Address {
    /// Where no address is known.
    pub const UNKNOWN: Self = Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
}

impl From<IpAddr> for Address {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64))),
            v4 => v4,
        })
    }
}

/// The networks of trusted proxies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies(Vec<Network>);

impl Proxies {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.holds(address))
    }

    /// The client behind a connection: its other end, or, where that is a trusted proxy, the last address of `X-Forwarded-For` that is
    /// none. Whatever stands before it the client may have written itself.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Address {
        let mut client = peer;
        let lines: Vec<&str> =
            headers.get_all("x-forwarded-for").filter_map(|line| line.to_str().ok()).collect();
        let hops = lines.iter().rev().flat_map(|line| line.rsplit(','));
        for hop in hops {
            if !self.trust(client) {
                break;
            }
            let Some(address) = address_of(hop.trim()) else { break };
            client = address;
        }
        client.into()
    }
}

/// An address with or without a port.
fn address_of(hop: &str) -> Option<IpAddr> {
    let bare = hop.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| hop.parse::<std::net::SocketAddr>().ok().map(|socket| socket.ip()))
}

impl FromStr for Proxies {
    type Err = String;

    /// Reads addresses and networks (`10.0.0.0/8`), separated by commas.
    fn from_str(text: &str) -> Result<Self, String> {
        let elements = text.split(',').map(str::trim).filter(|element| !element.is_empty());
        elements.map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

impl std::fmt::Display for Proxies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let networks: Vec<String> = self.0.iter().map(|net| format!("{}/{}", net.base, net.bits)).collect();
        f.write_str(&networks.join(","))
    }
}

/// Addresses with the same first bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    base: IpAddr,
    bits: u32,
}

impl Network {
    fn holds(&self, address: IpAddr) -> bool {
        let differ = match (self.base, address.to_canonical()) {
            (IpAddr::V4(a), IpAddr::V4(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros(),
            (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros(),
            _ => return false,
        };
        differ >= self.bits
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not an address or a network like 10.0.0.0/8");
        let (base, bits) = text.split_once('/').map_or((text, None), |(base, bits)| (base, Some(bits)));
        let base: IpAddr = base.parse().map_err(|_| wrong())?;
        let most = if base.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse).map_err(|_| wrong())?;
        if bits > most { Err(wrong()) } else { Ok(Self { base, bits }) }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn client(proxies: &str, peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            let name = HeaderName::from_static("x-forwarded-for");
            headers.append(name, HeaderValue::from_str(line).unwrap());
        }
        let proxies: Proxies = proxies.parse().unwrap();
        proxies.client(peer.parse().unwrap(), &headers).0.to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        for (proxies, peer, forwarded, expected) in [
            ("", "203.0.113.7", &["198.51.100.1"][..], "203.0.113.7"),
            ("10.0.0.0/8", "203.0.113.7", &["198.51.100.1"], "203.0.113.7"),
            ("10.0.0.0/8", "10.1.2.3", &[], "10.1.2.3"),
            ("10.0.0.0/8", "10.1.2.3", &["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.0/8", "10.1.2.3", &["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.0/8", "10.1.2.3", &["1.1.1.1", "198.51.100.1, 10.9.9.9"], "198.51.100.1"),
            ("10.0.0.0/8", "10.1.2.3", &["198.51.100.1:4711"], "198.51.100.1"),
            ("10.0.0.0/8", "10.1.2.3", &["unknown"], "10.1.2.3"),
            ("::1,127.0.0.1", "::1", &["[2001:db8::5]:80"], "2001:db8::"),
            ("127.0.0.1/32", "::ffff:127.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("", "2001:db8:0:1:2:3:4:5", &[], "2001:db8:0:1::"),
        ] {
            assert_eq!(client(proxies, peer, forwarded), expected, "{proxies} {peer} {forwarded:?}");
        }
        for wrong in ["localhost", "10.0.0.0/33", "10.0.0.0/x", "::1/129"] {
            assert!(wrong.parse::<Proxies>().is_err(), "{wrong}");
        }
    }
}
