//! Linking a learner record to the person who signs in: by a one-time code that the issuer's staff hand to the learner. An address never links.

use cairn_entity::{cohort_staff, identity, learner, learner_link_code};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QuerySelect,
};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{lock, locked, refresh_running};
use crate::actor::{Actor, Reach, Scope};
use crate::error::{Error, Result, UserErrorCode};
use crate::idempotency::{Secret, kept_as};
use crate::ids::Kind;
use crate::random::letters;
use crate::reference::Reference;
use crate::typed_code::{LETTERS, grouped, meant};
use crate::{Service, Work, learner_record, passport};

/// Letters of a code that find it, and all of them.
const LENGTHS: (usize, usize) = (6, 16);
/// How many wrong codes are forgiven.
const TRIES: i32 = 5;
/// Longest life of a code in hours, and the usual one.
const HOURS: (i32, i32) = (24 * 30, 24 * 7);

/// A code, to be handed to the learner; it is not kept.
#[derive(Clone)]
pub struct LinkCode {
    /// The code: four groups of four letters.
    pub code: Secret,
    /// Until when it holds.
    pub expires_at: DateTime<Utc>,
}

kept_as!(LinkCode, (Secret, DateTime<Utc>), |made| (made.code.clone(), made.expires_at), |(
    code,
    expires_at,
)| Self {
    code,
    expires_at
});

/// Makes a code by which whoever redeems it shows that a learner's record is theirs. An earlier one holds no longer. What is kept of it is a hash.
#[crate::boxed]
pub async fn create_code(
    service: &Service,
    actor: &Actor,
    named: &Reference,
    hours: Option<i32>,
) -> Result<LinkCode> {
    let reach = actor.reach_whole(Scope::LearnersWrite)?;
    let hours = hours.unwrap_or(HOURS.1);
    if !(1..=HOURS.0).contains(&hours) {
        let message = format!("must be 1 to {}", HOURS.0);
        return Err(Error::user("validHours", UserErrorCode::Invalid, message));
    }
    let mut work = Work::begin(service, actor).await?;
    let row = locked(&work, reach, named, "learner").await?;
    learner_link_code::Entity::delete_many()
        .filter(learner_link_code::Column::LearnerId.eq(row.id))
        .filter(learner_link_code::Column::UsedAt.is_null())
        .exec(work.tx())
        .await?;
    let letters = letters(service.random.as_ref(), LETTERS, LENGTHS.1)?;
    let (selector, secret) = letters.split_at(LENGTHS.0);
    let code = learner_link_code::Model {
        id: work.new_id()?,
        issuer_id: row.issuer_id,
        learner_id: row.id,
        selector: selector.to_owned(),
        secret_hash: hash(secret),
        tries_left: TRIES,
        created_at: work.now,
        expires_at: work.now + TimeDelta::hours(i64::from(hours)),
        used_at: None,
    };
    let expires_at = code.expires_at;
    code.into_active_model().reset_all().insert(work.tx()).await?;
    work.audit(Some(row.issuer_id), "learner.link_code_created", (Kind::Learner, row.id), json!({}))?;
    work.answer(LinkCode { code: grouped(&letters, 4).into(), expires_at }).await
}

fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// A code as people write it: any case, with or without the dashes, with letters that look alike.
fn normalized(code: &str) -> Option<String> {
    let code: String = code.chars().filter(|c| *c != '-' && !c.is_whitespace()).map(meant).collect();
    (code.len() == LENGTHS.1 && code.bytes().all(|byte| LETTERS.contains(&byte))).then_some(code)
}

