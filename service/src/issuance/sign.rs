//! The second step of issuing, outside any transaction: each pending credential is prepared from its frozen claims and signed once, on threads
//! that may block: as many at a time as there are processors, or more where an external signer is waited for.

use std::collections::HashMap;
use std::sync::Arc;

use cairn_credential::document;
use cairn_entity::{issuer, signing_key};
use chrono::{DateTime, Utc};
use futures_util::{StreamExt, TryStreamExt, stream};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::pending::Pending;
use crate::error::{Error, Result};
use crate::signer::KeySigner;
use crate::{Service, signing_key as keys};

/// Credentials that one task signs: enough to make a task worth its while.
const BATCH: usize = 8;

/// What came of signing a credential.
pub struct Signed {
    /// Which.
    pub credential: Uuid,
    /// With which key, as of which moment.
    pub by: (Uuid, DateTime<Utc>),
    /// Its signed document, or why its claims cannot be signed.
    pub result: std::result::Result<String, String>,
}

/// Signs. The same row gives the same document, however often it is tried. Where a signer fails nothing is lost: all stay pending.
#[crate::boxed]
pub async fn sign(service: &Service, pending: Vec<Pending>) -> Result<Vec<Signed>> {
    if pending.is_empty() {
        return Ok(Vec::new());
    }
    let signers = signers(service, &pending).await?;
    let parallel = signers.values().map(KeySigner::parallel).max().unwrap_or(1);
    let mut batches: Vec<Vec<Pending>> = Vec::new();
    let mut pending = pending.into_iter().peekable();
    while pending.peek().is_some() {
        batches.push(pending.by_ref().take(BATCH).collect());
    }
    let tasks = stream::iter(batches).map(|batch| {
        let signers = signers.clone();
        async move {
            tokio::task::spawn_blocking(move || sign_batch(&signers, batch))
                .await
                .map_err(|error| Error::internal("signing was broken off", error))?
        }
    });
    let signed: Vec<Vec<Signed>> = tasks.buffer_unordered(parallel).try_collect().await?;
    Ok(signed.into_iter().flatten().collect())
}

async fn signers(service: &Service, pending: &[Pending]) -> Result<Arc<HashMap<Uuid, KeySigner>>> {
    let rows = signing_key::Entity::find()
        .filter(signing_key::Column::Id.is_in(pending.iter().map(|row| row.signing_key_id)))
        .all(service.db.reader())
        .await?;
    let issuers = issuer::Entity::find()
        .filter(issuer::Column::Id.is_in(rows.iter().map(|row| row.issuer_id)))
        .all(service.db.reader())
        .await?;
    let mut signers = HashMap::new();
    for row in &rows {
        if let Some(issuer) = issuers.iter().find(|issuer| issuer.id == row.issuer_id) {
            signers.insert(row.id, keys::signer(service, issuer, row)?);
        }
    }
    Ok(Arc::new(signers))
}

fn sign_batch(signers: &HashMap<Uuid, KeySigner>, batch: Vec<Pending>) -> Result<Vec<Signed>> {
    batch.into_iter().map(|row| sign_one(signers, row)).collect()
}

fn sign_one(signers: &HashMap<Uuid, KeySigner>, row: Pending) -> Result<Signed> {
    let signer = signers
        .get(&row.signing_key_id)
        .ok_or_else(|| Error::internal("a pending credential has no signing key", row.id.to_string()))?;
    let of_row = |result| Signed { credential: row.id, by: (row.signing_key_id, row.issued_at), result };
    let prepared = match document::prepare(row.claims) {
        Ok(prepared) => prepared,
        Err(problems) => return Ok(of_row(Err(problems.to_string()))),
    };
    let signed = prepared
        .sign(signer, row.issued_at)
        .map_err(|error| keys::unsigned("a credential could not be signed", error))?;
    let text = String::from_utf8(signed.into_bytes())
        .map_err(|error| Error::internal("a signed credential is no text", error))?;
    Ok(of_row(Ok(text)))
}
