//! Skills: entries of published frameworks, shared by all issuers and public.

use std::collections::HashMap;

use cairn_entity::{skill, skill_framework};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use crate::actor::Actor;
use crate::error::Result;
use crate::validate::Checks;
use crate::{Service, Work, chunk, save};

/// Names a skill, one way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SkillReference {
    /// Our id.
    Id(Uuid),
    /// A text that is no skill's id: names nothing.
    NoSuchId,
    /// The framework's own address of it.
    Uri(String),
}

/// A framework with its skills, as its publisher states it.
#[derive(Clone, Debug)]
pub struct NewFramework {
    /// The publisher's address of it; found again by it.
    pub uri: String,
    /// Name.
    pub name: String,
    /// Who publishes it.
    pub publisher: Option<String>,
    /// Under which licence.
    pub license: Option<String>,
    /// Its entries.
    pub skills: Vec<NewSkill>,
}

/// An entry of a framework.
#[derive(Clone, Debug)]
pub struct NewSkill {
    /// The framework's own address of it; found again by it.
    pub uri: String,
    /// Preferred label.
    pub name: String,
    /// The framework's code for it.
    pub code: Option<String>,
    /// In words.
    pub description: Option<String>,
    /// The framework's kind of entry.
    pub kind: Option<String>,
    /// Other labels.
    pub alternative_labels: Vec<String>,
}

/// Makes or changes a framework and its skills, found again by their addresses; entries that are not named stay. Operators only.
#[crate::boxed]
pub async fn upsert_framework(
    service: &Service,
    actor: &Actor,
    new: NewFramework,
) -> Result<skill_framework::Model> {
    actor.require_operator()?;
    check(&new)?;
    let work = Work::begin(service, actor).await?;
    let existing = skill_framework::Entity::find()
        .filter(skill_framework::Column::Uri.eq(&new.uri))
        .one(work.tx())
        .await?;
    let framework = skill_framework::Model {
        id: existing.as_ref().map_or_else(|| work.new_id(), |row| Ok(row.id))?,
        uri: new.uri,
        name: new.name,
        publisher: new.publisher,
        license: new.license,
        created_at: existing.map_or(work.now, |row| row.created_at),
    };
    save::rows::<skill_framework::Entity>(work.tx(), vec![framework.clone()]).await?;
    let mut known = HashMap::new();
    for uris in chunk::rows(new.skills.iter().map(|skill| skill.uri.clone()).collect(), 1) {
        let rows = skill::Entity::find().filter(skill::Column::Uri.is_in(uris)).all(work.tx()).await?;
        known.extend(rows.into_iter().map(|row| (row.uri, row.id)));
    }
    let mut rows: HashMap<String, skill::Model> = HashMap::new();
    for new in new.skills {
        let id = known.get(&new.uri).map_or_else(|| work.new_id(), |id| Ok(*id))?;
        let row = skill::Model {
            id,
            framework_id: framework.id,
            uri: new.uri,
            name: new.name,
            code: new.code,
            description: new.description,
            kind: new.kind,
            alternative_labels: json!(new.alternative_labels),
        };
        rows.insert(row.uri.clone(), row);
    }
    save::rows::<skill::Entity>(work.tx(), rows.into_values().collect()).await?;
    work.commit().await?;
    Ok(framework)
}

fn check(new: &NewFramework) -> Result<()> {
    let mut checks = Checks::default();
    checks.text("uri", &new.uri, 2_048);
    checks.text("name", &new.name, 500);
    for (index, skill) in new.skills.iter().enumerate() {
        checks.text(&format!("skills.{index}.uri"), &skill.uri, 2_048);
        checks.text(&format!("skills.{index}.name"), &skill.name, 1_000);
    }
    checks.finish()
}

/// Skills by id with the name of their framework; two statements.
#[crate::boxed]
pub async fn by_ids(service: &Service, ids: &[Uuid]) -> Result<Vec<(skill::Model, String)>> {
    let skills = skill::Entity::find()
        .filter(skill::Column::Id.is_in(ids.iter().copied()))
        .all(service.db.reader())
        .await?;
    let frameworks = skill_framework::Entity::find()
        .filter(skill_framework::Column::Id.is_in(skills.iter().map(|row| row.framework_id)))
        .all(service.db.reader())
        .await?;
    let names: HashMap<Uuid, String> = frameworks.into_iter().map(|row| (row.id, row.name)).collect();
    Ok(skills
        .into_iter()
        .map(|row| {
            let framework = names.get(&row.framework_id).cloned().unwrap_or_default();
            (row, framework)
        })
        .collect())
}

/// Finds skills by reference in one statement; those that name nothing are left out.
pub async fn resolve(
    connection: &impl ConnectionTrait,
    references: impl IntoIterator<Item = &SkillReference>,
) -> Result<HashMap<SkillReference, skill::Model>> {
    let (mut ids, mut uris) = (Vec::new(), Vec::new());
    for reference in references {
        match reference {
            SkillReference::Id(id) => ids.push(*id),
            SkillReference::Uri(uri) => uris.push(uri.clone()),
            SkillReference::NoSuchId => {}
        }
    }
    if ids.is_empty() && uris.is_empty() {
        return Ok(HashMap::new());
    }
    let named = Condition::any().add(skill::Column::Id.is_in(ids)).add(skill::Column::Uri.is_in(uris));
    let rows = skill::Entity::find().filter(named).all(connection).await?;
    Ok(rows
        .into_iter()
        .flat_map(|row| {
            [(SkillReference::Id(row.id), row.clone()), (SkillReference::Uri(row.uri.clone()), row)]
        })
        .collect())
}
