//! Pages by key: a page costs the same wherever it lies. Cursors name the order that they belong to, so that one is never used in another.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ColumnType, Condition, ConnectionTrait, EntityTrait, FromQueryResult, Order, QueryFilter,
    QueryOrder, QuerySelect, Select, Value,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Result};

mod each;

pub use each::{count_each, fetch_each};

/// Most items in a page.
pub const LARGEST: u64 = 100;
/// Items in a page when the caller says nothing.
pub const DEFAULT: u64 = 20;

/// What a caller asks for, as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PageArgs {
    /// How many from the front.
    pub first: Option<i32>,
    /// After this cursor.
    pub after: Option<String>,
    /// How many from the back.
    pub last: Option<i32>,
    /// Before this cursor.
    pub before: Option<String>,
}

/// A value that a list is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SortKey {
    /// Text, compared bytewise.
    Text(String),
    /// A number.
    Number(i64),
    /// A moment, in microseconds.
    Time(i64),
    /// Sorted by id alone.
    None,
}

impl From<DateTime<Utc>> for SortKey {
    fn from(moment: DateTime<Utc>) -> Self {
        SortKey::Time(moment.timestamp_micros())
    }
}

impl SortKey {
    fn kind(&self) -> KeyKind {
        match self {
            SortKey::Text(_) => KeyKind::Text,
            SortKey::Number(_) => KeyKind::Number,
            SortKey::Time(_) => KeyKind::Time,
            SortKey::None => KeyKind::None,
        }
    }

    fn value(&self) -> Option<Value> {
        match self {
            SortKey::Text(text) => Some(text.clone().into()),
            SortKey::Number(number) => Some((*number).into()),
            SortKey::Time(micros) => {
                Some(DateTime::<Utc>::from_timestamp_micros(*micros).unwrap_or_default().into())
            }
            SortKey::None => None,
        }
    }
}

/// What an order's keys are: a cursor with another kind of key was made by somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Text.
    Text,
    /// A number.
    Number,
    /// A moment.
    Time,
    /// None: sorted by id alone.
    None,
}

impl KeyKind {
    fn of<C: ColumnTrait>(column: C) -> Self {
        match column.def().get_column_type() {
            ColumnType::BigInteger | ColumnType::Integer | ColumnType::SmallInteger => KeyKind::Number,
            ColumnType::Timestamp | ColumnType::TimestampWithTimeZone | ColumnType::DateTime => KeyKind::Time,
            _ => KeyKind::Text,
        }
    }
}

/// A place in a list: the order's tag, the key and the id there.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Cursor(String, SortKey, Uuid);

/// What to sort by: a tag that names the order in cursors, the column (none: by id alone), the id column and the direction.
pub struct Sort<C> {
    /// Names the order.
    pub tag: &'static str,
    /// The column sorted by; `None` for the id alone.
    pub column: Option<C>,
    /// The id that breaks ties, and makes the order total.
    pub id: C,
    /// Whether the largest come first.
    pub descending: bool,
}

/// One page.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The items with their cursors.
    pub items: Vec<(T, String)>,
    /// Whether more follow.
    pub has_next: bool,
    /// Whether more go before.
    pub has_previous: bool,
}

impl<T> Page<T> {
    /// A page of nothing.
    pub fn empty() -> Self {
        Self { items: Vec::new(), has_next: false, has_previous: false }
    }

    /// The same page of other things.
    pub fn map<U>(self, mut change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(|(item, cursor)| (change(item), cursor)).collect(),
            has_next: self.has_next,
            has_previous: self.has_previous,
        }
    }
}

/// The arguments, checked.
pub struct Window {
    limit: u64,
    backward: bool,
    after: Option<Cursor>,
    before: Option<Cursor>,
}

impl PageArgs {
    /// Checks sizes and cursors against the order.
    pub fn window(&self, tag: &str) -> Result<Window> {
        let size = |name: &str, value: i32| match u64::try_from(value) {
            Ok(count) if count <= LARGEST => Ok(count),
            _ => Err(Error::BadRequest(format!("`{name}` must be between 0 and {LARGEST}"))),
        };
        let (limit, backward) = match (self.first, self.last) {
            (Some(_), Some(_)) => {
                return Err(Error::BadRequest("give `first` or `last`, not both".to_owned()));
            }
            (None, Some(last)) => (size("last", last)?, true),
            (Some(first), None) => (size("first", first)?, false),
            (None, None) => (DEFAULT, false),
        };
        Ok(Window {
            limit,
            backward,
            after: self.after.as_deref().map(|text| read_cursor("after", text, tag)).transpose()?,
            before: self.before.as_deref().map(|text| read_cursor("before", text, tag)).transpose()?,
        })
    }
}

