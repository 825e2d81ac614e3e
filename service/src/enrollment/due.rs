//! What time does to enrollments, done by workers: what waits for its start begins, what has reached its end expires.

use std::collections::{BTreeSet, HashMap};

use cairn_entity::enums::EnrollmentStatus;
use cairn_entity::{cohort, enrollment, issuer};
use chrono::{DateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::change::{Change, apply};
use super::seats;
use crate::actor::Actor;
use crate::error::Result;
use crate::{Service, Work, completion};

/// Enrollments that are changed together.
const BATCH: u64 = 500;

/// Begins and ends what is due. Any number of nodes may do it beside each other: each enrollment is changed once.
#[crate::boxed]
pub async fn keep_time(service: &Service) -> Result<()> {
    let starts = starting(service).await?;
    if !starts.is_empty() {
        turn(service, &starts, EnrollmentStatus::Active, "start_reached").await?;
    }
    turn(service, &ending(service.now()), EnrollmentStatus::Expired, "end_reached").await
}

/// Changes the enrollments that meet a condition, a batch a transaction, until there are none.
async fn turn(service: &Service, due: &Condition, to: EnrollmentStatus, reason: &str) -> Result<()> {
    loop {
        // A look without a lock first: an idle node must not take the write lock again and again.
        if enrollment::Entity::find().filter(due.clone()).one(service.db.reader()).await?.is_none() {
            return Ok(());
        }
        let actor = Actor::worker();
        let mut work = Work::begin(service, &actor).await?;
        let rows = enrollment::Entity::find()
            .filter(due.clone())
            .order_by_asc(enrollment::Column::Id)
            .limit(BATCH)
            .lock_with_behavior(LockType::NoKeyUpdate, LockBehavior::SkipLocked)
            .all(work.tx())
            .await?;
        if rows.is_empty() {
            return Ok(());
        }
        let at = work.now;
        let left: BTreeSet<Uuid> = rows.iter().filter_map(|row| row.cohort_id).collect();
        let change = |before| Change { before, to, at, reason: Some(reason.to_owned()) };
        let changed = apply(&mut work, rows.into_iter().map(change).collect()).await?;
        if to == EnrollmentStatus::Expired {
            seats::fill(&mut work, left).await?;
        } else {
            let ids: Vec<Uuid> = changed.iter().map(|row| row.id).collect();
            completion::refresh(&mut work, &ids).await?;
        }
        work.commit().await?;
    }
}

/// Pending enrollments whose start has come: the first day of their cohort in the issuer's time zone, or the moment for which they were made. One that
/// was made pending after that waits for something else, which only its sender knows. Matches nothing where none waits.
async fn starting(service: &Service) -> Result<Condition> {
    let now = service.now();
    let on = service.db.reader();
    let cohorts: Vec<Option<Uuid>> = enrollment::Entity::find()
        .select_only()
        .column(enrollment::Column::CohortId)
        .distinct()
        .filter(enrollment::Column::Status.eq(EnrollmentStatus::Pending))
        .into_tuple()
        .all(on)
        .await?;
    if cohorts.is_empty() {
        return Ok(Condition::any());
    }
    let rows = cohort::Entity::find()
        .filter(cohort::Column::Id.is_in(cohorts.into_iter().flatten()))
        .all(on)
        .await?;
    let issuers: BTreeSet<Uuid> = rows.iter().map(|row| row.issuer_id).collect();
    let issuers = issuer::Entity::find().filter(issuer::Column::Id.is_in(issuers)).all(on).await?;
    let zones: HashMap<Uuid, Tz> =
        issuers.into_iter().map(|row| (row.id, row.time_zone.parse().unwrap_or(Tz::UTC))).collect();
    let by_themselves = Condition::all()
        .add(enrollment::Column::EnrolledAt.lte(now))
        .add(Expr::col(enrollment::Column::EnrolledAt).gt(Expr::col(enrollment::Column::CreatedAt)))
        .add(enrollment::Column::CohortId.is_null());
    let mut any = Condition::any().add(by_themselves);
    for row in rows {
        let zone = zones.get(&row.issuer_id).copied().unwrap_or(Tz::UTC);
        let Some(start) = begins_at(&row, zone).filter(|start| *start <= now) else { continue };
        let made_before = enrollment::Column::CreatedAt.lt(start);
        any = any.add(
            Condition::all()
                .add(enrollment::Column::CohortId.eq(row.id))
                .add(Condition::any().add(made_before).add(enrollment::Column::EnrolledAt.gt(start)))
                .add(enrollment::Column::EnrolledAt.lte(now)),
        );
    }
    Ok(Condition::all().add(enrollment::Column::Status.eq(EnrollmentStatus::Pending)).add(any))
}

/// The first moment of a cohort's first day.
fn begins_at(cohort: &cohort::Model, zone: Tz) -> Option<DateTime<Utc>> {
    let midnight = cohort.starts_on?.and_time(NaiveTime::MIN);
    // A day that begins with a jump of the clocks begins an hour later.
    let begin = zone.from_local_datetime(&midnight).earliest();
    let begin =
        begin.or_else(|| zone.from_local_datetime(&(midnight + chrono::TimeDelta::hours(1))).earliest());
    begin.map(|begin| begin.with_timezone(&Utc))
}

/// Enrollments under way whose own end has come, or where they have none that of their cohort. One that was made after its end is history that a
/// sender tells, who will also tell what came of it.
fn ending(now: DateTime<Utc>) -> Condition {
    let made = || Expr::col((enrollment::Entity, enrollment::Column::CreatedAt));
    let closed = Query::select()
        .column(cohort::Column::Id)
        .from(cohort::Entity)
        .and_where(cohort::Column::CompleteBy.lte(now))
        .and_where(Expr::col((cohort::Entity, cohort::Column::CompleteBy)).gt(made()))
        .to_owned();
    let by_itself = Condition::all()
        .add(enrollment::Column::EndsAt.lte(now))
        .add(Expr::col((enrollment::Entity, enrollment::Column::EndsAt)).gt(made()));
    let by_cohort = Condition::all()
        .add(enrollment::Column::EndsAt.is_null())
        .add(enrollment::Column::CohortId.in_subquery(closed));
    Condition::all()
        // As the indexes say it.
        .add(Expr::cust("status IN ('pending', 'active')"))
        .add(Condition::any().add(by_itself).add(by_cohort))
}
