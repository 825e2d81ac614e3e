//! What credentials say of programs, read for many versions at once: titles, awards, outcomes with their skills.

use std::collections::HashMap;

use cairn_entity::enums::{AwardKind, PartyRole};
use cairn_entity::{
    award, issuer, learning_outcome, learning_outcome_skill, party, program, program_version,
    program_version_award, skill, skill_framework,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::linked::{self, Links};
use crate::error::Result;
use crate::program::{awards_of, parties_of};

/// A skill with the name of its framework.
#[derive(Clone, Debug)]
pub struct AlignedSkill {
    /// The skill.
    pub skill: skill::Model,
    /// The framework's name.
    pub framework: Option<String>,
}

/// An award as one version gives it.
#[derive(Clone, Debug)]
pub struct GivenAward {
    /// The award.
    pub award: award::Model,
    /// Its place in the version.
    pub given: program_version_award::Model,
}

/// An organization that has a part in a version.
#[derive(Clone, Debug)]
pub struct Partner {
    /// What it does.
    pub role: PartyRole,
    /// The organization.
    pub party: party::Model,
    /// The issuer here, where it is one.
    pub issuer: Option<issuer::Model>,
}

/// A version with everything that a credential says of it.
#[derive(Clone, Debug)]
pub struct Version {
    /// The version.
    pub version: program_version::Model,
    /// Its awards, in order.
    pub awards: Vec<GivenAward>,
    /// Its outcomes, in order.
    pub outcomes: Vec<learning_outcome::Model>,
    /// The skills that its outcomes align to, each once, in order.
    pub skills: Vec<AlignedSkill>,
    /// The issuer's own id of the program.
    pub external_id: Option<String>,
    /// Who has a part in it, in order.
    pub partners: Vec<Partner>,
    /// What it is made of, asks for, counts towards and followed.
    pub links: Links,
}

impl Version {
    /// The awards that are signed, in order.
    pub fn credentials(&self) -> impl Iterator<Item = &GivenAward> {
        self.awards.iter().filter(|given| given.award.kind == AwardKind::Credential)
    }
}

/// Reads versions by id, in a number of statements that does not depend on how many they are.
pub async fn load(connection: &impl ConnectionTrait, versions: &[Uuid]) -> Result<HashMap<Uuid, Version>> {
    let ids = || versions.iter().copied();
    let rows = program_version::Entity::find()
        .filter(program_version::Column::Id.is_in(ids()))
        .all(connection)
        .await?;
    let mut awards = given_awards(connection, versions).await?;
    let outcomes = learning_outcome::Entity::find()
        .filter(learning_outcome::Column::VersionId.is_in(ids()))
        .order_by_asc(learning_outcome::Column::Position)
        .order_by_asc(learning_outcome::Column::Id)
        .all(connection)
        .await?;
    let mut skills = aligned_skills(connection, &outcomes).await?;
    let mut by_version: HashMap<Uuid, Vec<learning_outcome::Model>> = HashMap::new();
    for outcome in outcomes {
        by_version.entry(outcome.version_id).or_default().push(outcome);
    }
    let programs = program::Entity::find()
        .filter(program::Column::Id.is_in(rows.iter().map(|row| row.program_id)))
        .all(connection)
        .await?;
    let external_ids: HashMap<Uuid, Option<String>> =
        programs.into_iter().map(|row| (row.id, row.external_id)).collect();
    let mut partners = partners(connection, versions).await?;
    let mut links = linked::load(connection, &rows).await?;
    Ok(rows
        .into_iter()
        .map(|version| {
            let (id, program) = (version.id, version.program_id);
            let found = Version {
                version,
                awards: awards.remove(&id).unwrap_or_default(),
                outcomes: by_version.remove(&id).unwrap_or_default(),
                skills: skills.remove(&id).unwrap_or_default(),
                external_id: external_ids.get(&program).cloned().flatten(),
                partners: partners.remove(&id).unwrap_or_default(),
                links: links.remove(&id).unwrap_or_default(),
            };
            (id, found)
        })
        .collect())
}

/// The awards of versions, in order: two statements.
pub async fn given_awards(
    connection: &impl ConnectionTrait,
    versions: &[Uuid],
) -> Result<HashMap<Uuid, Vec<GivenAward>>> {
    let mut by_version: HashMap<Uuid, Vec<GivenAward>> = HashMap::new();
    for (given, award) in awards_of(connection, versions).await? {
        by_version.entry(given.version_id).or_default().push(GivenAward { award, given });
    }
    Ok(by_version)
}

/// Who has a part in versions, in order: three statements.
async fn partners(
    connection: &impl ConnectionTrait,
    versions: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Partner>>> {
    let parts = parties_of(connection, versions).await?;
    let issuers = issuer::Entity::find()
        .filter(issuer::Column::Id.is_in(parts.iter().filter_map(|(_, party)| party.linked_issuer_id)))
        .all(connection)
        .await?;
    let issuers: HashMap<Uuid, issuer::Model> = issuers.into_iter().map(|row| (row.id, row)).collect();
    let mut by_version: HashMap<Uuid, Vec<Partner>> = HashMap::new();
    for (part, party) in parts {
        let issuer = party.linked_issuer_id.and_then(|id| issuers.get(&id)).cloned();
        by_version.entry(part.version_id).or_default().push(Partner { role: part.role, party, issuer });
    }
    Ok(by_version)
}

async fn aligned_skills(
    connection: &impl ConnectionTrait,
    outcomes: &[learning_outcome::Model],
) -> Result<HashMap<Uuid, Vec<AlignedSkill>>> {
    let links = learning_outcome_skill::Entity::find()
        .filter(learning_outcome_skill::Column::OutcomeId.is_in(outcomes.iter().map(|row| row.id)))
        .order_by_asc(learning_outcome_skill::Column::Position)
        .order_by_asc(learning_outcome_skill::Column::Id)
        .all(connection)
        .await?;
    let skills = skill::Entity::find()
        .filter(skill::Column::Id.is_in(links.iter().map(|row| row.skill_id)))
        .all(connection)
        .await?;
    let frameworks = skill_framework::Entity::find()
        .filter(skill_framework::Column::Id.is_in(skills.iter().map(|row| row.framework_id)))
        .all(connection)
        .await?;
    let frameworks: HashMap<Uuid, String> = frameworks.into_iter().map(|row| (row.id, row.name)).collect();
    let skills: HashMap<Uuid, skill::Model> = skills.into_iter().map(|row| (row.id, row)).collect();
    let mut by_outcome: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for link in links {
        by_outcome.entry(link.outcome_id).or_default().push(link.skill_id);
    }
    let mut by_version: HashMap<Uuid, Vec<AlignedSkill>> = HashMap::new();
    for outcome in outcomes {
        let list = by_version.entry(outcome.version_id).or_default();
        for id in by_outcome.get(&outcome.id).into_iter().flatten() {
            if list.iter().any(|aligned| aligned.skill.id == *id) {
                continue;
            }
            if let Some(skill) = skills.get(id) {
                let framework = frameworks.get(&skill.framework_id).cloned();
                list.push(AlignedSkill { skill: skill.clone(), framework });
            }
        }
    }
    Ok(by_version)
}
