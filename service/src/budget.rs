//! Budgets of cost that all nodes share. Of each only the moment is kept at which it is full again (the generic cell rate algorithm): time refills it
//! without anybody writing. How large budgets are, and what costs how much, is not known here; amounts are times that they take to come back.

use cairn_entity::{api_key, budget};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::Service;
use crate::error::Result;

/// A budget of cost that an API key has of its own, in place of that of all keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnBudget {
    /// What it holds when it is full.
    pub maximum: u32,
    /// What of it comes back each second.
    pub restore_rate: u32,
}

impl OwnBudget {
    /// That of a key, where it has one.
    pub fn of(row: &api_key::Model) -> Option<Self> {
        let number = |stored: Option<i64>| u32::try_from(stored?).ok();
        Some(Self { maximum: number(row.budget_maximum)?, restore_rate: number(row.budget_restore_rate)? })
    }
}

/// What came of drawing on a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// Whether the amount was there.
    pub granted: bool,
    /// When the budget is full again, in microseconds since 1970.
    pub full_at: i64,
}

/// Draws an amount on an account's budget, all of it or nothing: `amount` comes back within as many microseconds, a whole budget within `whole`.
/// One statement decides, whichever nodes ask at once.
#[crate::boxed]
pub async fn draw(service: &Service, account: Uuid, amount: i64, whole: i64) -> Result<Drawn> {
    let now = service.now().timestamp_micros();
    let later = standing(now).add(amount);
    let row = budget::ActiveModel { account_id: Set(account), full_at: Set(now.saturating_add(amount)) };
    let tx = service.db.write().await?;
    let written = budget::Entity::insert(row)
        .on_conflict(
            OnConflict::column(budget::Column::AccountId)
                .value(budget::Column::FullAt, later.clone())
                .action_and_where(later.lte(now.saturating_add(whole)))
                .to_owned(),
        )
        .exec_without_returning(&tx)
        .await?;
    let full_at = budget::Entity::find_by_id(account).one(&tx).await?.map_or(now, |row| row.full_at);
    tx.commit().await?;
    Ok(Drawn { granted: written > 0, full_at })
}

/// Puts back what was drawn and not needed: it would have come back within `amount` microseconds.
#[crate::boxed]
pub async fn give_back(service: &Service, account: Uuid, amount: i64) -> Result<()> {
    let tx = service.db.write().await?;
    budget::Entity::update_many()
        .col_expr(budget::Column::FullAt, Expr::col(budget::Column::FullAt).sub(amount))
        .filter(budget::Column::AccountId.eq(account))
        .exec(&tx)
        .await?;
    Ok(tx.commit().await?)
}

/// Forgets budgets that are full again.
#[crate::boxed]
pub async fn forget_full(service: &Service) -> Result<u64> {
    let full = budget::Column::FullAt.lt(service.now().timestamp_micros());
    let any = budget::Entity::find().filter(full.clone()).one(service.db.reader()).await?;
    // Nobody waits for the writer where there is nothing to forget.
    if any.is_none() {
        return Ok(0);
    }
    let tx = service.db.write().await?;
    let gone = budget::Entity::delete_many().filter(full).exec(&tx).await?.rows_affected;
    tx.commit().await?;
    Ok(gone)
}

/// When the budget is full again, or now where it is.
fn standing(now: i64) -> Expr {
    let full_at = || Expr::col((budget::Entity, budget::Column::FullAt));
    CaseStatement::new().case(full_at().gt(now), full_at()).finally(now).into()
}
