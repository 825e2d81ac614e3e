//! Keys that sign an issuer's credentials: made here, sealed at rest, opened only to sign.

use cairn_credential::key::SecretKey;
use cairn_entity::enums::{KeyAlgorithm, KeyStatus};
use cairn_entity::signing_key;
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveEnum, ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr,
};
use serde_json::json;
use uuid::Uuid;

use crate::actor::{Actor, Scope};
use crate::error::{Error, Result};
use crate::ids::Kind;
use crate::reference::IssuerReference;
use crate::{Service, Work};

/// Makes an Ed25519 key for an issuer, within a command.
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
pub async fn by_issuers(service: &Service, issuers: &[Uuid]) -> Result<Vec<signing_key::Model>> {
    Ok(signing_key::Entity::find()
        .filter(signing_key::Column::IssuerId.is_in(issuers.iter().copied()))
        .order_by_desc(signing_key::Column::Id)
        .all(service.db.reader())
        .await?)
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
