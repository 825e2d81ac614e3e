//! What a learner is reached and found by: several addresses, of which one is the primary one, and external ids in several systems.

use std::collections::{HashMap, HashSet};

use cairn_entity::{learner, learner_email, learner_external_id};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use serde_json::json;

use super::{erased_name, locked};
use crate::actor::{Actor, Scope};
use crate::error::{Result, UserErrorCode};
use crate::ids::Kind;
use crate::reference::Reference;
use crate::validate::Checks;
use crate::{Service, Work, save, work};

/// Most addresses of a learner, and most further external ids.
const MOST: usize = 10;

/// An address of a learner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEmail {
    /// The address.
    pub address: String,
    /// Whether it is the one that is used.
    pub primary: bool,
    /// Whether the issuer has made sure that it is theirs.
    pub verified: bool,
}

/// Puts these in the place of a learner's addresses. An address stays verified since when it was.
#[crate::boxed]
pub async fn set_emails(
    service: &Service,
    actor: &Actor,
    named: &Reference,
    emails: Vec<NewEmail>,
) -> Result<learner::Model> {
    let reach = actor.reach_whole(Scope::LearnersWrite)?;
    check_emails(&emails)?;
    let mut work = Work::begin(service, actor).await?;
    let mut row = locked(&work, reach, named, "learner").await?;
    let present = learner_email::Entity::find()
        .filter(learner_email::Column::LearnerId.eq(row.id))
        .all(work.tx())
        .await?;
    let mut since: HashMap<String, _> =
        present.into_iter().map(|other| (other.address, (other.created_at, other.verified_at))).collect();
    if let Some(address) = row.email.take() {
        since.insert(address, (row.created_at, row.email_verified_at.take()));
    }
    learner_email::Entity::delete_many()
        .filter(learner_email::Column::LearnerId.eq(row.id))
        .exec(work.tx())
        .await?;
    let mut further = Vec::new();
    for email in emails {
        let (created_at, verified_at) = since.get(&email.address).copied().unwrap_or((work.now, None));
        let verified_at = email.verified.then(|| verified_at.unwrap_or(work.now));
        if email.primary {
            row.email = Some(email.address);
            row.email_verified_at = verified_at;
            continue;
        }
        further.push(learner_email::Model {
            id: work.new_id()?,
            issuer_id: row.issuer_id,
            learner_id: row.id,
            address: email.address,
            verified_at,
            created_at,
        });
    }
    row.updated_at = work.now;
    save::rows::<learner_email::Entity>(work.tx(), further).await?;
    save::rows::<learner::Entity>(work.tx(), vec![row.clone()]).await?;
    work.audit(Some(row.issuer_id), "learner.emails_changed", (Kind::Learner, row.id), json!({}))?;
    work.answer(row).await
}

fn check_emails(emails: &[NewEmail]) -> Result<()> {
    let mut checks = Checks::default();
    checks.at_most("emails", emails.len(), MOST);
    let mut seen = HashSet::new();
    for (index, email) in emails.iter().enumerate() {
        let path = format!("emails.{index}.address");
        checks.email(&path, Some(&email.address));
        if !seen.insert(email.address.to_lowercase()) {
            checks.fail(&path, UserErrorCode::Conflict, "this address is there twice");
        }
    }
    if !emails.is_empty() && emails.iter().filter(|email| email.primary).count() != 1 {
        checks.fail("emails", UserErrorCode::Invalid, "one address is the primary one");
    }
    checks.finish()
}

/// A further external id of a learner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewExternalId {
    /// In which system: `sis`, `lms`.
    pub system: String,
    /// The id there.
    pub external_id: String,
}

/// What stands for the ids of duplicates, which only merging makes.
pub(super) const MERGED: &str = "merged";

/// Puts these in the place of a learner's further external ids. Wherever a learner is named by external id, each of them finds the learner; so no
/// two learners of an issuer share one.
#[crate::boxed]
pub async fn set_external_ids(
    service: &Service,
    actor: &Actor,
    named: &Reference,
    ids: Vec<NewExternalId>,
) -> Result<learner::Model> {
    let reach = actor.reach_whole(Scope::LearnersWrite)?;
    check_ids(&ids)?;
    work::again(|| async {
        let mut work = Work::begin(service, actor).await?;
        let row = locked(&work, reach, named, "learner").await?;
        refuse_taken(&work, &row, &ids).await?;
        learner_external_id::Entity::delete_many()
            .filter(learner_external_id::Column::LearnerId.eq(row.id))
            .filter(learner_external_id::Column::System.ne(MERGED))
            .exec(work.tx())
            .await?;
        let mut rows = Vec::new();
        for new in &ids {
            rows.push(learner_external_id::Model {
                id: work.new_id()?,
                issuer_id: row.issuer_id,
                learner_id: row.id,
                system: new.system.clone(),
                external_id: new.external_id.clone(),
                created_at: work.now,
            });
        }
        save::rows::<learner_external_id::Entity>(work.tx(), rows).await?;
        work.audit(Some(row.issuer_id), "learner.external_ids_changed", (Kind::Learner, row.id), json!({}))?;
        work.answer(row).await
    })
    .await
}

fn check_ids(ids: &[NewExternalId]) -> Result<()> {
    let mut checks = Checks::default();
    checks.at_most("externalIds", ids.len(), MOST);
    let mut seen = HashSet::new();
    for (index, new) in ids.iter().enumerate() {
        let at = |name: &str| format!("externalIds.{index}.{name}");
        checks.text(&at("system"), &new.system, 100);
        checks.external_id(&at("externalId"), &new.external_id);
        if new.system == MERGED {
            checks.fail(&at("system"), UserErrorCode::Invalid, "this name is kept for the ids of duplicates");
        }
        if !seen.insert(&new.external_id) {
            checks.fail(&at("externalId"), UserErrorCode::Conflict, "this id is there twice");
        }
    }
    checks.finish()
}

async fn refuse_taken(work: &Work<'_>, row: &learner::Model, ids: &[NewExternalId]) -> Result<()> {
    let own = learner::Entity::find()
        .filter(learner::Column::IssuerId.eq(row.issuer_id))
        .filter(
            learner::Column::ExternalId.is_in(
                ids.iter()
                    .flat_map(|new| [new.external_id.clone(), erased_name(row.issuer_id, &new.external_id)]),
            ),
        )
        .all(work.tx())
        .await?;
    let kept = Condition::any()
        .add(learner_external_id::Column::LearnerId.ne(row.id))
        .add(learner_external_id::Column::System.eq(MERGED));
    let further = learner_external_id::Entity::find()
        .filter(learner_external_id::Column::IssuerId.eq(row.issuer_id))
        .filter(learner_external_id::Column::ExternalId.is_in(ids.iter().map(|new| new.external_id.as_str())))
        .filter(kept)
        .all(work.tx())
        .await?;
    let mut checks = Checks::default();
    for (index, new) in ids.iter().enumerate() {
        let erased = erased_name(row.issuer_id, &new.external_id);
        let taken =
            own.iter().any(|other| other.external_id == new.external_id || other.external_id == erased)
                || further.iter().any(|other| other.external_id == new.external_id);
        if taken {
            let message = "a learner has this id already";
            checks.fail(&format!("externalIds.{index}.externalId"), UserErrorCode::Taken, message);
        }
    }
    checks.finish()
}
