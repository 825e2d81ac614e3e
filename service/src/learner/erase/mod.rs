//! Erasing a learner: everything personal goes, in every table; what remains are numbers, ids of ours, and proof that it was done.

mod scrub;

use cairn_entity::enums::{CredentialStatus, EnrollmentStatus, RevocationReason};
use cairn_entity::{credential, enrollment, erasure, issuer, learner};
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::{erased_name, lock};
use crate::actor::{Actor, Reach, Scope};
use crate::credential::change;
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::reference::{self, Reference};
use crate::{Service, Work, enrollment as enrollments, export, import, save, tenancy};

/// Erases a learner with all records merged into theirs. Their credentials are revoked where that is asked for; either way the server keeps no
/// copy, pages answer 404, and lists and keys stay, so that a copy elsewhere is judged as before. Erasing again gives the same proof.
#[crate::boxed]
pub async fn erase(
    service: &Service,
    actor: &Actor,
    named: &Reference,
    revoke_credentials: bool,
) -> Result<erasure::Model> {
    let reach = actor.reach_whole(Scope::LearnersWrite)?;
    let mut work = Work::begin(service, actor).await?;
    let row = find(&work, reach, named).await?;
    // Reservations of credentials hold the issuer, too.
    issuer::Entity::find_by_id(row.issuer_id).lock(LockType::NoKeyUpdate).one(work.tx()).await?;
    let records = records(&work, row).await?;
    let ids: Vec<Uuid> = records.iter().map(|row| row.id).collect();
    let Some(main) = records.iter().find(|row| row.merged_into_id.is_none()) else {
        return Err(Error::internal("a merged record leads nowhere", "no survivor"));
    };
    let (issuer, subject) = (main.issuer_id, (Kind::Learner, main.id));
    let proof = erasure::Entity::find().filter(erasure::Column::LearnerId.eq(main.id)).one(work.tx()).await?;
    let own = enrollment::Entity::find().filter(enrollment::Column::LearnerId.is_in(ids.iter().copied()));
    let own: Vec<Uuid> = own.all(work.tx()).await?.into_iter().map(|row| row.id).collect();
    let own = enrollments::lock(&work, &own).await?;
    let revoked = revoke(&mut work, &ids, revoke_credentials).await?;
    let first = proof.is_none();
    let before = proof.clone();
    let mut proof = match proof {
        Some(proof) => proof,
        None => erasure::Model {
            id: work.new_id()?,
            issuer_id: issuer,
            learner_id: main.id,
            erased_at: work.now,
            revoked_credentials: 0,
        },
    };
    proof.revoked_credentials += i32::try_from(revoked).unwrap_or(i32::MAX);
    // A record may have been merged into theirs after they were erased.
    let left = first || records.iter().any(|row| row.erased_at.is_none());
    if before.as_ref() == Some(&proof) && !left {
        return Ok(proof);
    }
    save::rows::<erasure::Entity>(work.tx(), vec![proof.clone()]).await?;
    if left {
        let running = |row: &enrollment::Model| {
            use EnrollmentStatus::{Active, Pending, Waitlisted};
            matches!(row.status, Active | Pending | Waitlisted)
        };
        let ended = own.iter().filter(|row| running(row)).cloned().collect();
        enrollments::give_up(&mut work, ended, "erased").await?;
        let own: Vec<Uuid> = own.iter().map(|row| row.id).collect();
        scrub::enrollments(&work, &own).await?;
        scrub::credentials(&work, &ids).await?;
        scrub::persons(&work, &records).await?;
        scrub::records(&work, &ids).await?;
        export::drop_personal(&work, issuer).await?;
        import::drop_waiting(&work, issuer).await?;
        let blank =
            records.iter().filter(|row| row.erased_at.is_none()).map(|row| blank(&work, row)).collect();
        save::rows::<learner::Entity>(work.tx(), blank).await?;
    }
    let detail = json!({ "receipt": proof.id, "revokedCredentials": revoked });
    work.audit(Some(issuer), "learner.erased", subject, detail)?;
    work.emit(Some(issuer), "learner.erased", subject, json!({ "learner": subject.1, "receipt": proof.id }));
    work.answer(proof).await
}

/// Proofs of erasure, by id, among those of the caller's issuer.
#[crate::boxed]
pub async fn visible_receipts(service: &Service, actor: &Actor, ids: &[Uuid]) -> Result<Vec<erasure::Model>> {
    let Ok(reach) = actor.reach_whole(Scope::LearnersRead) else { return Ok(Vec::new()) };
    Ok(erasure::Entity::find()
        .filter(tenancy::whole_issuer(reach, erasure::Column::IssuerId))
        .filter(erasure::Column::Id.is_in(ids.iter().copied()))
        .all(service.db.reader())
        .await?)
}

