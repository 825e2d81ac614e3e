//! From the identifier of a verification method to its key: did:key by itself, did:web and https addresses by what their
//! controller publishes.

use super::{Need, Run};
use crate::did::{self, PublishedKey};
use url::Url;

/// Why there is no key.
pub(super) enum Unresolved {
    /// It could not be looked up; somebody else might.
    Unavailable(String),
    /// It was looked up, and is not there or not usable.
    Unusable(String),
}

impl Run<'_> {
    /// The key of a verification method, with the identifier of who controls it; `None` while it is being asked for.
    pub(super) fn key(&mut self, method: &str) -> Option<Result<(String, PublishedKey), Unresolved>> {
        let controller = match did::split(method) {
            Ok((controller, _)) => controller.to_owned(),
            Err(error) => return Some(Err(Unresolved::Unusable(error.to_string()))),
        };
        let need = match need(&controller) {
            Ok(Some(need)) => need,
            Ok(None) => {
                let key =
                    did::resolve_did_key(method).map(|key| (controller, PublishedKey::new(method, key)));
                return Some(key.map_err(|error| Unresolved::Unusable(error.to_string())));
            }
            Err(error) => return Some(Err(error)),
        };
        let document = self.controller(need, &controller)?;
        Some(document.and_then(|document| match document.assertion_key(method) {
            Ok(key) => Ok((controller, key.clone())),
            Err(error) => Err(Unresolved::Unusable(error.to_string())),
        }))
    }
}

/// What has to be fetched to know the keys of a controller; nothing for a did:key.
fn need(controller: &str) -> Result<Option<Need>, Unresolved> {
    if controller.starts_with("did:key:") {
        return Ok(None);
    }
    if controller.starts_with("did:web:") {
        let url = did::web::document_address(controller)
            .map_err(|error| Unresolved::Unusable(error.to_string()))?;
        return Ok(Some(Need::Did { did: controller.to_owned(), url: url.into() }));
    }
    if is_fetchable(controller) {
        return Ok(Some(Need::Issuer { url: controller.to_owned() }));
    }
    if controller.starts_with("did:") {
        return Err(Unresolved::Unavailable(format!("the method of {controller} is not known here")));
    }
    Err(Unresolved::Unusable(format!("{controller} is neither a DID nor an https address")))
}

/// Whether the address is one that may be asked for: https, or http on localhost.
pub(super) fn is_fetchable(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| {
        url.scheme() == "https" || url.scheme() == "http" && url.host_str() == Some("localhost")
    })
}
