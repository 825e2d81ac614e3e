//! Finding programs and versions among those that a caller may see.

use std::collections::HashMap;

use cairn_entity::{program, program_version};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::Service;
use crate::actor::{Actor, Reach, Scope};
use crate::error::Result;
use crate::reference::{self, Reference};

/// A program with the version that it shows: the current one, else its draft.
pub type Shown = (program::Model, program_version::Model);

/// The issuers whose drafts the caller sees: all, one or none.
enum Inside {
    All,
    One(Uuid),
    None,
}

fn inside(actor: &Actor) -> Inside {
    match actor.reach_or_none(Scope::ProgramsRead) {
        Ok(Some(Reach::Everything)) => Inside::All,
        Ok(Some(Reach::Issuer(issuer) | Reach::Cohorts { issuer, .. })) => Inside::One(issuer),
        _ => Inside::None,
    }
}

/// Programs that the caller may see: published ones, and all of their own issuer where they may read programs.
pub fn visible(actor: &Actor) -> Condition {
    let published = Condition::any().add(program::Column::CurrentVersionId.is_not_null());
    match inside(actor) {
        Inside::All => Condition::all(),
        Inside::One(issuer) => published.add(program::Column::IssuerId.eq(issuer)),
        Inside::None => published,
    }
}

/// Versions that the caller may see: those that were published once, and drafts of their own issuer where they may read programs.
pub fn visible_versions(actor: &Actor) -> Condition {
    let published = Condition::any().add(program_version::Column::PublishedAt.is_not_null());
    match inside(actor) {
        Inside::All => Condition::all(),
        Inside::One(issuer) => published.add(program_version::Column::IssuerId.eq(issuer)),
        Inside::None => published,
    }
}

/// Programs by id, each with the version that it shows. For loaders that follow a foreign key.
#[crate::boxed]
pub async fn by_ids(service: &Service, ids: &[Uuid]) -> Result<Vec<Shown>> {
    shown(service, Condition::all().add(program::Column::Id.is_in(ids.iter().copied()))).await
}

/// Programs by id among those that the caller may see.
#[crate::boxed]
pub async fn visible_by_ids(service: &Service, actor: &Actor, ids: &[Uuid]) -> Result<Vec<Shown>> {
    let named = Condition::all().add(program::Column::Id.is_in(ids.iter().copied()));
    shown(service, named.add(visible(actor))).await
}

/// The program of a slug, if the caller may see it.
#[crate::boxed]
pub async fn by_slug(service: &Service, actor: &Actor, slug: &str) -> Result<Option<Shown>> {
    let named = Condition::all().add(program::Column::Slug.eq(slug));
    Ok(shown(service, named.add(visible(actor))).await?.pop())
}

async fn shown(service: &Service, condition: Condition) -> Result<Vec<Shown>> {
    let programs = program::Entity::find().filter(condition).all(service.db.reader()).await?;
    let shown = |row: &program::Model| row.current_version_id.or(row.draft_version_id);
    let versions = program_version::Entity::find()
        .filter(program_version::Column::Id.is_in(programs.iter().filter_map(shown)))
        .all(service.db.reader())
        .await?;
    let mut versions: HashMap<Uuid, program_version::Model> =
        versions.into_iter().map(|row| (row.id, row)).collect();
    Ok(programs
        .into_iter()
        .filter_map(|row| {
            let version = versions.remove(&shown(&row)?)?;
            Some((row, version))
        })
        .collect())
}

/// Versions by id among those that the caller may see.
#[crate::boxed]
pub async fn versions_visible_by_ids(
    service: &Service,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<program_version::Model>> {
    Ok(program_version::Entity::find()
        .filter(program_version::Column::Id.is_in(ids.iter().copied()))
        .filter(visible_versions(actor))
        .all(service.db.reader())
        .await?)
}

/// Programs by reference among those that the caller may see, in one statement; those that name nothing are left out.
pub async fn resolve(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    references: impl IntoIterator<Item = &Reference>,
) -> Result<HashMap<Reference, program::Model>> {
    reference::find::<program::Entity>(connection, actor.issuer, visible(actor), references).await
}
