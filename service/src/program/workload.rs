//! How long the required parts of versions take: modules, and programs that fill a place, as they are offered now.

use std::collections::HashMap;

use cairn_entity::{component, module, program, program_version};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::Service;
use crate::error::Result;

/// Hours of all required parts in ten-thousandths, by version. A version without any, or with one that does not say, is left out: the sum would tell
/// too little. Four statements.
#[crate::boxed]
pub async fn hours_of_parts(service: &Service, versions: &[Uuid]) -> Result<HashMap<Uuid, i64>> {
    let on = service.db.reader();
    let parts = component::Entity::find()
        .filter(component::Column::VersionId.is_in(versions.iter().copied()))
        .filter(component::Column::Required.eq(true))
        .all(on)
        .await?;
    let modules = module::Entity::find()
        .filter(module::Column::Id.is_in(parts.iter().filter_map(|part| part.module_id)))
        .all(on)
        .await?;
    let programs = program::Entity::find()
        .filter(program::Column::Id.is_in(parts.iter().filter_map(|part| part.component_program_id)))
        .all(on)
        .await?;
    let offered = program_version::Entity::find()
        .filter(program_version::Column::Id.is_in(programs.iter().filter_map(|row| row.current_version_id)))
        .all(on)
        .await?;
    let mut hours: HashMap<Uuid, Option<i64>> =
        modules.into_iter().map(|row| (row.id, row.workload_hours)).collect();
    hours.extend(offered.into_iter().map(|row| (row.program_id, row.workload_hours)));
    let mut sums: HashMap<Uuid, Option<i64>> = HashMap::new();
    for part in &parts {
        let place = part.module_id.or(part.component_program_id);
        let stated = place.and_then(|place| hours.get(&place).copied()).flatten();
        let sum = sums.entry(part.version_id).or_insert(Some(0));
        *sum = sum.zip(stated).map(|(sum, stated)| sum + stated);
    }
    Ok(sums.into_iter().filter_map(|(version, sum)| Some((version, sum?))).collect())
}
