//! Reserving a replacement: the same cycle, the next revision, made of what is known of the learner and the program today.

use cairn_entity::enums::CredentialStatus;
use cairn_entity::{credential, program};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::claims::{self, thaw};
use super::known::Known;
use super::pending::{self, Fresh, Origin, Pending, Showing};
use super::reissue::{Replacement, Reserved};
use super::reserve::next_revision;
use crate::actor::{Actor, Reach};
use crate::credential::{change, named};
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::{Service, Work, status_list, tenancy};

#[crate::boxed]
pub(super) async fn reserve(
    service: &Service,
    actor: &Actor,
    reach: Reach,
    new: Replacement,
) -> Result<Reserved> {
    let mut work = Work::begin(service, actor).await?;
    let old = named(&work, tenancy::credentials(reach), &new.credential).await?;
    let issuer = status_list::hold(&work, old.issuer_id).await?;
    let version = version(&work, &old, new.use_current_version).await?;
    let enrollments: Vec<Uuid> = old.enrollment_id.into_iter().collect();
    let known = Known::read(&work, issuer, &enrollments, &[version]).await?;
    let gone = || Error::user("credential", UserErrorCode::NotFound, "there is no such credential");
    let locked = change::lock(&work, credential::Column::Id.eq(old.id)).await?;
    let old = locked.into_iter().next().ok_or_else(gone)?;
    let same = credential::Entity::find()
        .filter(credential::Column::LearnerId.eq(old.learner_id))
        .filter(credential::Column::AwardId.eq(old.award_id))
        .all(work.tx())
        .await?;
    let takes_its_place = |row: &&credential::Model| row.replaces_id == Some(old.id);
    if let Some(waiting) =
        same.iter().filter(takes_its_place).find(|row| row.status == CredentialStatus::Pending)
    {
        return Ok(Reserved { id: waiting.id, pending: vec![Pending::of(waiting.clone())?] });
    }
    check(&old, same.iter().any(|row| takes_its_place(&row)))?;
    let fresh = fresh(&work, &known, &old, &same, version)?;
    let id = fresh.id;
    let made = pending::insert(&work, service, &known, vec![fresh]).await?;
    // Kept where it belongs once the old one is revoked.
    credential::Entity::update_many()
        .col_expr(credential::Column::RevocationNote, Expr::value(new.reason))
        .filter(credential::Column::Id.eq(old.id))
        .exec(work.tx())
        .await?;
    let detail = json!({ "replacedBy": id, "version": version });
    work.audit(Some(old.issuer_id), "credential.replacement_requested", (Kind::Credential, old.id), detail)?;
    work.commit().await?;
    Ok(Reserved { id, pending: made })
}

/// The version that the new one states.
async fn version(work: &Work<'_>, old: &credential::Model, current: bool) -> Result<Uuid> {
    if !current {
        return Ok(old.version_id);
    }
    let row = program::Entity::find_by_id(old.program_id).one(work.tx()).await?;
    row.and_then(|row| row.current_version_id).ok_or_else(|| {
        let message = "the program has no current version";
        Error::user("useCurrentVersion", UserErrorCode::NotEligible, message)
    })
}

fn check(old: &credential::Model, was_replaced: bool) -> Result<()> {
    let refused = |code, message: &str| Err(Error::user("credential", code, message));
    match old.status {
        CredentialStatus::Revoked if was_replaced => {
            refused(UserErrorCode::AlreadyDone, "it was replaced before: replace its successor")
        }
        CredentialStatus::Revoked => {
            refused(UserErrorCode::Conflict, "it was revoked: name its enrollment to award it again")
        }
        CredentialStatus::Suspended => {
            refused(UserErrorCode::Conflict, "it is suspended: reinstate it first")
        }
        CredentialStatus::Active | CredentialStatus::Pending => Ok(()),
    }
}

fn fresh<'a>(
    work: &Work<'_>,
    known: &'a Known,
    old: &credential::Model,
    same: &[credential::Model],
    version: Uuid,
) -> Result<Fresh<'a>> {
    let refused = |field, message: &str| Error::user(field, UserErrorCode::NotEligible, message);
    let facts = old.enrollment_id.and_then(|enrollment| known.of_version(enrollment, version, old.award_id));
    let facts = facts.ok_or_else(|| match version == old.version_id {
        true => refused("credential", "its enrollment or its award is no longer there"),
        false => refused("useCurrentVersion", "the program's current version does not give this award"),
    })?;
    if facts.learner.erased_at.is_some() {
        return Err(refused("credential", "its learner was erased"));
    }
    // Another version may state another length; the same one keeps the dates as they are.
    let valid_until = match version == old.version_id {
        true => old.valid_until,
        false => claims::valid_until(&facts, old.valid_from),
    };
    Ok(Fresh {
        id: work.new_id()?,
        facts,
        place: (old.cycle, next_revision(same, old.cycle)),
        valid_from: old.valid_from,
        valid_until,
        showing: Showing::like(old),
        evidence: thaw(old.claims.clone())?.evidence,
        origin: Origin::Replacement(old.id, old.renews_id),
    })
}
