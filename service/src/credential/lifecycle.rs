//! What may happen to a credential once it is issued: it is revoked, and its holder or issuer decides who may see its page.

use cairn_entity::credential;
use cairn_entity::enums::{CredentialStatus, RevocationReason, Visibility};
use sea_orm::sea_query::LockType;
use sea_orm::{ActiveModelTrait, Condition, EntityTrait, IntoActiveModel, QuerySelect};
use serde_json::json;

use crate::actor::{Actor, Reach, Scope};
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::reference::Reference;
use crate::validate::Checks;
use crate::{Service, Work, status_list, tenancy};

/// A revocation to be made.
#[derive(Clone, Debug)]
pub struct Revocation {
    /// Which.
    pub credential: Reference,
    /// Why.
    pub reason: RevocationReason,
    /// More, in words; kept with the credential, never in the log.
    pub note: Option<String>,
}

/// Revokes a credential for good: it stays readable, and its status list says so. What was revoked may be awarded again.
#[crate::boxed]
pub async fn revoke(service: &Service, actor: &Actor, revocation: Revocation) -> Result<credential::Model> {
    let reach = actor.reach_whole(Scope::CredentialsRevoke)?;
    let mut checks = Checks::default();
    checks.optional_text("note", revocation.note.as_deref(), 1_000);
    checks.finish()?;
    let mut work = Work::begin(service, actor).await?;
    let mut row = locked(&work, tenancy::credentials(reach), &revocation.credential).await?;
    if row.status == CredentialStatus::Revoked {
        return Err(Error::user("credential", UserErrorCode::AlreadyDone, "it was revoked before"));
    }
    let before = row.status;
    row.status = CredentialStatus::Revoked;
    row.revoked_at = Some(work.now);
    row.revocation_reason = Some(revocation.reason);
    row.revocation_note = revocation.note;
    row.updated_at = work.now;
    let row = row.into_active_model().reset_all().update(work.tx()).await?;
    status_list::set(&work, &[row.id], true).await?;
    let subject = (Kind::Credential, row.id);
    let detail = json!({ "reason": revocation.reason, "from": before });
    work.audit(Some(row.issuer_id), "credential.revoked", subject, detail)?;
    let payload = json!({ "credential": row.id, "learner": row.learner_id, "program": row.program_id, "reason": revocation.reason });
    work.emit(Some(row.issuer_id), "credential.revoked", subject, payload);
    work.commit().await?;
    Ok(row)
}

/// Decides who may see a credential's page: its holder may, and its issuer.
#[crate::boxed]
pub async fn share(
    service: &Service,
    actor: &Actor,
    reference: &Reference,
    visibility: Visibility,
) -> Result<credential::Model> {
    let whole = match actor.reach_or_none(Scope::CredentialsIssue)? {
        Some(reach @ (Reach::Everything | Reach::Issuer(_))) => Some(tenancy::credentials(reach)),
        _ => None,
    };
    let own = actor.person().map(|person| tenancy::credentials(Reach::Own { person }));
    if whole.is_none() && own.is_none() {
        return Err(Error::Forbidden("only its holder or its issuer may share a credential".to_owned()));
    }
    let visible = Condition::any().add_option(whole).add_option(own);
    let mut work = Work::begin(service, actor).await?;
    let mut row = locked(&work, visible, reference).await?;
    if row.visibility == visibility {
        return Ok(row);
    }
    let before = row.visibility;
    row.visibility = visibility;
    row.updated_at = work.now;
    let row = row.into_active_model().reset_all().update(work.tx()).await?;
    let detail = json!({ "from": before, "to": visibility });
    work.audit(Some(row.issuer_id), "credential.shared", (Kind::Credential, row.id), detail)?;
    work.commit().await?;
    Ok(row)
}

/// The credential that a reference names, locked until the transaction ends.
async fn locked(work: &Work<'_>, visible: Condition, reference: &Reference) -> Result<credential::Model> {
    let not_found = || Error::user("credential", UserErrorCode::NotFound, "there is no such credential");
    let row = super::find(work.tx(), work.actor(), visible, reference).await?.ok_or_else(not_found)?;
    credential::Entity::find_by_id(row.id).lock(LockType::Update).one(work.tx()).await?.ok_or_else(not_found)
}
