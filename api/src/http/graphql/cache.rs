//! Answers that caches may keep: of queries by GET that name their document. A cache asks each time whether its copy still holds, for credentials may be
//! revoked and pages taken back; it saves the way, not the asking.

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, ETAG, HeaderMap, HeaderValue},
    },
};

use super::{accept::Media, documents::hash, respond::Answer};
use crate::http::page::knows;

/// The response, or 304 where the client has one with the same data. What an answer costs, and what is then left, are no part of what it says.
pub fn response(answer: Answer, media: Media, asked: &HeaderMap, public: bool) -> HttpResponse {
    let tag = format!("W/\"{}\"", &hash(&answer.data_as_json())[..32]);
    let same = knows(asked, &tag);
    let mut response = answer.into_http(media);
    if same {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response = response.set_body(actix_web::body::BoxBody::new(()));
    }
    let policy = if public { "public, no-cache" } else { "private, no-cache" };
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(policy));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}