impl Window {
    /// So many after a cursor of the order that the tag names: for work of our own, whose pages are larger than those of callers.
    pub(crate) fn forward(limit: u64, after: Option<&str>, tag: &str) -> Result<Self> {
        let after = after.map(|text| read_cursor("after", text, tag)).transpose()?;
        Ok(Self { limit, backward: false, after, before: None })
    }

    /// How many items the page holds at most.
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// Whether it is counted from the back.
    pub fn backward(&self) -> bool {
        self.backward
    }

    /// The keys after and before which it lies.
    pub fn bounds(&self) -> (Option<&SortKey>, Option<&SortKey>) {
        (self.after.as_ref().map(|cursor| &cursor.1), self.before.as_ref().map(|cursor| &cursor.1))
    }

    /// The page of items that a list of its own kind has read (in its order, reversed where `backward`; one more than the page holds where
    /// there are more), each with what its cursor is made of.
    pub fn page_of<T, K>(
        &self,
        mut items: Vec<(T, K)>,
        cursor: impl Fn(&K) -> Result<String>,
    ) -> Result<Page<T>> {
        let more = items.len() as u64 > self.limit;
        items.truncate(usize::try_from(self.limit).unwrap_or(usize::MAX));
        if self.backward {
            items.reverse();
        }
        let items = items.into_iter().map(|(item, key)| Ok((item, cursor(&key)?)));
        let items = items.collect::<Result<Vec<_>>>()?;
        let (has_next, has_previous) =
            if self.backward { (self.before.is_some(), more) } else { (more, self.after.is_some()) };
        Ok(Page { items, has_next, has_previous })
    }
}

/// The cursor of an item in an order.
pub fn cursor(tag: &str, key: SortKey, id: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&Cursor(tag.to_owned(), key, id)).unwrap_or_default())
}

fn read_cursor(name: &str, text: &str, tag: &str) -> Result<Cursor> {
    let cursor =
        URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| serde_json::from_slice::<Cursor>(&bytes).ok());
    match cursor {
        // No text that is stored here has one, and PostgreSQL takes none.
        Some(Cursor(_, SortKey::Text(text), _)) if text.contains('\0') || text.contains("\\u0000") => {
            Err(Error::BadRequest(format!("`{name}` is not a cursor")))
        }
        Some(cursor) if cursor.0 == tag => Ok(cursor),
        Some(_) => Err(Error::BadRequest(format!("`{name}` is a cursor of another list or order"))),
        None => Err(Error::BadRequest(format!("`{name}` is not a cursor"))),
    }
}

