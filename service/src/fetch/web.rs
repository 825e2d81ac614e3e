//! Fetching from the public web, with limits on everything: where to, how often redirected, how long, how much. Nothing of ours goes along: no
//! cookies, no credentials, no proxy of the environment.

use std::io::Read;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use flate2::read::MultiGzDecoder;
use futures_util::future::BoxFuture;
use reqwest::Response;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, HeaderMap, LOCATION};
use tokio::sync::Semaphore;
use url::Url;

use super::address::{Gate, system_names};
use super::cache::Cache;
use super::client::Gated;
use super::{Fetch, Fetched};

/// The largest document fetched, in bytes, before and after decompression.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;
/// How many redirects are followed; each address is checked like the first.
pub const MAX_REDIRECTS: usize = 3;
/// How long one document may take, redirects included.
pub const TIME_LIMIT: Duration = Duration::from_secs(5);
/// How many documents are fetched at once, for all callers.
const MAX_AT_ONCE: usize = 32;
/// What is asked for: credentials, DID documents, tokens and images, whichever lies there.
const ACCEPTED: &str = "application/vc, application/vc+ld+json, application/did;q=0.9, application/did+ld+json;q=0.9, \
    application/json;q=0.8, application/jwt;q=0.7, image/png;q=0.6, image/svg+xml;q=0.6, */*;q=0.1";
const USER_AGENT: &str = concat!("Cairn/", env!("CARGO_PKG_VERSION"), " (verification of credentials)");

/// The public web, as far as this server asks it.
pub struct Web {
    http: Gated,
    cache: Cache,
    at_once: Semaphore,
}

/// An answer, with how long its sender lets it be kept.
struct Answer {
    bytes: Vec<u8>,
    max_age: Option<TimeDelta>,
}

impl Web {
    /// Nothing is called yet.
    pub fn new(gate: Gate) -> Self {
        let http = Gated::new(gate, system_names(), USER_AGENT, TIME_LIMIT);
        Self { http, cache: Cache::default(), at_once: Semaphore::new(MAX_AT_ONCE) }
    }

    async fn fetch(&self, url: &str, now: DateTime<Utc>) -> Fetched {
        if let Some(kept) = self.cache.get(url, now) {
            return kept;
        }
        let _flight = self.cache.flight(url).await;
        if let Some(kept) = self.cache.get(url, now) {
            return kept;
        }
        let _place = self.at_once.acquire().await.map_err(|_| "this server is stopping".to_owned())?;
        let asked = tokio::time::timeout(TIME_LIMIT, self.ask(url)).await;
        let asked = asked.unwrap_or_else(|_| Err(self.http.too_slow()));
        let max_age = asked.as_ref().ok().and_then(|answer| answer.max_age);
        let fetched = asked.map(|answer| answer.bytes.into());
        self.cache.put(url, &fetched, max_age, now);
        fetched
    }

    /// Asks, following redirects.
    async fn ask(&self, url: &str) -> Result<Answer, String> {
        let mut url = Url::parse(url).map_err(|_| "it is not an address".to_owned())?;
        for _ in 0..=MAX_REDIRECTS {
            self.http.gate.check(&url).map_err(|refused| refused.to_string())?;
            let request = self.http.client()?.get(url.clone());
            let request = request.header(ACCEPT, ACCEPTED).header(ACCEPT_ENCODING, "gzip");
            let response = request.send().await.map_err(|error| self.http.why(&error))?;
            if !response.status().is_redirection() {
                return read(&self.http, response).await;
            }
            let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
            let next = location.and_then(|location| url.join(location).ok());
            url = next.ok_or_else(|| format!("its server answered {}", response.status().as_u16()))?;
        }
        Err(format!("it is redirected more than {MAX_REDIRECTS} times"))
    }
}

impl Fetch for Web {
    fn get<'a>(&'a self, url: &'a str, now: DateTime<Utc>) -> BoxFuture<'a, Fetched> {
        Box::pin(self.fetch(url, now))
    }

    fn again<'a>(&'a self, url: &'a str, now: DateTime<Utc>) -> BoxFuture<'a, Fetched> {
        self.cache.forget(url, now);
        Box::pin(self.fetch(url, now))
    }

    fn reaches_loopback(&self) -> bool {
        self.http.gate.loopback
    }
}

/// Reads the body of a good answer, as far as the limit.
async fn read(http: &Gated, mut response: Response) -> Result<Answer, String> {
    let status = response.status();
    if status.as_u16() != 200 {
        return Err(format!("its server answered {}", status.as_u16()));
    }
    if response.content_length().is_some_and(|length| length > MAX_BYTES as u64) {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| http.why(&error))? {
        if bytes.len() + chunk.len() > MAX_BYTES {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    let headers = response.headers();
    let bytes = match headers.get(CONTENT_ENCODING).map(|value| value.as_bytes().to_ascii_lowercase()) {
        None => bytes,
        Some(encoding) if encoding == b"identity" => bytes,
        Some(encoding) if encoding == b"gzip" || encoding == b"x-gzip" => unpack(&bytes)?,
        Some(_) => return Err("it is compressed in a way that was not asked for".to_owned()),
    };
    Ok(Answer { bytes, max_age: max_age(headers) })
}

/// Unpacks gzip, never more than the limit.
fn unpack(packed: &[u8]) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut reader = MultiGzDecoder::new(packed).take(MAX_BYTES as u64 + 1);
    reader.read_to_end(&mut bytes).map_err(|_| "it cannot be unpacked".to_owned())?;
    if bytes.len() > MAX_BYTES { Err(too_large()) } else { Ok(bytes) }
}

/// How long the sender lets an answer be kept (RFC 9111, section 5.2.2).
fn max_age(headers: &HeaderMap) -> Option<TimeDelta> {
    let values = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let mut found = None;
    for directive in values.flat_map(|value| value.split(',')) {
        let (name, value) = directive.trim().split_once('=').unwrap_or((directive.trim(), ""));
        if name.eq_ignore_ascii_case("no-store") || name.eq_ignore_ascii_case("no-cache") {
            return Some(TimeDelta::zero());
        }
        if name.eq_ignore_ascii_case("max-age") {
            found =
                value.trim_matches('"').parse::<u32>().ok().map(|seconds| TimeDelta::seconds(seconds.into()));
        }
    }
    found
}

fn too_large() -> String {
    format!("it is larger than {MAX_BYTES} bytes")
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    #[test]
    fn max_age_is_read_among_other_directives() {
        let of = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(CACHE_CONTROL, HeaderValue::from_static(value));
            max_age(&headers).map(|age| age.num_seconds())
        };
        assert_eq!(of("public, max-age=300"), Some(300));
        assert_eq!(of("Max-Age=\"60\", must-revalidate"), Some(60));
        assert_eq!(of("max-age=300, no-store"), Some(0));
        assert_eq!(of("max-age=x"), None);
        assert_eq!(of("private"), None);
    }
}
