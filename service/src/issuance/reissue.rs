//! Renewing and replacing: a new credential that is linked to an old one, reserved, signed and finished like every other. Broken off, it is taken up
//! again by whoever asks once more, and else by a worker.

use std::collections::BTreeMap;

use cairn_entity::credential;
use cairn_entity::enums::CredentialStatus;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::activate::{Activated, activate};
use super::pending::Pending;
use super::{interruption, rekey, renewal, replacement, sign};
use crate::actor::{Actor, Scope};
use crate::attempt::{NewEvidence, check_evidence};
use crate::error::{Error, Result, UserErrorCode};
use crate::reference::Reference;
use crate::validate::Checks;
use crate::{Service, Work, signing_key as keys};

/// Credentials that a worker takes up together.
const BATCH: u64 = 250;

/// A renewal to be made.
#[derive(Clone, Debug)]
pub struct Renewal {
    /// Of which.
    pub credential: Reference,
    /// What shows that it is due; stands in the new document.
    pub evidence: Vec<NewEvidence>,
}

/// A replacement to be made.
#[derive(Clone, Debug)]
pub struct Replacement {
    /// Of which.
    pub credential: Reference,
    /// Why, in words; kept with the old credential, never in the log.
    pub reason: String,
    /// Whether it says what the program's current version says, instead of the one that was earned.
    pub use_current_version: bool,
}

/// What a reservation came to: the credential that was asked for, and all that wait for their signature with it.
pub(super) struct Reserved {
    /// The one that was asked for.
    pub id: Uuid,
    /// It and those that go with it.
    pub pending: Vec<Pending>,
}

/// Issues the next credential: linked to the old one, of the next cycle, within the window that the program states. Where the program says so, it
/// renews those of the programs that it contains.
#[crate::boxed]
pub async fn renew(service: &Service, actor: &Actor, new: Renewal) -> Result<credential::Model> {
    let reach = actor.reach_whole(Scope::CredentialsIssue)?;
    let mut checks = Checks::default();
    check_evidence(&mut checks, &new.evidence);
    checks.finish()?;
    let reserved = renewal::reserve(service, actor, reach, new).await?;
    complete(service, actor, reserved).await
}

/// Issues a corrected credential of the same cycle, signed by the key of today; the old one is revoked and points to it.
#[crate::boxed]
pub async fn replace(service: &Service, actor: &Actor, new: Replacement) -> Result<credential::Model> {
    // It revokes one and issues another: whoever may do one alone may not do both.
    actor.reach_whole(Scope::CredentialsRevoke)?;
    let reach = actor.reach_whole(Scope::CredentialsIssue)?;
    let mut checks = Checks::default();
    checks.text("reason", &new.reason, 1_000);
    checks.finish()?;
    let reserved = replacement::reserve(service, actor, reach, new).await?;
    complete(service, actor, reserved).await
}

/// Signs and finishes what was reserved.
async fn complete(service: &Service, actor: &Actor, reserved: Reserved) -> Result<credential::Model> {
    interruption::point("reissue-after-reserve");
    let mut activated = finish(service, actor, reserved.pending, Some(reserved.id)).await?;
    if let Some(problem) = activated.problems.remove(&reserved.id) {
        return Err(Error::user("credential", UserErrorCode::Invalid, problem));
    }
    // Active by this, or by another who finished it in between.
    credential::Entity::find_by_id(reserved.id)
        .filter(credential::Column::Status.ne(CredentialStatus::Pending))
        .one(service.db.reader())
        .await?
        .ok_or_else(|| {
            let message = "the new credential was given back meanwhile; ask again";
            Error::user("credential", UserErrorCode::Conflict, message)
        })
}

/// Signs and finishes, with the keys that sign when it comes to that. `asked` is the one that the caller is told of.
async fn finish(
    service: &Service,
    actor: &Actor,
    mut pending: Vec<Pending>,
    asked: Option<Uuid>,
) -> Result<Activated> {
    let ids: Vec<Uuid> = pending.iter().map(|one| one.id).collect();
    for _ in 0..keys::MOST_TRIES {
        let signed = sign::sign(service, pending).await?;
        interruption::point("reissue-after-sign");
        let mut work = Work::begin(service, actor).await?;
        if let Some(activated) = activate(&mut work, signed).await? {
            interruption::point("reissue-mid-finish");
            if let Some(asked) = asked.filter(|asked| !activated.problems.contains_key(asked)) {
                work.keep(&asked)?;
            }
            work.commit().await?;
            return Ok(activated);
        }
        drop(work);
        pending = rekey::to_current(service, actor, ids.clone()).await?;
    }
    Err(keys::too_fast("retired each time"))
}

/// Finishes renewals and replacements that were broken off: those that have waited for longer than a node may be silent.
#[crate::boxed]
pub async fn resume(service: &Service) -> Result<()> {
    let before = service.now() - interruption::lease();
    let rows = credential::Entity::find()
        // As the index says it.
        .filter(Expr::cust("status = 'pending' AND bulk_operation_id IS NULL"))
        .filter(credential::Column::IssuedAt.lt(before))
        .order_by_asc(credential::Column::IssuedAt)
        .limit(BATCH)
        .all(service.db.reader())
        .await?;
    if rows.is_empty() {
        return Ok(());
    }
    let mut by_issuer: BTreeMap<Uuid, Vec<credential::Model>> = BTreeMap::new();
    for row in rows {
        by_issuer.entry(row.issuer_id).or_default().push(row);
    }
    for (issuer, rows) in by_issuer {
        // Who asked is in the audit log already. One issuer whose signer is away keeps no other waiting.
        let pending = rows.into_iter().map(Pending::of).collect::<Result<_>>()?;
        if let Err(error) = finish(service, &Actor::worker(), pending, None).await {
            tracing::error!(%issuer, ?error, "credentials stay pending; signing them will be tried again");
        }
    }
    Ok(())
}
