//! Seats in cohorts: who holds one, and who moves up when one becomes free.

use std::collections::{BTreeSet, HashMap};

use cairn_entity::enums::EnrollmentStatus;
use cairn_entity::{cohort, enrollment};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::change::{Change, apply};
use super::scene::{begins_later, zones};
use crate::error::Result;
use crate::{Work, completion};

/// Whether an enrollment holds a seat of its cohort. Who completes or fails has used theirs; who withdraws or runs out of time gives it back.
pub(super) fn holds(status: EnrollmentStatus) -> bool {
    HOLDING.contains(&status)
}

const HOLDING: [EnrollmentStatus; 4] = [
    EnrollmentStatus::Pending,
    EnrollmentStatus::Active,
    EnrollmentStatus::Completed,
    EnrollmentStatus::Failed,
];

/// How full a cohort is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Taken {
    /// Seats held.
    pub(super) seats: i64,
    /// Learners that wait.
    pub(super) waiting: i64,
}

/// Locks cohorts, so that two calls never give away one seat; in the order of ids.
pub(super) async fn lock(work: &Work<'_>, cohorts: &BTreeSet<Uuid>) -> Result<Vec<cohort::Model>> {
    Ok(cohort::Entity::find()
        .filter(cohort::Column::Id.is_in(cohorts.iter().copied()))
        .order_by_asc(cohort::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(work.tx())
        .await?)
}

/// How full cohorts are; those without any enrollment are left out.
pub(super) async fn taken(work: &Work<'_>, cohorts: &BTreeSet<Uuid>) -> Result<HashMap<Uuid, Taken>> {
    let counts: Vec<(Uuid, EnrollmentStatus, i64)> = enrollment::Entity::find()
        .filter(enrollment::Column::CohortId.is_in(cohorts.iter().copied()))
        .select_only()
        .column(enrollment::Column::CohortId)
        .column(enrollment::Column::Status)
        .expr_as(Expr::cust("COUNT(*)"), "total")
        .group_by(enrollment::Column::CohortId)
        .group_by(enrollment::Column::Status)
        .into_tuple()
        .all(work.tx())
        .await?;
    let mut taken: HashMap<Uuid, Taken> = HashMap::new();
    for (cohort, status, count) in counts {
        let entry = taken.entry(cohort).or_default();
        if holds(status) {
            entry.seats += count;
        } else if status == EnrollmentStatus::Waitlisted {
            entry.waiting += count;
        }
    }
    Ok(taken)
}

/// Gives free seats of these cohorts to those who wait, the first come first; gives the ids of those who moved up.
pub(super) async fn fill(work: &mut Work<'_>, cohorts: BTreeSet<Uuid>) -> Result<Vec<Uuid>> {
    if cohorts.is_empty() {
        return Ok(Vec::new());
    }
    let mut free: HashMap<Uuid, i64> = HashMap::new();
    let locked = lock(work, &cohorts).await?;
    let taken = taken(work, &cohorts).await?;
    for row in &locked {
        let seats = taken.get(&row.id).copied().unwrap_or_default().seats;
        let capacity = row.capacity.map_or(i64::MAX, i64::from);
        free.insert(row.id, capacity.saturating_sub(seats));
    }
    let zones = zones(work, locked.iter().map(|row| row.issuer_id).collect()).await?;
    let not_begun: BTreeSet<Uuid> = locked
        .iter()
        .filter(|row| begins_later(row, zones.get(&row.issuer_id), work.now))
        .map(|row| row.id)
        .collect();
    let waiting = enrollment::Entity::find()
        .filter(enrollment::Column::CohortId.is_in(cohorts))
        .filter(enrollment::Column::Status.eq(EnrollmentStatus::Waitlisted))
        .order_by_asc(enrollment::Column::EnrolledAt)
        .order_by_asc(enrollment::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(work.tx())
        .await?;
    let at = work.now;
    let mut changes = Vec::new();
    for before in waiting {
        let Some(left) = before.cohort_id.and_then(|cohort| free.get_mut(&cohort)) else { continue };
        if *left > 0 {
            *left -= 1;
            let later = before.cohort_id.is_some_and(|cohort| not_begun.contains(&cohort));
            let to = if later { EnrollmentStatus::Pending } else { EnrollmentStatus::Active };
            changes.push(Change { before, to, at, reason: Some("seat_free".to_owned()) });
        }
    }
    let moved: Vec<Uuid> = apply(work, changes).await?.into_iter().map(|row| row.id).collect();
    completion::refresh(work, &moved).await?;
    Ok(moved)
}
