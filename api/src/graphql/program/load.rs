//! Loaders of programs and of what lies below them: keys gather, so that the number of statements depends on a query's shape alone.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use async_graphql::{Context, Data};
use cairn_service::completion::describe::Names;
use cairn_service::error::Result as ServiceResult;
use cairn_service::program::{Rigor, parts};
use cairn_service::{program, read, rows};
use futures_util::future::try_join_all;
use uuid::Uuid;

use super::part::{LearningOutcome, Module};
use super::rigor::ObservedRigor;
use super::terms::Award;
use super::{Program, ProgramVersion};
use crate::graphql::context::{Batch, Request, load};
use crate::graphql::error::Result;

/// Gathers values by key, in the order in which they come.
pub fn grouped<K: Hash + Eq, V>(pairs: impl IntoIterator<Item = (K, V)>) -> HashMap<K, Vec<V>> {
    let mut groups: HashMap<K, Vec<V>> = HashMap::new();
    for (key, value) in pairs {
        groups.entry(key).or_default().push(value);
    }
    groups
}

/// Awards as given versions state them, by version and award.
pub struct AwardOfVersion;

impl Batch for AwardOfVersion {
    type Key = (Uuid, Uuid);
    type Value = Award;

    async fn load(request: &Request, keys: &[(Uuid, Uuid)]) -> ServiceResult<HashMap<(Uuid, Uuid), Award>> {
        let versions: Vec<Uuid> = keys.iter().map(|(version, _)| *version).collect();
        let rows = parts::awards_of(&request.service, &versions).await?;
        Ok(rows.into_iter().map(|pair| ((pair.0.version_id, pair.1.id), pair.into())).collect())
    }
}

