//! did:web: an address as an identifier, and back (did:web Method Specification, sections 2.5 and 2.6).

use super::DidError;
use url::{Host, Url};

/// The did:web for a public base address and a path below it: `http://localhost:8080` and `/issuers/acme` give
/// `did:web:localhost%3A8080:issuers:acme`. An empty path gives the identifier of the host.
///
/// # Errors
/// [`DidError::Address`] where the base is an IP address, is neither https nor http on localhost, or a path segment holds what
/// a DID cannot (anything but letters, digits, `.`, `-`, `_`).
pub fn from_address(base: &Url, path: &str) -> Result<String, DidError> {
    let refuse = |reason| DidError::Address(format!("{base}{path}"), reason);
    let host = match base.host() {
        Some(Host::Domain(host)) => host,
        Some(_) => return Err(refuse("an IP address is not allowed")),
        None => return Err(refuse("it has no host")),
    };
    if base.scheme() != "https" && !(base.scheme() == "http" && is_local(host)) {
        return Err(refuse("only https, or http on localhost"));
    }
    if !base.username().is_empty() || base.query().is_some() || base.fragment().is_some() {
        return Err(refuse("the base has more than host and path"));
    }
    let mut did = format!("did:web:{host}");
    if let Some(port) = base.port() {
        did.push_str(&format!("%3A{port}"));
    }
    for segment in base.path().split('/').chain(path.split('/')).filter(|segment| !segment.is_empty()) {
        if !is_plain(segment) {
            return Err(refuse("a path segment holds more than letters, digits, '.', '-' and '_'"));
        }
        did.push(':');
        did.push_str(segment);
    }
    Ok(did)
}

/// Where the document of a did:web lies: `/.well-known/did.json` of the host, or `did.json` below the path. https, but http for
/// localhost.
///
/// # Errors
/// [`DidError::Malformed`] where it is no did:web, names an IP address, or its path could lead elsewhere.
pub fn document_address(did: &str) -> Result<Url, DidError> {
    let refuse = |reason| DidError::Malformed(did.to_owned(), reason);
    let name = did.strip_prefix("did:web:").ok_or_else(|| refuse("it is not a did:web"))?;
    let mut parts = name.split(':');
    let host = parts.next().unwrap_or_default();
    let (host, port) = match host.split_once("%3A").or_else(|| host.split_once("%3a")) {
        Some((host, port)) => {
            let port: u16 = port.parse().map_err(|_| refuse("the port is not a number"))?;
            (host, Some(port))
        }
        None => (host, None),
    };
    if host.is_empty() || !host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-') {
        return Err(refuse("the host is not a domain name"));
    }
    let scheme = if is_local(host) { "http" } else { "https" };
    let mut url =
        Url::parse(&format!("{scheme}://{host}/")).map_err(|_| refuse("the host is not a domain name"))?;
    if !matches!(url.host(), Some(Host::Domain(_))) {
        return Err(refuse("an IP address is not allowed"));
    }
    url.set_port(port).map_err(|()| refuse("the port is not usable"))?;
    let mut path = String::new();
    for segment in parts {
        if !is_plain(segment) {
            return Err(refuse("a path segment holds more than letters, digits, '.', '-' and '_'"));
        }
        path.push('/');
        path.push_str(segment);
    }
    url.set_path(&if path.is_empty() {
        "/.well-known/did.json".to_owned()
    } else {
        format!("{path}/did.json")
    });
    Ok(url)
}

fn is_local(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
}

/// A segment that means the same in a DID and in an address, and does not climb.
fn is_plain(segment: &str) -> bool {
    !matches!(segment, "" | "." | "..")
        && segment.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_identifiers_and_lead_back() {
        for (base, path, did, document) in [
            (
                "http://localhost:8080",
                "/issuers/acme",
                "did:web:localhost%3A8080:issuers:acme",
                "http://localhost:8080/issuers/acme/did.json",
            ),
            ("https://example.com", "", "did:web:example.com", "https://example.com/.well-known/did.json"),
            (
                "https://example.com/badges/",
                "issuers/a-b_c.d",
                "did:web:example.com:badges:issuers:a-b_c.d",
                "https://example.com/badges/issuers/a-b_c.d/did.json",
            ),
        ] {
            assert_eq!(from_address(&Url::parse(base).unwrap(), path).unwrap(), did);
            assert_eq!(document_address(did).unwrap().as_str(), document);
        }
    }

    #[test]
    fn what_leads_elsewhere_is_refused() {
        for base in
            ["http://example.com", "https://127.0.0.1", "https://[::1]", "https://a@example.com", "file:///x"]
        {
            assert!(from_address(&Url::parse(base).unwrap(), "/x").is_err(), "{base}");
        }
        let base = Url::parse("https://example.com").unwrap();
        assert!(from_address(&base, "/a b").is_err());
        for did in [
            "did:key:x",
            "did:web:",
            "did:web:127.0.0.1",
            "did:web:127.1",
            "did:web:0x7f000001",
            "did:web:2130706433",
            "did:web:[::1]",
            "did:web:a%2Fb",
            "did:web:a@b",
            "did:web:example.com:..",
            "did:web:example.com::x",
            "did:web:example.com:a%2Fb",
            "did:web:example.com%3A99999",
            "did:web:example.com/x",
            "did:web:a?b",
        ] {
            assert!(document_address(did).is_err(), "{did}");
        }
    }
}
