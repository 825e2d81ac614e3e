//! All learners of an issuer, for files: erased records and those that were merged into others are none.

use cairn_entity::{enrollment, learner, program};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, Select};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Service;
use crate::actor::{Actor, Scope};
use crate::error::Result;
use crate::page;
use crate::reference::{self, Referable, Reference};
use crate::tenancy;

/// Which learners; what is absent does not restrict.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LearnerFilter {
    /// Enrolled in one of these programs, now or once.
    pub programs: Option<Vec<Reference>>,
    /// Changed since.
    pub updated_since: Option<DateTime<Utc>>,
}

async fn select(service: &Service, actor: &Actor, filter: &LearnerFilter) -> Result<Select<learner::Entity>> {
    use learner::Column;
    let mut of = Condition::all()
        .add(tenancy::learners(actor.reach_whole(Scope::LearnersRead)?))
        .add(Column::ErasedAt.is_null())
        .add(Column::MergedIntoId.is_null())
        .add_option(filter.updated_since.map(|since| Column::UpdatedAt.gte(since)));
    if let Some(named) = &filter.programs {
        let on = service.db.reader();
        // What is found here only narrows a search among visible learners.
        let found = reference::find::<program::Entity>(on, actor.issuer, Condition::all(), named).await?;
        let enrolled = Query::select()
            .column(enrollment::Column::LearnerId)
            .from(enrollment::Entity)
            .and_where(
                enrollment::Column::ProgramId.is_in(found.values().map(|row| program::Entity::names(row).0)),
            )
            .to_owned();
        of = of.add(Column::Id.in_subquery(enrolled));
    }
    Ok(learner::Entity::find().filter(of))
}

/// Learners in the order of their ids after one of them, at most so many.
pub(crate) async fn slice(
    service: &Service,
    actor: &Actor,
    filter: &LearnerFilter,
    (after, limit): (Option<Uuid>, u64),
) -> Result<Vec<learner::Model>> {
    let select = select(service, actor, filter).await?;
    page::slice(service.db.reader(), select, learner::Column::Id, after, limit).await
}

/// How many learners there are.
pub(crate) async fn count(service: &Service, actor: &Actor, filter: &LearnerFilter) -> Result<u64> {
    Ok(select(service, actor, filter).await?.count(service.db.reader()).await?)
}
