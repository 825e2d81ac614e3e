//! Learning events as they were kept: what was said of an enrollment, by whom it was undone, and what each did.

use std::collections::HashMap;

use cairn_entity::{enrollment, learning_event};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::actor::{Actor, Scope};
use crate::error::Result;
use crate::page::{self, Page, PageArgs, Sort, SortKey};
use crate::{Service, tenancy};

/// The same page of the events of each enrollment, the newest received first; for whoever may see the enrollments. One statement.
#[crate::boxed]
pub async fn of_enrollments(
    service: &Service,
    enrollments: &[Uuid],
    args: &PageArgs,
) -> Result<HashMap<Uuid, Page<learning_event::Model>>> {
    let sort =
        Sort { tag: "enrollment.events", column: None, id: learning_event::Column::Id, descending: true };
    let of = learning_event::Column::EnrollmentId;
    let read = (
        |row: &learning_event::Model| row.enrollment_id,
        |row: &learning_event::Model| (SortKey::None, row.id),
    );
    let select = learning_event::Entity::find();
    page::fetch_each(service.db.reader(), select, of, enrollments, &sort, args, read).await
}

/// How many events each enrollment has; those without are left out. One statement.
#[crate::boxed]
pub async fn count_of_enrollments(service: &Service, enrollments: &[Uuid]) -> Result<HashMap<Uuid, u64>> {
    let of = learning_event::Column::EnrollmentId;
    page::count_each(service.db.reader(), learning_event::Entity::find(), of, enrollments).await
}

/// Events by id, for what refers to them.
#[crate::boxed]
pub async fn by_ids(service: &Service, ids: &[Uuid]) -> Result<Vec<learning_event::Model>> {
    let by_id = learning_event::Column::Id.is_in(ids.iter().copied());
    Ok(learning_event::Entity::find().filter(by_id).all(service.db.reader()).await?)
}

/// Those of these events whose enrollments the caller may see.
#[crate::boxed]
pub async fn visible_by_ids(
    service: &Service,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<learning_event::Model>> {
    let Some(visible) = tenancy::visible(actor, Scope::EnrollmentsRead, tenancy::enrollments) else {
        return Ok(Vec::new());
    };
    let enrollments = Query::select()
        .column(enrollment::Column::Id)
        .from(enrollment::Entity)
        .cond_where(visible)
        .to_owned();
    Ok(learning_event::Entity::find()
        .filter(learning_event::Column::Id.is_in(ids.iter().copied()))
        .filter(learning_event::Column::EnrollmentId.in_subquery(enrollments))
        .all(service.db.reader())
        .await?)
}
