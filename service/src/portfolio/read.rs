//! Reading projects; for the person whose they are.

use std::collections::HashMap;

use cairn_entity::{portfolio_attachment, portfolio_project};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Select};
use uuid::Uuid;

use crate::actor::{Actor, Reach};
use crate::error::Result;
use crate::page::{self, Page, PageArgs, Sort, SortKey};
use crate::{Service, read, tenancy};

/// Those of a person; where asked for, only those that the shared passport is to show.
fn select(person: Uuid, only_shown: bool) -> Select<portfolio_project::Entity> {
    let own = portfolio_project::Entity::find().filter(tenancy::portfolio_projects(Reach::Own { person }));
    match only_shown {
        true => own.filter(portfolio_project::Column::Shown.eq(true)),
        false => own,
    }
}

/// A page of a person's projects, the newest first.
#[crate::boxed]
pub async fn of_person(
    service: &Service,
    person: Uuid,
    only_shown: bool,
    args: &PageArgs,
) -> Result<Page<portfolio_project::Model>> {
    let id = portfolio_project::Column::Id;
    let sort = Sort { tag: "portfolio-projects", column: None, id, descending: true };
    page::fetch(service.db.reader(), select(person, only_shown), &sort, args, |row| (SortKey::None, row.id))
        .await
}

/// How many `of_person` has in all its pages.
#[crate::boxed]
pub async fn count_of_person(service: &Service, person: Uuid, only_shown: bool) -> Result<u64> {
    Ok(select(person, only_shown).count(service.db.reader()).await?)
}

/// Projects by id, among the caller's own.
#[crate::boxed]
pub async fn own_by_ids(
    service: &Service,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<portfolio_project::Model>> {
    let Some(person) = actor.person() else { return Ok(Vec::new()) };
    Ok(portfolio_project::Entity::find()
        .filter(tenancy::portfolio_projects(Reach::Own { person }))
        .filter(portfolio_project::Column::Id.is_in(ids.iter().copied()))
        .all(service.db.reader())
        .await?)
}

/// What projects show, by project, in order; in one statement.
#[crate::boxed]
pub async fn attachments(
    service: &Service,
    projects: &[Uuid],
) -> Result<HashMap<Uuid, Vec<portfolio_attachment::Model>>> {
    let rows = portfolio_attachment::Entity::find()
        .filter(portfolio_attachment::Column::ProjectId.is_in(projects.iter().copied()))
        .order_by_asc(portfolio_attachment::Column::Position)
        .order_by_asc(portfolio_attachment::Column::Id)
        .all(service.db.reader())
        .await?;
    Ok(read::grouped(rows, |row| row.project_id))
}
