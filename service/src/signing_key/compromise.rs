//! Giving a key up because somebody else may sign with it: it signs no more, another takes over, and the DID document says from when on its signatures
//! are worth nothing.

use cairn_credential::did::MAX_WRITTEN_BYTES;
use cairn_entity::enums::{CredentialStatus, KeyStatus};
use cairn_entity::{credential, issuer, signing_key, status_list};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde_json::json;
use uuid::Uuid;

use super::rotate;
use crate::actor::{Actor, Scope};
use crate::error::{Error, Result, UserErrorCode};
use crate::idempotency::kept_as;
use crate::ids::Kind;
use crate::validate::Checks;
use crate::{Service, Work, tenancy};

/// A key to be given up.
#[derive(Clone, Debug)]
pub struct Compromise {
    /// Which; `None` for a text that is no key's id.
    pub key: Option<Uuid>,
    /// From when on its signatures are worth nothing: the earliest moment at which somebody else may have had it.
    pub since: DateTime<Utc>,
    /// Why, in words; kept with the key and shown to those who manage keys.
    pub note: Option<String>,
    /// The key of the external signer that takes over, for operators; where absent one is made here.
    pub remote_key: Option<String>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Compromised {
    /// The key.
    pub key: signing_key::Model,
    /// The one that signs from now on; none where the key had signed no more anyway, or the DID document has no room.
    pub successor: Option<signing_key::Model>,
    /// How many credentials it signed at or after the moment: they fail verification until they are issued anew.
    pub affected: u64,
}

kept_as!(
    Compromised,
    ((signing_key::Model, Option<signing_key::Model>), u64),
    |done| ((done.key.clone(), done.successor.clone()), done.affected),
    |((key, successor), affected)| Self { key, successor, affected }
);

/// Marks a key as compromised. It signs no more at once. Said of a key before, the moment may be moved back, never forward.
#[crate::boxed]
pub async fn mark_compromised(
    service: &Service,
    actor: &Actor,
    compromise: Compromise,
) -> Result<Compromised> {
    let reach = actor.reach_whole(Scope::KeysManage)?;
    let visible = tenancy::whole_issuer(reach, signing_key::Column::IssuerId);
    check(service, &compromise)?;
    let found = find(service, visible, compromise.key).await?;
    let remote = match &compromise.remote_key {
        Some(name) => {
            actor.require_operator()?;
            Some((name.clone(), rotate::public_key_of(service, found.algorithm, name).await?))
        }
        None => None,
    };
    let issuer = crate::issuer::by_ids(service, &[found.issuer_id])
        .await?
        .pop()
        .ok_or_else(|| Error::internal("a key has no issuer", found.id.to_string()))?;
    let mut work = Work::begin(service, actor).await?;
    let mut keys = rotate::lock(&work, issuer.id).await?;
    let position = keys.iter().position(|row| row.id == found.id).ok_or_else(nothing)?;
    let before = keys.remove(position);
    if before.compromised_at.is_some_and(|known| known <= compromise.since) {
        let message = "it is known to be compromised since that moment or longer";
        return Err(Error::user("since", UserErrorCode::AlreadyDone, message));
    }
    let key = give_up(&work, before.clone(), compromise).await?;
    keys.push(key.clone());
    let successor = match before.status {
        KeyStatus::Active if has_room(&issuer, &keys, &before)? => {
            Some(rotate::succeed(&work, service, &issuer, key.algorithm, remote, &keys).await?)
        }
        KeyStatus::Active | KeyStatus::Retired | KeyStatus::Compromised => None,
    };
    forget_lists(&work, issuer.id).await?;
    let affected = affected(&work, &key).await?;
    let detail = json!({ "since": key.compromised_at, "successor": successor.as_ref().map(|row| row.id), "affected": affected });
    work.audit(Some(issuer.id), "signing_key.compromised", (Kind::SigningKey, key.id), detail.clone())?;
    work.emit(Some(issuer.id), "signing_key.compromised", (Kind::SigningKey, key.id), detail);
    work.answer(Compromised { key, successor, affected }).await
}

fn check(service: &Service, compromise: &Compromise) -> Result<()> {
    let mut checks = Checks::default();
    checks.optional_text("note", compromise.note.as_deref(), 1_000);
    if compromise.since > service.now() {
        checks.fail("since", UserErrorCode::Invalid, "must not lie in the future");
    }
    checks.finish()
}

fn nothing() -> Error {
    Error::user("id", UserErrorCode::NotFound, "there is no such key, or it is not yours")
}

async fn find(service: &Service, visible: Condition, key: Option<Uuid>) -> Result<signing_key::Model> {
    let Some(id) = key else { return Err(nothing()) };
    signing_key::Entity::find_by_id(id).filter(visible).one(service.db.reader()).await?.ok_or_else(nothing)
}

/// Whether the DID document has room for a successor, which takes as much as the key did.
fn has_room(issuer: &issuer::Model, keys: &[signing_key::Model], like: &signing_key::Model) -> Result<bool> {
    rotate::fits(issuer, keys, like, MAX_WRITTEN_BYTES)
}

async fn give_up(
    work: &Work<'_>,
    mut row: signing_key::Model,
    compromise: Compromise,
) -> Result<signing_key::Model> {
    row.status = KeyStatus::Compromised;
    row.retired_at = row.retired_at.or(Some(work.now));
    row.compromised_at = Some(compromise.since);
    row.compromise_note = compromise.note.or(row.compromise_note);
    Ok(row.into_active_model().reset_all().update(work.tx()).await?)
}

/// Drops the signed copies of the issuer's status lists: one that the key signed would no longer verify, and with it no credential. They are signed
/// anew when next asked for.
async fn forget_lists(work: &Work<'_>, issuer: Uuid) -> Result<()> {
    // Locked in the order of ids, as whoever changes bits in several lists locks them.
    let lists: Vec<Uuid> = status_list::Entity::find()
        .select_only()
        .column(status_list::Column::Id)
        .filter(status_list::Column::IssuerId.eq(issuer))
        .order_by_asc(status_list::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .into_tuple()
        .all(work.tx())
        .await?;
    status_list::Entity::update_many()
        .col_expr(status_list::Column::Document, Expr::value(None::<String>))
        .filter(status_list::Column::Id.is_in(lists))
        .exec(work.tx())
        .await?;
    Ok(())
}

/// How many credentials the key signed at or after the moment.
async fn affected(work: &Work<'_>, key: &signing_key::Model) -> Result<u64> {
    Ok(credential::Entity::find()
        .filter(credential::Column::IssuerId.eq(key.issuer_id))
        .filter(credential::Column::IssuedAt.gte(key.compromised_at))
        .filter(credential::Column::SigningKeyId.eq(key.id))
        .filter(credential::Column::Status.ne(CredentialStatus::Pending))
        .count(work.tx())
        .await?)
}

/// Why a key was given up, for those who manage the issuer's keys; nothing for others.
pub fn note<'a>(actor: &Actor, row: &'a signing_key::Model) -> Option<&'a str> {
    let reach = actor.reach_whole(Scope::KeysManage).ok()?;
    crate::issuer::require_within(reach, row.issuer_id).ok()?;
    row.compromise_note.as_deref()
}
