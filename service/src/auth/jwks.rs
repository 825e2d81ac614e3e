//! Key sets of others (RFC 7517), fetched within the limits of every fetch and kept as long as their owner lets us.

use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};

use crate::Service;

/// Algorithms that tokens of others may be signed with.
pub(super) const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];

/// The keys at an address; `again` asks for them anew where they were not asked for just now. Else why there are none, in words fit to be shown.
pub(super) async fn of(service: &Service, uri: &str, again: bool) -> Result<JwkSet, String> {
    let now = service.now();
    let bytes = match again {
        true => service.fetch.again(uri, now).await?,
        false => service.fetch.get(uri, now).await?,
    };
    let keys: JwkSet =
        serde_json::from_slice(&bytes).map_err(|_| "what lies there is no key set".to_owned())?;
    match keys.keys.iter().any(is_for_signatures) {
        true => Ok(keys),
        false => Err("there is no key for signatures in it".to_owned()),
    }
}

/// The key that a token names; where it names none, the only one that there is. An unknown name has the keys fetched once more: they may
/// have been rotated.
pub(super) async fn key(
    service: &Service,
    uri: &str,
    kid: Option<&str>,
) -> Result<Option<DecodingKey>, String> {
    for again in [false, true] {
        let keys = of(service, uri, again).await?;
        let mut fitting = keys.keys.iter().filter(|key| {
            is_for_signatures(key) && kid.is_none_or(|kid| key.common.key_id.as_deref() == Some(kid))
        });
        if let (Some(key), None) = (fitting.next(), fitting.next()) {
            return Ok(DecodingKey::from_jwk(key).ok());
        }
    }
    Ok(None)
}

fn is_for_signatures(key: &Jwk) -> bool {
    matches!(key.common.public_key_use, None | Some(PublicKeyUse::Signature))
}