/// Links the record that a code is for to whoever redeems it. Their passport shows it from then on.
#[crate::boxed]
pub async fn redeem(service: &Service, actor: &Actor, code: &str) -> Result<learner::Model> {
    let Some(person) = actor.person() else {
        actor.reach_or_none(Scope::LearnersRead)?;
        return Err(Error::Forbidden("only a person who signs in can redeem a code".to_owned()));
    };
    let wrong = || {
        let message =
            "this code does not hold: it is wrong, used or too old; ask who gave it to you for another";
        Error::user("code", UserErrorCode::Invalid, message)
    };
    let code = normalized(code).ok_or_else(wrong)?;
    let (selector, secret) = code.split_at(LENGTHS.0);
    let mut work = Work::begin(service, actor).await?;
    let found = learner_link_code::Entity::find()
        .filter(learner_link_code::Column::Selector.eq(selector))
        .lock(LockType::NoKeyUpdate)
        .one(work.tx())
        .await?;
    let found = found.filter(|row| row.used_at.is_none() && row.tries_left > 0 && row.expires_at > work.now);
    let found = found.ok_or_else(wrong)?;
    if found.secret_hash != hash(secret) {
        // The wrong try counts, though nothing else has happened.
        learner_link_code::Entity::update_many()
            .col_expr(learner_link_code::Column::TriesLeft, Expr::value(found.tries_left - 1))
            .filter(learner_link_code::Column::Id.eq(found.id))
            .exec(work.tx())
            .await?;
        work.commit().await?;
        return Err(wrong());
    }
    let row = lock(&work, &[found.learner_id]).await?.pop().ok_or_else(wrong)?;
    if row.erased_at.is_some() || row.merged_into_id.is_some() {
        return Err(wrong());
    }
    learner_link_code::Entity::update_many()
        .col_expr(learner_link_code::Column::UsedAt, Expr::value(work.now))
        .filter(learner_link_code::Column::Id.eq(found.id))
        .exec(work.tx())
        .await?;
    match row.person_id {
        Some(other) if other == person => {
            return Err(Error::user("code", UserErrorCode::AlreadyDone, "this record is yours already"));
        }
        Some(other) => take_over(&work, &row, other, person).await?,
        None => {}
    }
    let row = set_person(&mut work, row, Some(person), "learner.linked").await?;
    work.answer(row).await
}

/// The record's identity with its issuer becomes one of the person's, where it stands for nothing else.
async fn take_over(work: &Work<'_>, row: &learner::Model, from: Uuid, to: Uuid) -> Result<()> {
    let records = learner::Entity::find()
        .filter(learner::Column::PersonId.eq(from))
        .filter(learner::Column::Id.ne(row.id))
        .count(work.tx())
        .await?;
    let staff =
        cohort_staff::Entity::find().filter(cohort_staff::Column::PersonId.eq(from)).count(work.tx()).await?;
    if records + staff > 0 || passport::is_kept(work, from).await? {
        let message = "this record is linked to another person, who has more than it; have it unlinked first";
        return Err(Error::user("code", UserErrorCode::Conflict, message));
    }
    identity::Entity::update_many()
        .col_expr(identity::Column::PersonId, Expr::value(to))
        .filter(identity::Column::PersonId.eq(from))
        .exec(work.tx())
        .await?;
    Ok(())
}

/// Takes a record out of its person's passport. The person themselves may, and the issuer.
#[crate::boxed]
pub async fn unlink(service: &Service, actor: &Actor, named: &Reference) -> Result<learner::Model> {
    let own = actor.person().map(|person| Reach::Own { person });
    let reach = match actor.reach_whole(Scope::LearnersWrite) {
        Ok(reach) => reach,
        Err(error) => own.ok_or(error)?,
    };
    let mut work = Work::begin(service, actor).await?;
    let row = locked(&work, reach, named, "learner").await?;
    if row.person_id.is_none() {
        return Err(Error::user("learner", UserErrorCode::AlreadyDone, "it is linked to nobody"));
    }
    let row = set_person(&mut work, row, None, "learner.unlinked").await?;
    work.answer(row).await
}

/// Writes whose record it is; what the same person's records give each other follows.
async fn set_person(
    work: &mut Work<'_>,
    row: learner::Model,
    person: Option<Uuid>,
    action: &str,
) -> Result<learner::Model> {
    learner::Entity::update_many()
        .col_expr(learner::Column::PersonId, Expr::value(person))
        .col_expr(learner::Column::UpdatedAt, Expr::value(work.now))
        .filter(learner::Column::Id.eq(row.id))
        .exec(work.tx())
        .await?;
    // What was signed of the credentials in it stays with nobody whose record it is no more.
    if let Some(former) = row.person_id.filter(|former| Some(*former) != person) {
        learner_record::forget(work, former).await?;
    }
    let subject = (Kind::Learner, row.id);
    work.audit(Some(row.issuer_id), action, subject, json!({}))?;
    work.emit(Some(row.issuer_id), action, subject, json!({ "learner": row.id }));
    if let Some(person) = person {
        refresh_running(work, learner::Column::PersonId.eq(person)).await?;
    }
    Ok(learner::Model { person_id: person, updated_at: work.now, ..row })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_write_them() {
        let code = Some("0123456789ABCDEF".to_owned());
        assert_eq!(normalized("0123-4567-89AB-CDEF"), code);
        assert_eq!(normalized(" o123 4567 89ab cdef "), code);
        assert_eq!(normalized("0123-4567-89AB-CDE"), None);
        assert_eq!(normalized("0123-4567-89AB-CDEU"), None);
    }
}
