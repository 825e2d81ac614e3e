//! The history of enrollments: every change, with who, when and why.

use std::collections::HashMap;

use cairn_entity::enrollment_change;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::Service;
use crate::error::Result;
use crate::page::{self, Page, PageArgs, Sort, SortKey};

/// A line of the history of an enrollment.
pub type History = enrollment_change::Model;

/// A page of each enrollment's history, the oldest line first; for whoever may see the enrollments.
#[crate::boxed]
pub async fn changes_of(
    service: &Service,
    enrollments: &[Uuid],
    args: &PageArgs,
) -> Result<HashMap<Uuid, Page<History>>> {
    use enrollment_change::{Column, Entity};
    let sort = Sort { tag: "enrollment-change", column: None, id: Column::Id, descending: false };
    let read = (|row: &History| row.enrollment_id, |row: &History| (SortKey::None, row.id));
    let parent = Column::EnrollmentId;
    page::fetch_each(service.db.reader(), Entity::find(), parent, enrollments, &sort, args, read).await
}

/// How many lines the history of each enrollment has.
#[crate::boxed]
pub async fn count_changes(service: &Service, enrollments: &[Uuid]) -> Result<HashMap<Uuid, u64>> {
    use enrollment_change::{Column, Entity};
    page::count_each(service.db.reader(), Entity::find(), Column::EnrollmentId, enrollments).await
}

/// Lines by id, among those of enrollments that the caller may see.
#[crate::boxed]
pub async fn visible_changes(
    service: &Service,
    actor: &crate::actor::Actor,
    ids: &[Uuid],
) -> Result<Vec<History>> {
    let rows = enrollment_change::Entity::find()
        .filter(enrollment_change::Column::Id.is_in(ids.iter().copied()))
        .all(service.db.reader())
        .await?;
    let enrollments: Vec<Uuid> = rows.iter().map(|row| row.enrollment_id).collect();
    let visible = super::visible_by_ids(service, actor, &enrollments).await?;
    Ok(rows.into_iter().filter(|row| visible.iter().any(|one| one.id == row.enrollment_id)).collect())
}
