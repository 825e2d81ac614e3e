//! A credential as an offline bundle: with its issuer's keys and status lists as they are now, signed by its issuer.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use cairn_credential::bundle::{self, BundleClaims, Source};
use cairn_credential::verify::Need;
use cairn_entity::enums::ExportForm;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Published, export};
use crate::error::{Error, Result};
use crate::{Service, signing_key as keys, verification};

pub use cairn_credential::bundle::MEDIA_TYPE;

/// The largest document of others that goes along, in bytes; of ours all do.
const LARGEST: usize = 128 * 1024;

/// For how long a bundle that says the same is given out again.
const KEPT_FOR: TimeDelta = TimeDelta::seconds(60);

/// Most bundles that are kept, and most bytes of them.
const MOST_KEPT: (usize, usize) = (256, 32 * 1024 * 1024);

/// The bundle of a credential, as it was issued or in a further form; `None` where its issuer has no key for that. What it rests on is looked up every
/// time; it is signed anew where that has changed, and after a minute.
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
    let content = digest(&claims)?;
    if let Some(bytes) = service.bundles.find(content, taken_at) {
        return Ok(Some(bytes));
    }
    let bytes = sign(service, of, claims).await?;
    service.bundles.keep(Kept { content, taken_at, bytes: bytes.clone() });
    Ok(Some(bytes))
}

/// Tells apart what bundles say, but for the moment.
fn digest(claims: &BundleClaims) -> Result<[u8; 32]> {
    let BundleClaims { issuer, taken_at: _, credential, keys, status_lists } = claims;
    Ok(Sha256::digest(serde_json::to_vec(&(issuer, credential, keys, status_lists))?).into())
}

/// The bundles made lately, so that whoever asks again and again does not have this server sign each time. Oldest first.
#[derive(Default)]
pub(crate) struct Bundles(Mutex<VecDeque<Kept>>);

/// One of them.
struct Kept {
    content: [u8; 32],
    taken_at: DateTime<Utc>,
    bytes: Vec<u8>,
}

impl Bundles {
    /// The one that says this, unless it is too old.
    fn find(&self, content: [u8; 32], now: DateTime<Utc>) -> Option<Vec<u8>> {
        let kept = self.locked();
        let found = kept.iter().find(|one| one.content == content && one.is_fresh(now))?;
        Some(found.bytes.clone())
    }

    /// Keeps one, and lets go of those that are too old or too many.
    fn keep(&self, new: Kept) {
        let mut kept = self.locked();
        kept.retain(|one| one.content != new.content && one.is_fresh(new.taken_at));
        kept.push_back(new);
        let mut bytes: usize = kept.iter().map(|one| one.bytes.len()).sum();
        while kept.len() > MOST_KEPT.0 || bytes > MOST_KEPT.1 {
            bytes -= kept.pop_front().map_or(bytes, |one| one.bytes.len());
        }
    }

    /// No panic happens under this lock; what one had left would still be whole.
    fn locked(&self) -> MutexGuard<'_, VecDeque<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// Whether it was made within the last minute.
    fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        (TimeDelta::zero()..KEPT_FOR).contains(&(now - self.taken_at))
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    fn bundle(content: u8, second: i64, bytes: Vec<u8>) -> Kept {
        Kept { content: [content; 32], taken_at: at(second), bytes }
    }

    #[test]
    fn a_bundle_is_kept_for_a_minute() {
        let bundles = Bundles::default();
        bundles.keep(bundle(1, 0, vec![1]));
        for (content, second, found) in
            [(1, 0, true), (1, 59, true), (1, 60, false), (1, -1, false), (2, 0, false)]
        {
            assert_eq!(bundles.find([content; 32], at(second)).is_some(), found, "{content} at {second}");
        }
        bundles.keep(bundle(2, 60, vec![2]));
        assert_eq!(bundles.locked().len(), 1, "what is too old is let go");
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let bundles = Bundles::default();
        for content in 0..=255 {
            bundles.keep(bundle(content, 0, vec![0; MOST_KEPT.1 / 8]));
        }
        assert_eq!(bundles.locked().len(), 8);
        assert!(bundles.find([255; 32], at(0)).is_some(), "the newest are kept");
        bundles.keep(bundle(0, 0, vec![0; MOST_KEPT.1 + 1]));
        assert_eq!(bundles.locked().len(), 0);
        for number in 0..300_u16 {
            let mut one = bundle(0, 0, Vec::new());
            one.content[..2].copy_from_slice(&number.to_be_bytes());
            bundles.keep(one);
        }
        assert_eq!(bundles.locked().len(), MOST_KEPT.0);
    }
}
