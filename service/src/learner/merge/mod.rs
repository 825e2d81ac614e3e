//! Merging duplicates: two records of one learner become one, and may become two again. Enrollments and credentials go to the record that stays, with
//! all that hangs on them; documents that were signed stay as they are.

mod undo;

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::{CredentialStatus, EnrollmentStatus};
use cairn_entity::{
    credential, enrollment, learner, learner_email, learner_external_id, learner_link_code, learner_merge,
    voucher,
};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::contact::MERGED;
use super::{locked, refresh_running};
use crate::actor::{Actor, Scope};
use crate::credential::change;
use crate::error::{Error, Result, UserError, UserErrorCode};
use crate::ids::Kind;
use crate::reference::Reference;
use crate::validate::Checks;
use crate::{Service, Work, enrollment as enrollments, save, tenancy, work};

pub use undo::undo;

/// What was moved, so that it can be moved back: ids, and numbers as they were.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Moved {
    /// Enrollments with their ordinals.
    enrollments: Vec<(Uuid, i32)>,
    /// Credentials with their revisions.
    credentials: Vec<(Uuid, i32)>,
    /// Addresses.
    emails: Vec<Uuid>,
    /// Further external ids.
    external_ids: Vec<Uuid>,
    /// What was made for the one that stays: of the duplicate's own address and external id.
    made: Vec<Uuid>,
    /// Whose the duplicate was.
    person: Option<Uuid>,
    /// Whether the one that stays became that person's by the merge.
    links: bool,
}

/// Merges a duplicate into the record that stays. What stands in the way is told before anything is moved: enrollments that run at the same place,
/// credentials that stand for the same award and cycle, records of different persons.
#[crate::boxed]
pub async fn merge(
    service: &Service,
    actor: &Actor,
    survivor: &Reference,
    duplicate: &Reference,
    reason: &str,
) -> Result<(learner::Model, learner_merge::Model)> {
    let reach = actor.reach_whole(Scope::LearnersWrite)?;
    let mut checks = Checks::default();
    checks.text("reason", reason, 2_000);
    checks.finish()?;
    work::again(|| async {
        let mut work = Work::begin(service, actor).await?;
        let survivor = locked(&work, reach, survivor, "survivor").await?;
        let duplicate = locked(&work, reach, duplicate, "duplicate").await?;
        refuse(&survivor, &duplicate)?;
        let belongings = Belongings::read(&work, &survivor, &duplicate).await?;
        let conflicts = belongings.conflicts(&survivor);
        if !conflicts.is_empty() {
            return Err(Error::User(conflicts));
        }
        let (survivor, duplicate, moved) = belongings.settle(&mut work, survivor, duplicate).await?;
        let row = learner_merge::Model {
            id: work.new_id()?,
            issuer_id: survivor.issuer_id,
            survivor_id: survivor.id,
            merged_id: duplicate.id,
            moved: json!(moved),
            reason: Some(reason.to_owned()),
            merged_at: work.now,
            actor_kind: actor.kind,
            actor_id: actor.id,
            undone_at: None,
        };
        row.clone().into_active_model().reset_all().insert(work.tx()).await?;
        refresh_running(&mut work, learner::Column::Id.eq(survivor.id)).await?;
        let detail = json!({ "merge": row.id, "duplicate": duplicate.id, "enrollments": moved.enrollments.len(),
            "credentials": moved.credentials.len() });
        let subject = (Kind::Learner, survivor.id);
        work.audit(Some(survivor.issuer_id), "learner.merged", subject, detail)?;
        let payload = json!({ "learner": survivor.id, "duplicate": duplicate.id });
        work.emit(Some(survivor.issuer_id), "learner.merged", subject, payload);
        work.answer((survivor, row)).await
    })
    .await
}

fn refuse(survivor: &learner::Model, duplicate: &learner::Model) -> Result<()> {
    let conflict = |message: &str| Err(Error::user("duplicate", UserErrorCode::Conflict, message));
    if survivor.id == duplicate.id {
        return conflict("it is the same record");
    }
    if survivor.issuer_id != duplicate.issuer_id {
        return conflict("the records belong to different issuers");
    }
    match (survivor.person_id, duplicate.person_id) {
        (Some(one), Some(other)) if one != other => {
            conflict("the records are linked to different persons; unlink one of them first")
        }
        _ => Ok(()),
    }
}

