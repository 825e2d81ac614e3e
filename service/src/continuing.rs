//! Continuing units: what somebody does to stay current, recorded by activity, with a category. Rules count them.

use std::collections::{HashMap, HashSet};

use cairn_entity::{continuing_unit, enrollment};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use crate::actor::{Actor, Scope};
use crate::bulk::{self, RowOutcome, UpsertOutcome};
use crate::error::{Result, UserError, UserErrorCode};
use crate::ids::Kind;
use crate::page::{self, Page, PageArgs, Sort, SortKey};
use crate::reference::EnrollmentReference;
use crate::validate::Checks;
use crate::{Service, Work, completion, enrollment as enrollments, save};

/// Most units of one activity, in ten-thousandths.
const MOST_UNITS: i64 = 10_000 * crate::amount::ONE;

/// Units of one activity, found again by enrollment and external id.
#[derive(Clone, Debug)]
pub struct UnitsRow {
    /// The sender's own id.
    pub external_id: String,
    /// For which enrollment.
    pub enrollment: EnrollmentReference,
    /// Of which category.
    pub category: String,
    /// How many, in ten-thousandths.
    pub amount: i64,
    /// What was done.
    pub title: String,
    /// Where it is shown.
    pub url: Option<String>,
    /// When earned.
    pub earned_at: DateTime<Utc>,
    /// Whether they are taken back: they are kept and count no more.
    pub withdrawn: bool,
}

/// Records up to 1,000 activities, each with its own outcome. The number of statements does not depend on how many they are.
#[crate::boxed]
pub async fn record(
    service: &Service,
    actor: &Actor,
    rows: Vec<UnitsRow>,
) -> Result<Vec<RowOutcome<continuing_unit::Model>>> {
    let reach = actor.reach(Scope::ProgressWrite)?;
    bulk::check_count("rows", rows.len())?;
    let mut work = Work::begin(service, actor).await?;
    let named: HashSet<EnrollmentReference> = rows.iter().map(|row| row.enrollment.clone()).collect();
    let named: Vec<EnrollmentReference> = named.into_iter().collect();
    let found = enrollments::resolve(work.tx(), actor, reach, &named).await?;
    let ids: HashSet<Uuid> = found.values().map(|row| row.id).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    // Two calls that record for one enrollment follow each other.
    enrollments::lock(&work, &ids).await?;
    let known = known(&work, &ids, &rows).await?;
    let key = |row: &UnitsRow| Some((found.get(&row.enrollment)?.id, row.external_id.clone()));
    let winners = bulk::winners(rows.iter().map(key));
    let (mut outcomes, mut written) = (Vec::with_capacity(rows.len()), Vec::new());
    for (index, row) in rows.iter().enumerate() {
        let errors = check(&format!("rows.{index}"), row, found.get(&row.enrollment), work.now);
        let Some(enrollment) = found.get(&row.enrollment).filter(|_| errors.is_empty()) else {
            outcomes.push(RowOutcome::failed(index, errors));
            continue;
        };
        let before = known.get(&(enrollment.id, row.external_id.clone()));
        if let Some(winner) = winners[index] {
            outcomes.push(RowOutcome::superseded(index, winner, before.cloned()));
            continue;
        }
        let (outcome, model) = lay(&work, enrollment, row, before)?;
        if outcome != UpsertOutcome::Unchanged {
            let detail = json!({ "units": model.id, "category": model.category, "amount": model.amount,
                "withdrawn": row.withdrawn });
            let subject = (Kind::Enrollment, enrollment.id);
            work.audit(Some(enrollment.issuer_id), "continuing_units.recorded", subject, detail)?;
            written.push(model.clone());
        }
        outcomes.push(RowOutcome::of(index, outcome, model));
    }
    let touched: HashSet<Uuid> = written.iter().map(|row| row.enrollment_id).collect();
    save::rows::<continuing_unit::Entity>(work.tx(), written).await?;
    completion::refresh(&mut work, &touched.into_iter().collect::<Vec<_>>()).await?;
    work.answer(outcomes).await
}

