//! Pending credentials whose key signs no more, because it was retired or given up meanwhile: they are signed by the one that signs now.

use std::collections::HashMap;

use cairn_entity::enums::CredentialStatus;
use cairn_entity::{credential, signing_key};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::pending::Pending;
use crate::actor::Actor;
use crate::credential::change;
use crate::error::Result;
use crate::{Service, Work, signing_key as keys};

/// Gives those credentials that are still pending the keys that sign for their issuers now, in a transaction of their own.
#[crate::boxed]
pub async fn to_current(service: &Service, actor: &Actor, pending: Vec<Uuid>) -> Result<Vec<Pending>> {
    let work = Work::begin(service, actor).await?;
    let pending = change::lock_any(&work, change::pending(pending)).await?;
    let mut by_issuer: HashMap<Uuid, Vec<credential::Model>> = HashMap::new();
    for row in pending {
        by_issuer.entry(row.issuer_id).or_default().push(row);
    }
    let mut given = Vec::new();
    for (issuer, rows) in by_issuer {
        let key = keys::active(work.tx(), issuer).await?;
        given.extend(to(&work, &key, rows).await?);
    }
    work.commit().await?;
    given.into_iter().map(Pending::of).collect()
}

/// Gives pending credentials this key. Those that had another get their moment of creation anew, too: a proof is never older than its key.
#[crate::boxed]
pub async fn to(
    work: &Work<'_>,
    key: &signing_key::Model,
    mut pending: Vec<credential::Model>,
) -> Result<Vec<credential::Model>> {
    let others: Vec<Uuid> =
        pending.iter().filter(|row| row.signing_key_id != key.id).map(|row| row.id).collect();
    if others.is_empty() {
        return Ok(pending);
    }
    credential::Entity::update_many()
        .col_expr(credential::Column::SigningKeyId, Expr::value(key.id))
        .col_expr(credential::Column::IssuedAt, Expr::value(work.now))
        .filter(credential::Column::Id.is_in(others))
        .filter(credential::Column::Status.eq(CredentialStatus::Pending))
        .exec(work.tx())
        .await?;
    for row in pending.iter_mut().filter(|row| row.signing_key_id != key.id) {
        row.signing_key_id = key.id;
        row.issued_at = work.now;
    }
    Ok(pending)
}
