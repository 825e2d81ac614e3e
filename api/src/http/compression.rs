//! What is not compressed: what is too small to gain by it, and streams of events, which would wait for a block to fill. docs/http.md says why
//! compressing secrets beside what a caller sends is no danger here (BREACH).

use actix_web::{
    Error,
    body::{BodySize, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue},
    middleware::Next,
};

/// Below this many bytes the headers outweigh what is gained.
const WORTH_IT: u64 = 1024;
const AS_IT_IS: HeaderValue = HeaderValue::from_static("identity");

/// The middleware, for `from_fn`, within that which compresses.
///
/// # Errors
/// Those of the handler.
pub async fn spare<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut response = next.call(request).await?;
    let small = matches!(response.response().body().size(), BodySize::Sized(size) if size < WORTH_IT);
    let events = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    if (small || events) && !response.headers().contains_key(CONTENT_ENCODING) {
        response.headers_mut().insert(CONTENT_ENCODING, AS_IT_IS);
    }
    Ok(response)
}

/// Takes the mark away that keeps a body as it is: `identity` is no encoding that a header names (RFC 9110, section 8.4).
pub fn unmark(headers: &mut HeaderMap) {
    if headers.get(CONTENT_ENCODING).is_some_and(|encoding| *encoding == AS_IT_IS) {
        headers.remove(CONTENT_ENCODING);
    }
}
