//! Which foreign web origins may call this server from a browser, by HTTP (CORS) and by websocket.

use actix_cors::Cors;
use actix_web::{
    HttpRequest,
    http::header::{HOST, ORIGIN},
};
use url::Url;

/// The web origins that are allowed besides the server's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origins {
    /// No other.
    #[default]
    None,
    /// Every one. Credentials are in headers that scripts set, never in cookies, so that this exposes what is public.
    Any,
    /// These, each as `scheme://host[:port]`.
    List(Vec<String>),
}

impl Origins {
    /// Parses a comma-separated list, `*` for all.
    ///
    /// # Errors
    /// What is wrong with the first element that is no origin.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut list = Vec::new();
        for element in text.split(',').map(str::trim).filter(|element| !element.is_empty()) {
            if element == "*" {
                return Ok(Self::Any);
            }
            let origin = Url::parse(element)
                .ok()
                .filter(|url| matches!(url.scheme(), "http" | "https"))
                .map(|url| url.origin().ascii_serialization())
                .filter(|origin| origin.eq_ignore_ascii_case(element.trim_end_matches('/')))
                .ok_or_else(|| format!("`{element}` is not an origin like https://lms.example.org"))?;
            list.push(origin);
        }
        Ok(if list.is_empty() { Self::None } else { Self::List(list) })
    }

    fn allow(&self, origin: &str) -> bool {
        match self {
            Self::None => false,
            Self::Any => true,
            Self::List(list) => list.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin)),
        }
    }

    /// The CORS middleware of `/graphql` and `/imports`.
    pub fn cors(&self) -> Cors {
        let cors = Cors::default()
            .allowed_methods(["GET", "POST"])
            .allowed_headers(ALLOWED_HEADERS)
            .expose_headers(EXPOSED_HEADERS)
            .max_age(3600);
        match self {
            Self::None => cors,
            Self::Any => cors.allow_any_origin().send_wildcard(),
            Self::List(list) => list.iter().fold(cors, |cors, origin| cors.allowed_origin(origin)),
        }
    }

    /// Whether a request may come from where it says: no `Origin` (not a browser), the server's own, or an allowed one.
    pub fn permit(&self, request: &HttpRequest, public_url: &Url) -> bool {
        let Some(origin) = request.headers().get(ORIGIN) else { return true };
        let Ok(origin) = origin.to_str() else { return false };
        let own_host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
        let same_host = Url::parse(origin).is_ok_and(|url| {
            let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
            let host = url.host_str().map(|host| format!("{host}{port}"));
            host.as_deref().zip(own_host).is_some_and(|(host, own)| host.eq_ignore_ascii_case(own))
        });
        same_host || origin == public_url.origin().ascii_serialization() || self.allow(origin)
    }
}

/// CORS for documents that everyone may read from anywhere: issuer profiles, DID documents, status lists, credentials.
pub fn public_cors() -> Cors {
    Cors::default()
        .allow_any_origin()
        .send_wildcard()
        .allowed_methods(["GET"])
        .allowed_headers(["accept"])
        .max_age(3600)
}

const ALLOWED_HEADERS: [&str; 10] = [
    "accept",
    "authorization",
    "cairn-issuer",
    "content-type",
    "idempotency-key",
    "last-event-id",
    "traceparent",
    "tracestate",
    "x-api-key",
    "x-request-id",
];
const EXPOSED_HEADERS: [&str; 5] =
    ["idempotent-replayed", "retry-after", "server-timing", "www-authenticate", "x-request-id"];

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn parses_lists() {
        assert_eq!(Origins::parse(""), Ok(Origins::None));
        assert_eq!(Origins::parse(" * "), Ok(Origins::Any));
        assert_eq!(
            Origins::parse("https://lms.example.org/, http://localhost:3000"),
            Ok(Origins::List(vec!["https://lms.example.org".into(), "http://localhost:3000".into()]))
        );
        for wrong in ["lms.example.org", "https://a.example/path", "ftp://a.example", "null"] {
            assert!(Origins::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn permits_own_and_listed_origins_only() {
        let public = Url::parse("https://cairn.example.org").unwrap();
        let listed = Origins::parse("https://lms.example.org").unwrap();
        for (origin, expected) in [
            (None, true),
            (Some("http://127.0.0.1:8080"), true),
            (Some("https://cairn.example.org"), true),
            (Some("https://lms.example.org"), true),
            (Some("http://127.0.0.1:8081"), false),
            (Some("http://127.0.0.1"), false),
            (Some("https://evil.example"), false),
            (Some("https://lms.example.org.evil.example"), false),
            (Some("null"), false),
        ] {
            let mut request = TestRequest::default().insert_header((HOST, "127.0.0.1:8080"));
            if let Some(origin) = origin {
                request = request.insert_header((ORIGIN, origin));
            }
            assert_eq!(listed.permit(&request.to_http_request(), &public), expected, "{origin:?}");
        }
    }
}
