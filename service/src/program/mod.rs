//! Programs: what can be earned, in versions that are frozen once published.

use std::collections::HashMap;

use cairn_entity::{program, program_version};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::Service;
use crate::error::Result;

/// Programs by id, each with the version that it shows: the current one, else its draft. For loaders that follow a foreign key.
pub async fn by_ids(
    service: &Service,
    ids: &[Uuid],
) -> Result<Vec<(program::Model, program_version::Model)>> {
    let programs = program::Entity::find()
        .filter(program::Column::Id.is_in(ids.iter().copied()))
        .all(service.db.reader())
        .await?;
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
