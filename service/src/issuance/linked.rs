//! What versions point to: the programs that they are made of, ask for and count towards, and their own earlier versions; each as the
//! achievement that it awards.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::AwardKind;
use cairn_entity::{component, issuer, program, program_version};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::catalogue::{GivenAward, given_awards};
use crate::error::Result;
use crate::program::terms::Terms;

/// Most programs that a version is said to count towards, and most earlier versions that are named.
const MOST: usize = 20;

/// An achievement that is pointed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    /// Its address.
    pub address: String,
    /// Its title.
    pub title: String,
    /// Its language.
    pub language: String,
    /// The number of its version.
    pub number: i32,
}

/// What one version points to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// What it is made of, in order.
    pub components: Vec<Linked>,
    /// What is to be completed before.
    pub prerequisites: Vec<Linked>,
    /// What it counts towards.
    pub stacks: Vec<Linked>,
    /// Earlier versions of each award, the newest first.
    pub earlier: HashMap<Uuid, Vec<Linked>>,
}

/// Reads the links of versions, in a number of statements that does not depend on how many they are.
pub async fn load(
    connection: &impl ConnectionTrait,
    versions: &[program_version::Model],
) -> Result<HashMap<Uuid, Links>> {
    let named = Named::read(connection, versions).await?;
    let others = Others::read(connection, versions, &named).await?;
    versions
        .iter()
        .map(|version| {
            let of_programs = |ids: Option<&Vec<Uuid>>| {
                ids.into_iter().flatten().filter_map(|id| others.current(*id)).collect::<Vec<_>>()
            };
            let links = Links {
                components: of_programs(named.components.get(&version.id)),
                prerequisites: of_programs(named.prerequisites.get(&version.id)),
                stacks: of_programs(named.stacks.get(&version.program_id)),
                earlier: others.earlier(version),
            };
            Ok((version.id, links))
        })
        .collect()
}

/// The programs that versions name, or are named by.
struct Named {
    /// By version.
    components: HashMap<Uuid, Vec<Uuid>>,
    /// By version.
    prerequisites: HashMap<Uuid, Vec<Uuid>>,
    /// By program.
    stacks: HashMap<Uuid, Vec<Uuid>>,
}

impl Named {
    async fn read(connection: &impl ConnectionTrait, versions: &[program_version::Model]) -> Result<Self> {
        let places = component::Entity::find()
            .filter(component::Column::VersionId.is_in(versions.iter().map(|row| row.id)))
            .filter(component::Column::ComponentProgramId.is_not_null())
            .order_by_asc(component::Column::Position)
            .all(connection)
            .await?;
        let mut components: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        for place in places {
            components.entry(place.version_id).or_default().extend(place.component_program_id);
        }
        let mut prerequisites = HashMap::new();
        for version in versions {
            let programs = version.prerequisites()?.map(|stored| stored.programs).unwrap_or_default();
            prerequisites.insert(version.id, programs);
        }
        Ok(Self { components, prerequisites, stacks: stacks(connection, versions).await? })
    }

    fn programs(&self) -> HashSet<Uuid> {
        [&self.components, &self.prerequisites, &self.stacks]
            .into_iter()
            .flat_map(|map| map.values().flatten().copied())
            .collect()
    }
}

