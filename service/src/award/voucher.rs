//! Vouchers: codes with an end of their own that are used once. A code is kept as a hash to be found by, and sealed to be shown to its
//! holder; it never stands in logs, events or errors.

use std::collections::HashMap;

use cairn_entity::{enrollment, voucher};
use chrono::{DateTime, Months, Utc};
use sea_orm::sea_query::{LockType, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::follow::{Given, there};
use crate::actor::{Actor, Scope};
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::random::{Random, letters};
use crate::typed_code::{LETTERS, grouped, meant};
use crate::validate::Checks;
use crate::{Service, Work, chunk, enrollment as enrollments, tenancy};

/// Characters of a code: 100 bits.
const LENGTH: usize = 20;
/// Columns of the table.
const COLUMNS: usize = 15;

/// What can be done with a voucher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// It can be used.
    Valid,
    /// It was used.
    Redeemed,
    /// Its time has run out.
    Expired,
}

/// What can be done with a voucher at a moment.
pub fn status(row: &voucher::Model, now: DateTime<Utc>) -> Status {
    match (row.redeemed_at, row.expires_at) {
        (Some(_), _) => Status::Redeemed,
        (None, Some(end)) if end <= now => Status::Expired,
        _ => Status::Valid,
    }
}

/// What the sealed code of a voucher is bound to.
pub(crate) fn sealed_for(id: Uuid) -> String {
    format!("voucher:{id}")
}

/// Gives vouchers where there are none yet. They hold from the completion.
pub(super) async fn give(work: &mut Work<'_>, due: Vec<(enrollment::Model, Given)>) -> Result<()> {
    if due.is_empty() {
        return Ok(());
    }
    let mut there = there(work, &due).await?;
    let mut rows = Vec::new();
    for (enrollment, given) in due {
        if !there.insert((enrollment.learner_id, given.row.id)) {
            continue;
        }
        let row = row(work, &enrollment, &given)?;
        let subject = (Kind::Voucher, row.id);
        let detail = json!({ "enrollment": enrollment.id, "award": given.row.id });
        work.audit(Some(row.issuer_id), "voucher.given", subject, detail)?;
        let payload = json!({ "voucher": row.id, "enrollment": enrollment.id, "learner": enrollment.learner_id,
            "award": given.row.id, "expiresAt": row.expires_at });
        work.emit(Some(row.issuer_id), "voucher.given", subject, payload);
        rows.push(row);
    }
    for rows in chunk::rows(rows, COLUMNS) {
        voucher::Entity::insert_many(rows.into_iter().map(IntoActiveModel::into_active_model))
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(work.tx())
            .await?;
    }
    Ok(())
}

fn row(work: &Work<'_>, enrollment: &enrollment::Model, given: &Given) -> Result<voucher::Model> {
    let service = work.service();
    let id = work.new_id()?;
    let code = code(service.random.as_ref())?;
    let issued_at = enrollment.completed_at.unwrap_or(work.now);
    let months = given.stated.valid_months.and_then(|months| u32::try_from(months).ok());
    Ok(voucher::Model {
        id,
        issuer_id: enrollment.issuer_id,
        enrollment_id: enrollment.id,
        learner_id: enrollment.learner_id,
        version_id: given.stated.version_id,
        award_id: given.row.id,
        code_hash: hash(&code),
        sealed_code: service.master_key.seal(service.random.as_ref(), &sealed_for(id), code.as_bytes())?,
        issued_at,
        expires_at: months.and_then(|months| issued_at.checked_add_months(Months::new(months))),
        redeemed_at: None,
        redemption_id: None,
        redeemer_kind: None,
        redeemer_id: None,
        updated_at: work.now,
    })
}

/// A new code: `7K3M9-…`.
fn code(random: &dyn Random) -> Result<String> {
    Ok(grouped(&letters(random, LETTERS, LENGTH)?, 5))
}

/// SHA-256 of a code, however it was typed.
fn hash(code: &str) -> Vec<u8> {
    let typed = code.chars().filter(char::is_ascii_alphanumeric).map(meant);
    Sha256::digest(typed.collect::<String>().as_bytes()).to_vec()
}

