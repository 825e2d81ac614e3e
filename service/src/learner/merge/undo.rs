//! Undoing a merge: what was moved goes back, with what was issued for it since.

use std::collections::HashMap;

use cairn_entity::{credential, enrollment, learner, learner_email, learner_external_id, learner_merge};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::super::{lock, refresh_running};
use super::Moved;
use crate::actor::{Actor, Scope};
use crate::credential::change;
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::{Service, Work, enrollment as enrollments, learner_record, save, tenancy};

/// Makes two records of one again: gives the one that stayed and the one that is there again. What the record that stayed was told of itself since
/// stays with it; what was issued for an enrollment that moves goes along.
#[crate::boxed]
pub async fn undo(
    service: &Service,
    actor: &Actor,
    merge: Option<Uuid>,
) -> Result<(learner::Model, learner::Model)> {
    let reach = actor.reach_whole(Scope::LearnersWrite)?;
    let missing =
        || Error::user("merge", UserErrorCode::NotFound, "there is no such merge, or it is not yours");
    let mut work = Work::begin(service, actor).await?;
    let row = learner_merge::Entity::find_by_id(merge.unwrap_or_default())
        .filter(tenancy::whole_issuer(reach, learner_merge::Column::IssuerId))
        .lock(LockType::NoKeyUpdate)
        .one(work.tx())
        .await?
        .ok_or_else(missing)?;
    if row.undone_at.is_some() {
        return Err(Error::user("merge", UserErrorCode::AlreadyDone, "it was undone before"));
    }
    let both = lock(&work, &[row.survivor_id, row.merged_id]).await?;
    let one = |id: Uuid| both.iter().find(|row| row.id == id).cloned().ok_or_else(missing);
    let (mut survivor, mut duplicate) = (one(row.survivor_id)?, one(row.merged_id)?);
    let refused = |message: &str| Err(Error::user("merge", UserErrorCode::Conflict, message));
    if survivor.erased_at.is_some() {
        return refused("the learner was erased");
    }
    if survivor.merged_into_id.is_some() {
        return refused("the record that stayed was merged into another since; undo that first");
    }
    let moved: Moved = serde_json::from_value(row.moved.clone())?;
    enrollments_back(&work, &moved, &duplicate).await?;
    credentials_back(&work, &moved, &duplicate).await?;
    duplicate.external_id = contact_back(&work, &moved, &duplicate).await?.unwrap_or(duplicate.external_id);
    if moved.links && survivor.person_id == moved.person {
        survivor.person_id = None;
    }
    // It holds credentials of both.
    for person in [survivor.person_id, moved.person].into_iter().flatten() {
        learner_record::forget(&work, person).await?;
    }
    duplicate.person_id = moved.person;
    duplicate.merged_into_id = None;
    (survivor.updated_at, duplicate.updated_at) = (work.now, work.now);
    save::rows::<learner::Entity>(work.tx(), vec![survivor.clone(), duplicate.clone()]).await?;
    learner_merge::Entity::update_many()
        .col_expr(learner_merge::Column::UndoneAt, Expr::value(work.now))
        .filter(learner_merge::Column::Id.eq(row.id))
        .exec(work.tx())
        .await?;
    refresh_running(&mut work, learner::Column::Id.is_in([survivor.id, duplicate.id])).await?;
    let subject = (Kind::Learner, survivor.id);
    let detail = json!({ "merge": row.id, "duplicate": duplicate.id });
    work.audit(Some(row.issuer_id), "learner.merge_undone", subject, detail.clone())?;
    work.emit(Some(row.issuer_id), "learner.merge_undone", subject, detail);
    work.answer((survivor, duplicate)).await
}

async fn enrollments_back(work: &Work<'_>, moved: &Moved, to: &learner::Model) -> Result<()> {
    let ordinals: HashMap<Uuid, i32> = moved.enrollments.iter().copied().collect();
    let ids: Vec<Uuid> = ordinals.keys().copied().collect();
    let rows = enrollments::lock(work, &ids).await?.into_iter().map(|row| enrollment::Model {
        learner_id: to.id,
        ordinal: ordinals.get(&row.id).copied().unwrap_or(row.ordinal),
        sort_name: to.sort_name.clone(),
        updated_at: work.now,
        ..row
    });
    save::rows::<enrollment::Entity>(work.tx(), rows.collect()).await?;
    super::vouchers_follow(work, moved, to).await
}

async fn credentials_back(work: &Work<'_>, moved: &Moved, to: &learner::Model) -> Result<()> {
    let revisions: HashMap<Uuid, i32> = moved.credentials.iter().copied().collect();
    let which = Condition::any()
        .add(credential::Column::Id.is_in(revisions.keys().copied()))
        .add(credential::Column::EnrollmentId.is_in(moved.enrollments.iter().map(|(id, _)| *id)));
    let rows = change::lock_any(work, which).await?.into_iter().map(|row| credential::Model {
        learner_id: to.id,
        revision: revisions.get(&row.id).copied().unwrap_or(row.revision),
        updated_at: work.now,
        ..row
    });
    save::rows::<credential::Entity>(work.tx(), rows.collect()).await
}

/// Gives addresses and external ids back; the duplicate's own external id, where it is still there.
async fn contact_back(work: &Work<'_>, moved: &Moved, to: &learner::Model) -> Result<Option<String>> {
    learner_email::Entity::update_many()
        .col_expr(learner_email::Column::LearnerId, Expr::value(to.id))
        .filter(learner_email::Column::Id.is_in(moved.emails.iter().copied()))
        .exec(work.tx())
        .await?;
    learner_external_id::Entity::update_many()
        .col_expr(learner_external_id::Column::LearnerId, Expr::value(to.id))
        .filter(learner_external_id::Column::Id.is_in(moved.external_ids.iter().copied()))
        .exec(work.tx())
        .await?;
    let own = learner_external_id::Entity::find()
        .filter(learner_external_id::Column::Id.is_in(moved.made.iter().copied()))
        .one(work.tx())
        .await?;
    save::delete::<learner_email::Entity>(work.tx(), learner_email::Column::Id, &moved.made).await?;
    let ids = learner_external_id::Column::Id;
    save::delete::<learner_external_id::Entity>(work.tx(), ids, &moved.made).await?;
    Ok(own.map(|row| row.external_id))
}
