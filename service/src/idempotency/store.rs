//! The rows that hold outcomes: claimed in the transaction of the effect, so that a twin that runs at the same moment waits for it, and pruned.

use cairn_entity::kept_outcome::{ActiveModel, Column, Entity, Model};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, LockType, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};
use serde_json::Value;

use super::{KEPT_HOURS, Key, Request};
use crate::Service;
use crate::error::{Error, Result};

/// Rows that are pruned together.
const BATCH: u64 = 1_000;

/// What became of keeping an outcome that has no effect.
pub(super) enum Kept {
    /// It is kept.
    Mine,
    /// Another was kept before, which holds.
    Theirs(Value),
    /// A twin has done half of its work.
    NotYet,
}

/// The outcome that is kept for a request, if any.
///
/// # Errors
/// `KeyReused` where the key was used for something else.
pub(super) async fn find(service: &Service, request: &Request) -> Result<Option<Value>> {
    let row = Entity::find_by_id(request.key_digest.clone()).one(service.db.reader()).await?;
    match row.filter(|row| holds(row, service.now())) {
        Some(row) => same(&row, request).map(|()| row.outcome),
        None => Ok(None),
    }
}

/// Takes the key at the beginning of a transaction; where a twin has it, waits until that one has ended.
///
/// # Errors
/// `Repeated` with the outcome where the twin has done it all, `KeyReused` where the key was used for something else.
pub(crate) async fn claim(tx: &DatabaseTransaction, key: &Key, now: DateTime<Utc>) -> Result<()> {
    let Some(request) = key.request() else { return Ok(()) };
    if insert(tx, request, now).await? {
        return Ok(());
    }
    let row = locked(tx, request).await?.filter(|row| holds(row, now));
    match row {
        None => renew(tx, request, now).await?,
        Some(row) => {
            same(&row, request)?;
            if let Some(outcome) = row.outcome {
                return Err(Error::Repeated(outcome));
            }
        }
    }
    // Without an outcome it is the command's own from an earlier step, or that of one that was broken off there: either way it goes on.
    Ok(())
}

/// Keeps the outcome with the effect.
pub(crate) async fn keep(tx: &DatabaseTransaction, key: &Key, outcome: Value) -> Result<()> {
    let Some(request) = key.request() else { return Ok(()) };
    set(tx, request, outcome).await
}

/// Keeps an outcome that has no effect, in a transaction of its own. `mine` says that a claim without outcome is this command's.
pub(super) async fn keep_alone(
    service: &Service,
    request: &Request,
    outcome: &Value,
    mine: bool,
) -> Result<Kept> {
    let tx = service.db.write().await?;
    let now = service.now();
    if !insert(&tx, request, now).await? {
        let row = locked(&tx, request).await?.filter(|row| holds(row, now));
        match row {
            None => renew(&tx, request, now).await?,
            Some(row) => {
                same(&row, request)?;
                match row.outcome {
                    Some(kept) => return Ok(Kept::Theirs(kept)),
                    None if !mine => return Ok(Kept::NotYet),
                    None => {}
                }
            }
        }
    }
    set(&tx, request, outcome.clone()).await?;
    tx.commit().await?;
    Ok(Kept::Mine)
}

/// Deletes outcomes that are kept no longer.
#[crate::boxed]
pub async fn prune(service: &Service) -> Result<()> {
    let before = service.now() - TimeDelta::hours(KEPT_HOURS);
    loop {
        let old: Vec<String> = Entity::find()
            .select_only()
            .column(Column::KeyDigest)
            .filter(Column::CreatedAt.lte(before))
            .order_by_asc(Column::CreatedAt)
            .limit(BATCH)
            .into_tuple()
            .all(service.db.reader())
            .await?;
        if old.is_empty() {
            return Ok(());
        }
        let tx = service.db.write().await?;
        let still_old = Column::CreatedAt.lte(before);
        Entity::delete_many().filter(Column::KeyDigest.is_in(old)).filter(still_old).exec(&tx).await?;
        tx.commit().await?;
    }
}

fn holds(row: &Model, now: DateTime<Utc>) -> bool {
    row.created_at + TimeDelta::hours(KEPT_HOURS) > now
}

fn same(row: &Model, request: &Request) -> Result<()> {
    match row.request_digest == request.request_digest {
        true => Ok(()),
        false => Err(Error::KeyReused),
    }
}

/// Whether the row is made: false where there is one.
async fn insert(on: &impl ConnectionTrait, request: &Request, now: DateTime<Utc>) -> Result<bool> {
    let row = ActiveModel {
        key_digest: Set(request.key_digest.clone()),
        request_digest: Set(request.request_digest.clone()),
        created_at: Set(now),
        outcome: Set(None),
    };
    let or_nothing = OnConflict::column(Column::KeyDigest).do_nothing().to_owned();
    let made = Entity::insert_many([row]).on_conflict(or_nothing).exec_without_returning(on).await?;
    Ok(made == 1)
}

async fn locked(on: &impl ConnectionTrait, request: &Request) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(request.key_digest.clone()).lock(LockType::NoKeyUpdate).one(on).await?)
}

/// Begins a row anew whose time is over.
async fn renew(on: &impl ConnectionTrait, request: &Request, now: DateTime<Utc>) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::RequestDigest, Expr::value(request.request_digest.clone()))
        .col_expr(Column::CreatedAt, Expr::value(now))
        .col_expr(Column::Outcome, Expr::value(None::<Value>))
        .filter(Column::KeyDigest.eq(request.key_digest.clone()))
        .exec(on)
        .await?;
    Ok(())
}

async fn set(on: &impl ConnectionTrait, request: &Request, outcome: Value) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Outcome, Expr::value(outcome))
        .filter(Column::KeyDigest.eq(request.key_digest.clone()))
        .exec(on)
        .await?;
    Ok(())
}
