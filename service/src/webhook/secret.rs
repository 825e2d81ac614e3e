//! The secrets of endpoints, and what is signed with them (Standard Webhooks 1.0, "Signature scheme"). At rest they are sealed under the master key.

use base64::{Engine, engine::general_purpose::STANDARD};
use cairn_entity::webhook_endpoint;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use crate::Service;
use crate::error::{Error, Result};

/// Bytes of a secret; the standard takes 24 to 64.
const BYTES: usize = 32;

/// What sealing an endpoint's secrets is bound to.
pub(crate) fn sealed_for(endpoint: Uuid) -> String {
    format!("webhook_endpoint:{endpoint}")
}

/// A new secret: sealed, and as it is shown once.
pub(super) fn make(service: &Service, endpoint: Uuid) -> Result<(Vec<u8>, String)> {
    let mut bytes = [0; BYTES];
    service.random.fill(&mut bytes)?;
    let sealed = service.master_key.seal(service.random.as_ref(), &sealed_for(endpoint), &bytes)?;
    Ok((sealed, format!("whsec_{}", STANDARD.encode(bytes))))
}

/// The value of `webhook-signature`: by the present secret, and by the one before as long as that lives.
pub(super) fn signatures(
    service: &Service,
    endpoint: &webhook_endpoint::Model,
    message: &str,
    at: DateTime<Utc>,
    body: &str,
) -> Result<String> {
    let previous = endpoint.previous_sealed_secret.as_ref();
    let previous = previous.filter(|_| endpoint.previous_until.is_some_and(|until| at < until));
    let content = format!("{message}.{}.{body}", at.timestamp());
    let mut signatures = Vec::new();
    for sealed in std::iter::once(&endpoint.sealed_secret).chain(previous) {
        let secret = service.master_key.open(&sealed_for(endpoint.id), sealed)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&secret)
            .map_err(|error| Error::internal("a webhook's secret cannot sign", error))?;
        mac.update(content.as_bytes());
        signatures.push(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())));
    }
    Ok(signatures.join(" "))
}
