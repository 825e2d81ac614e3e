//! One try: the request to an endpoint and what came of it. The address is checked each time and what its name resolves to at every connection;
//! redirects are not followed, and nothing is read of an answer but its head.

use std::time::Duration;

use cairn_entity::{webhook_delivery, webhook_endpoint};
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use url::Url;

use super::{replay, secret};
use crate::Service;
use crate::error::Result;
use crate::fetch::address::{Gate, Names, system_names};
use crate::fetch::client::Gated;
use crate::trace::Trace;

/// How long one try may take.
const TIME_LIMIT: Duration = Duration::from_secs(10);
const USER_AGENT: &str = concat!("Cairn/", env!("CARGO_PKG_VERSION"), " (webhooks)");

/// Sends messages to endpoints.
pub struct Sender {
    http: Gated,
}

/// What came of a try.
#[derive(Default)]
pub(super) struct Outcome {
    /// HTTP status of the answer, where there was one.
    pub status: Option<u16>,
    /// Why it failed, in words; nothing where the message was accepted.
    pub error: Option<String>,
    /// How long the endpoint asks to be left alone.
    pub retry_after: Option<TimeDelta>,
    /// How long it took.
    pub took: TimeDelta,
}

impl Sender {
    /// Sends to whatever the gate lets pass.
    pub fn new(gate: Gate) -> Self {
        Self::with_names(gate, system_names())
    }

    /// The same, where names are looked up in another way.
    pub fn with_names(gate: Gate, names: Names) -> Self {
        Self { http: Gated::new(gate, names, USER_AGENT, TIME_LIMIT) }
    }

    /// Whether it sends to addresses of this machine, as in development.
    pub fn reaches_loopback(&self) -> bool {
        self.http.gate.loopback
    }

    /// Whether messages may be sent to an address, as far as it tells by itself; why not, in words.
    pub(super) fn check(&self, url: &str) -> Result<Url, String> {
        let url = Url::parse(url).map_err(|_| "it is not an address".to_owned())?;
        self.http.gate.check(&url).map_err(|refused| refused.to_string())?;
        Ok(url)
    }

    async fn post(&self, url: &str, headers: HeaderMap, body: &str) -> Result<Response, String> {
        let url = self.check(url)?;
        let request = self.http.client()?.post(url).headers(headers).body(body.to_owned());
        request.send().await.map_err(|error| self.http.why(&error))
    }
}

/// Sends a message once.
pub(super) async fn attempt(
    service: &Service,
    endpoint: &webhook_endpoint::Model,
    delivery: &webhook_delivery::Model,
    at: DateTime<Utc>,
) -> Result<Outcome> {
    let message = replay::message_name(delivery.message_id);
    let signatures = secret::signatures(service, endpoint, &message, at, &delivery.body)?;
    let trace = Trace::of_kept(delivery.trace.as_ref())
        .and_then(|trace| trace.parent(delivery.id, delivery.attempt_count))
        .map(|parent| ("traceparent", parent));
    let mut headers = HeaderMap::new();
    for (name, value) in [
        (CONTENT_TYPE.as_str(), "application/json".to_owned()),
        ("webhook-id", message),
        ("webhook-timestamp", at.timestamp().to_string()),
        ("webhook-signature", signatures),
    ]
    .into_iter()
    .chain(trace)
    {
        let name = reqwest::header::HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, value.parse()) {
            headers.insert(name, value);
        }
    }
    let answer = service.webhooks.post(&endpoint.url, headers, &delivery.body).await;
    let ended = service.now();
    let outcome = match answer {
        Err(error) => Outcome { error: Some(error), ..Outcome::default() },
        Ok(response) => judged(response.status().as_u16(), response.headers(), ended),
    };
    Ok(Outcome { took: ended - at, ..outcome })
}

fn judged(status: u16, headers: &HeaderMap, now: DateTime<Utc>) -> Outcome {
    let error = match status {
        200..=299 => None,
        300..=399 => Some(format!("its server answered {status}; redirects are not followed")),
        _ => Some(format!("its server answered {status}")),
    };
    let retry_after = headers.get(RETRY_AFTER).and_then(|value| retry_after(value.to_str().ok()?, now));
    Outcome { status: Some(status), error, retry_after, took: TimeDelta::zero() }
}

/// `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3).
fn retry_after(value: &str, now: DateTime<Utc>) -> Option<TimeDelta> {
    if let Ok(seconds) = value.trim().parse::<u32>() {
        return Some(TimeDelta::seconds(seconds.into()));
    }
    let until = DateTime::parse_from_rfc2822(value.trim()).ok()?;
    Some((until.with_timezone(&Utc) - now).max(TimeDelta::zero()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let now = DateTime::parse_from_rfc3339("2026-03-01T09:30:00Z").unwrap().with_timezone(&Utc);
        let seconds = |text: &str| retry_after(text, now).map(|wait| wait.num_seconds());
        assert_eq!(seconds("120"), Some(120));
        assert_eq!(seconds("Sun, 01 Mar 2026 09:32:00 GMT"), Some(120));
        assert_eq!(seconds("Sun, 01 Mar 2026 09:00:00 GMT"), Some(0), "that is over");
        assert_eq!(seconds("soon"), None);
        assert_eq!(seconds("-1"), None);
    }

    #[test]
    fn whatever_is_not_two_hundred_and_something_failed() {
        let of = |status| judged(status, &HeaderMap::new(), DateTime::<Utc>::UNIX_EPOCH).error;
        assert_eq!((of(200), of(204)), (None, None));
        assert_eq!(of(302).unwrap(), "its server answered 302; redirects are not followed");
        assert_eq!(of(500).unwrap(), "its server answered 500");
    }
}
