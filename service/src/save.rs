//! Writing many whole rows in few statements: what has a known id is changed, what has a new one is made.

use sea_orm::sea_query::{Alias, Expr, ExprTrait, IntoIden, OnConflict, TableRef, ValueTuple};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IdenStatic, IntoActiveModel, Iterable,
    PrimaryKeyToColumn, QueryFilter, QueryTrait, UpdateMany, Value,
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

/// Sets a column to a value for each row, beside what the update sets for all of them: at most as many rows as fit one statement.
pub(crate) async fn each<E: EntityTrait, V: Into<Value>>(
    connection: &impl ConnectionTrait,
    update: UpdateMany<E>,
    (id, column): (E::Column, E::Column),
    values: impl IntoIterator<Item = (Uuid, V)>,
) -> Result<()> {
    let values: Vec<ValueTuple> =
        values.into_iter().map(|(id, value)| ValueTuple::Two(id.into(), value.into())).collect();
    if values.is_empty() {
        return Ok(());
    }
    // Both databases call the columns of a list of values so.
    let of = |column: &'static str| Expr::col((Alias::new("given"), Alias::new(column)));
    let mut update =
        update.col_expr(column, of("column2")).filter(Expr::col(id.as_column_ref()).eq(of("column1")));
    QueryTrait::query(&mut update).from(TableRef::ValuesList(values, Alias::new("given").into_iden()));
    update.exec(connection).await?;
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
