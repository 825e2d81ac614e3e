//! What becomes of a credential that a changed grade no longer supports: what the version that it was earned in says, in the transaction of the
//! grade. The enrollment stays completed, and remembers since when its grades no longer support that: unless the program keeps what was issued,
//! nothing more is issued for it.

use std::collections::HashMap;

use cairn_entity::enums::{CredentialStatus, RegradePolicy, RevocationReason};
use cairn_entity::{credential, program_version};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::change::{self, tell, told};
use crate::Work;
use crate::error::Result;

/// The credentials of enrollments that something may become of. Those that wait to renew or replace are left out: whoever finishes them locks them
/// first, and then the old ones that are locked here.
pub(super) fn of_enrollments(enrollments: &[Uuid]) -> Condition {
    Condition::all()
        .add(credential::Column::EnrollmentId.is_in(enrollments.iter().copied()))
        .add(credential::Column::Status.ne(CredentialStatus::Revoked))
        .add(
            Condition::any()
                .add(credential::Column::Status.ne(CredentialStatus::Pending))
                .add(credential::Column::BulkOperationId.is_not_null()),
        )
}

/// Applies the policies to the credentials of enrollments whose rule a changed grade leaves unsatisfied. Each is noted in the audit log and told to
/// those who listen, also where it stays as it is. Comes after every lock of enrollments.
#[crate::boxed]
pub(crate) async fn regraded(work: &mut Work<'_>, enrollments: &[Uuid]) -> Result<()> {
    if enrollments.is_empty() {
        return Ok(());
    }
    // One that waits for its signature still is given back when it is to turn active.
    let mut rows = change::lock_any(work, of_enrollments(enrollments)).await?;
    rows.retain(|row| row.status != CredentialStatus::Pending);
    if rows.is_empty() {
        return Ok(());
    }
    let versions = program_version::Entity::find()
        .filter(program_version::Column::Id.is_in(rows.iter().map(|row| row.version_id)))
        .all(work.tx())
        .await?;
    let policies: HashMap<Uuid, RegradePolicy> =
        versions.into_iter().map(|version| (version.id, version.on_regrade)).collect();
    let (mut suspended, mut revoked) = (Vec::new(), Vec::new());
    for row in rows {
        let policy = policies.get(&row.version_id).copied().unwrap_or_default();
        let detail = json!({ "policy": policy, "enrollment": row.enrollment_id });
        let mut payload = told(&row);
        payload["policy"] = json!(policy);
        tell(work, &row, "credential.regraded", detail, payload)?;
        match policy {
            RegradePolicy::Suspend if row.status == CredentialStatus::Active => suspended.push(row),
            RegradePolicy::Keep | RegradePolicy::Suspend => {}
            RegradePolicy::Revoke => revoked.push(row),
        }
    }
    let cause = json!({ "cause": "regrade" });
    let note = || Some("A changed grade no longer satisfies the completion rule.".to_owned());
    // Lists of revocations come before lists of suspensions, as where places are taken.
    change::revoke(work, revoked, RevocationReason::IssuedInError, note(), cause.clone()).await?;
    change::suspend(work, suspended, true, note(), cause).await?;
    Ok(())
}
