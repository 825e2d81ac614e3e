//! Keys that sign an issuer's credentials: one for each algorithm at a time, made here and sealed at rest, or kept by an external signer. How they
//! are followed by others is in `rotate` and `compromise`, what a signature by a compromised one is worth in `judge`.

mod compromise;
mod judge;
mod rotate;

use std::collections::HashSet;

use cairn_credential::did::PublishedKey;
use cairn_credential::jwt::JwtError;
use cairn_credential::key::{Algorithm, KeyError, LocalSigner, PublicKey, SecretKey};
use cairn_credential::proof::ProofError;
use cairn_entity::enums::{KeyAlgorithm, KeyStatus};
use cairn_entity::{issuer, signing_key};
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;

pub use compromise::{Compromise, Compromised, mark_compromised, note};
pub use judge::Examined;
pub use rotate::{Rotation, rotate};

use crate::error::{Error, Result};
use crate::ids::{self, Kind};
use crate::signer::{ExternalKey, KeySigner};
use crate::{Service, Work};

/// How often something is signed anew because its key was retired while it was being used: what is signed is stored only while its key is active.
pub const MOST_TRIES: usize = 4;

/// Each time the key had been retired meanwhile; `of` says in the log whose or which.
pub fn too_fast(of: impl ToString) -> Error {
    Error::internal("an issuer's keys change too fast to sign with", of.to_string())
}

/// Nothing could be signed: for now where an external signer is away or answers nonsense, else by a fault of ours; `what` says in the log what it was.
pub fn unsigned(what: &'static str, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    let any: &(dyn std::error::Error + 'static) = &error;
    let key = match (any.downcast_ref(), any.downcast_ref()) {
        (Some(ProofError::Key(key)), _) | (_, Some(JwtError::Key(key))) => Some(key),
        _ => None,
    };
    match key {
        Some(KeyError::Signer(_)) => {
            Error::Unavailable("the issuer's external signer does not answer", error.into())
        }
        _ => Error::internal(what, error),
    }
}

/// Makes a key for an issuer, within a command.
#[crate::boxed]
pub async fn insert(
    work: &Work<'_>,
    service: &Service,
    issuer: Uuid,
    algorithm: KeyAlgorithm,
) -> Result<signing_key::Model> {
    let (seed, public) = generate(service, algorithm)?;
    let id = work.new_id()?;
    let sealed = service.master_key.seal(service.random.as_ref(), &sealed_for(id), &seed)?;
    add(work, id, issuer, algorithm, &public, (sealed, None)).await
}

/// Writes the row of a new key: its sealed secret, or its name at the external signer.
async fn add(
    work: &Work<'_>,
    id: Uuid,
    issuer: Uuid,
    algorithm: KeyAlgorithm,
    public: &PublicKey,
    (sealed_secret, remote_name): (Vec<u8>, Option<String>),
) -> Result<signing_key::Model> {
    let row = signing_key::ActiveModel {
        id: Set(id),
        issuer_id: Set(issuer),
        algorithm: Set(algorithm),
        public_multibase: Set(public.to_multikey()),
        sealed_secret: Set(sealed_secret),
        status: Set(KeyStatus::Active),
        created_at: Set(work.now),
        retired_at: Set(None),
        compromised_at: Set(None),
        remote_name: Set(remote_name),
        compromise_note: Set(None),
    };
    Ok(row.insert(work.tx()).await?)
}

fn generate(service: &Service, algorithm: KeyAlgorithm) -> Result<([u8; 32], PublicKey)> {
    let mut seed = [0; 32];
    // One in 2^32 random scalars is no P-256 key; a source of randomness that gives two of them is broken.
    for _ in 0..2 {
        service.random.fill(&mut seed)?;
        if let Ok(secret) = SecretKey::from_bytes(kind(algorithm), &seed) {
            return Ok((seed, secret.public()));
        }
    }
    Err(Error::internal("a signing key could not be made", "randomness that is none"))
}

fn kind(algorithm: KeyAlgorithm) -> Algorithm {
    match algorithm {
        KeyAlgorithm::Ed25519 => Algorithm::Ed25519,
        KeyAlgorithm::P256 => Algorithm::P256,
    }
}

/// Keys of issuers, the newest first, those made together by algorithm; public parts are public.
#[crate::boxed]
pub async fn by_issuers(service: &Service, issuers: &[Uuid]) -> Result<Vec<signing_key::Model>> {
    Ok(signing_key::Entity::find()
        .filter(signing_key::Column::IssuerId.is_in(issuers.iter().copied()))
        .order_by_desc(signing_key::Column::CreatedAt)
        .order_by_asc(signing_key::Column::Algorithm)
        .order_by_desc(signing_key::Column::Id)
        .all(service.db.reader())
        .await?)
}

