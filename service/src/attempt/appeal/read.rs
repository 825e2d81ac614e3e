//! Reading appeals: the list for those who decide, and those of attempts for the learner, too.

use std::collections::HashMap;

use cairn_entity::enums::AppealStatus;
use cairn_entity::{appeal, attempt};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Select};
use uuid::Uuid;

use crate::Service;
use crate::actor::{Actor, Reach, Scope};
use crate::error::Result;
use crate::page::{self, Page, PageArgs, Sort};
use crate::read::grouped;
use crate::tenancy;

/// Which appeals; what is absent restricts nothing.
#[derive(Clone, Debug, Default)]
pub struct AppealFilter {
    /// At these stages.
    pub statuses: Option<Vec<AppealStatus>>,
}

/// The appeals that a reach covers.
pub(super) fn covered(reach: Reach) -> Condition {
    match reach {
        Reach::Own { .. } | Reach::Cohorts { .. } => {
            let attempts = Query::select()
                .column(attempt::Column::Id)
                .from(attempt::Entity)
                .cond_where(tenancy::attempts(reach))
                .to_owned();
            Condition::all().add(appeal::Column::AttemptId.in_subquery(attempts))
        }
        other => tenancy::whole_issuer(other, appeal::Column::IssuerId),
    }
}

fn select(actor: &Actor, filter: &AppealFilter) -> Result<Select<appeal::Entity>> {
    let select = appeal::Entity::find().filter(covered(actor.reach(Scope::AssessmentsGrade)?));
    Ok(match &filter.statuses {
        Some(statuses) => select.filter(appeal::Column::Status.is_in(statuses.iter().copied())),
        None => select,
    })
}

/// A page of the appeals against what the caller grades, the earliest first. One statement.
#[crate::boxed]
pub async fn list(
    service: &Service,
    actor: &Actor,
    filter: &AppealFilter,
    args: &PageArgs,
) -> Result<Page<appeal::Model>> {
    let (filed, id) = (appeal::Column::FiledAt, appeal::Column::Id);
    let sort = Sort { tag: "appeals", column: Some(filed), id, descending: false };
    let select = select(actor, filter)?;
    page::fetch(service.db.reader(), select, &sort, args, |row| (row.filed_at.into(), row.id)).await
}

/// How many these are.
#[crate::boxed]
pub async fn count(service: &Service, actor: &Actor, filter: &AppealFilter) -> Result<u64> {
    Ok(select(actor, filter)?.count(service.db.reader()).await?)
}

/// Those of these appeals that the caller sees: who grades what they are against, and whose they are.
#[crate::boxed]
pub async fn visible_by_ids(service: &Service, actor: &Actor, ids: &[Uuid]) -> Result<Vec<appeal::Model>> {
    visible(service, actor, appeal::Column::Id.is_in(ids.iter().copied())).await
}

/// The appeals against attempts that the caller sees, the earliest first; by attempt.
#[crate::boxed]
pub async fn appeals_of(
    service: &Service,
    actor: &Actor,
    attempts: &[Uuid],
) -> Result<HashMap<Uuid, Vec<appeal::Model>>> {
    let rows = visible(service, actor, appeal::Column::AttemptId.is_in(attempts.iter().copied())).await?;
    Ok(grouped(rows, |row| row.attempt_id))
}

async fn visible(
    service: &Service,
    actor: &Actor,
    of: impl sea_orm::sea_query::IntoCondition,
) -> Result<Vec<appeal::Model>> {
    let Some(seen) = tenancy::visible(actor, Scope::AssessmentsGrade, covered) else {
        return Ok(Vec::new());
    };
    Ok(appeal::Entity::find()
        .filter(seen)
        .filter(of.into_condition())
        .order_by_asc(appeal::Column::FiledAt)
        .order_by_asc(appeal::Column::Id)
        .all(service.db.reader())
        .await?)
}
