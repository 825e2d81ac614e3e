//! What may happen to a credential once it is issued: it is suspended and reinstated, it is revoked. Who may see it: `share`. Renewing
//! and replacing make new ones: `issuance::reissue`.

use cairn_entity::credential;
use cairn_entity::enums::{CredentialStatus, RevocationReason, StatusPurpose};
use sea_orm::{ColumnTrait, Condition};
use serde_json::json;

use super::change;
use crate::actor::{Actor, Scope};
use crate::error::{Error, Result, UserErrorCode};
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
    check_note(revocation.note.as_deref())?;
    let mut work = Work::begin(service, actor).await?;
    let row = locked(&work, tenancy::credentials(reach), &revocation.credential).await?;
    if row.status == CredentialStatus::Revoked {
        return Err(Error::user("credential", UserErrorCode::AlreadyDone, "it was revoked before"));
    }
    let Revocation { reason, note, .. } = revocation;
    let row = one(change::revoke(&mut work, vec![row], reason, note, json!({})).await?)?;
    work.answer(row).await
}

/// A suspension to be made or ended.
#[derive(Clone, Debug)]
pub struct Suspension {
    /// Which.
    pub credential: Reference,
    /// Why, in words; kept with the credential, never in the log.
    pub note: Option<String>,
}

/// Suspends a credential for now: its status list and every verification say so until it is reinstated. Only where its program allowed suspending
/// when it was issued: it has no place in a list of suspensions else.
#[crate::boxed]
pub async fn suspend(service: &Service, actor: &Actor, new: Suspension) -> Result<credential::Model> {
    let reach = actor.reach_whole(Scope::CredentialsRevoke)?;
    check_note(new.note.as_deref())?;
    let mut work = Work::begin(service, actor).await?;
    let row = locked(&work, tenancy::credentials(reach), &new.credential).await?;
    let refused = |code, message: &str| Err(Error::user("credential", code, message));
    match row.status {
        CredentialStatus::Revoked => {
            return refused(UserErrorCode::Conflict, "it was revoked, which is for good");
        }
        CredentialStatus::Suspended => {
            return refused(UserErrorCode::AlreadyDone, "it was suspended before");
        }
        CredentialStatus::Active | CredentialStatus::Pending => {}
    }
    if !status_list::has_place(&work, row.id, StatusPurpose::Suspension).await? {
        let message = "it carries no entry for suspension, because its program did not allow suspending (`maySuspend`) \
            when it was issued; it can be revoked, or replaced once the program allows it";
        return refused(UserErrorCode::NotEligible, message);
    }
    let row = one(change::suspend(&mut work, vec![row], true, new.note, json!({})).await?)?;
    work.answer(row).await
}

/// Ends a suspension.
#[crate::boxed]
pub async fn reinstate(service: &Service, actor: &Actor, new: Suspension) -> Result<credential::Model> {
    let reach = actor.reach_whole(Scope::CredentialsRevoke)?;
    check_note(new.note.as_deref())?;
    let mut work = Work::begin(service, actor).await?;
    let row = locked(&work, tenancy::credentials(reach), &new.credential).await?;
    let refused = |message: &str| Err(Error::user("credential", UserErrorCode::Conflict, message));
    match row.status {
        CredentialStatus::Revoked => return refused("it was revoked, which is for good"),
        CredentialStatus::Active | CredentialStatus::Pending => return refused("it is not suspended"),
        CredentialStatus::Suspended => {}
    }
    let row = one(change::suspend(&mut work, vec![row], false, new.note, json!({})).await?)?;
    work.answer(row).await
}

fn check_note(note: Option<&str>) -> Result<()> {
    let mut checks = Checks::default();
    checks.optional_text("note", note, 1_000);
    checks.finish()
}

/// The one row that a change of one row gives.
fn one(rows: Vec<credential::Model>) -> Result<credential::Model> {
    rows.into_iter().next().ok_or_else(|| Error::internal("a credential is gone", "while it was locked"))
}

/// The credential that a reference names, locked until the transaction ends.
pub(super) async fn locked(
    work: &Work<'_>,
    visible: Condition,
    reference: &Reference,
) -> Result<credential::Model> {
    let row = super::named(work, visible, reference).await?;
    one(change::lock(work, credential::Column::Id.eq(row.id)).await?)
}