/// The key that signs what an issuer issues now: Ed25519, as Data Integrity proofs are.
pub async fn active(connection: &impl ConnectionTrait, issuer: Uuid) -> Result<signing_key::Model> {
    active_of(connection, issuer, KeyAlgorithm::Ed25519)
        .await?
        .ok_or_else(|| Error::internal("an issuer has no active signing key", issuer.to_string()))
}

/// The key of an algorithm that signs for an issuer now, where there is one.
pub async fn active_of(
    connection: &impl ConnectionTrait,
    issuer: Uuid,
    algorithm: KeyAlgorithm,
) -> Result<Option<signing_key::Model>> {
    Ok(signing_key::Entity::find()
        .filter(signing_key::Column::IssuerId.eq(issuer))
        .filter(signing_key::Column::Algorithm.eq(algorithm))
        .filter(signing_key::Column::Status.eq(KeyStatus::Active))
        .order_by_desc(signing_key::Column::Id)
        .one(connection)
        .await?)
}

/// Those of the keys that still sign; they do so until the transaction ends. To be asked before anything signed is stored, and before rows are
/// locked that a compromise changes.
#[crate::boxed]
pub async fn hold_active(tx: &DatabaseTransaction, keys: &[Uuid]) -> Result<HashSet<Uuid>> {
    let rows = signing_key::Entity::find()
        .filter(signing_key::Column::Id.is_in(keys.iter().copied()))
        .filter(signing_key::Column::Status.eq(KeyStatus::Active))
        .order_by_asc(signing_key::Column::Id)
        .lock(LockType::Share)
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// The identifier of a key in the DID document of its issuer.
pub fn method(issuer: &issuer::Model, key: Uuid) -> String {
    format!("{}#{}", issuer.did, ids::encode(Kind::SigningKey, key))
}

/// What signs in the name of a key.
pub fn signer(service: &Service, issuer: &issuer::Model, row: &signing_key::Model) -> Result<KeySigner> {
    let method = method(issuer, row.id);
    if let Some(name) = &row.remote_name {
        let signer = service.signer.clone().ok_or_else(|| {
            Error::internal("a key is kept by an external signer", "CAIRN_SIGNER_URL is not set")
        })?;
        return Ok(KeySigner::External(ExternalKey::new(signer, name.clone(), public(row)?, method)));
    }
    let secret = SecretKey::from_bytes(kind(row.algorithm), &open(service, row)?)
        .map_err(|error| Error::internal("a signing key is not usable", error))?;
    Ok(KeySigner::Local(LocalSigner::new(secret, method)))
}

/// The public part of a key.
pub fn public(row: &signing_key::Model) -> Result<PublicKey> {
    PublicKey::from_multikey(&row.public_multibase)
        .map_err(|error| Error::internal("a public key is not readable", error))
}

/// An issuer's DID document with all keys that ever signed for it: a retired one stays, or what it signed would no longer verify.
pub fn did_document(issuer: &issuer::Model, keys: &[signing_key::Model]) -> Result<Vec<u8>> {
    let published =
        keys.iter().map(|row| published(issuer, row, row.compromised_at)).collect::<Result<Vec<_>>>()?;
    written(issuer, &published)
}

fn published(
    issuer: &issuer::Model,
    row: &signing_key::Model,
    revoked: Option<DateTime<Utc>>,
) -> Result<PublishedKey> {
    let mut key = PublishedKey::new(method(issuer, row.id), public(row)?);
    key.revoked = revoked;
    Ok(key)
}

fn written(issuer: &issuer::Model, keys: &[PublishedKey]) -> Result<Vec<u8>> {
    cairn_credential::did::document(&issuer.did, keys)
        .map_err(|error| Error::internal("a DID document could not be written", error))
}

/// Opens the secret part of a key.
fn open(service: &Service, row: &signing_key::Model) -> Result<[u8; 32]> {
    let seed = service.master_key.open(&sealed_for(row.id), &row.sealed_secret)?;
    seed.try_into()
        .map_err(|_| Error::internal("a signing key is not 32 bytes", "sealed value of another kind"))
}

/// What the secret of a key is sealed for.
pub(crate) fn sealed_for(id: Uuid) -> String {
    format!("signing_key:{id}")
}
