//! Files that were uploaded to be imported: received a piece at a time, kept for a day, or until the import that takes them has ended.

use std::io::{Read, Write};

use cairn_entity::{issuer, upload, upload_part};
use chrono::TimeDelta;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::json;
use uuid::Uuid;

use super::sheet::FileFormat;
use crate::actor::{Actor, Scope};
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::reference::IssuerReference;
use crate::{Service, Work, issuer as issuers};

/// How long a file waits for its import.
const KEPT: TimeDelta = TimeDelta::hours(24);
/// Bytes that are kept together.
const PART: usize = 512 * 1024;
/// Most files of an issuer that wait.
const MOST_WAITING: u64 = 50;
/// Files that are dropped together.
const TOGETHER: u64 = 100;

/// A file that is being received.
pub struct Receiving<'a> {
    service: &'a Service,
    row: upload::Model,
    buffer: Vec<u8>,
    parts: i32,
}

/// Begins to receive a file. Takes the right to write what files may bring: learners, enrollments, or progress.
#[crate::boxed]
pub async fn receive<'a>(
    service: &'a Service,
    actor: &Actor,
    named: Option<&IssuerReference>,
    format: FileFormat,
) -> Result<Receiving<'a>> {
    let reach = actor
        .reach_whole(Scope::LearnersWrite)
        .or_else(|_| actor.reach_whole(Scope::EnrollmentsWrite))
        .or_else(|_| actor.reach_whole(Scope::ProgressWrite))?;
    let issuer: issuer::Model = issuers::target(service, reach, named).await?;
    let now = service.now();
    let waiting = upload::Entity::find()
        .filter(upload::Column::IssuerId.eq(issuer.id))
        .filter(upload::Column::ExpiresAt.gt(now));
    if waiting.count(service.db.reader()).await? >= MOST_WAITING {
        let message = format!("{MOST_WAITING} files wait for their import already");
        return Err(Error::user("", UserErrorCode::LimitReached, message));
    }
    let row = upload::Model {
        id: service.new_id()?,
        issuer_id: issuer.id,
        format: format.name().to_owned(),
        bytes: 0,
        whole: false,
        operation_id: None,
        created_at: now,
        expires_at: now + KEPT,
    };
    let tx = service.db.write().await?;
    row.clone().into_active_model().reset_all().insert(&tx).await?;
    tx.commit().await?;
    Ok(Receiving { service, row, buffer: Vec::new(), parts: 0 })
}

impl Receiving<'_> {
    /// Takes bytes; fails where they are more than a file may have.
    pub async fn take(&mut self, bytes: &[u8]) -> Result<()> {
        self.row.bytes += bytes.len() as i64;
        let most = self.service.config.import_limit;
        if self.row.bytes > most {
            let message = format!("a file has at most {most} bytes");
            return Err(Error::user("", UserErrorCode::LimitReached, message));
        }
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PART { self.keep().await } else { Ok(()) }
    }

    async fn keep(&mut self) -> Result<()> {
        let fault = |error| Error::internal("a part of a file could not be compressed", error);
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&std::mem::take(&mut self.buffer)).map_err(fault)?;
        let part = upload_part::Model {
            id: self.service.new_id()?,
            issuer_id: self.row.issuer_id,
            upload_id: self.row.id,
            part: self.parts,
            bytes: encoder.finish().map_err(fault)?,
        };
        self.parts += 1;
        let tx = self.service.db.write().await?;
        part.into_active_model().reset_all().insert(&tx).await?;
        Ok(tx.commit().await?)
    }

    /// All has come: the file can be imported.
    pub async fn end(mut self, actor: &Actor) -> Result<upload::Model> {
        if !self.buffer.is_empty() {
            self.keep().await?;
        }
        let mut work = Work::begin(self.service, actor).await?;
        self.row.whole = true;
        let row = self.row.into_active_model().reset_all().update(work.tx()).await?;
        let detail = json!({ "format": row.format, "bytes": row.bytes });
        work.audit(Some(row.issuer_id), "upload.received", (Kind::Upload, row.id), detail)?;
        work.commit().await?;
        Ok(row)
    }

    /// Not all will come: nothing is kept.
    pub async fn give_up(self) -> Result<()> {
        drop_files(self.service, &[self.row.id]).await
    }
}

/// All bytes of a file.
pub(super) async fn bytes(service: &Service, upload: Uuid) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for part in 0.. {
        let row = upload_part::Entity::find()
            .filter(upload_part::Column::UploadId.eq(upload))
            .filter(upload_part::Column::Part.eq(part))
            .one(service.db.reader())
            .await?;
        let Some(row) = row else { break };
        let fault = |error| Error::internal("a part of a file could not be unpacked", error);
        GzDecoder::new(row.bytes.as_slice()).read_to_end(&mut bytes).map_err(fault)?;
    }
    Ok(bytes)
}

/// Lets go of the file of an operation that has ended: the worker drops it.
pub(crate) async fn release(work: &Work<'_>, operation: Uuid) -> Result<()> {
    expire(work, upload::Column::OperationId.eq(operation)).await
}

/// Lets go of the files of an issuer that wait for their import: somebody is erased whom they may name. They can be uploaded anew.
pub(crate) async fn drop_waiting(work: &Work<'_>, issuer: Uuid) -> Result<()> {
    let waiting = upload::Column::IssuerId.eq(issuer).and(upload::Column::OperationId.is_null());
    expire(work, waiting).await
}

async fn expire(work: &Work<'_>, which: Expr) -> Result<()> {
    upload::Entity::update_many()
        .col_expr(upload::Column::ExpiresAt, Expr::value(work.now))
        .filter(which)
        .exec(work.tx())
        .await?;
    Ok(())
}

/// Drops files whose time is over.
#[crate::boxed]
pub async fn drop_expired(service: &Service) -> Result<()> {
    let over: Vec<Uuid> = upload::Entity::find()
        .select_only()
        .column(upload::Column::Id)
        .filter(upload::Column::ExpiresAt.lte(service.now()))
        .order_by_asc(upload::Column::ExpiresAt)
        .limit(TOGETHER)
        .into_tuple()
        .all(service.db.reader())
        .await?;
    if over.is_empty() {
        return Ok(());
    }
    drop_files(service, &over).await
}

async fn drop_files(service: &Service, uploads: &[Uuid]) -> Result<()> {
    let tx = service.db.write().await?;
    crate::save::delete::<upload_part::Entity>(&tx, upload_part::Column::UploadId, uploads).await?;
    crate::save::delete::<upload::Entity>(&tx, upload::Column::Id, uploads).await?;
    Ok(tx.commit().await?)
}
