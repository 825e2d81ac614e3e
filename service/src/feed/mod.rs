//! What happened, in an order: events of the outbox get their places once they are committed and are told by them. Events of one subject are told
//! in the order in which they happened, across nodes, and from whatever place one goes on; none is left out because it was committed late.

mod consume;
mod follow;
mod prune;

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cairn_entity::{outbox, outbox_head};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, LockType, Query, SelectStatement};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

pub(crate) use consume::{come_to, take};
pub use follow::{Follow, Told, credentials_issued, progress};
pub use prune::kept_since;
pub(crate) use prune::prune;

use crate::Service;
use crate::error::{Error, Result};

/// The row of `outbox_head`.
const HEAD: i32 = 1;
/// Most events that get a place, or are read, at once.
pub(crate) const PAGE: u64 = 500;
/// How long one sleeps whom nobody wakes: what other nodes have committed is found this late.
const PATIENCE: Duration = Duration::from_millis(500);
/// What a cursor begins with, before it is encoded.
const TAG: &str = "feed:";

/// The place of an event as clients keep it.
pub fn cursor(position: i64) -> String {
    URL_SAFE_NO_PAD.encode(format!("{TAG}{position}"))
}

fn read_cursor(cursor: &str) -> Result<i64> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.and_then(|text| text.strip_prefix(TAG)?.parse().ok())
        .filter(|position| *position >= 0)
        .ok_or_else(|| Error::BadRequest("`after` is no cursor of this subscription".to_owned()))
}

/// The last place given; what was committed before the call has one by then.
pub(crate) async fn head(service: &Service) -> Result<i64> {
    Ok(ends(service).await?.position)
}

/// The last place given, and the last whose event is no longer kept.
async fn ends(service: &Service) -> Result<outbox_head::Model> {
    place(service).await?;
    let row = outbox_head::Entity::find_by_id(HEAD).one(service.db.reader()).await?;
    row.ok_or_else(without_head)
}

fn without_head() -> Error {
    Error::internal("the outbox has no head", "the row is missing")
}

/// Gives places to committed events that have none. One at a time does so, on whatever node; what happened to one subject one after the other is
/// seen in that order, since the later waited for the earlier's commit.
async fn place(service: &Service) -> Result<()> {
    loop {
        let waiting = outbox::Entity::find()
            .select_only()
            .column(outbox::Column::Id)
            .filter(outbox::Column::Position.is_null())
            .limit(1)
            .into_tuple::<i64>()
            .one(service.db.reader())
            .await?;
        if waiting.is_none() {
            return Ok(());
        }
        let tx = service.db.write().await?;
        let head = outbox_head::Entity::find_by_id(HEAD)
            .lock(LockType::Update)
            .one(&tx)
            .await?
            .ok_or_else(without_head)?;
        let of = |column: &'static str| Expr::col((Alias::new("placed"), Alias::new(column)));
        let mut update = outbox::Entity::update_many()
            .col_expr(outbox::Column::Position, of("place").add(head.position))
            .filter(Expr::col((outbox::Entity, outbox::Column::Id)).eq(of("id")));
        QueryTrait::query(&mut update)
            .from(sea_orm::sea_query::TableRef::SubQuery(numbered().into(), "placed".into()));
        let placed = update.exec(&tx).await?.rows_affected;
        outbox_head::Entity::update_many()
            .col_expr(
                outbox_head::Column::Position,
                Expr::value(head.position + i64::try_from(placed).unwrap_or_default()),
            )
            .filter(outbox_head::Column::Id.eq(HEAD))
            .exec(&tx)
            .await?;
        tx.commit().await?;
    }
}

/// The next events without a place, numbered from 1.
fn numbered() -> SelectStatement {
    let next = Query::select()
        .column(outbox::Column::Id)
        .from(outbox::Entity)
        .and_where(outbox::Column::Position.is_null())
        .order_by(outbox::Column::Id, sea_orm::Order::Asc)
        .limit(PAGE)
        .to_owned();
    Query::select()
        .column(Alias::new("id"))
        .expr_as(Expr::cust("ROW_NUMBER() OVER (ORDER BY id)"), Alias::new("place"))
        .from_subquery(next, Alias::new("next"))
        .to_owned()
}

/// A listener's place among the events of some names.
#[derive(Clone, Debug)]
struct Feed {
    after: i64,
    events: &'static [&'static str],
}

impl Feed {
    /// From a cursor on, or from now on.
    async fn begin(service: &Service, events: &'static [&'static str], after: Option<&str>) -> Result<Self> {
        let ends = ends(service).await?;
        let after = match after {
            None => ends.position,
            Some(cursor) => read_cursor(cursor)?,
        };
        if after > ends.position {
            return Err(Error::BadRequest("`after` is no cursor of this subscription".to_owned()));
        }
        if after < ends.pruned {
            let message = "what came right after `after` is no longer kept: look at how things stand now, and listen without it";
            return Err(Error::BadRequest(message.to_owned()));
        }
        Ok(Self { after, events })
    }

    /// The next events whose subjects are among the selected, in order; none where nothing happened to them since.
    async fn read(&mut self, service: &Service, subjects: SelectStatement) -> Result<Vec<outbox::Model>> {
        let head = head(service).await?;
        if head <= self.after {
            return Ok(Vec::new());
        }
        let rows = outbox::Entity::find()
            .filter(outbox::Column::Event.is_in(self.events.iter().copied()))
            .filter(outbox::Column::Position.gt(self.after))
            .filter(outbox::Column::Position.lte(head))
            .filter(outbox::Column::SubjectId.in_subquery(subjects))
            .order_by_asc(outbox::Column::Position)
            .limit(PAGE)
            .all(service.db.reader())
            .await?;
        let full = u64::try_from(rows.len()).is_ok_and(|count| count == PAGE);
        let last = rows.last().and_then(|row| row.position).filter(|_| full);
        self.after = last.unwrap_or(head);
        Ok(rows)
    }
}
