//! A credential as an offline bundle: with its issuer's keys and status lists as they are now, signed by its issuer.

use cairn_credential::bundle::{self, BundleClaims, Source};
use cairn_credential::verify::Need;
use cairn_entity::enums::ExportForm;
use serde_json::Value;

use super::{Published, export};
use crate::error::{Error, Result};
use crate::{Service, signing_key as keys, verification};

pub use cairn_credential::bundle::MEDIA_TYPE;

/// The largest document of others that goes along, in bytes; of ours all do.
const LARGEST: usize = 128 * 1024;

/// The bundle of a credential, as it was issued or in a further form; `None` where its issuer has no key for that. It is kept nowhere: the next one
/// tells of another moment.
#[crate::boxed]
pub async fn bundle(service: &Service, of: &Published, form: Option<ExportForm>) -> Result<Option<Vec<u8>>> {
    let signed = match form {
        None => Some(of.document.clone()),
        Some(form) => export(service, of.credential.id, form).await?,
    };
    let Some(signed) = signed else { return Ok(None) };
    let taken_at = service.now();
    let mut claims = BundleClaims {
        issuer: of.issuer.did.clone(),
        taken_at,
        credential: serde_json::from_str(&signed).unwrap_or(Value::String(signed.clone())),
        keys: Vec::new(),
        status_lists: Vec::new(),
    };
    for (need, bytes) in verification::sources(service, signed.into_bytes()).await? {
        // What is no JSON, or too much of it, would not be read from a bundle.
        let Ok(document) = serde_json::from_slice(&bytes) else { continue };
        if bytes.len() > LARGEST {
            continue;
        }
        let source = Source { url: need.url().to_owned(), document };
        match need {
            Need::Did { .. } | Need::Issuer { .. } => claims.keys.push(source),
            Need::Status { .. } => claims.status_lists.push(source),
        }
    }
    sign(service, of, claims).await.map(Some)
}

/// Signs a bundle; it is handed out only where the key signs still.
async fn sign(service: &Service, of: &Published, claims: BundleClaims) -> Result<Vec<u8>> {
    for _ in 0..keys::MOST_TRIES {
        let key = keys::active(service.db.reader(), of.issuer.id).await?;
        let signer = keys::signer(service, &of.issuer, &key)?;
        let claims = claims.clone();
        let signed = tokio::task::spawn_blocking(move || bundle::sign(&claims, &signer))
            .await
            .map_err(|error| Error::internal("signing was broken off", error))?
            .map_err(|error| keys::unsigned("an offline bundle could not be signed", error))?;
        if keys::active(service.db.reader(), of.issuer.id).await?.id == key.id {
            return Ok(signed);
        }
    }
    Err(keys::too_fast(of.issuer.id))
}