/// Rows by id after one of them, at most so many: for whoever reads all that there are, a slice at a time.
pub(crate) async fn slice<E: EntityTrait>(
    connection: &impl ConnectionTrait,
    select: Select<E>,
    id: E::Column,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<E::Model>> {
    let select = match after {
        Some(after) => select.filter(id.gt(after)),
        None => select,
    };
    Ok(select.order_by(id, Order::Asc).limit(limit).all(connection).await?)
}

/// Reads one page: one statement, whatever its place.
pub async fn fetch<E, C>(
    connection: &impl ConnectionTrait,
    select: Select<E>,
    sort: &Sort<C>,
    args: &PageArgs,
    key: impl Fn(&E::Model) -> (SortKey, Uuid),
) -> Result<Page<E::Model>>
where
    E: EntityTrait,
    E::Model: FromQueryResult,
    C: ColumnTrait,
{
    fetch_by(connection, select, &sort.expression(), args, key).await
}

/// What to sort by, where it is more than a column.
pub struct ExpressionSort {
    /// Names the order.
    pub tag: &'static str,
    /// What is sorted by; `None` for the id alone.
    pub by: Option<Expr>,
    /// What that gives.
    pub keys: KeyKind,
    /// The id that breaks ties, and makes the order total.
    pub id: Expr,
    /// Whether the largest come first.
    pub descending: bool,
}

impl<C: ColumnTrait> Sort<C> {
    fn expression(&self) -> ExpressionSort {
        ExpressionSort {
            tag: self.tag,
            by: self.column.map(|column| Expr::col(column.as_column_ref())),
            keys: self.column.map_or(KeyKind::None, KeyKind::of),
            id: Expr::col(self.id.as_column_ref()),
            descending: self.descending,
        }
    }
}

/// Reads one page in the order of an expression.
pub async fn fetch_by<E>(
    connection: &impl ConnectionTrait,
    select: Select<E>,
    sort: &ExpressionSort,
    args: &PageArgs,
    key: impl Fn(&E::Model) -> (SortKey, Uuid),
) -> Result<Page<E::Model>>
where
    E: EntityTrait,
    E::Model: FromQueryResult,
{
    let window = args.window(sort.tag)?;
    let mut select = select.filter(window.between(sort)?);
    let order = window.order(sort);
    if let Some(by) = &sort.by {
        select = select.order_by(by.clone(), order.clone());
    }
    let rows = select.order_by(sort.id.clone(), order).limit(window.limit + 1).all(connection).await?;
    Ok(window.page(sort, rows, key))
}

impl Window {
    /// What lies between the cursors.
    fn between(&self, sort: &ExpressionSort) -> Result<Condition> {
        let mut condition = Condition::all();
        for (name, cursor, later) in [("after", &self.after, true), ("before", &self.before, false)] {
            let Some(cursor) = cursor else { continue };
            if cursor.1.kind() != sort.keys {
                return Err(Error::BadRequest(format!("`{name}` is not a cursor")));
            }
            condition = condition.add(beyond(sort, cursor, later));
        }
        Ok(condition)
    }

    /// In which order rows are read.
    fn order(&self, sort: &ExpressionSort) -> Order {
        if sort.descending != self.backward { Order::Desc } else { Order::Asc }
    }

    /// The page of rows that were read in that order, one more than it holds where there are more.
    fn page<T>(
        &self,
        sort: &ExpressionSort,
        mut rows: Vec<T>,
        key: impl Fn(&T) -> (SortKey, Uuid),
    ) -> Page<T> {
        let more = rows.len() as u64 > self.limit;
        rows.truncate(usize::try_from(self.limit).unwrap_or(usize::MAX));
        if self.backward {
            rows.reverse();
        }
        let items = rows
            .into_iter()
            .map(|row| {
                let (key, id) = key(&row);
                let cursor = cursor(sort.tag, key, id);
                (row, cursor)
            })
            .collect();
        let (has_next, has_previous) =
            if self.backward { (self.before.is_some(), more) } else { (more, self.after.is_some()) };
        Page { items, has_next, has_previous }
    }
}

/// The row form `(key, id) > (?, ?)`: it can use the index, where the OR form costs many times as much.
fn beyond(sort: &ExpressionSort, cursor: &Cursor, later: bool) -> Expr {
    let here = match &sort.by {
        Some(by) => Expr::tuple([by.clone(), sort.id.clone()]),
        None => sort.id.clone(),
    };
    let there = match cursor.1.value() {
        Some(value) if sort.by.is_some() => Expr::tuple([Expr::value(value), Expr::value(cursor.2)]),
        _ => Expr::value(cursor.2),
    };
    if later != sort.descending { here.gt(there) } else { here.lt(there) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_cursors_are_checked() {
        let args = |first, last| PageArgs { first, last, ..PageArgs::default() };
        assert!(args(Some(101), None).window("x").is_err());
        assert!(args(Some(-1), None).window("x").is_err());
        assert!(args(Some(1), Some(1)).window("x").is_err());
        assert_eq!(args(None, None).window("x").map(|w| w.limit).ok(), Some(DEFAULT));
        let here = cursor("title", SortKey::Text("a".into()), Uuid::nil());
        let after = |text: &str| PageArgs { after: Some(text.to_owned()), ..PageArgs::default() };
        assert!(after(&here).window("title").is_ok());
        assert!(after(&here).window("price").is_err());
        assert!(after("junk").window("title").is_err());
    }
}
