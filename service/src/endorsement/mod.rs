//! Endorsements: one issuer vouches for another, or for one of its achievements, by a signed EndorsementCredential (Open Badges 3.0) that
//! travels in the credentials issued from then on. The endorser may withdraw it, which its status list tells; the endorsed may decline it.

mod end;
mod give;

use std::collections::HashMap;

use cairn_entity::{endorsement, program_version_award};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use uuid::Uuid;

pub use end::{decline, withdraw};
pub use give::{NewEndorsement, endorse_achievement, endorse_issuer};

use crate::Service;
use crate::error::Result;

/// Most endorsements of an issuer, and most of an achievement, that travel in one document: each makes it longer, and a verifier fetches
/// an identifier and a status list for each. Both together are fewer than the eight that verification looks at.
const MOST_TRAVELLING: usize = 3;

/// Most endorsements of an issuer that its page shows.
const MOST_SHOWN: u64 = 10;

/// Endorsements that hold at a moment and were not declined.
fn standing(now: DateTime<Utc>) -> Condition {
    let until = endorsement::Column::ValidUntil;
    Condition::all()
        .add(endorsement::Column::WithdrawnAt.is_null())
        .add(endorsement::Column::DeclinedAt.is_null())
        .add(Condition::any().add(until.is_null()).add(until.gt(now)))
}

/// Endorsements of issuers that stand, the newest first; they are public.
#[crate::boxed]
pub async fn by_endorsed(service: &Service, issuers: &[Uuid]) -> Result<Vec<endorsement::Model>> {
    Ok(endorsement::Entity::find()
        .filter(endorsement::Column::EndorsedIssuerId.is_in(issuers.iter().copied()))
        .filter(endorsement::Column::VersionAwardId.is_null())
        .filter(standing(service.now()))
        .order_by_desc(endorsement::Column::Id)
        .all(service.db.reader())
        .await?)
}

/// The newest few endorsements of an issuer that stand, for its page.
#[crate::boxed]
pub async fn shown(service: &Service, issuer: Uuid) -> Result<Vec<endorsement::Model>> {
    newest(service.db.reader(), issuer, service.now(), MOST_SHOWN).await
}

/// The newest endorsements of an issuer that stand, at most so many.
async fn newest(
    connection: &impl ConnectionTrait,
    issuer: Uuid,
    now: DateTime<Utc>,
    most: u64,
) -> Result<Vec<endorsement::Model>> {
    Ok(endorsement::Entity::find()
        .filter(endorsement::Column::EndorsedIssuerId.eq(issuer))
        .filter(endorsement::Column::VersionAwardId.is_null())
        .filter(standing(now))
        .order_by_desc(endorsement::Column::Id)
        .limit(most)
        .all(connection)
        .await?)
}

/// Endorsements of the achievements of versions that stand, each with its version, the newest first; they are public.
#[crate::boxed]
pub async fn by_versions(service: &Service, versions: &[Uuid]) -> Result<Vec<(Uuid, endorsement::Model)>> {
    let given: Vec<(Uuid, Uuid)> = program_version_award::Entity::find()
        .filter(program_version_award::Column::VersionId.is_in(versions.iter().copied()))
        .select_only()
        .column(program_version_award::Column::Id)
        .column(program_version_award::Column::VersionId)
        .into_tuple()
        .all(service.db.reader())
        .await?;
    let given: HashMap<Uuid, Uuid> = given.into_iter().collect();
    let rows = endorsement::Entity::find()
        .filter(endorsement::Column::VersionAwardId.is_in(given.keys().copied()))
        .filter(standing(service.now()))
        .order_by_desc(endorsement::Column::Id)
        .all(service.db.reader())
        .await?;
    Ok(rows.into_iter().filter_map(|row| Some((*given.get(&row.version_award_id?)?, row))).collect())
}

/// The id of what is endorsed, as the document names it.
pub fn endorsed(row: &endorsement::Model) -> Result<String> {
    let document: Value = serde_json::from_str(&row.document)?;
    Ok(document["credentialSubject"]["id"].as_str().unwrap_or_default().to_owned())
}

/// Signed endorsements that travel in an issuer's documents.
#[derive(Clone, Debug, Default)]
pub struct Travelling {
    /// Of the issuer.
    pub of_issuer: Vec<Value>,
    of_awards: HashMap<Uuid, Vec<Value>>,
}

impl Travelling {
    /// Of the achievement of an award as a version gives it.
    pub fn of_award(&self, given: Uuid) -> &[Value] {
        self.of_awards.get(&given).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The endorsements that travel in documents of an issuer, for the awards (as versions give them) that are named: the newest few.
pub async fn travelling(
    connection: &impl ConnectionTrait,
    issuer: Uuid,
    given: &[Uuid],
    now: DateTime<Utc>,
) -> Result<Travelling> {
    let of_issuer = newest(connection, issuer, now, MOST_TRAVELLING as u64).await?;
    let of_awards = endorsement::Entity::find()
        .filter(endorsement::Column::VersionAwardId.is_in(given.iter().copied()))
        .filter(standing(now))
        .order_by_desc(endorsement::Column::Id)
        .all(connection)
        .await?;
    let read = |row: &endorsement::Model| serde_json::from_str::<Value>(&row.document);
    let mut travelling = Travelling {
        of_issuer: of_issuer.iter().map(read).collect::<std::result::Result<_, _>>()?,
        of_awards: HashMap::new(),
    };
    for row in &of_awards {
        let Some(given) = row.version_award_id else { continue };
        let list = travelling.of_awards.entry(given).or_default();
        if list.len() < MOST_TRAVELLING {
            list.push(read(row)?);
        }
    }
    Ok(travelling)
}
