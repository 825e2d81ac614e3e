//! How long the rows of operations are kept, and dropping them when that is over.

use cairn_entity::{bulk_operation, bulk_row};
use chrono::TimeDelta;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::Service;
use crate::error::Result;

/// How long rows are kept after the end. The operation itself stays.
pub(super) const ROWS: TimeDelta = TimeDelta::days(90);

/// Rows that are dropped together.
const TOGETHER: u64 = 1_000;

/// Drops rows whose time is over, some at a time.
#[crate::boxed]
pub async fn drop_expired_rows(service: &Service) -> Result<()> {
    use bulk_operation::Column;
    let over = bulk_operation::Entity::find()
        .filter(Column::RowsExpireAt.lte(service.now()))
        .order_by_asc(Column::RowsExpireAt)
        .one(service.db.reader())
        .await?;
    let Some(operation) = over else { return Ok(()) };
    let tx = service.db.write().await?;
    let rows: Vec<Uuid> = bulk_row::Entity::find()
        .select_only()
        .column(bulk_row::Column::Id)
        .filter(bulk_row::Column::OperationId.eq(operation.id))
        .order_by_asc(bulk_row::Column::RowIndex)
        .limit(TOGETHER)
        .into_tuple()
        .all(&tx)
        .await?;
    crate::save::delete::<bulk_row::Entity>(&tx, bulk_row::Column::Id, &rows).await?;
    if (rows.len() as u64) < TOGETHER {
        bulk_operation::Entity::update_many()
            .col_expr(Column::RowsExpireAt, Expr::value(None::<sea_orm::prelude::DateTimeUtc>))
            .filter(Column::Id.eq(operation.id))
            .exec(&tx)
            .await?;
    }
    Ok(tx.commit().await?)
}
