//! Changing the master key: every sealed value of the database is sealed anew under the present one. What is sealed at all is listed here alone.

use cairn_entity::{server_key, signing_key, status_list, voucher, webhook_endpoint};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use crate::actor::Actor;
use crate::auth::token_key_sealed_for;
use crate::error::{Error, Result};
use crate::ids::Kind;
use crate::{Service, Work, award, signing_key as keys, status_list as lists, webhook};

/// What came of changing the master key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resealed {
    /// How many values are sealed in all.
    pub sealed: usize,
    /// How many of them were sealed anew; the others were so already.
    pub anew: usize,
}

/// Seals everything anew that the previous master key sealed, in one transaction. Where a value opens with neither key nothing is changed.
/// Operators only.
#[crate::boxed]
pub async fn rotate(service: &Service, actor: &Actor) -> Result<Resealed> {
    actor.require_operator()?;
    let mut work = Work::begin(service, actor).await?;
    let mut done = Resealed::default();
    // Keys before lists, as everybody locks them.
    let kept_here = signing_key::Entity::find().filter(signing_key::Column::RemoteName.is_null());
    let kept_here = kept_here.order_by_asc(signing_key::Column::Id);
    for row in kept_here.lock(LockType::NoKeyUpdate).all(work.tx()).await? {
        if let Some(sealed) = done.anew(service, &keys::sealed_for(row.id), &row.sealed_secret)? {
            let column = signing_key::Column::SealedSecret;
            let update = signing_key::Entity::update_many().col_expr(column, Expr::value(sealed));
            update.filter(signing_key::Column::Id.eq(row.id)).exec(work.tx()).await?;
        }
    }
    let in_order = status_list::Entity::find().order_by_asc(status_list::Column::Id);
    for row in in_order.lock(LockType::NoKeyUpdate).all(work.tx()).await? {
        if let Some(sealed) = done.anew(service, &lists::sealed_for(row.id), &row.permutation_key)? {
            let column = status_list::Column::PermutationKey;
            let update = status_list::Entity::update_many().col_expr(column, Expr::value(sealed));
            update.filter(status_list::Column::Id.eq(row.id)).exec(work.tx()).await?;
        }
    }
    let in_order = voucher::Entity::find().order_by_asc(voucher::Column::Id);
    for row in in_order.lock(LockType::NoKeyUpdate).all(work.tx()).await? {
        if let Some(sealed) = done.anew(service, &award::sealed_for(row.id), &row.sealed_code)? {
            let update =
                voucher::Entity::update_many().col_expr(voucher::Column::SealedCode, Expr::value(sealed));
            update.filter(voucher::Column::Id.eq(row.id)).exec(work.tx()).await?;
        }
    }
    let in_order = webhook_endpoint::Entity::find().order_by_asc(webhook_endpoint::Column::Id);
    for row in in_order.lock(LockType::NoKeyUpdate).all(work.tx()).await? {
        let (now, before) =
            (webhook_endpoint::Column::SealedSecret, webhook_endpoint::Column::PreviousSealedSecret);
        let sealed = [(now, Some(&row.sealed_secret)), (before, row.previous_sealed_secret.as_ref())];
        for (column, sealed) in sealed.into_iter().filter_map(|(column, sealed)| Some((column, sealed?))) {
            if let Some(sealed) = done.anew(service, &webhook::sealed_for(row.id), sealed)? {
                let update = webhook_endpoint::Entity::update_many().col_expr(column, Expr::value(sealed));
                update.filter(webhook_endpoint::Column::Id.eq(row.id)).exec(work.tx()).await?;
            }
        }
    }
    let mut subject = Uuid::nil();
    for row in server_key::Entity::find().lock(LockType::NoKeyUpdate).all(work.tx()).await? {
        subject = row.id;
        if let Some(sealed) = done.anew(service, &token_key_sealed_for(row.id), &row.sealed_secret)? {
            let column = server_key::Column::SealedSecret;
            let update = server_key::Entity::update_many().col_expr(column, Expr::value(sealed));
            update.filter(server_key::Column::Id.eq(row.id)).exec(work.tx()).await?;
        }
    }
    let detail = json!({ "sealed": done.sealed, "anew": done.anew });
    work.audit(None, "master_key.rotated", (Kind::ServerKey, subject), detail)?;
    work.commit().await?;
    Ok(done)
}

impl Resealed {
    /// Counts a value and seals it anew where that is needed.
    fn anew(&mut self, service: &Service, purpose: &str, sealed: &[u8]) -> Result<Option<Vec<u8>>> {
        let anew = service.master_key.reseal(service.random.as_ref(), purpose, sealed).map_err(|_| {
            let message = format!("{purpose} was sealed by another master key; nothing was changed");
            Error::BadRequest(message)
        })?;
        self.sealed += 1;
        self.anew += usize::from(anew.is_some());
        Ok(anew)
    }
}