/// By program, the programs whose published version has it as a component.
async fn stacks(
    connection: &impl ConnectionTrait,
    versions: &[program_version::Model],
) -> Result<HashMap<Uuid, Vec<Uuid>>> {
    let current = Query::select()
        .column(program::Column::CurrentVersionId)
        .from(program::Entity)
        .and_where(program::Column::CurrentVersionId.is_not_null())
        .to_owned();
    let pairs: Vec<(Option<Uuid>, Uuid)> = component::Entity::find()
        .filter(component::Column::ComponentProgramId.is_in(versions.iter().map(|row| row.program_id)))
        .filter(component::Column::VersionId.in_subquery(current))
        .order_by_asc(component::Column::VersionId)
        .select_only()
        .column(component::Column::ComponentProgramId)
        .column(component::Column::VersionId)
        .into_tuple()
        .all(connection)
        .await?;
    let stacks = program::Entity::find()
        .filter(program::Column::CurrentVersionId.is_in(pairs.iter().map(|(_, version)| *version)))
        .all(connection)
        .await?;
    let by_version: HashMap<Uuid, Uuid> =
        stacks.into_iter().filter_map(|row| Some((row.current_version_id?, row.id))).collect();
    let mut by_program: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (program, version) in pairs {
        let (Some(program), Some(stack)) = (program, by_version.get(&version)) else { continue };
        let list = by_program.entry(program).or_default();
        if list.len() < MOST && !list.contains(stack) {
            list.push(*stack);
        }
    }
    Ok(by_program)
}

/// The versions pointed to, with their awards and issuers.
struct Others {
    versions: Vec<program_version::Model>,
    awards: HashMap<Uuid, Vec<GivenAward>>,
    /// Public bases of issuers.
    bases: HashMap<Uuid, String>,
    /// The current version of each program.
    current: HashMap<Uuid, Uuid>,
}

impl Others {
    async fn read(
        connection: &impl ConnectionTrait,
        versions: &[program_version::Model],
        named: &Named,
    ) -> Result<Self> {
        let programs = program::Entity::find()
            .filter(program::Column::Id.is_in(named.programs()))
            .all(connection)
            .await?;
        let current: HashMap<Uuid, Uuid> =
            programs.into_iter().filter_map(|row| Some((row.id, row.current_version_id?))).collect();
        let own = Condition::all()
            .add(program_version::Column::ProgramId.is_in(versions.iter().map(|row| row.program_id)))
            .add(program_version::Column::PublishedAt.is_not_null());
        let rows = program_version::Entity::find()
            .filter(
                Condition::any().add(program_version::Column::Id.is_in(current.values().copied())).add(own),
            )
            .order_by_desc(program_version::Column::Number)
            .order_by_asc(program_version::Column::Id)
            .all(connection)
            .await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let issuers = issuer::Entity::find()
            .filter(issuer::Column::Id.is_in(rows.iter().map(|row| row.issuer_id)))
            .all(connection)
            .await?;
        Ok(Self {
            awards: given_awards(connection, &ids).await?,
            versions: rows,
            bases: issuers.into_iter().map(|row| (row.id, row.public_base)).collect(),
            current,
        })
    }

    /// The achievement of a program's published version.
    fn current(&self, program: Uuid) -> Option<Linked> {
        let version = self.current.get(&program)?;
        let version = self.versions.iter().find(|row| row.id == *version)?;
        let award = self.credentials(version.id).next()?;
        self.linked(version, award)
    }

    fn earlier(&self, version: &program_version::Model) -> HashMap<Uuid, Vec<Linked>> {
        let mut by_award: HashMap<Uuid, Vec<Linked>> = HashMap::new();
        let earlier = self
            .versions
            .iter()
            .filter(|row| row.program_id == version.program_id && row.number < version.number);
        for row in earlier.take(MOST) {
            for award in self.credentials(row.id) {
                by_award.entry(award.award.id).or_default().extend(self.linked(row, award));
            }
        }
        by_award
    }

    fn credentials(&self, version: Uuid) -> impl Iterator<Item = &GivenAward> {
        let awards = self.awards.get(&version).into_iter().flatten();
        awards.filter(|award| award.award.kind == AwardKind::Credential)
    }

    fn linked(&self, version: &program_version::Model, award: &GivenAward) -> Option<Linked> {
        Some(Linked {
            address: super::achievement::address(self.bases.get(&version.issuer_id)?, award.given.id),
            title: version.title.clone(),
            language: version.language.clone(),
            number: version.number,
        })
    }
}
