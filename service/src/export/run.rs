//! Writing a file, a slice at a time. A slice is written in the transaction that says how far the file has come, so that killed anywhere it goes on
//! with the next row: none is lost, none comes twice. Rows come in the order of their ids.

use std::io::Write;

use cairn_entity::enums::BulkStatus;
use cairn_entity::{bulk_operation, export_part};
use chrono::TimeDelta;
use flate2::Compression;
use flate2::write::GzEncoder;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde::{Deserialize, Serialize};

use super::source::{Slice, View};
use super::{Format, Source};
use crate::actor::Actor;
use crate::bulk_operation::{conclude, progress};
use crate::error::Result;
use crate::issuance::interruption;
use crate::{Service, Work};

/// How long a file is kept.
const KEPT: TimeDelta = TimeDelta::days(7);

/// What an operation exports, and how.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Terms {
    pub source: Source,
    pub format: Format,
}

/// Writes the file of an operation whose lease this node holds, from where it stands to its end.
pub(crate) async fn run(
    service: &Service,
    actor: &Actor,
    mut operation: bulk_operation::Model,
    told: &mut (dyn FnMut(&bulk_operation::Model) + Send),
) -> Result<bulk_operation::Model> {
    let terms: Terms = serde_json::from_value(operation.input.clone())?;
    let view = View::of(operation.issuer_id, operation.personal);
    while operation.status == BulkStatus::Running {
        operation = match operation.cancel_requested_at {
            Some(_) => cancel(service, actor, operation).await?,
            None => step(service, actor, operation, &terms, &view).await?,
        };
        told(&operation);
    }
    Ok(operation)
}

async fn step(
    service: &Service,
    actor: &Actor,
    mut operation: bulk_operation::Model,
    terms: &Terms,
    view: &View,
) -> Result<bulk_operation::Model> {
    let number = |count: u64| i32::try_from(count).unwrap_or(i32::MAX);
    if operation.total.is_none() {
        operation.total = terms.source.count(service, view).await?.map(number);
    }
    let slice = terms.source.slice(service, view, operation.resume_key.as_deref()).await?;
    let rows = number(slice.rows.len() as u64);
    let (first, format) = (operation.next_index == 0, terms.format);
    let next = slice.next.clone();
    let bytes = tokio::task::spawn_blocking(move || piece(&slice, format, first)).await;
    let bytes =
        bytes.map_err(|error| crate::error::Error::internal("a slice could not be written", error))??;
    let mut work = Work::begin(service, actor).await?;
    let part = export_part::Model {
        id: work.new_id()?,
        issuer_id: operation.issuer_id,
        operation_id: operation.id,
        part: operation.next_index,
        bytes,
    };
    part.into_active_model().reset_all().insert(work.tx()).await?;
    interruption::point("mid-export");
    operation.next_index += 1;
    operation.processed += rows;
    operation.succeeded += rows;
    operation.resume_key = next;
    let operation = match operation.resume_key {
        Some(_) => progress::save(&mut work, operation).await?,
        None => {
            // Rows came and went while the others were written.
            operation.total = Some(operation.processed);
            operation.file_expires_at = Some(work.now + KEPT);
            conclude(&mut work, operation, BulkStatus::Succeeded).await?
        }
    };
    work.commit().await?;
    interruption::point("after-export");
    Ok(operation)
}

/// A file that ends before its end would be taken for the whole: it is dropped.
async fn cancel(
    service: &Service,
    actor: &Actor,
    mut operation: bulk_operation::Model,
) -> Result<bulk_operation::Model> {
    let mut work = Work::begin(service, actor).await?;
    operation.file_expires_at = Some(work.now);
    let operation = conclude(&mut work, operation, BulkStatus::Cancelled).await?;
    work.commit().await?;
    Ok(operation)
}

fn piece(slice: &Slice, format: Format, first: bool) -> Result<Vec<u8>> {
    let bytes = format.write(&slice.columns, &slice.rows, first)?;
    let fault = |error| crate::error::Error::internal("a slice could not be compressed", error);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&bytes).map_err(fault)?;
    encoder.finish().map_err(fault)
}