/// The learner, also one who was erased before and is named by the external id that they had.
async fn find(work: &Work<'_>, reach: Reach, named: &Reference) -> Result<learner::Model> {
    let home = work.actor().issuer;
    let visible = || tenancy::learners(reach);
    let find = async |named: &Reference| {
        reference::find_one::<learner::Entity>(work.tx(), home, visible(), named).await
    };
    let found = match find(named).await? {
        Some(row) => Some(row),
        None => match erased_reference(work, home, named).await? {
            Some(named) => find(&named).await?,
            None => None,
        },
    };
    found.ok_or_else(|| {
        Error::user("learner", UserErrorCode::NotFound, "there is no such learner, or it is not yours")
    })
}

async fn erased_reference(
    work: &Work<'_>,
    home: Option<Uuid>,
    named: &Reference,
) -> Result<Option<Reference>> {
    Ok(match named {
        Reference::ExternalId(external_id) => {
            home.map(|issuer| Reference::ExternalId(erased_name(issuer, external_id)))
        }
        Reference::InIssuer { issuer, external_id } => {
            let row = issuer::Entity::find().filter(issuer::Column::Slug.eq(issuer)).one(work.tx()).await?;
            row.map(|row| Reference::InIssuer {
                issuer: issuer.clone(),
                external_id: erased_name(row.id, external_id),
            })
        }
        Reference::Id(_) | Reference::NoSuchId => None,
    })
}

/// All records of the learner: the one that others were merged into, and those, locked.
async fn records(work: &Work<'_>, row: learner::Model) -> Result<Vec<learner::Model>> {
    let mut first = row;
    loop {
        while let Some(into) = first.merged_into_id {
            first = learner::Entity::find_by_id(into)
                .one(work.tx())
                .await?
                .ok_or_else(|| Error::internal("a merged record leads nowhere", into.to_string()))?;
        }
        let mut ids = merged_into(work, vec![first.id]).await?;
        let mut rows = lock(work, &ids).await?;
        // Others may have merged records until these were locked.
        loop {
            let more = merged_into(work, ids.clone()).await?;
            if more.len() == ids.len() {
                break;
            }
            ids = more;
            rows = lock(work, &ids).await?;
        }
        match rows.iter().find(|row| row.id == first.id && row.merged_into_id.is_some()) {
            Some(row) => first = row.clone(),
            None => return Ok(rows),
        }
    }
}

/// These records, and those that were merged into them, one after the other.
async fn merged_into(work: &Work<'_>, records: Vec<Uuid>) -> Result<Vec<Uuid>> {
    let mut ids = records;
    loop {
        let more: Vec<Uuid> = learner::Entity::find()
            .filter(learner::Column::MergedIntoId.is_in(ids.iter().copied()))
            .filter(learner::Column::Id.is_not_in(ids.iter().copied()))
            .select_only()
            .column(learner::Column::Id)
            .into_tuple()
            .all(work.tx())
            .await?;
        if more.is_empty() {
            return Ok(ids);
        }
        ids.extend(more);
    }
}

/// Revokes the learners' credentials: all of them, or only those that wait for their signature, which say their name. Gives how many of those
/// that had been signed.
async fn revoke(work: &mut Work<'_>, learners: &[Uuid], all: bool) -> Result<usize> {
    let rows = change::lock_any(work, credential::Column::LearnerId.is_in(learners.iter().copied())).await?;
    let (waiting, signed): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .filter(|row| row.status != CredentialStatus::Revoked)
        .partition(|row| row.status == CredentialStatus::Pending);
    let signed = if all { signed } else { Vec::new() };
    let count = signed.len();
    let rows = waiting.into_iter().chain(signed).collect();
    let cause = json!({ "cause": "erasure" });
    change::revoke(work, rows, RevocationReason::HolderRequest, None, cause).await?;
    Ok(count)
}

/// The record without anything personal. What stands for the external id tells it again when it is sent anew, so that a list which still has the
/// learner does not bring them back.
fn blank(work: &Work<'_>, row: &learner::Model) -> learner::Model {
    learner::Model {
        external_id: erased_name(row.issuer_id, &row.external_id),
        person_id: None,
        name: None,
        given_name: None,
        family_name: None,
        sort_name: String::new(),
        email: None,
        email_verified_at: None,
        did: None,
        language: None,
        attributes: json!({}),
        erased_at: Some(work.now),
        updated_at: work.now,
        ..row.clone()
    }
}
