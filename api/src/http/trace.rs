//! What happens around every request: its id, its log line, its measurements. A log line has the template of the path,
//! never the path or the query string, because those hold share tokens and documents.

use std::time::Instant;

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    web,
};
use cairn_service::trace::Trace;
use tracing::{Instrument, field};

use super::{compression, server::Transport, stats::RequestStats};

/// The header of the request id, in both directions.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// What monitors ask every few seconds; their lines would drown the others.
const PROBES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// The id of the current request, in its extensions.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// The middleware, for `from_fn`.
///
/// # Errors
/// Those of the handler.
pub async fn trace<B: MessageBody + 'static>(
    transport: web::Data<Transport>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let started = Instant::now();
    let id = presented_id(&request).unwrap_or_else(|| (transport.new_request_id)());
    let method = method_label(request.method().as_str());
    request.extensions_mut().insert(RequestId(id.clone()));
    if let Some(peer) = request.peer_addr() {
        let address = transport.fair.proxies().client(peer.ip(), request.headers());
        request.extensions_mut().insert(address);
    }

    let stats = RequestStats::default();
    let span = tracing::info_span!("request", id = %id, trace = field::Empty, parent = field::Empty);
    let context = TraceParent::of(request.headers());
    if let Some(TraceParent { trace, parent, flags }) = &context {
        span.record("trace", trace).record("parent", parent);
        request.extensions_mut().insert(Trace::new(trace, flags));
    }
    let mut response = stats.scope(next.call(request)).instrument(span.clone()).await?;

    let path = response.request().match_pattern();
    let path = path.as_deref().unwrap_or("(none)");
    let status = response.status().as_u16();
    let elapsed = started.elapsed();
    transport.metrics.request(method, path, status, elapsed, stats.statements());
    let milliseconds = elapsed.as_micros() as f64 / 1000.0;
    span.in_scope(|| {
        let (ms, statements) = (milliseconds, stats.statements());
        if PROBES.contains(&path) {
            tracing::debug!(method, path, status, ms, statements, "answered");
        } else {
            tracing::info!(method, path, status, ms, statements, "answered");
        }
    });

    let headers = response.headers_mut();
    compression::unmark(headers);
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    if transport.settings.server_timing {
        let timing = format!("sql;desc=\"{}\", total;dur={milliseconds}", stats.statements());
        if let Ok(value) = HeaderValue::from_str(&timing) {
            headers.insert(SERVER_TIMING, value);
        }
    }
    Ok(response)
}

/// The id that the client or a proxy gave, where it is harmless in a log line.
fn presented_id(request: &ServiceRequest) -> Option<String> {
    let id = request.headers().get(&REQUEST_ID)?.to_str().ok()?;
    let harmless = (1..=128).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':'));
    harmless.then(|| id.to_owned())
}

/// What a request is part of, as the W3C recommendation Trace Context, section 3.2 writes it: the trace, and the span in it that asks.
#[derive(Debug, PartialEq, Eq)]
struct TraceParent {
    trace: String,
    parent: String,
    flags: String,
}

impl TraceParent {
    /// The one that a client gave; what is malformed is as if it were not there.
    fn of(headers: &HeaderMap) -> Option<Self> {
        let mut given = headers.get_all("traceparent");
        let text = given.next()?.to_str().ok()?.trim();
        if given.next().is_some() {
            return None;
        }
        let mut parts = text.split('-');
        let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let hex = |text: &str, length: usize| {
            text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        let set = |text: &str| text.bytes().any(|byte| byte != b'0');
        let sound = hex(version, 2) && hex(trace, 32) && hex(parent, 16) && hex(flags, 2) && version != "ff";
        // Later versions may have more to say.
        let ended = version != "00" || parts.next().is_none();
        (sound && ended && set(trace) && set(parent)).then(|| Self {
            trace: trace.to_owned(),
            parent: parent.to_owned(),
            flags: flags.to_owned(),
        })
    }
}

/// A method as a label: one of a fixed set, so that a client cannot make new ones.
fn method_label(method: &str) -> &'static str {
    const KNOWN: [&str; 8] = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"];
    KNOWN.into_iter().find(|known| *known == method).unwrap_or("OTHER")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_recommendation_allows_is_taken_for_a_trace() {
        let read = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HeaderName::from_static("traceparent"), HeaderValue::from_str(text).unwrap());
            TraceParent::of(&headers).map(|context| (context.trace, context.parent))
        };
        let (trace, parent) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
        let expected = Some((trace.to_owned(), parent.to_owned()));
        assert_eq!(read(&format!("00-{trace}-{parent}-01")), expected);
        assert_eq!(read(&format!("01-{trace}-{parent}-00-what-comes-later")), expected);
        for wrong in [
            String::new(),
            format!("00-{trace}-{parent}"),
            format!("00-{trace}-{parent}-01-more"),
            format!("ff-{trace}-{parent}-01"),
            format!("00-{}-{parent}-01", trace.to_uppercase()),
            format!("00-{}-{parent}-01", "0".repeat(32)),
            format!("00-{trace}-{}-01", "0".repeat(16)),
            format!("00-{}-{parent}-01", &trace[1..]),
        ] {
            assert_eq!(read(&wrong), None, "{wrong}");
        }
    }
}
