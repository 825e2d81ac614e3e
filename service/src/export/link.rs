//! Links to files: an address that holds for an hour for whoever has it, signed, without a secret that would hold any longer and without a word
//! about anybody. A new one is made whenever somebody who may have the file asks.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cairn_entity::bulk_operation;
use cairn_entity::enums::{BulkKind, BulkStatus};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ActiveEnum;
use uuid::Uuid;

use super::run::Terms;
use crate::Service;
use crate::actor::{Actor, Scope};
use crate::bulk_operation::read_scope;
use crate::error::Result;
use crate::ids::{self, Kind};

/// What the signature is for.
const PURPOSE: &str = "download";

/// How long a link holds.
pub(super) const HOLDS: TimeDelta = TimeDelta::hours(1);

/// A link to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The address.
    pub url: String,
    /// Until when it holds.
    pub expires_at: DateTime<Utc>,
}

/// A link to the file of an export; none where there is no file (yet, or any longer), or where the caller may not read what is in it.
pub fn link(service: &Service, actor: &Actor, row: &bulk_operation::Model) -> Result<Option<Link>> {
    let now = service.now();
    let Some(kept) = row.file_expires_at.filter(|until| *until > now) else { return Ok(None) };
    let readable = actor.reach_whole(read_scope(row.subject)).is_ok()
        && (!row.personal || actor.reach_whole(Scope::LearnersRead).is_ok());
    if row.kind != BulkKind::Export || row.status != BulkStatus::Succeeded || !readable {
        return Ok(None);
    }
    to(service, row.id, &file_name(row)?, kept).map(Some)
}

/// The name of an export's file in its address.
pub(super) fn file_name(row: &bulk_operation::Model) -> Result<String> {
    let terms: Terms = serde_json::from_value(row.input.clone())?;
    Ok(format!("{}.{}", row.subject.to_value(), terms.format.ending()))
}

/// A link to a file of an operation that is kept until a moment.
pub(super) fn to(service: &Service, operation: Uuid, file: &str, kept: DateTime<Utc>) -> Result<Link> {
    // Whole seconds are what the address tells.
    let expires = kept.min(service.now() + HOLDS).timestamp();
    let tag = service.master_key.tag(PURPOSE, &signed(operation, file, expires))?;
    let url = format!(
        "{}/exports/{}/{file}?expires={expires}&signature={}",
        service.config.public_url,
        ids::encode(Kind::BulkOperation, operation),
        URL_SAFE_NO_PAD.encode(tag)
    );
    Ok(Link { url, expires_at: DateTime::from_timestamp(expires, 0).unwrap_or(kept) })
}

/// Whether a link was made here.
pub(super) fn is_ours(
    service: &Service,
    operation: Uuid,
    file: &str,
    expires: i64,
    signature: &str,
) -> Result<bool> {
    let Ok(tag) = URL_SAFE_NO_PAD.decode(signature) else { return Ok(false) };
    service.master_key.is_tag(PURPOSE, &signed(operation, file, expires), &tag)
}

fn signed(operation: Uuid, file: &str, expires: i64) -> Vec<u8> {
    format!("{operation}/{file}/{expires}").into_bytes()
}
