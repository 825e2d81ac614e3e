//! Until when work is due: the cohort's own date, else the assessment's, else so many days from enrolling.

use std::collections::HashMap;

use cairn_entity::{cohort, cohort_due_date, enrollment, program};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use crate::actor::{Actor, Scope};
use crate::completion::Assessment;
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::reference::{self, Reference};
use crate::validate::Checks;
use crate::{Service, Work, save, tenancy};

/// A date by which a cohort is to hand in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDueDate {
    /// External id of the assessment.
    pub assessment: String,
    /// Until when; none takes the date away.
    pub due_at: Option<DateTime<Utc>>,
}

/// Until when an enrollment is to hand in.
pub(super) async fn of(
    work: &Work<'_>,
    enrollment: &enrollment::Model,
    assessment: &Assessment,
) -> Result<Option<DateTime<Utc>>> {
    let own = match enrollment.cohort_id {
        Some(cohort) => {
            cohort_due_date::Entity::find()
                .filter(cohort_due_date::Column::CohortId.eq(cohort))
                .filter(cohort_due_date::Column::Assessment.eq(&assessment.external_id))
                .one(work.tx())
                .await?
        }
        None => None,
    };
    let by_days = || {
        let days = assessment.rules.due_days?;
        enrollment.enrolled_at.checked_add_signed(TimeDelta::days(i64::from(days)))
    };
    Ok(own.map(|row| row.due_at).or(assessment.due_at).or_else(by_days))
}

/// Sets or takes away due dates of a cohort; those that are not named stay. Needs `programs:write`. Work that was handed in before keeps the date
/// that held then.
#[crate::boxed]
pub async fn set(
    service: &Service,
    actor: &Actor,
    named: &Reference,
    dates: Vec<NewDueDate>,
) -> Result<cohort::Model> {
    let reach = actor.reach_whole(Scope::ProgramsWrite)?;
    let mut checks = Checks::default();
    checks.at_most("dueDates", dates.len(), 200);
    for (index, date) in dates.iter().enumerate() {
        checks.external_id(&format!("dueDates.{index}.assessment"), &date.assessment);
    }
    checks.finish()?;
    let mut work = Work::begin(service, actor).await?;
    let visible = tenancy::cohorts(reach);
    let cohort = reference::find_one::<cohort::Entity>(work.tx(), actor.issuer, visible, named).await?;
    let cohort = cohort.ok_or_else(|| {
        Error::user("cohort", UserErrorCode::NotFound, "there is no such cohort, or it is not yours")
    })?;
    known(&work, &cohort, &dates).await?;
    let present = cohort_due_date::Entity::find()
        .filter(cohort_due_date::Column::CohortId.eq(cohort.id))
        .all(work.tx())
        .await?;
    let present: HashMap<String, Uuid> = present.into_iter().map(|row| (row.assessment, row.id)).collect();
    let (mut rows, mut gone) = (HashMap::new(), Vec::new());
    for date in dates {
        let id = present.get(&date.assessment).copied();
        match date.due_at {
            Some(due_at) => {
                let row = cohort_due_date::Model {
                    id: id.map_or_else(|| work.new_id(), Ok)?,
                    issuer_id: cohort.issuer_id,
                    cohort_id: cohort.id,
                    assessment: date.assessment.clone(),
                    due_at,
                };
                rows.insert(date.assessment, row);
            }
            None => gone.extend(id),
        }
    }
    let detail = json!({ "dueDates": rows.len(), "removed": gone.len() });
    save::delete::<cohort_due_date::Entity>(work.tx(), cohort_due_date::Column::Id, &gone).await?;
    save::rows::<cohort_due_date::Entity>(work.tx(), rows.into_values().collect()).await?;
    work.audit(Some(cohort.issuer_id), "cohort.due_dates_set", (Kind::Cohort, cohort.id), detail)?;
    work.answer(cohort).await
}

/// Refuses dates for what neither the cohort's version nor the cohort itself is assessed by.
async fn known(work: &Work<'_>, cohort: &cohort::Model, dates: &[NewDueDate]) -> Result<()> {
    use cairn_entity::assessment;
    let program = program::Entity::find_by_id(cohort.program_id).one(work.tx()).await?;
    let version = cohort.version_id.or_else(|| program.and_then(|row| row.current_version_id));
    let rows = assessment::Entity::find()
        .filter(
            sea_orm::Condition::any()
                .add_option(version.map(|version| assessment::Column::VersionId.eq(version)))
                .add(assessment::Column::CohortId.eq(cohort.id)),
        )
        .all(work.tx())
        .await?;
    let mut checks = Checks::default();
    for (index, date) in dates.iter().enumerate() {
        if !rows.iter().any(|row| row.external_id == date.assessment) {
            let message = "neither the cohort's version nor the cohort has an assessment of this external id";
            checks.fail(&format!("dueDates.{index}.assessment"), UserErrorCode::NotFound, message);
        }
    }
    checks.finish()
}

/// The due dates of cohorts, the earliest first; for whoever may see the cohorts. One statement.
#[crate::boxed]
pub async fn of_cohorts(
    service: &Service,
    cohorts: &[Uuid],
) -> Result<HashMap<Uuid, Vec<cohort_due_date::Model>>> {
    let rows = cohort_due_date::Entity::find()
        .filter(cohort_due_date::Column::CohortId.is_in(cohorts.iter().copied()))
        .order_by_asc(cohort_due_date::Column::DueAt)
        .order_by_asc(cohort_due_date::Column::Id)
        .all(service.db.reader())
        .await?;
    let mut by_cohort: HashMap<Uuid, Vec<cohort_due_date::Model>> = HashMap::new();
    for row in rows {
        by_cohort.entry(row.cohort_id).or_default().push(row);
    }
    Ok(by_cohort)
}
