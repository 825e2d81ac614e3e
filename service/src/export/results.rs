//! The file of what became of the rows of any operation. It is made while it is read, a slice at a time.

use cairn_entity::enums::BulkSubject;
use cairn_entity::{bulk_operation, bulk_row};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::Format;
use super::around::Around;
use super::cell::Cell;
use super::link::{self, Link};
use super::table::{Column, cells, plain};
use crate::Service;
use crate::bulk_operation::{errors_of, subject_kind};
use crate::error::{Result, UserError};
use crate::ids::Kind;

/// The name of the file, without its ending.
pub(super) const NAME: &str = "results";

/// Rows that are read together.
const SLICE: u64 = 1_000;

/// A row with its errors.
struct Done {
    row: bulk_row::Model,
    errors: Vec<UserError>,
    /// What its subject is.
    kind: Option<Kind>,
}

/// A link to what became of the rows of an operation that the caller may see.
pub fn results_link(service: &Service, row: &bulk_operation::Model, format: Format) -> Result<Link> {
    let kept = row.rows_expire_at.unwrap_or(service.now() + link::HOLDS);
    link::to(service, row.id, &format!("{NAME}.{}", format.ending()), kept)
}

/// The rows from an index on, and the index of those that follow; none after the last.
pub(super) async fn piece(
    service: &Service,
    (operation, subject): (Uuid, BulkSubject),
    format: Format,
    from: i32,
) -> Result<Option<(Vec<u8>, i32)>> {
    let rows = bulk_row::Entity::find()
        .filter(bulk_row::Column::OperationId.eq(operation))
        .filter(bulk_row::Column::RowIndex.gte(from))
        .filter(bulk_row::Column::Outcome.is_not_null())
        .order_by_asc(bulk_row::Column::RowIndex)
        .limit(SLICE)
        .all(service.db.reader())
        .await?;
    let next = rows.last().map_or(from, |row| row.row_index + 1);
    if rows.is_empty() && from > 0 {
        return Ok(None);
    }
    let kind = subject_kind(subject);
    let done = rows.into_iter().map(|row| Ok(Done { errors: errors_of(&row)?, kind, row }));
    let done = done.collect::<Result<Vec<_>>>()?;
    let columns = columns();
    let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    let bytes = format.write(&names, &cells(&columns, &done, &Around::default()), from == 0)?;
    // An operation without rows has a file of headings alone.
    Ok(Some((bytes, next.max(1))))
}

fn columns() -> Vec<Column<Done>> {
    vec![
        plain("index", |done, _| Cell::Whole(done.row.row_index.into())),
        plain("outcome", |done, _| done.row.outcome.as_ref().map_or(Cell::None, Cell::named)),
        plain("enrollmentId", |done, _| {
            done.row.enrollment_id.map_or(Cell::None, |id| Cell::id(Kind::Enrollment, id))
        }),
        plain("credentialId", |done, _| {
            done.row.credential_id.map_or(Cell::None, |id| Cell::id(Kind::Credential, id))
        }),
        plain("subjectId", |done, _| {
            done.row.subject_id.zip(done.kind).map_or(Cell::None, |(id, kind)| Cell::id(kind, id))
        }),
        plain("errorCodes", |done, _| {
            let code = |error: &UserError| serde_json::to_value(error.code).ok()?.as_str().map(str::to_owned);
            joined(done.errors.iter().filter_map(code))
        }),
        plain("errorFields", |done, _| joined(done.errors.iter().map(|error| error.field.join(".")))),
        plain("errorMessages", |done, _| joined(done.errors.iter().map(|error| error.message.clone()))),
    ]
}

/// Several texts in one cell.
fn joined(texts: impl Iterator<Item = String>) -> Cell {
    let texts: Vec<String> = texts.collect();
    if texts.is_empty() { Cell::None } else { Cell::Text(texts.join("; ")) }
}
