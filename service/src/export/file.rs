//! Files that were written: reading them part by part, and dropping them once their time is over.

use std::io::Read;

use cairn_entity::enums::{BulkStatus, BulkSubject};
use cairn_entity::{bulk_operation, export_part};
use flate2::read::GzDecoder;
use sea_orm::prelude::DateTimeUtc;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveEnum, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::run::Terms;
use super::{Format, link, results};
use crate::error::{Error, Result};
use crate::{Service, Work};

/// Files that are dropped together.
const TOGETHER: u64 = 100;

/// A file that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    operation: Uuid,
    /// Its format.
    pub format: Format,
    /// The name to save it by.
    pub name: String,
    /// Tells its content from any other's.
    pub tag: String,
    /// Whether it tells what became of rows.
    results: bool,
    /// What the operation is about.
    subject: BulkSubject,
}

/// What a link leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Download {
    /// A file.
    File(Found),
    /// There was one; the link or the file is past its time.
    Gone,
    /// The link was not made here.
    Nothing,
}

/// Finds what a link leads to. The link is all that it takes: it was made for somebody who may have the file.
#[crate::boxed]
pub async fn open(
    service: &Service,
    operation: Uuid,
    file: &str,
    expires: i64,
    signature: &str,
) -> Result<Download> {
    if !link::is_ours(service, operation, file, expires, signature)? {
        return Ok(Download::Nothing);
    }
    let (now, on) = (service.now(), service.db.reader());
    let Some((name, ending)) = file.rsplit_once('.') else { return Ok(Download::Nothing) };
    let Some(format) = Format::of_ending(ending) else { return Ok(Download::Nothing) };
    let results = name == results::NAME;
    let row = bulk_operation::Entity::find_by_id(operation).one(on).await?;
    let kept = |row: &bulk_operation::Model| match results {
        true => row.finished_at.is_none() || row.rows_expire_at.is_some_and(|until| until > now),
        false => row.status == BulkStatus::Succeeded && row.file_expires_at.is_some_and(|until| until > now),
    };
    match row.filter(kept).filter(|_| expires > now.timestamp()) {
        Some(row) => Ok(Download::File(found(&row, name.to_owned(), format, results))),
        None => Ok(Download::Gone),
    }
}

/// What follows in a file from a place on (0 at its beginning), and the place after that; none after the last.
#[crate::boxed]
pub async fn next_piece(service: &Service, file: &Found, from: i32) -> Result<Option<(Vec<u8>, i32)>> {
    match file.results {
        true => results::piece(service, (file.operation, file.subject), file.format, from).await,
        false => part(service, file.operation, from).await,
    }
}

async fn part(service: &Service, operation: Uuid, part: i32) -> Result<Option<(Vec<u8>, i32)>> {
    let row = export_part::Entity::find()
        .filter(export_part::Column::OperationId.eq(operation))
        .filter(export_part::Column::Part.eq(part))
        .one(service.db.reader())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let mut bytes = Vec::new();
    let fault = |error| Error::internal("a part of a file could not be unpacked", error);
    GzDecoder::new(row.bytes.as_slice()).read_to_end(&mut bytes).map_err(fault)?;
    Ok(Some((bytes, part + 1)))
}

/// The file that an export of this process has written.
pub fn written(row: &bulk_operation::Model) -> Result<Found> {
    let Terms { format, .. } = serde_json::from_value(row.input.clone())?;
    Ok(found(row, row.subject.to_value(), format, false))
}

fn found(row: &bulk_operation::Model, name: String, format: Format, results: bool) -> Found {
    let (ending, day) = (format.ending(), row.created_at.format("%Y-%m-%d"));
    // What became of rows grows while an operation runs.
    let tag = format!("{}.{}.{ending}", row.id, row.processed);
    Found {
        operation: row.id,
        format,
        name: format!("{name}-{day}.{ending}"),
        tag,
        results,
        subject: row.subject,
    }
}

/// Drops the file of an operation.
#[crate::boxed]
pub async fn drop_file(service: &Service, operation: Uuid) -> Result<()> {
    drop_files(service, &[operation]).await
}

/// Drops files whose time is over; gives how many those were.
#[crate::boxed]
pub async fn drop_expired(service: &Service) -> Result<usize> {
    // A look without a lock first: an idle node must not take the write lock again and again.
    let over: Vec<Uuid> = bulk_operation::Entity::find()
        .select_only()
        .column(bulk_operation::Column::Id)
        .filter(bulk_operation::Column::FileExpiresAt.lte(service.now()))
        .order_by_asc(bulk_operation::Column::FileExpiresAt)
        .limit(TOGETHER)
        .into_tuple()
        .all(service.db.reader())
        .await?;
    if !over.is_empty() {
        drop_files(service, &over).await?;
    }
    Ok(over.len())
}

async fn drop_files(service: &Service, operations: &[Uuid]) -> Result<()> {
    let tx = service.db.write().await?;
    forget(&tx, operations).await?;
    Ok(tx.commit().await?)
}

async fn forget(connection: &impl ConnectionTrait, operations: &[Uuid]) -> Result<()> {
    let of = export_part::Column::OperationId;
    crate::save::delete::<export_part::Entity>(connection, of, operations).await?;
    bulk_operation::Entity::update_many()
        .col_expr(bulk_operation::Column::FileExpiresAt, Expr::value(None::<DateTimeUtc>))
        .filter(bulk_operation::Column::Id.is_in(operations.iter().copied()))
        .exec(connection)
        .await?;
    Ok(())
}

/// Drops the files of an issuer that name people, and stops those that are being written: one of them is erased. They can be written anew.
pub(crate) async fn drop_personal(work: &Work<'_>, issuer: Uuid) -> Result<()> {
    use bulk_operation::Column;
    let personal = Condition::all().add(Column::IssuerId.eq(issuer)).add(Column::Personal.eq(true));
    bulk_operation::Entity::update_many()
        .col_expr(Column::CancelRequestedAt, Expr::value(work.now))
        .filter(personal.clone())
        .filter(Column::Status.eq(BulkStatus::Running))
        .exec(work.tx())
        .await?;
    let written = bulk_operation::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(personal)
        .filter(Column::FileExpiresAt.is_not_null());
    let written: Vec<Uuid> = written.into_tuple().all(work.tx()).await?;
    if written.is_empty() {
        return Ok(());
    }
    forget(work.tx(), &written).await
}