/// Uses a voucher, once. The same redemption again is a repeat and gives the same answer; any other is refused. Needs `vouchers:redeem`.
#[crate::boxed]
pub async fn redeem(
    service: &Service,
    actor: &Actor,
    code: &str,
    redemption_id: String,
) -> Result<voucher::Model> {
    let reach = actor.reach_whole(Scope::VouchersRedeem)?;
    let mut checks = Checks::default();
    checks.external_id("redemptionId", &redemption_id);
    checks.finish()?;
    let mut work = Work::begin(service, actor).await?;
    let row = voucher::Entity::find()
        .filter(tenancy::whole_issuer(reach, voucher::Column::IssuerId))
        .filter(voucher::Column::CodeHash.eq(hash(code)))
        .lock(LockType::NoKeyUpdate)
        .one(work.tx())
        .await?
        .ok_or_else(|| {
            Error::user("code", UserErrorCode::NotFound, "there is no such voucher, or it is not yours")
        })?;
    match status(&row, work.now) {
        Status::Redeemed if row.redemption_id.as_ref() == Some(&redemption_id) => return Ok(row),
        Status::Redeemed => {
            return Err(Error::user("code", UserErrorCode::AlreadyDone, "it was used before"));
        }
        Status::Expired => return Err(Error::user("code", UserErrorCode::Conflict, "it has expired")),
        Status::Valid => {}
    }
    let row = voucher::Model {
        redeemed_at: Some(work.now),
        redemption_id: Some(redemption_id),
        redeemer_kind: Some(actor.kind),
        redeemer_id: actor.id,
        updated_at: work.now,
        ..row
    };
    row.clone().into_active_model().reset_all().update(work.tx()).await?;
    let subject = (Kind::Voucher, row.id);
    work.audit(Some(row.issuer_id), "voucher.redeemed", subject, json!({ "award": row.award_id }))?;
    let payload = json!({ "voucher": row.id, "enrollment": row.enrollment_id, "learner": row.learner_id,
        "award": row.award_id });
    work.emit(Some(row.issuer_id), "voucher.redeemed", subject, payload);
    work.answer(row).await
}

/// The vouchers of enrollments, by enrollment; for whoever may see them.
#[crate::boxed]
pub async fn of_enrollments(
    service: &Service,
    enrollments: &[Uuid],
) -> Result<HashMap<Uuid, Vec<voucher::Model>>> {
    let rows = voucher::Entity::find()
        .filter(voucher::Column::EnrollmentId.is_in(enrollments.iter().copied()))
        .order_by_asc(voucher::Column::Id)
        .all(service.db.reader())
        .await?;
    let mut by_enrollment: HashMap<Uuid, Vec<voucher::Model>> = HashMap::new();
    for row in rows {
        by_enrollment.entry(row.enrollment_id).or_default().push(row);
    }
    Ok(by_enrollment)
}

/// Vouchers by id, among those of enrollments that the caller may see.
#[crate::boxed]
pub async fn visible_by_ids(service: &Service, actor: &Actor, ids: &[Uuid]) -> Result<Vec<voucher::Model>> {
    let rows = voucher::Entity::find()
        .filter(voucher::Column::Id.is_in(ids.iter().copied()))
        .all(service.db.reader())
        .await?;
    let of: Vec<Uuid> = rows.iter().map(|row| row.enrollment_id).collect();
    let visible = enrollments::visible_by_ids(service, actor, &of).await?;
    Ok(rows.into_iter().filter(|row| visible.iter().any(|one| one.id == row.enrollment_id)).collect())
}

/// The codes of vouchers, by voucher: for the person who holds them, and for whoever may issue for their issuer. Others are given none.
#[crate::boxed]
pub async fn code_of(
    service: &Service,
    actor: &Actor,
    rows: &[voucher::Model],
) -> Result<HashMap<Uuid, String>> {
    use crate::actor::Reach;
    let issuing = actor.reach_or_none(Scope::CredentialsIssue)?;
    let own = match actor.person() {
        Some(person) => {
            let of: Vec<Uuid> = rows.iter().map(|row| row.learner_id).collect();
            cairn_entity::learner::Entity::find()
                .filter(tenancy::learners(Reach::Own { person }))
                .filter(cairn_entity::learner::Column::Id.is_in(of))
                .all(service.db.reader())
                .await?
        }
        None => Vec::new(),
    };
    let mut codes = HashMap::new();
    for row in rows {
        let issues = match issuing {
            Some(Reach::Everything) => true,
            Some(Reach::Issuer(issuer)) => issuer == row.issuer_id,
            _ => false,
        };
        if issues || own.iter().any(|learner| learner.id == row.learner_id) {
            let code = service.master_key.open(&sealed_for(row.id), &row.sealed_code)?;
            let code = String::from_utf8(code)
                .map_err(|error| Error::internal("a voucher's code is no text", error.utf8_error()))?;
            codes.insert(row.id, code);
        }
    }
    Ok(codes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    #[test]
    fn a_code_is_found_however_it_was_typed() {
        let made = code(&SystemRandom).unwrap();
        assert_eq!(made.len(), 23);
        let typed = made.replace('-', " ").to_lowercase().replace('0', "o").replace('1', "l");
        assert_eq!(hash(&made), hash(&typed));
        assert_ne!(hash(&made), hash(&code(&SystemRandom).unwrap()));
    }
}
