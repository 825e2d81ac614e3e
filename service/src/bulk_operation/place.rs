//! Places in an operation's life, as those who follow it keep them. What is followed are states, not events: a place is how the operation stood when it
//! was told, so that whoever comes back hears how it stands now unless that is what they heard last. No clock is part of it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cairn_entity::bulk_operation;
use sea_orm::ActiveEnum;

use crate::error::{Error, Result};
use crate::ids::{self, Kind};

/// The place of an operation as it stands.
pub fn cursor(row: &bulk_operation::Model) -> String {
    let (status, total) = (row.status.to_value(), row.total.unwrap_or(-1));
    let counts = format!("{total}:{}:{}:{}", row.processed, row.succeeded, row.failed);
    URL_SAFE_NO_PAD.encode(format!("{}{status}:{counts}", tag(row)))
}

/// What the places of an operation begin with, before they are encoded.
fn tag(row: &bulk_operation::Model) -> String {
    format!("{}:", ids::encode(Kind::BulkOperation, row.id))
}

/// Whether an operation stands as it did at a place.
///
/// # Errors
/// `BadRequest` for what is no place of this operation.
pub fn stands_at(row: &bulk_operation::Model, after: &str) -> Result<bool> {
    let known = URL_SAFE_NO_PAD.decode(after).is_ok_and(|bytes| bytes.starts_with(tag(row).as_bytes()));
    if !known {
        return Err(Error::BadRequest("`after` is no cursor of this subscription".to_owned()));
    }
    Ok(after == cursor(row))
}
