//! Giving an issuer a new key of one algorithm. The one that signed so far is retired and stays published, so that what it signed still verifies.

use cairn_credential::did::MAX_WRITTEN_BYTES;
use cairn_credential::key::{PublicKey, Signer};
use cairn_entity::enums::{KeyAlgorithm, KeyStatus};
use cairn_entity::{issuer, signing_key};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ActiveEnum, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use crate::actor::{Actor, Scope};
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::reference::IssuerReference;
use crate::signer::ExternalKey;
use crate::{Service, Work};

/// Bytes of the DID document that rotating leaves free, so that a compromised key always finds a successor: some three keys.
const SPARE: usize = 1_024;

/// A rotation to be made.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// Whose; the caller's where absent.
    pub issuer: Option<IssuerReference>,
    /// Of which algorithm. An issuer without a key of it gets its first.
    pub algorithm: KeyAlgorithm,
    /// The name of the new key at the external signer, for operators; where absent the key is made here.
    pub remote_key: Option<String>,
}

/// Gives an issuer a new signing key and retires the one of the same algorithm that signed so far.
#[crate::boxed]
pub async fn rotate(service: &Service, actor: &Actor, rotation: Rotation) -> Result<signing_key::Model> {
    let reach = actor.reach_whole(Scope::KeysManage)?;
    let issuer = crate::issuer::target(service, reach, rotation.issuer.as_ref()).await?;
    let remote = match &rotation.remote_key {
        // Whoever names a key of the signer signs with it, so that only operators say whose it is.
        Some(name) => {
            actor.require_operator()?;
            Some((name.clone(), public_key_of(service, rotation.algorithm, name).await?))
        }
        None => None,
    };
    let mut work = Work::begin(service, actor).await?;
    let keys = lock(&work, issuer.id).await?;
    let current = keys.iter().find(|row| signs(row, rotation.algorithm));
    if remote.is_none() && current.is_some_and(|row| row.remote_name.is_some()) {
        let message = "the present key is kept by the external signer: an operator names its next one";
        return Err(Error::user("remoteKey", UserErrorCode::Required, message));
    }
    retire(&work, issuer.id, rotation.algorithm).await?;
    let row = succeed(&work, service, &issuer, rotation.algorithm, remote, &keys).await?;
    if !fits(&issuer, &keys, &row, MAX_WRITTEN_BYTES - SPARE)? {
        let message = format!("the DID document has no room for more than these {} keys", keys.len());
        return Err(Error::user("issuer", UserErrorCode::LimitReached, message));
    }
    let detail = json!({ "algorithm": rotation.algorithm, "external": row.remote_name.is_some() });
    work.audit(Some(issuer.id), "signing_key.rotated", (Kind::SigningKey, row.id), detail)?;
    work.emit(Some(issuer.id), "signing_key.rotated", (Kind::SigningKey, row.id), json!({}));
    work.answer(row).await
}

/// All keys of an issuer. Until the transaction ends nobody else adds one.
pub(super) async fn lock(work: &Work<'_>, issuer: Uuid) -> Result<Vec<signing_key::Model>> {
    issuer::Entity::find_by_id(issuer).lock(LockType::NoKeyUpdate).one(work.tx()).await?;
    Ok(signing_key::Entity::find().filter(signing_key::Column::IssuerId.eq(issuer)).all(work.tx()).await?)
}

fn signs(row: &signing_key::Model, algorithm: KeyAlgorithm) -> bool {
    row.status == KeyStatus::Active && row.algorithm == algorithm
}

async fn retire(work: &Work<'_>, issuer: Uuid, algorithm: KeyAlgorithm) -> Result<()> {
    signing_key::Entity::update_many()
        .col_expr(signing_key::Column::Status, Expr::value(KeyStatus::Retired.to_value()))
        .col_expr(signing_key::Column::RetiredAt, Expr::value(work.now))
        .filter(signing_key::Column::IssuerId.eq(issuer))
        .filter(signing_key::Column::Algorithm.eq(algorithm))
        .filter(signing_key::Column::Status.eq(KeyStatus::Active))
        .exec(work.tx())
        .await?;
    Ok(())
}

/// Makes the key that signs from now on: here, or the one of the external signer that was looked up.
pub(super) async fn succeed(
    work: &Work<'_>,
    service: &Service,
    issuer: &issuer::Model,
    algorithm: KeyAlgorithm,
    remote: Option<(String, PublicKey)>,
    keys: &[signing_key::Model],
) -> Result<signing_key::Model> {
    let Some((name, public)) = remote else {
        return super::insert(work, service, issuer.id, algorithm).await;
    };
    let multikey = public.to_multikey();
    if keys.iter().any(|row| row.public_multibase == multikey) {
        let message = "this key signs for the issuer, or did so before";
        return Err(Error::user("remoteKey", UserErrorCode::Taken, message));
    }
    super::add(work, work.new_id()?, issuer.id, algorithm, &public, (Vec::new(), Some(name))).await
}

/// Whether the DID document with one key more has at most so many bytes.
pub(super) fn fits(
    issuer: &issuer::Model,
    keys: &[signing_key::Model],
    new: &signing_key::Model,
    limit: usize,
) -> Result<bool> {
    let published = keys
        .iter()
        .chain([new])
        .map(|row| super::published(issuer, row, row.compromised_at))
        .collect::<Result<Vec<_>>>()?;
    Ok(cairn_credential::did::document(&issuer.did, &published).is_ok_and(|bytes| bytes.len() <= limit))
}

/// The public part of a key of the external signer, once that has shown that it can sign with it. Outside any transaction.
pub(super) async fn public_key_of(
    service: &Service,
    algorithm: KeyAlgorithm,
    name: &str,
) -> Result<PublicKey> {
    let refused = |code, message: String| Error::user("remoteKey", code, message);
    let Some(signer) = service.signer.clone() else {
        return Err(refused(UserErrorCode::Invalid, "this server has no external signer".to_owned()));
    };
    if name.is_empty() || name.len() > 255 || name.chars().any(char::is_control) {
        return Err(refused(
            UserErrorCode::Invalid,
            "must be the name of a key, at most 255 bytes".to_owned(),
        ));
    }
    let unusable = |error: cairn_credential::key::KeyError| {
        refused(UserErrorCode::Invalid, format!("the signer cannot sign with it: {error}"))
    };
    let public = signer.public_key(name).await.map_err(unusable)?;
    if public.algorithm() != super::kind(algorithm) {
        return Err(refused(UserErrorCode::Invalid, "it is a key of another algorithm".to_owned()));
    }
    let mut challenge = [0; 32];
    service.random.fill(&mut challenge)?;
    // Nothing that is signed elsewhere begins like this.
    let challenge = [b"cairn: does this key sign? ".as_slice(), &challenge].concat();
    let key = ExternalKey::new(signer, name.to_owned(), public.clone(), String::new());
    tokio::task::spawn_blocking(move || key.sign(&challenge))
        .await
        .map_err(|error| Error::internal("a trial signature was broken off", error))?
        .map_err(unusable)?;
    Ok(public)
}