async fn known(
    work: &Work<'_>,
    enrollments: &[Uuid],
    rows: &[UnitsRow],
) -> Result<HashMap<(Uuid, String), continuing_unit::Model>> {
    let known = continuing_unit::Entity::find()
        .filter(continuing_unit::Column::EnrollmentId.is_in(enrollments.iter().copied()))
        .filter(continuing_unit::Column::ExternalId.is_in(rows.iter().map(|row| row.external_id.as_str())))
        .all(work.tx())
        .await?;
    Ok(known.into_iter().map(|row| ((row.enrollment_id, row.external_id.clone()), row)).collect())
}

fn check(
    path: &str,
    row: &UnitsRow,
    enrollment: Option<&enrollment::Model>,
    now: DateTime<Utc>,
) -> Vec<UserError> {
    let mut checks = Checks::default();
    if enrollment.is_none() {
        let message = "there is no such enrollment, or it is not yours";
        checks.fail("enrollment", UserErrorCode::NotFound, message);
    }
    checks.external_id("externalId", &row.external_id);
    checks.text("category", &row.category, 100);
    checks.text("title", &row.title, 500);
    checks.url("url", row.url.as_deref());
    if !(1..=MOST_UNITS).contains(&row.amount) {
        checks.fail("amount", UserErrorCode::Invalid, "must be more than 0, at most 10000");
    }
    if row.earned_at > now {
        checks.fail("earnedAt", UserErrorCode::Invalid, "must not lie in the future");
    }
    checks.into_errors().into_iter().map(|error| error.under(path)).collect()
}

/// The row as it is to be.
fn lay(
    work: &Work<'_>,
    enrollment: &enrollment::Model,
    row: &UnitsRow,
    before: Option<&continuing_unit::Model>,
) -> Result<(UpsertOutcome, continuing_unit::Model)> {
    let earlier = before.and_then(|before| before.withdrawn_at);
    let model = continuing_unit::Model {
        id: before.map_or_else(|| work.new_id(), |before| Ok(before.id))?,
        issuer_id: enrollment.issuer_id,
        enrollment_id: enrollment.id,
        external_id: row.external_id.clone(),
        category: row.category.clone(),
        amount: row.amount,
        title: row.title.clone(),
        url: row.url.clone(),
        earned_at: row.earned_at,
        withdrawn_at: row.withdrawn.then(|| earlier.unwrap_or(work.now)),
        created_at: before.map_or(work.now, |before| before.created_at),
        updated_at: work.now,
    };
    Ok(match before {
        None => (UpsertOutcome::Created, model),
        Some(before)
            if *before == (continuing_unit::Model { updated_at: before.updated_at, ..model.clone() }) =>
        {
            (UpsertOutcome::Unchanged, before.clone())
        }
        Some(_) => (UpsertOutcome::Updated, model),
    })
}

/// A page of each enrollment's activities, in the order in which they were recorded; for whoever may see the enrollments.
#[crate::boxed]
pub async fn of_enrollments(
    service: &Service,
    enrollments: &[Uuid],
    args: &PageArgs,
) -> Result<HashMap<Uuid, Page<continuing_unit::Model>>> {
    use continuing_unit::{Column, Entity, Model};
    let sort = Sort { tag: "continuing-unit", column: None, id: Column::Id, descending: false };
    let read = (|row: &Model| row.enrollment_id, |row: &Model| (SortKey::None, row.id));
    let parent = Column::EnrollmentId;
    page::fetch_each(service.db.reader(), Entity::find(), parent, enrollments, &sort, args, read).await
}

/// How many activities each enrollment has.
#[crate::boxed]
pub async fn count(service: &Service, enrollments: &[Uuid]) -> Result<HashMap<Uuid, u64>> {
    use continuing_unit::{Column, Entity};
    page::count_each(service.db.reader(), Entity::find(), Column::EnrollmentId, enrollments).await
}

/// Activities by id, among those of enrollments that the caller may see.
#[crate::boxed]
pub async fn visible_by_ids(
    service: &Service,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<continuing_unit::Model>> {
    let rows = continuing_unit::Entity::find()
        .filter(continuing_unit::Column::Id.is_in(ids.iter().copied()))
        .all(service.db.reader())
        .await?;
    let of: Vec<Uuid> = rows.iter().map(|row| row.enrollment_id).collect();
    let visible = enrollments::visible_by_ids(service, actor, &of).await?;
    Ok(rows.into_iter().filter(|row| visible.iter().any(|one| one.id == row.enrollment_id)).collect())
}
