//! Writing many whole rows in few statements: what has a known id is changed, what has a new one is made.

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IdenStatic, IntoActiveModel, Iterable,
    PrimaryKeyToColumn, QueryFilter,
};
use uuid::Uuid;

use crate::chunk;
use crate::error::Result;

/// Inserts whole rows, or overwrites those whose id is there already.
pub(crate) async fn rows<E>(connection: &impl ConnectionTrait, rows: Vec<E::Model>) -> Result<()>
where
    E: EntityTrait,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::PrimaryKey: PrimaryKeyToColumn<Column = E::Column>,
{
    let keys: Vec<E::Column> = E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column).collect();
    let is_key = |column: &E::Column| keys.iter().any(|key| key.as_str() == column.as_str());
    let others: Vec<E::Column> = E::Column::iter().filter(|column| !is_key(column)).collect();
    let on_conflict = OnConflict::columns(keys).update_columns(others).to_owned();
    for rows in chunk::rows(rows, E::Column::iter().count()) {
        let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
        E::insert_many(rows).on_conflict(on_conflict.clone()).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// Deletes the rows with one of these values in a column; nothing runs for none.
pub(crate) async fn delete<E: EntityTrait>(
    connection: &impl ConnectionTrait,
    column: E::Column,
    values: &[Uuid],
) -> Result<()> {
    for values in chunk::rows(values.to_vec(), 1) {
        E::delete_many().filter(column.is_in(values)).exec(connection).await?;
    }
    Ok(())
}
