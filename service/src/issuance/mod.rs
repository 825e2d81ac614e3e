//! Issuing: reserve, sign, finish (docs/issuance-cycle.md). A credential is unique by learner, award and cycle; killed anywhere, whoever comes
//! next resumes from the frozen claims. Who is asked to be issued to is the business of `bulk_operation`.

pub mod achievement;
mod activate;
mod alignment;
pub mod catalogue;
mod claims;
pub(crate) mod eligibility;
mod finish;
pub mod interruption;
mod known;
pub mod linked;
mod pending;
pub mod profile;
mod recognition;
mod reissue;
mod rekey;
mod renewal;
mod replacement;
mod reserve;
pub mod results;
mod sign;

use reserve::Reserved;

pub(crate) use claims::{identities, name_of};
pub use reissue::{Renewal, Replacement, renew, replace, resume};

use cairn_entity::enums::BulkOutcome;
use cairn_entity::{bulk_operation, bulk_row};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::actor::Actor;
use crate::error::{Result, UserError};
use crate::{Service, signing_key as keys};

/// Rows that are reserved and finished together.
pub const CHUNK: u64 = 500;

/// How an operation issues.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    /// From when the credentials hold; the completion date where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<DateTime<Utc>>,
    /// The program that everyone eligible is issued to in; where absent the rows were named one by one, and one whose credential was
    /// revoked gets a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub everyone_in: Option<Uuid>,
}

/// What is to become of a row once its credential is signed.
#[derive(Clone, Debug)]
enum Decision {
    /// Its credential is reserved (now or by a run that was broken off) and waits for its signature.
    Pending(Uuid),
    /// There is one already.
    Already(Uuid),
    /// Nothing is issued.
    Refused(BulkOutcome, UserError),
}

/// Rows of an operation with what was decided about them, their credentials reserved.
pub(crate) struct Chunk {
    rows: Vec<bulk_row::Model>,
    reserved: Reserved,
}

impl Chunk {
    /// The index behind its last row.
    pub(crate) fn end(&self) -> i32 {
        self.rows.last().map_or(0, |row| row.row_index + 1)
    }
}

/// Reserves what is due to rows of an operation.
pub(crate) async fn reserve(
    service: &Service,
    actor: &Actor,
    operation: &bulk_operation::Model,
    terms: &Terms,
    rows: Vec<bulk_row::Model>,
) -> Result<Chunk> {
    let reserved = reserve::reserve(service, actor, operation, terms, &rows).await?;
    interruption::point("after-reserve");
    Ok(Chunk { rows, reserved })
}

/// Signs what was reserved, and writes the outcomes.
pub(crate) async fn complete(
    service: &Service,
    actor: &Actor,
    operation: &bulk_operation::Model,
    chunk: Chunk,
) -> Result<bulk_operation::Model> {
    let Chunk { rows, reserved: Reserved { decisions, mut pending } } = chunk;
    let ids: Vec<Uuid> = pending.iter().map(|one| one.id).collect();
    for _ in 0..keys::MOST_TRIES {
        let signed = sign::sign(service, pending).await?;
        interruption::point("after-sign");
        if let Some(after) = finish::finish(service, actor, operation, &rows, &decisions, signed).await? {
            interruption::point("after-finish");
            return Ok(after);
        }
        pending = rekey::to_current(service, actor, ids.clone()).await?;
    }
    Err(keys::too_fast(operation.issuer_id))
}
