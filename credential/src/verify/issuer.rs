//! From the identifier of a verification method to its key: did:key by itself, did:web and https addresses by what their
//! controller publishes.

use super::reason::Reason;
use super::{Need, Run};
use crate::did::{self, DidDocument, PublishedKey};
use chrono::{DateTime, Utc};
use url::Url;

/// Why there is no key.
pub(super) enum Unresolved {
    /// It could not be looked up; somebody else might.
    Unavailable(Reason),
    /// It was looked up, and is not there or not usable.
    Unusable(Reason),
}

impl Run<'_> {
    /// The key of a verification method, with the identifier of who controls it; `None` while it is being asked for.
    pub(super) fn key(&mut self, method: &str) -> Option<Result<(String, PublishedKey), Unresolved>> {
        let controller = match did::split(method) {
            Ok((controller, _)) => controller.to_owned(),
            Err(error) => return Some(Err(Unresolved::Unusable(error.to_string().into()))),
        };
        let relationship = self.relationship;
        let document = self.controller(&controller)?;
        Some(document.and_then(|document| match document.key(method, relationship) {
            Ok(key) => Ok((controller, key.clone())),
            Err(error) => Err(Unresolved::Unusable(error.to_string().into())),
        }))
    }

    /// The keys that a controller publishes; `None` while they are being asked for.
    pub(super) fn controller(&mut self, controller: &str) -> Option<Result<DidDocument, Unresolved>> {
        let need = match need(controller) {
            Ok(Some(need)) => need,
            Ok(None) => return Some(of_did_key(controller)),
            Err(error) => return Some(Err(error)),
        };
        let url = need.url().to_owned();
        Some(match self.supplied(need)? {
            Ok(bytes) => DidDocument::parse(&bytes, controller)
                .map_err(|error| Unresolved::Unusable(error.to_string().into())),
            Err(cause) => self.kept_keys(controller, &url, cause),
        })
    }
}

/// Why a key does not count for a signature made at the given moment, which may be unknown.
pub(super) fn lapsed(key: &PublishedKey, created: Option<DateTime<Utc>>) -> Option<Reason> {
    if key.revoked.is_some_and(|revoked| created.is_none_or(|created| created >= revoked)) {
        return Some(Reason::KeyRevoked { key: key.id.clone() });
    }
    if key.expires.is_some_and(|expires| created.is_none_or(|created| created > expires)) {
        return Some(Reason::KeyExpired { key: key.id.clone() });
    }
    None
}

fn of_did_key(did: &str) -> Result<DidDocument, Unresolved> {
    let method = format!("{did}#{}", did.trim_start_matches("did:key:"));
    match did::resolve_did_key(&method) {
        Ok(key) => Ok(DidDocument::of_key(did, PublishedKey::new(method, key))),
        Err(error) => Err(Unresolved::Unusable(error.to_string().into())),
    }
}

/// What has to be fetched to know the keys of a controller; nothing for a did:key.
fn need(controller: &str) -> Result<Option<Need>, Unresolved> {
    if controller.starts_with("did:key:") {
        return Ok(None);
    }
    if controller.starts_with("did:web:") {
        let url = did::web::document_address(controller)
            .map_err(|error| Unresolved::Unusable(error.to_string().into()))?;
        return Ok(Some(Need::Did { did: controller.to_owned(), url: url.into() }));
    }
    if is_fetchable(controller) {
        return Ok(Some(Need::Issuer { url: controller.to_owned() }));
    }
    if controller.starts_with("did:") {
        return Err(Unresolved::Unavailable(format!("the method of {controller} is not known here").into()));
    }
    Err(Unresolved::Unusable(format!("{controller} is neither a DID nor an https address").into()))
}

/// Whether the address is one that may be asked for: https, or http on localhost.
pub(super) fn is_fetchable(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| {
        url.scheme() == "https" || url.scheme() == "http" && url.host_str() == Some("localhost")
    })
}