/// Merges of the caller's learners, by id.
#[crate::boxed]
pub async fn visible_merges(
    service: &Service,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<learner_merge::Model>> {
    let Ok(reach) = actor.reach_whole(Scope::LearnersRead) else { return Ok(Vec::new()) };
    Ok(learner_merge::Entity::find()
        .filter(tenancy::whole_issuer(reach, learner_merge::Column::IssuerId))
        .filter(learner_merge::Column::Id.is_in(ids.iter().copied()))
        .all(service.db.reader())
        .await?)
}

/// What the two records have.
struct Belongings {
    enrollments: Vec<enrollment::Model>,
    credentials: Vec<credential::Model>,
    emails: Vec<learner_email::Model>,
    external_ids: Vec<learner_external_id::Model>,
}

impl Belongings {
    /// Locks and reads what the records have: enrollments before credentials, as everybody does.
    async fn read(work: &Work<'_>, survivor: &learner::Model, duplicate: &learner::Model) -> Result<Self> {
        let both = [survivor.id, duplicate.id];
        let of_both = enrollment::Entity::find().filter(enrollment::Column::LearnerId.is_in(both));
        let ids: Vec<Uuid> = of_both.all(work.tx()).await?.into_iter().map(|row| row.id).collect();
        Ok(Self {
            enrollments: enrollments::lock(work, &ids).await?,
            credentials: change::lock_any(work, credential::Column::LearnerId.is_in(both)).await?,
            emails: learner_email::Entity::find()
                .filter(learner_email::Column::LearnerId.is_in(both))
                .all(work.tx())
                .await?,
            external_ids: learner_external_id::Entity::find()
                .filter(learner_external_id::Column::LearnerId.eq(duplicate.id))
                .all(work.tx())
                .await?,
        })
    }

    /// What stands in the way.
    fn conflicts(&self, survivor: &learner::Model) -> Vec<UserError> {
        let runs = |row: &&enrollment::Model| {
            use EnrollmentStatus::{Active, Pending, Waitlisted};
            matches!(row.status, Active | Pending | Waitlisted)
        };
        let stands = |row: &&credential::Model| row.status != CredentialStatus::Revoked;
        let at = |message: String| UserError::at("duplicate", UserErrorCode::Conflict, message);
        let places: HashSet<Uuid> = self
            .enrollments
            .iter()
            .filter(runs)
            .filter(|row| row.learner_id == survivor.id)
            .map(|row| row.place_id)
            .collect();
        let twice = self
            .enrollments
            .iter()
            .filter(runs)
            .filter(|row| row.learner_id != survivor.id && places.contains(&row.place_id))
            .map(|row| {
                let id = crate::ids::encode(Kind::Enrollment, row.id);
                at(format!("both records are enrolled at the same place; withdraw one, say {id}"))
            });
        let awards: HashSet<(Uuid, i32)> = self
            .credentials
            .iter()
            .filter(stands)
            .filter(|row| row.learner_id == survivor.id)
            .map(|row| (row.award_id, row.cycle))
            .collect();
        let double = self
            .credentials
            .iter()
            .filter(stands)
            .filter(|row| row.learner_id != survivor.id && awards.contains(&(row.award_id, row.cycle)))
            .map(|row| {
                let id = crate::ids::encode(Kind::Credential, row.id);
                at(format!("both records hold a credential of the same award; revoke one, say {id}"))
            });
        twice.chain(double).collect()
    }

    /// Moves everything to the record that stays.
    async fn settle(
        self,
        work: &mut Work<'_>,
        survivor: learner::Model,
        duplicate: learner::Model,
    ) -> Result<(learner::Model, learner::Model, Moved)> {
        let (mut survivor, mut duplicate) = (survivor, duplicate);
        let mut moved = Moved {
            person: duplicate.person_id,
            links: survivor.person_id.is_none() && duplicate.person_id.is_some(),
            ..Moved::default()
        };
        self.move_enrollments(work, &survivor, &mut moved).await?;
        self.move_credentials(work, &survivor, &mut moved).await?;
        self.move_contact(work, &survivor, &duplicate, &mut moved).await?;
        learner_link_code::Entity::delete_many()
            .filter(learner_link_code::Column::LearnerId.eq(duplicate.id))
            .exec(work.tx())
            .await?;
        survivor.person_id = survivor.person_id.or(duplicate.person_id);
        // Who has stopped notices to either has stopped them.
        survivor.notices = survivor.notices.max(duplicate.notices);
        survivor.updated_at = work.now;
        duplicate.person_id = None;
        duplicate.merged_into_id = Some(survivor.id);
        duplicate.external_id = format!("{MERGED}:{}", duplicate.id);
        duplicate.updated_at = work.now;
        save::rows::<learner::Entity>(work.tx(), vec![duplicate.clone(), survivor.clone()]).await?;
        Ok((survivor, duplicate, moved))
    }

    async fn move_enrollments(&self, work: &Work<'_>, to: &learner::Model, moved: &mut Moved) -> Result<()> {
        let mut last: HashMap<Uuid, i32> = HashMap::new();
        for row in self.enrollments.iter().filter(|row| row.learner_id == to.id) {
            let ordinal = last.entry(row.place_id).or_default();
            *ordinal = (*ordinal).max(row.ordinal);
        }
        let mut rows = Vec::new();
        for row in self.enrollments.iter().filter(|row| row.learner_id != to.id) {
            moved.enrollments.push((row.id, row.ordinal));
            let taken = last.get(&row.place_id).copied().unwrap_or_default();
            rows.push(enrollment::Model {
                learner_id: to.id,
                ordinal: row.ordinal + taken,
                sort_name: to.sort_name.clone(),
                updated_at: work.now,
                ..row.clone()
            });
        }
        save::rows::<enrollment::Entity>(work.tx(), rows).await?;
        vouchers_follow(work, moved, to).await
    }

    async fn move_credentials(&self, work: &Work<'_>, to: &learner::Model, moved: &mut Moved) -> Result<()> {
        let mut last: HashMap<(Uuid, i32), i32> = HashMap::new();
        for row in self.credentials.iter().filter(|row| row.learner_id == to.id) {
            let revision = last.entry((row.award_id, row.cycle)).or_default();
            *revision = (*revision).max(row.revision);
        }
        let mut rows = Vec::new();
        for row in self.credentials.iter().filter(|row| row.learner_id != to.id) {
            moved.credentials.push((row.id, row.revision));
            let taken = last.get(&(row.award_id, row.cycle)).copied().unwrap_or_default();
            rows.push(credential::Model {
                learner_id: to.id,
                revision: row.revision + taken,
                updated_at: work.now,
                ..row.clone()
            });
        }
        save::rows::<credential::Entity>(work.tx(), rows).await
    }

    async fn move_contact(
        &self,
        work: &Work<'_>,
        survivor: &learner::Model,
        duplicate: &learner::Model,
        moved: &mut Moved,
    ) -> Result<()> {
        let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
        let known = |address: &str| {
            survivor.email.as_deref().is_some_and(|own| same(own, address))
                || self.emails.iter().any(|row| row.learner_id == survivor.id && same(&row.address, address))
        };
        let mut emails = Vec::new();
        for row in self.emails.iter().filter(|row| row.learner_id == duplicate.id && !known(&row.address)) {
            moved.emails.push(row.id);
            emails.push(learner_email::Model { learner_id: survivor.id, ..row.clone() });
        }
        if let Some(address) = duplicate.email.as_deref().filter(|address| !known(address)) {
            let id = work.new_id()?;
            moved.made.push(id);
            emails.push(learner_email::Model {
                id,
                issuer_id: survivor.issuer_id,
                learner_id: survivor.id,
                address: address.to_owned(),
                verified_at: duplicate.email_verified_at,
                created_at: work.now,
            });
        }
        save::rows::<learner_email::Entity>(work.tx(), emails).await?;
        let mut ids = Vec::new();
        for row in &self.external_ids {
            moved.external_ids.push(row.id);
            ids.push(learner_external_id::Model { learner_id: survivor.id, ..row.clone() });
        }
        let id = work.new_id()?;
        moved.made.push(id);
        ids.push(learner_external_id::Model {
            id,
            issuer_id: survivor.issuer_id,
            learner_id: survivor.id,
            system: MERGED.to_owned(),
            external_id: duplicate.external_id.clone(),
            created_at: work.now,
        });
        save::rows::<learner_external_id::Entity>(work.tx(), ids).await
    }
}

/// Vouchers are whose the enrollment is that earned them.
async fn vouchers_follow(work: &Work<'_>, moved: &Moved, to: &learner::Model) -> Result<()> {
    voucher::Entity::update_many()
        .col_expr(voucher::Column::LearnerId, Expr::value(to.id))
        .filter(voucher::Column::EnrollmentId.is_in(moved.enrollments.iter().map(|(id, _)| *id)))
        .exec(work.tx())
        .await?;
    Ok(())
}
