//! What is kept of learners beside their records, each in one statement for many learners; for whoever may see their personal data.

use std::collections::HashMap;

use cairn_entity::enums::CredentialStatus;
use cairn_entity::{
    credential, learner, learner_email, learner_external_id, learner_merge, learner_name_change,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value;
use uuid::Uuid;

use crate::Service;
use crate::error::Result;
use crate::issuance::name_of;
use crate::read::grouped;

/// The records that are a person's, by issuer; for that person.
#[crate::boxed]
pub async fn of_person(service: &Service, person: Uuid) -> Result<Vec<learner::Model>> {
    Ok(learner::Entity::find()
        .filter(learner::Column::PersonId.eq(person))
        .order_by_asc(learner::Column::IssuerId)
        .order_by_asc(learner::Column::Id)
        .all(service.db.reader())
        .await?)
}

/// Further addresses, by learner, the oldest first.
#[crate::boxed]
pub async fn emails(
    service: &Service,
    learners: &[Uuid],
) -> Result<HashMap<Uuid, Vec<learner_email::Model>>> {
    let rows = learner_email::Entity::find()
        .filter(learner_email::Column::LearnerId.is_in(learners.iter().copied()))
        .order_by_asc(learner_email::Column::Id)
        .all(service.db.reader())
        .await?;
    Ok(grouped(rows, |row| row.learner_id))
}

/// Further external ids, by learner, by system.
#[crate::boxed]
pub async fn external_ids(
    service: &Service,
    learners: &[Uuid],
) -> Result<HashMap<Uuid, Vec<learner_external_id::Model>>> {
    let rows = learner_external_id::Entity::find()
        .filter(learner_external_id::Column::LearnerId.is_in(learners.iter().copied()))
        .filter(learner_external_id::Column::System.ne(super::ERASED))
        .order_by_asc(learner_external_id::Column::System)
        .order_by_asc(learner_external_id::Column::ExternalId)
        .all(service.db.reader())
        .await?;
    Ok(grouped(rows, |row| row.learner_id))
}

/// Changes of names, by learner, the newest first.
#[crate::boxed]
pub async fn name_changes(
    service: &Service,
    learners: &[Uuid],
) -> Result<HashMap<Uuid, Vec<learner_name_change::Model>>> {
    let rows = learner_name_change::Entity::find()
        .filter(learner_name_change::Column::LearnerId.is_in(learners.iter().copied()))
        .order_by_desc(learner_name_change::Column::Id)
        .all(service.db.reader())
        .await?;
    Ok(grouped(rows, |row| row.learner_id))
}

/// Merges into learners, by the one that stays, the newest first; those undone since, too.
#[crate::boxed]
pub async fn merges(
    service: &Service,
    learners: &[Uuid],
) -> Result<HashMap<Uuid, Vec<learner_merge::Model>>> {
    let rows = learner_merge::Entity::find()
        .filter(learner_merge::Column::SurvivorId.is_in(learners.iter().copied()))
        .order_by_desc(learner_merge::Column::Id)
        .all(service.db.reader())
        .await?;
    Ok(grouped(rows, |row| row.survivor_id))
}

/// Credentials that stand and name their learner otherwise than the learner is named now: `replaceCredential` makes new ones.
#[crate::boxed]
pub async fn credentials_with_other_names(
    service: &Service,
    learners: &[Uuid],
) -> Result<HashMap<Uuid, Vec<credential::Model>>> {
    let on = service.db.reader();
    let records = learner::Entity::find().filter(learner::Column::Id.is_in(learners.iter().copied()));
    let names: HashMap<Uuid, Option<String>> =
        records.all(on).await?.into_iter().map(|row| (row.id, name_of(&row))).collect();
    let mut rows = credential::Entity::find()
        .filter(credential::Column::LearnerId.is_in(learners.iter().copied()))
        .filter(credential::Column::Status.is_in([CredentialStatus::Active, CredentialStatus::Suspended]))
        .order_by_asc(credential::Column::Id)
        .all(on)
        .await?;
    rows.retain(|row| {
        let is = names.get(&row.learner_id).cloned().flatten();
        stated_name(row).is_some_and(|says| Some(says) != is)
    });
    Ok(grouped(rows, |row| row.learner_id))
}

/// The name that a credential states in the clear.
fn stated_name(row: &credential::Model) -> Option<String> {
    let document: Value = serde_json::from_str(row.document.as_deref()?).ok()?;
    let identifiers = document.pointer("/credentialSubject/identifier")?.as_array()?;
    let named = identifiers.iter().find(|one| one["identityType"] == "name")?;
    named["identityHash"].as_str().map(str::to_owned)
}
