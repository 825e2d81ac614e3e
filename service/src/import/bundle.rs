//! Bundles of OneRoster by the way of bulk operations: what `oneroster` imports is kept account of after every batch, so that whoever comes next goes on behind
//! the last batch that was. Rows of such an operation are the rows of the bundle that are bad.

use std::io::Cursor;

use cairn_entity::enums::{BulkKind, BulkOutcome, BulkStatus};
use cairn_entity::{bulk_operation, bulk_row};
use serde_json::json;

use super::request::{ImportKind, Terms};
use super::run::acting;
use super::upload::bytes;
use crate::actor::Actor;
use crate::bulk_operation::{blank, conclude, hold, progress};
use crate::error::{Error, Result, UserError, UserErrorCode};
use crate::issuance::interruption;
use crate::oneroster::{self, BadRow, Checkpoint, Place, Progress, Report, Sound, Watch};
use crate::{Service, Work};

/// Opens the bundle of an import and looks through the whole of it, apart from what else is done meanwhile.
pub(super) async fn open(service: &Service, terms: &Terms) -> Result<Sound<Cursor<Vec<u8>>>> {
    let bytes = bytes(service, terms.upload).await?;
    let options = terms.one_roster.clone();
    let looked =
        tokio::task::spawn_blocking(move || oneroster::look_through(Cursor::new(bytes), &options)).await;
    looked.map_err(|error| Error::internal("a bundle could not be read", error))?
}

/// Where in the input what is wrong with a bundle, or with how it is to be read, stands.
pub(super) fn place(error: UserError) -> UserError {
    let under = if error.field.is_empty() { "upload" } else { "oneRoster" };
    error.under(under)
}

/// What has become of a bundle so far; none where an operation imports another thing, or has not begun.
pub fn report(row: &bulk_operation::Model) -> Result<Option<Report>> {
    if row.kind != BulkKind::Import {
        return Ok(None);
    }
    let terms: Terms = serde_json::from_value(row.input.clone())?;
    match (terms.kind, &row.resume_key) {
        (ImportKind::OneRoster, Some(_)) => Ok(Some(checkpoint(row)?.report)),
        _ => Ok(None),
    }
}

fn checkpoint(row: &bulk_operation::Model) -> Result<Checkpoint> {
    Ok(row.resume_key.as_deref().map(serde_json::from_str).transpose()?.unwrap_or_default())
}

/// Imports what is not in yet; stops after the batch in hand where it is asked to.
pub(super) async fn run(
    service: &Service,
    actor: &Actor,
    operation: bulk_operation::Model,
    terms: &Terms,
    told: &mut (dyn FnMut(&bulk_operation::Model) + Send),
) -> Result<bulk_operation::Model> {
    let (issuer, from) = (operation.issuer_id, checkpoint(&operation)?);
    let sound = hold(service, &operation, open(service, terms)).await??;
    let acting = acting(&operation, terms);
    let mut account = Account { service, actor, operation, told };
    let (report, whole) = oneroster::import_from(service, &acting, issuer, sound, from, &mut account).await?;
    let Account { mut operation, told, .. } = account;
    let mut work = Work::begin(service, actor).await?;
    if !report.is_unchanged() {
        oneroster::note(&mut work, issuer, &report)?;
    }
    operation.total = Some(operation.processed).filter(|_| whole).or(operation.total);
    let status = if whole { BulkStatus::Succeeded } else { BulkStatus::Cancelled };
    let operation = conclude(&mut work, operation, status).await?;
    work.commit().await?;
    told(&operation);
    Ok(operation)
}

/// Keeps account of an import in its operation.
struct Account<'a> {
    service: &'a Service,
    actor: &'a Actor,
    operation: bulk_operation::Model,
    told: &'a mut (dyn FnMut(&bulk_operation::Model) + Send),
}

impl Watch for Account<'_> {
    async fn told(&mut self, _: Progress, place: Place, report: &mut Report) -> Result<bool> {
        interruption::point("mid-import");
        let bad = std::mem::take(&mut report.bad_rows);
        let mut work = Work::begin(self.service, self.actor).await?;
        let rows = (self.operation.next_index..).zip(bad);
        let rows = rows.map(|(index, bad)| failed(&work, &self.operation, index, bad));
        let rows = rows.collect::<Result<Vec<_>>>()?;
        let mut after = self.operation.clone();
        after.next_index += i32::try_from(rows.len()).unwrap_or(i32::MAX);
        after.processed = i32::try_from(report.rows()).unwrap_or(i32::MAX);
        after.failed = i32::try_from(report.failed()).unwrap_or(i32::MAX);
        after.succeeded = after.processed - after.failed;
        let checkpoint = Checkpoint { place, report: report.clone() };
        after.resume_key = Some(serde_json::to_string(&checkpoint)?);
        progress::write_rows(&work, rows).await?;
        self.operation = progress::save(&mut work, after).await?;
        work.commit().await?;
        interruption::point("after-import");
        (self.told)(&self.operation);
        Ok(self.operation.cancel_requested_at.is_none())
    }
}

/// A row of a bundle that is bad: the path of its error is file, line and column.
fn failed(
    work: &Work<'_>,
    operation: &bulk_operation::Model,
    index: i32,
    bad: BadRow,
) -> Result<bulk_row::Model> {
    let field = [Some(bad.file), Some(bad.line.to_string()), bad.column].into_iter().flatten().collect();
    let error = UserError { field, message: bad.reason, code: UserErrorCode::Invalid };
    Ok(bulk_row::Model {
        outcome: Some(BulkOutcome::Failed),
        errors: json!([error]),
        ..blank(work, operation, index)?
    })
}
