//! Enrollments that look stuck: under way, and yet something that should have come has not.

use std::collections::HashSet;

use cairn_entity::enums::{ComponentState, EnrollmentStatus};
use cairn_entity::{cohort, component_progress, enrollment, program};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::actor::{Actor, Reach, Scope};
use crate::error::{Error, Result};
use crate::page::{self, Page, PageArgs, Sort};
use crate::reference::{self, Reference};
use crate::{Service, amount, tenancy};

/// Why an enrollment looks stuck.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StuckReason {
    /// Everything required is done, and yet it is not completed: a grade, a check of identity or an approval is missing.
    AllDone,
    /// A component stands at 100 percent and nothing said that it is completed: the last message was lost.
    LastMessageMissing,
    /// Nothing was heard of it for so many days.
    Silent,
}

impl StuckReason {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::AllDone, Self::LastMessageMissing, Self::Silent];
}

/// How many days without any message are too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silence(u16);

impl Silence {
    /// So many days, from 1 to 3,650; two weeks where nothing is said.
    pub fn of(days: Option<i32>) -> Result<Self> {
        let days = days.unwrap_or(14);
        match u16::try_from(days) {
            Ok(days @ 1..=3_650) => Ok(Self(days)),
            _ => Err(Error::BadRequest("`silentDays` must be 1 to 3,650".to_owned())),
        }
    }

    fn since(self, now: DateTime<Utc>) -> DateTime<Utc> {
        now - TimeDelta::days(i64::from(self.0))
    }
}

/// Which of them; every member narrows.
#[derive(Clone, Debug)]
pub struct StuckFilter {
    /// Of these programs.
    pub programs: Option<Vec<Reference>>,
    /// In these cohorts.
    pub cohorts: Option<Vec<Reference>>,
    /// For any of these reasons.
    pub reasons: Option<Vec<StuckReason>>,
    /// What counts as silent.
    pub silence: Silence,
}

/// One of them.
#[derive(Clone, Debug)]
pub struct Stuck {
    /// The enrollment.
    pub enrollment: enrollment::Model,
    /// Why; all that apply, whatever was asked for.
    pub reasons: Vec<StuckReason>,
}

/// A page of enrollments under way that look stuck, those that were silent longest first. Two statements beside those that find what the filter
/// names.
#[crate::boxed]
pub async fn stuck(
    service: &Service,
    actor: &Actor,
    filter: &StuckFilter,
    args: &PageArgs,
) -> Result<Page<Stuck>> {
    use enrollment::Column;
    let condition = condition(service, actor, filter).await?;
    let column = Some(Column::LastActivityAt);
    let sort = Sort { tag: "enrollments:stuck", column, id: Column::Id, descending: false };
    let select = enrollment::Entity::find().filter(condition);
    let key = |row: &enrollment::Model| (row.last_activity_at.into(), row.id);
    let page = page::fetch(service.db.reader(), select, &sort, args, key).await?;
    let ids: Vec<Uuid> = page.items.iter().map(|(row, _)| row.id).collect();
    let unfinished = unfinished(service, &ids).await?;
    let since = filter.silence.since(service.now());
    Ok(page.map(|row| Stuck { reasons: reasons(&row, &unfinished, since), enrollment: row }))
}

/// How many there are.
#[crate::boxed]
pub async fn count_stuck(service: &Service, actor: &Actor, filter: &StuckFilter) -> Result<u64> {
    let condition = condition(service, actor, filter).await?;
    Ok(enrollment::Entity::find().filter(condition).count(service.db.reader()).await?)
}

fn reasons(row: &enrollment::Model, unfinished: &HashSet<Uuid>, since: DateTime<Utc>) -> Vec<StuckReason> {
    let applies = |reason: &StuckReason| match reason {
        StuckReason::AllDone => row.required_total > 0 && row.required_done >= row.required_total,
        StuckReason::LastMessageMissing => unfinished.contains(&row.id),
        StuckReason::Silent => row.last_activity_at < since,
    };
    StuckReason::ALL.into_iter().filter(applies).collect()
}

async fn condition(service: &Service, actor: &Actor, filter: &StuckFilter) -> Result<Condition> {
    use enrollment::Column;
    let reach = actor.reach(Scope::EnrollmentsRead)?;
    if matches!(reach, Reach::Own { .. }) {
        return Err(Error::Forbidden("this list is for those who run programs".to_owned()));
    }
    let on = service.db.reader();
    let since = filter.silence.since(service.now());
    let reasons = filter.reasons.as_deref().unwrap_or(&StuckReason::ALL);
    let any = reasons.iter().fold(Condition::any().add(Expr::value(false)), |any, reason| match reason {
        StuckReason::AllDone => any.add(
            Column::RequiredTotal.gt(0).and(
                Expr::col(Column::RequiredDone.as_column_ref())
                    .gte(Expr::col(Column::RequiredTotal.as_column_ref())),
            ),
        ),
        StuckReason::LastMessageMissing => any.add(Column::Id.in_subquery(without_end())),
        StuckReason::Silent => any.add(Column::LastActivityAt.lt(since)),
    });
    let mut condition = Condition::all()
        .add(tenancy::enrollments(reach))
        .add(Column::Status.eq(EnrollmentStatus::Active))
        .add(any);
    if let Some(programs) = &filter.programs {
        let visible = tenancy::of_issuer(reach, program::Column::IssuerId);
        let ids =
            reference::ids_of::<program::Entity>(on, actor.issuer, visible, programs, "program").await?;
        condition = condition.add(Column::ProgramId.is_in(ids));
    }
    if let Some(cohorts) = &filter.cohorts {
        let visible = tenancy::cohorts(reach);
        let ids = reference::ids_of::<cohort::Entity>(on, actor.issuer, visible, cohorts, "cohort").await?;
        condition = condition.add(Column::CohortId.is_in(ids));
    }
    Ok(condition)
}

/// Enrollments with a component at 100 percent that nothing said is completed.
fn without_end() -> SelectStatement {
    Query::select()
        .column(component_progress::Column::EnrollmentId)
        .from(component_progress::Entity)
        .and_where(component_progress::Column::State.eq(ComponentState::InProgress))
        .and_where(component_progress::Column::Percent.gte(amount::HUNDRED))
        .to_owned()
}

async fn unfinished(service: &Service, ids: &[Uuid]) -> Result<HashSet<Uuid>> {
    let rows: Vec<Uuid> = component_progress::Entity::find()
        .select_only()
        .column(component_progress::Column::EnrollmentId)
        .filter(component_progress::Column::EnrollmentId.is_in(ids.iter().copied()))
        .filter(component_progress::Column::State.eq(ComponentState::InProgress))
        .filter(component_progress::Column::Percent.gte(amount::HUNDRED))
        .into_tuple()
        .all(service.db.reader())
        .await?;
    Ok(rows.into_iter().collect())
}
