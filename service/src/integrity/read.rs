//! Reading flags: for staff who reach what they are on, and for nobody else.

use std::collections::HashMap;

use cairn_entity::enums::{FlagStatus, IntegrityCategory};
use cairn_entity::{enrollment, integrity_flag};
use sea_orm::sea_query::Query;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use crate::Service;
use crate::actor::{Actor, Reach, Scope};
use crate::error::Result;
use crate::page::{self, Page, PageArgs, Sort};
use crate::read::grouped;
use crate::tenancy;

/// Which flags; what is absent restricts nothing.
#[derive(Clone, Debug, Default)]
pub struct FlagFilter {
    /// At these stages.
    pub statuses: Option<Vec<FlagStatus>>,
    /// Of these categories.
    pub categories: Option<Vec<IntegrityCategory>>,
}

/// The flags that a reach covers: never one's own.
pub(super) fn covered(reach: Reach) -> Condition {
    match reach {
        Reach::Cohorts { .. } => {
            let enrollments = Query::select()
                .column(enrollment::Column::Id)
                .from(enrollment::Entity)
                .cond_where(tenancy::enrollments(reach))
                .to_owned();
            Condition::all().add(integrity_flag::Column::EnrollmentId.in_subquery(enrollments))
        }
        other => tenancy::whole_issuer(other, integrity_flag::Column::IssuerId),
    }
}

fn select(actor: &Actor, filter: &FlagFilter) -> Result<Select<integrity_flag::Entity>> {
    let reach = actor.reach(Scope::AssessmentsGrade)?;
    let mut select = integrity_flag::Entity::find().filter(covered(reach));
    if let Some(statuses) = &filter.statuses {
        select = select.filter(integrity_flag::Column::Status.is_in(statuses.iter().copied()));
    }
    if let Some(categories) = &filter.categories {
        select = select.filter(integrity_flag::Column::Category.is_in(categories.iter().copied()));
    }
    Ok(select)
}

/// A page of the flags that the caller sees, the earliest raised first.
#[crate::boxed]
pub async fn list(
    service: &Service,
    actor: &Actor,
    filter: &FlagFilter,
    args: &PageArgs,
) -> Result<Page<integrity_flag::Model>> {
    let raised = integrity_flag::Column::RaisedAt;
    let id = integrity_flag::Column::Id;
    let sort = Sort { tag: "integrityFlags", column: Some(raised), id, descending: false };
    let select = select(actor, filter)?;
    page::fetch(service.db.reader(), select, &sort, args, |row| (row.raised_at.into(), row.id)).await
}

/// How many these are.
#[crate::boxed]
pub async fn count(service: &Service, actor: &Actor, filter: &FlagFilter) -> Result<u64> {
    Ok(select(actor, filter)?.count(service.db.reader()).await?)
}

/// Those of these flags that the caller sees.
#[crate::boxed]
pub async fn visible_by_ids(
    service: &Service,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<integrity_flag::Model>> {
    let of = integrity_flag::Column::Id.is_in(ids.iter().copied());
    visible(service, actor, Condition::all().add(of)).await
}

/// The flags of enrollments that the caller sees, those on their attempts among them, the earliest first; by enrollment.
#[crate::boxed]
pub async fn of_enrollments(
    service: &Service,
    actor: &Actor,
    enrollments: &[Uuid],
) -> Result<HashMap<Uuid, Vec<integrity_flag::Model>>> {
    let of = integrity_flag::Column::EnrollmentId.is_in(enrollments.iter().copied());
    let rows = visible(service, actor, Condition::all().add(of)).await?;
    Ok(grouped(rows, |row| row.enrollment_id))
}

/// The flags on attempts that the caller sees, the earliest first; by attempt.
#[crate::boxed]
pub async fn of_attempts(
    service: &Service,
    actor: &Actor,
    attempts: &[Uuid],
) -> Result<HashMap<Uuid, Vec<integrity_flag::Model>>> {
    let of = integrity_flag::Column::AttemptId.is_in(attempts.iter().copied());
    let rows = visible(service, actor, Condition::all().add(of)).await?;
    Ok(grouped(rows, |row| row.attempt_id.unwrap_or_default()))
}

async fn visible(service: &Service, actor: &Actor, of: Condition) -> Result<Vec<integrity_flag::Model>> {
    let Ok(reach) = actor.reach(Scope::AssessmentsGrade) else { return Ok(Vec::new()) };
    Ok(integrity_flag::Entity::find()
        .filter(covered(reach))
        .filter(of)
        .order_by_asc(integrity_flag::Column::RaisedAt)
        .order_by_asc(integrity_flag::Column::Id)
        .all(service.db.reader())
        .await?)
}

/// Those of these persons and keys who raised or resolved a flag that the caller sees.
pub(crate) async fn involved(service: &Service, actor: &Actor, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let Ok(reach) = actor.reach(Scope::AssessmentsGrade) else { return Ok(Vec::new()) };
    let (raised, resolved) = (integrity_flag::Column::RaisedById, integrity_flag::Column::ResolvedById);
    let among = |column: integrity_flag::Column| column.is_in(ids.iter().copied());
    let flags: Vec<(Option<Uuid>, Option<Uuid>)> = integrity_flag::Entity::find()
        .select_only()
        .columns([raised, resolved])
        .distinct()
        .filter(covered(reach))
        .filter(Condition::any().add(among(raised)).add(among(resolved)))
        .into_tuple()
        .all(service.db.reader())
        .await?;
    let involved = flags.into_iter().flat_map(|(raised, resolved)| [raised, resolved]).flatten();
    Ok(involved.filter(|id| ids.contains(id)).collect())
}