/// A loader by the id of something: one line tells its value, and how the values of many keys are read.
macro_rules! batch {
    ($(#[$doc:meta])* $name:ident: $value:ty = |$request:ident, $keys:ident| $read:expr) => {
        $(#[$doc])*
        pub struct $name;

        impl Batch for $name {
            type Key = Uuid;
            type Value = $value;

            async fn load($request: &Request, $keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, $value>> {
                Ok($read)
            }
        }
    };
}

async fn observed(
    request: &Request,
    of: program::Of,
    keys: &[Uuid],
) -> ServiceResult<HashMap<Uuid, ObservedRigor>> {
    let found = program::observed(&request.service, of, keys).await?;
    let shown = |observed: program::Observed| ObservedRigor {
        attempt_count: observed.attempts,
        pass_rate: observed.pass_rate,
        median_days_to_complete: observed.median_days,
    };
    Ok(found.into_iter().map(|(id, observed)| (id, shown(observed))).collect())
}

fn programs_by_id(shown: Vec<program::Shown>) -> HashMap<Uuid, Program> {
    shown.into_iter().map(|pair| (pair.0.id, pair.into())).collect()
}

batch! {
    /// Programs by id, each with the version that it shows.
    ProgramById: Program = |request, keys| programs_by_id(program::by_ids(&request.service, keys).await?)
}
batch! {
    /// Programs by id among those that the caller may see.
    VisibleProgram: Program = |request, keys| {
        programs_by_id(program::visible_by_ids(&request.service, &request.actor, keys).await?)
    }
}
batch! {
    /// Versions by id.
    ProgramVersionById: ProgramVersion = |request, keys| {
        let rows = read::by_ids::<rows::program_version::Entity>(&request.service, keys).await?;
        rows.into_iter().map(|row| (row.id, row.into())).collect()
    }
}
batch! {
    /// Versions by id among those that the caller may see.
    VisibleProgramVersion: ProgramVersion = |request, keys| {
        let rows = program::versions_visible_by_ids(&request.service, &request.actor, keys).await?;
        rows.into_iter().map(|row| (row.id, row.into())).collect()
    }
}
batch! {
    /// Components of a version.
    ComponentsOfVersion: Vec<rows::component::Model> = |request, keys| {
        let rows = parts::components_of(&request.service, keys).await?;
        grouped(rows.into_iter().map(|row| (row.version_id, row)))
    }
}
batch! {
    /// Learning outcomes of a version.
    OutcomesOfVersion: Vec<rows::learning_outcome::Model> = |request, keys| {
        let rows = parts::outcomes_of(&request.service, keys).await?;
        grouped(rows.into_iter().map(|row| (row.version_id, row)))
    }
}
batch! {
    /// Assessments of a version.
    AssessmentsOfVersion: Vec<rows::assessment::Model> = |request, keys| {
        let rows = parts::assessments_of(&request.service, keys).await?;
        grouped(rows.into_iter().filter_map(|row| Some((row.version_id?, row))))
    }
}
batch! {
    /// The newest line items of a program's cohorts.
    LineItemsOfProgram: Vec<rows::assessment::Model> = |request, keys| {
        parts::line_items_of(&request.service, keys).await?
    }
}
batch! {
    /// Awards of a version.
    AwardsOfVersion: Vec<Award> = |request, keys| {
        let rows = parts::awards_of(&request.service, keys).await?;
        grouped(rows.into_iter().map(|pair| (pair.0.version_id, pair.into())))
    }
}
batch! {
    /// Parties of a version.
    PartiesOfVersion: Vec<(rows::program_version_party::Model, rows::party::Model)> = |request, keys| {
        let rows = parts::parties_of(&request.service, keys).await?;
        grouped(rows.into_iter().map(|pair| (pair.0.version_id, pair)))
    }
}
batch! {
    /// Ids of the skills of a version's outcomes.
    SkillsOfVersion: Vec<Uuid> = |request, keys| grouped(parts::skills_of(&request.service, keys).await?)
}
batch! {
    /// Ids of an outcome's skills.
    SkillsOfOutcome: Vec<Uuid> = |request, keys| {
        grouped(parts::skills_of_outcomes(&request.service, keys).await?)
    }
}
batch! {
    /// Modules by id.
    ModuleById: Module = |request, keys| {
        let rows = read::by_ids::<rows::module::Entity>(&request.service, keys).await?;
        rows.into_iter().map(|row| (row.id, row.into())).collect()
    }
}
batch! {
    /// Outcomes of a module.
    OutcomesOfModule: Vec<rows::learning_outcome::Model> = |request, keys| {
        grouped(parts::outcomes_of_modules(&request.service, keys).await?)
    }
}
batch! {
    /// Ids of the published programs that have a program as a component.
    WholesOfProgram: Vec<Uuid> = |request, keys| grouped(parts::stacks_into(&request.service, keys).await?)
}
batch! {
    /// What was observed of programs, over all their versions.
    ObservedOfProgram: ObservedRigor = |request, keys| observed(request, program::Of::Program, keys).await?
}
batch! {
    /// What was observed of versions.
    ObservedOfVersion: ObservedRigor = |request, keys| observed(request, program::Of::Version, keys).await?
}
batch! {
    /// Rigor of versions.
    RigorOfVersion: Rigor = |request, keys| program::rigors(&request.service, keys).await?
}
batch! {
    /// Modules by id among those of versions that the caller may see.
    VisibleModule: Module = |request, keys| {
        use rows::module::{Column, Entity};
        let (service, actor) = (&request.service, &request.actor);
        let rows = parts::visible_parts::<Entity>(service, actor, Column::Id, Column::VersionId, keys).await?;
        rows.into_iter().map(|row| (row.id, row.into())).collect()
    }
}
batch! {
    /// Learning outcomes by id among those of versions that the caller may see.
    VisibleOutcome: LearningOutcome = |request, keys| {
        use rows::learning_outcome::{Column, Entity};
        let (service, actor) = (&request.service, &request.actor);
        let rows = parts::visible_parts::<Entity>(service, actor, Column::Id, Column::VersionId, keys).await?;
        rows.into_iter().map(|row| (row.id, row.into())).collect()
    }
}
batch! {
    /// Awards by id among those of programs that the caller may see.
    VisibleAward: Award = |request, keys| {
        let rows = parts::visible_awards(&request.service, &request.actor, keys).await?;
        rows.into_iter().map(|pair| (pair.1.id, pair.into())).collect()
    }
}

/// A version as the key of what is worked out from its row.
#[derive(Clone)]
pub struct ByVersion(pub Arc<rows::program_version::Model>);

impl PartialEq for ByVersion {
    fn eq(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }
}

impl Eq for ByVersion {}

impl Hash for ByVersion {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.id.hash(state);
    }
}

/// Titles of what a version's rule may name.
pub struct NamesOfVersion;

impl Batch for NamesOfVersion {
    type Key = ByVersion;
    type Value = Names;

    async fn load(request: &Request, keys: &[ByVersion]) -> ServiceResult<HashMap<ByVersion, Names>> {
        let versions: Vec<rows::program_version::Model> = keys.iter().map(|key| (*key.0).clone()).collect();
        let mut names = parts::names_of(&request.service, &versions).await?;
        Ok(keys.iter().filter_map(|key| Some((key.clone(), names.remove(&key.0.id)?))).collect())
    }
}

/// Programs by id, in that order.
pub async fn programs(ctx: &Context<'_>, ids: Vec<Uuid>) -> Result<Vec<Program>> {
    let found = try_join_all(ids.into_iter().map(|id| load::<ProgramById>(ctx, id))).await?;
    Ok(found.into_iter().flatten().collect())
}

/// Programs by id, in that order, without those that the caller may not see.
pub async fn visible_programs(ctx: &Context<'_>, ids: Vec<Uuid>) -> Result<Vec<Program>> {
    let found = try_join_all(ids.into_iter().map(|id| load::<VisibleProgram>(ctx, id))).await?;
    Ok(found.into_iter().flatten().collect())
}

/// Registers the loaders.
pub fn register(request: &Arc<Request>, data: &mut Data) {
    crate::graphql::schema::register!(
        request,
        data,
        ProgramById,
        VisibleProgram,
        ProgramVersionById,
        VisibleProgramVersion,
        ComponentsOfVersion,
        OutcomesOfVersion,
        AssessmentsOfVersion,
        LineItemsOfProgram,
        AwardsOfVersion,
        AwardOfVersion,
        PartiesOfVersion,
        SkillsOfVersion,
        SkillsOfOutcome,
        ModuleById,
        OutcomesOfModule,
        WholesOfProgram,
        ObservedOfProgram,
        ObservedOfVersion,
        RigorOfVersion,
        VisibleModule,
        VisibleOutcome,
        VisibleAward,
        NamesOfVersion,
    );
}
