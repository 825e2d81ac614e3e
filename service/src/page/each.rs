//! The same page of many parents' lists in one statement, so that a list within a list costs no more than a list.

use std::collections::HashMap;

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement, WindowStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
};
use uuid::Uuid;

use super::{Page, PageArgs, Sort, SortKey};
use crate::error::Result;

/// Reads the page that `args` name of each parent's list, in one statement. `select` holds the filter; `parent` is the column that tells
/// whose list a row is in, and `parent_of` reads it. Parents whose page is empty are in the answer too.
pub async fn fetch_each<E, C>(
    connection: &impl ConnectionTrait,
    select: Select<E>,
    parent: C,
    parents: &[Uuid],
    sort: &Sort<C>,
    args: &PageArgs,
    read: (impl Fn(&E::Model) -> Uuid, impl Fn(&E::Model) -> (SortKey, Uuid)),
) -> Result<HashMap<Uuid, Page<E::Model>>>
where
    E: EntityTrait<Column = C>,
    E::Model: FromQueryResult,
    C: ColumnTrait,
{
    let window = args.window(sort.tag)?;
    let sort_by = sort.expression();
    let order = window.order(&sort_by);
    let mut ranking = WindowStatement::partition_by(parent.as_column_ref());
    if let Some(by) = &sort_by.by {
        ranking.order_by_expr(by.clone(), order.clone());
    }
    ranking.order_by_expr(sort_by.id.clone(), order.clone());
    let ranked: SelectStatement = select
        .filter(parent.is_in(parents.iter().copied()))
        .filter(window.between(&sort_by)?)
        .select_only()
        .expr_as(Expr::col(sort.id.as_column_ref()), "ranked_id")
        .into_query()
        .expr_window_as(Expr::cust("ROW_NUMBER()"), ranking, Alias::new("place"))
        .to_owned();
    let most = i64::try_from(window.limit + 1).unwrap_or(i64::MAX);
    let first: SelectStatement = Query::select()
        .column(Alias::new("ranked_id"))
        .from_subquery(ranked, Alias::new("ranked"))
        .and_where(Expr::col(Alias::new("place")).lte(most))
        .to_owned();
    let mut rows = E::find().filter(sort.id.in_subquery(first));
    if let Some(by) = &sort_by.by {
        rows = rows.order_by(by.clone(), order.clone());
    }
    let rows = rows.order_by(sort_by.id.clone(), order).all(connection).await?;
    let (parent_of, key) = read;
    let mut lists: HashMap<Uuid, Vec<E::Model>> = parents.iter().map(|id| (*id, Vec::new())).collect();
    for row in rows {
        lists.entry(parent_of(&row)).or_default().push(row);
    }
    Ok(lists.into_iter().map(|(id, rows)| (id, window.page(&sort_by, rows, &key))).collect())
}

/// Counts each parent's list in one statement; parents with an empty list are left out.
pub async fn count_each<E: EntityTrait>(
    connection: &impl ConnectionTrait,
    select: Select<E>,
    parent: E::Column,
    parents: &[Uuid],
) -> Result<HashMap<Uuid, u64>> {
    let rows: Vec<(Uuid, i64)> = select
        .filter(parent.is_in(parents.iter().copied()))
        .select_only()
        .column(parent)
        .expr_as(Expr::cust("COUNT(*)"), "rows")
        .group_by(parent)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|(id, count)| (id, u64::try_from(count).unwrap_or_default())).collect())
}
