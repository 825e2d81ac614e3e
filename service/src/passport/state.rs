//! Where the credentials of a passport stand: what their rows tell, what renews them, and whether the key is to be trusted that signed them.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::{CredentialStatus, RevocationReason};
use cairn_entity::{credential, passport_share, signing_key};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::shared;
use crate::Service;
use crate::credential::{Standing, is_expiring, standing};
use crate::error::Result;
use crate::page::Page;

/// Where a credential stands, as a passport tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It stands.
    Stands,
    /// It stands, ends within 90 days, and nothing renews it yet.
    Expiring,
    /// It holds from a later moment.
    NotYet,
    /// It held until its end.
    Expired,
    /// It held until its end, and was renewed.
    Renewed,
    /// It is suspended.
    Suspended,
    /// It was revoked.
    Revoked,
    /// A corrected one has taken its place.
    Replaced,
    /// The key that signed it was given up before it did.
    Unreliable,
}

impl State {
    /// Its name among others.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stands => "stands",
            Self::Expiring => "expiring",
            Self::NotYet => "not_yet",
            Self::Expired => "expired",
            Self::Renewed => "renewed",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Replaced => "replaced",
            Self::Unreliable => "unreliable",
        }
    }
}

/// Where credentials stand, beyond what their own rows tell.
pub(super) struct States {
    /// Those that one which stands and is shown renews.
    renewed: HashSet<Uuid>,
    /// From when keys are not to be trusted that were given up.
    given_up: HashMap<Uuid, DateTime<Utc>>,
}

impl States {
    pub async fn read(
        service: &Service,
        share: &passport_share::Model,
        page: &Page<credential::Model>,
    ) -> Result<Self> {
        let on = service.db.reader();
        let renewed: Vec<Option<Uuid>> = shared::select(service, share)?
            .select_only()
            .column(credential::Column::RenewsId)
            .filter(credential::Column::RenewsId.is_in(page.items.iter().map(|(row, _)| row.id)))
            .filter(credential::Column::Status.ne(CredentialStatus::Revoked))
            .into_tuple()
            .all(on)
            .await?;
        let keys = signing_key::Entity::find()
            .filter(signing_key::Column::Id.is_in(page.items.iter().map(|(row, _)| row.signing_key_id)))
            .filter(signing_key::Column::CompromisedAt.is_not_null())
            .all(on)
            .await?;
        Ok(Self {
            renewed: renewed.into_iter().flatten().collect(),
            given_up: keys.into_iter().filter_map(|key| Some((key.id, key.compromised_at?))).collect(),
        })
    }

    pub fn of(&self, row: &credential::Model, now: DateTime<Utc>) -> State {
        let renewed = self.renewed.contains(&row.id);
        let unreliable = self.given_up.get(&row.signing_key_id).is_some_and(|since| row.issued_at >= *since);
        match standing(row, now) {
            Standing::Revoked if row.revocation_reason == Some(RevocationReason::Superseded) => {
                State::Replaced
            }
            Standing::Revoked => State::Revoked,
            _ if unreliable => State::Unreliable,
            Standing::Suspended => State::Suspended,
            Standing::Expired if renewed => State::Renewed,
            Standing::Expired => State::Expired,
            Standing::Active if row.valid_from > now => State::NotYet,
            Standing::Active if is_expiring(row, now) && !renewed => State::Expiring,
            Standing::Active => State::Stands,
        }
    }
}
