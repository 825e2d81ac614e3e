//! Keys that sign an issuer's credentials: made here, sealed at rest, opened only to sign.

use cairn_credential::did::PublishedKey;
use cairn_credential::key::{Algorithm, LocalSigner, PublicKey, SecretKey};
use cairn_entity::enums::{KeyAlgorithm, KeyStatus};
use cairn_entity::{issuer, signing_key};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveEnum, ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::Expr,
};
use serde_json::json;
use uuid::Uuid;

use crate::actor::{Actor, Scope};
use crate::error::{Error, Result};
use crate::ids::{self, Kind};
use crate::reference::IssuerReference;
use crate::{Service, Work};

/// Makes an Ed25519 key for an issuer, within a command.
#[crate::boxed]
pub async fn insert(work: &Work<'_>, service: &Service, issuer: Uuid) -> Result<signing_key::Model> {
    let mut seed = [0; 32];
    service.random.fill(&mut seed)?;
    let id = work.new_id()?;
    let row = signing_key::ActiveModel {
        id: Set(id),
        issuer_id: Set(issuer),
        algorithm: Set(KeyAlgorithm::Ed25519),
        public_multibase: Set(SecretKey::ed25519(&seed).public().to_multikey()),
        sealed_secret: Set(service.master_key.seal(service.random.as_ref(), &sealed_for(id), &seed)?),
        status: Set(KeyStatus::Active),
        created_at: Set(work.now),
        retired_at: Set(None),
        compromised_at: Set(None),
    };
    Ok(row.insert(work.tx()).await?)
}

/// Gives an issuer a new signing key and retires those that signed so far. They stay published, so that what they signed still verifies.
#[crate::boxed]
pub async fn rotate(
    service: &Service,
    actor: &Actor,
    issuer: Option<&IssuerReference>,
) -> Result<signing_key::Model> {
    let reach = actor.reach_whole(Scope::KeysManage)?;
    let issuer = crate::issuer::target(service, reach, issuer).await?.id;
    let mut work = Work::begin(service, actor).await?;
    signing_key::Entity::update_many()
        .col_expr(signing_key::Column::Status, Expr::value(KeyStatus::Retired.to_value()))
        .col_expr(signing_key::Column::RetiredAt, Expr::value(work.now))
        .filter(signing_key::Column::IssuerId.eq(issuer))
        .filter(signing_key::Column::Status.eq(KeyStatus::Active))
        .exec(work.tx())
        .await?;
    let row = insert(&work, service, issuer).await?;
    work.audit(Some(issuer), "signing_key.rotated", (Kind::SigningKey, row.id), json!({}))?;
    work.emit(Some(issuer), "signing_key.rotated", (Kind::SigningKey, row.id), json!({}));
    work.commit().await?;
    Ok(row)
}

/// Keys of issuers, the newest first; public parts are public.
#[crate::boxed]
pub async fn by_issuers(service: &Service, issuers: &[Uuid]) -> Result<Vec<signing_key::Model>> {
    Ok(signing_key::Entity::find()
        .filter(signing_key::Column::IssuerId.is_in(issuers.iter().copied()))
        .order_by_desc(signing_key::Column::Id)
        .all(service.db.reader())
        .await?)
}

/// The key that signs what an issuer issues now: the newest active one.
pub async fn active(connection: &impl ConnectionTrait, issuer: Uuid) -> Result<signing_key::Model> {
    signing_key::Entity::find()
        .filter(signing_key::Column::IssuerId.eq(issuer))
        .filter(signing_key::Column::Status.eq(KeyStatus::Active))
        .order_by_desc(signing_key::Column::Id)
        .one(connection)
        .await?
        .ok_or_else(|| Error::internal("an issuer has no active signing key", issuer.to_string()))
}

/// The identifier of a key in the DID document of its issuer.
pub fn method(issuer: &issuer::Model, key: Uuid) -> String {
    format!("{}#{}", issuer.did, ids::encode(Kind::SigningKey, key))
}

/// What signs in the name of a key.
pub fn signer(service: &Service, issuer: &issuer::Model, row: &signing_key::Model) -> Result<LocalSigner> {
    let algorithm = match row.algorithm {
        KeyAlgorithm::Ed25519 => Algorithm::Ed25519,
        KeyAlgorithm::P256 => Algorithm::P256,
    };
    let secret = SecretKey::from_bytes(algorithm, &open(service, row)?)
        .map_err(|error| Error::internal("a signing key is not usable", error))?;
    Ok(LocalSigner::new(secret, method(issuer, row.id)))
}

/// An issuer's DID document with all keys that ever signed for it: a retired one stays, or what it signed would no longer verify.
pub fn did_document(issuer: &issuer::Model, keys: &[signing_key::Model]) -> Result<Vec<u8>> {
    let mut published = Vec::with_capacity(keys.len());
    for row in keys {
        let key = PublicKey::from_multikey(&row.public_multibase)
            .map_err(|error| Error::internal("a public key is not readable", error))?;
        let mut one = PublishedKey::new(method(issuer, row.id), key);
        one.revoked = row.compromised_at;
        published.push(one);
    }
    cairn_credential::did::document(&issuer.did, &published)
        .map_err(|error| Error::internal("a DID document could not be written", error))
}

/// Opens the secret part of a key.
pub fn open(service: &Service, row: &signing_key::Model) -> Result<[u8; 32]> {
    let seed = service.master_key.open(&sealed_for(row.id), &row.sealed_secret)?;
    seed.try_into()
        .map_err(|_| Error::internal("a signing key is not 32 bytes", "sealed value of another kind"))
}

fn sealed_for(id: Uuid) -> String {
    format!("signing_key:{id}")
}
