//! Who sends events: the source of a key, which outlives the key's rotation, or one source of an issuer for all who sign in.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::ActorKind;
use cairn_entity::event_source;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::Work;
use crate::actor::Actor;
use crate::error::Result;

/// The sources that the caller's events belong to.
pub(super) struct Sources {
    own: Option<Uuid>,
    by_issuer: HashMap<Uuid, Uuid>,
}

impl Sources {
    /// The source of an event about an enrollment of an issuer; where the enrollment is not known, of the caller's own issuer.
    pub(super) fn of(&self, actor: &Actor, issuer: Option<Uuid>) -> Option<Uuid> {
        self.own.or_else(|| self.by_issuer.get(&issuer.or(actor.issuer)?).copied())
    }

    /// All of them.
    pub(super) fn all(&self) -> Vec<Uuid> {
        self.own.into_iter().chain(self.by_issuer.values().copied()).collect()
    }
}

/// Finds the caller's sources for these issuers, and makes those that are missing.
pub(super) async fn ensure(work: &Work<'_>, issuers: impl Iterator<Item = Uuid>) -> Result<Sources> {
    let actor = work.actor();
    if let Some(own) = actor.source {
        return Ok(Sources { own: Some(own), by_issuer: HashMap::new() });
    }
    let issuers: HashSet<Uuid> = issuers.chain(actor.issuer).collect();
    let name = match actor.kind {
        ActorKind::Person => "people who sign in",
        ActorKind::ApiKey | ActorKind::System | ActorKind::Anonymous => "operators",
    };
    let mut by_issuer = find(work, &issuers, name).await?;
    let missing: Vec<Uuid> = issuers.iter().filter(|id| !by_issuer.contains_key(*id)).copied().collect();
    if !missing.is_empty() {
        let mut rows = Vec::with_capacity(missing.len());
        for issuer in missing {
            rows.push(event_source::ActiveModel {
                id: Set(work.new_id()?),
                issuer_id: Set(issuer),
                name: Set(name.to_owned()),
                created_at: Set(work.now),
            });
        }
        let another_was_first =
            OnConflict::columns([event_source::Column::IssuerId, event_source::Column::Name])
                .do_nothing()
                .to_owned();
        event_source::Entity::insert_many(rows)
            .on_conflict(another_was_first)
            .exec_without_returning(work.tx())
            .await?;
        by_issuer = find(work, &issuers, name).await?;
    }
    Ok(Sources { own: None, by_issuer })
}

async fn find(work: &Work<'_>, issuers: &HashSet<Uuid>, name: &str) -> Result<HashMap<Uuid, Uuid>> {
    let rows = event_source::Entity::find()
        .filter(event_source::Column::IssuerId.is_in(issuers.iter().copied()))
        .filter(event_source::Column::Name.eq(name))
        .all(work.tx())
        .await?;
    Ok(rows.into_iter().map(|row| (row.issuer_id, row.id)).collect())
}
