//! The audit log: who did what to what, when. It holds ids, never personal values.

use cairn_entity::audit_entry;
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::Service;
use crate::actor::{Actor, Reach, Scope};
use crate::error::Result;
use crate::page::{self, Page, PageArgs, Sort, SortKey};
use crate::reference::IssuerReference;

/// Which lines of the log; every member narrows.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Of this issuer, for operators.
    pub issuer: Option<IssuerReference>,
    /// By the person or key with this id.
    pub actor: Option<Uuid>,
    /// Of these actions.
    pub actions: Option<Vec<String>>,
    /// About the thing with this id.
    pub subject: Option<Uuid>,
    /// In this request.
    pub request_id: Option<String>,
    /// From this moment on.
    pub from: Option<DateTime<Utc>>,
    /// Before this moment.
    pub to: Option<DateTime<Utc>>,
}

/// A page of the log, the newest first.
#[crate::boxed]
pub async fn page(
    service: &Service,
    actor: &Actor,
    filter: &AuditFilter,
    args: &PageArgs,
) -> Result<Page<audit_entry::Model>> {
    let condition = condition(service, actor, filter).await?;
    let sort = Sort { tag: "audit", column: None, id: audit_entry::Column::Id, descending: true };
    let select = audit_entry::Entity::find().filter(condition);
    page::fetch(service.db.reader(), select, &sort, args, |row| (SortKey::None, row.id)).await
}

/// How many lines the filter leaves.
#[crate::boxed]
pub async fn count(service: &Service, actor: &Actor, filter: &AuditFilter) -> Result<u64> {
    use sea_orm::PaginatorTrait;
    let condition = condition(service, actor, filter).await?;
    Ok(audit_entry::Entity::find().filter(condition).count(service.db.reader()).await?)
}

/// Lines by id, among those that the caller may read; none for callers who may read none.
#[crate::boxed]
pub async fn visible_by_ids(
    service: &Service,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<audit_entry::Model>> {
    let Ok(reach) = actor.reach_whole(Scope::AuditRead) else { return Ok(Vec::new()) };
    let select = audit_entry::Entity::find()
        .filter(covered(reach))
        .filter(audit_entry::Column::Id.is_in(ids.iter().copied()));
    Ok(select.all(service.db.reader()).await?)
}

async fn condition(service: &Service, actor: &Actor, filter: &AuditFilter) -> Result<Condition> {
    use audit_entry::Column;
    let reach = actor.reach_whole(Scope::AuditRead)?;
    let mut condition = covered(reach);
    if filter.issuer.is_some() {
        let issuer = crate::issuer::target(service, reach, filter.issuer.as_ref()).await?;
        condition = condition.add(Column::IssuerId.eq(issuer.id));
    }
    Ok(condition
        .add_option(filter.actor.map(|actor| Column::ActorId.eq(actor)))
        .add_option(filter.actions.as_ref().map(|actions| Column::Action.is_in(actions)))
        .add_option(filter.subject.map(|subject| Column::SubjectId.eq(subject)))
        .add_option(filter.request_id.as_ref().map(|id| Column::RequestId.eq(id)))
        .add_option(filter.from.map(|from| Column::OccurredAt.gte(from)))
        .add_option(filter.to.map(|to| Column::OccurredAt.lt(to))))
}

fn covered(reach: Reach) -> Condition {
    match reach {
        Reach::Everything => Condition::all(),
        Reach::Issuer(issuer) => Condition::all().add(audit_entry::Column::IssuerId.eq(issuer)),
        Reach::Cohorts { .. } | Reach::Own { .. } => crate::tenancy::nothing(),
    }
}
