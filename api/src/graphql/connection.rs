//! Relay connections: pages by key, `nodes` beside `edges`, and a `totalCount` that is counted only when asked for.

use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;

use async_graphql::{Context, Object, OutputType, SimpleObject, TypeName};
use cairn_service::page::{Page, PageArgs};

use super::error::Result;

/// A type that lists are made of.
pub trait Listed: OutputType + Clone + Send + Sync + 'static {
    /// Its GraphQL name.
    const NAME: &'static str;
}

/// Where a page lies in its list.
#[derive(SimpleObject, Clone, Debug)]
pub struct PageInfo {
    /// Whether more follow.
    has_next_page: bool,
    /// Whether more go before.
    has_previous_page: bool,
    /// Cursor of the first edge.
    start_cursor: Option<String>,
    /// Cursor of the last edge.
    end_cursor: Option<String>,
}

impl PageInfo {
    /// Where a page lies.
    pub fn of<T>(page: &Page<T>) -> Self {
        Self {
            has_next_page: page.has_next,
            has_previous_page: page.has_previous,
            start_cursor: page.items.first().map(|(_, cursor)| cursor.clone()),
            end_cursor: page.items.last().map(|(_, cursor)| cursor.clone()),
        }
    }
}

type Counting<'a> = Pin<Box<dyn Future<Output = Result<u64>> + Send + 'a>>;
type Count = Box<dyn for<'a> Fn(&'a Context<'_>) -> Counting<'a> + Send + Sync>;

/// A page of a list.
pub struct Connection<T> {
    page: Page<T>,
    count: Count,
}

impl<T: Listed> Connection<T> {
    /// A connection of a page; `count` is run only when `totalCount` is asked for.
    pub fn new<F>(page: Page<T>, count: F) -> Self
    where
        F: for<'a> Fn(&'a Context<'_>) -> Counting<'a> + Send + Sync + 'static,
    {
        Self { page, count: Box::new(count) }
    }
}

impl<T: Listed> TypeName for Connection<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", T::NAME).into()
    }
}

/// A page of a list.
#[Object(name_type)]
impl<T: Listed> Connection<T> {
    /// One an item.
    async fn edges(&self) -> Vec<Edge<T>> {
        self.page
            .items
            .iter()
            .map(|(node, cursor)| Edge { node: node.clone(), cursor: cursor.clone() })
            .collect()
    }

    /// The items themselves.
    async fn nodes(&self) -> Vec<T> {
        self.page.items.iter().map(|(node, _)| node.clone()).collect()
    }

    /// Where the page lies.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.page)
    }

    /// How many in the whole list; counted only when asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok(i64::try_from((self.count)(ctx).await?).unwrap_or(i64::MAX))
    }
}

/// A place in a list.
pub struct Edge<T> {
    node: T,
    cursor: String,
}

impl<T: Listed> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", T::NAME).into()
    }
}

/// A place in a list.
#[Object(name_type)]
impl<T: Listed> Edge<T> {
    /// The item.
    async fn node(&self) -> &T {
        &self.node
    }

    /// Its cursor.
    async fn cursor(&self) -> &str {
        &self.cursor
    }
}

/// The four arguments of every list, as resolvers take them.
pub fn page_args(
    first: Option<i32>,
    after: Option<String>,
    last: Option<i32>,
    before: Option<String>,
) -> PageArgs {
    PageArgs { first, after, last, before }
}
