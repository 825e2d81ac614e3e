//! Skills, each with what gave it: completed programs, by the outcomes that align to it.

use std::collections::{HashMap, HashSet};

use cairn_entity::{enrollment, skill};
use uuid::Uuid;

use super::{Within, aligned, by_name, completed};
use crate::actor::Reach;
use crate::error::Result;
use crate::{Service, tenancy};

/// A skill, and what gave it.
#[derive(Clone, Debug)]
pub struct EarnedSkill {
    /// The skill.
    pub skill: skill::Model,
    /// The name of its framework.
    pub framework: String,
    /// What gave it, the latest first, each program once.
    pub sources: Vec<SkillSource>,
}

/// A completed enrollment that gave a skill.
#[derive(Clone, Debug)]
pub struct SkillSource {
    /// The enrollment.
    pub enrollment: enrollment::Model,
    /// The outcomes of its version that align to the skill, in order.
    pub outcomes: Vec<Uuid>,
}

/// Skills that a person's completed programs gave, by name, each with the programs that gave it. A number of statements that does not depend on
/// how many they are.
#[crate::boxed]
pub async fn earned_skills(service: &Service, person: Uuid, within: &Within) -> Result<Vec<EarnedSkill>> {
    let mut rows = completed(service, tenancy::enrollments(Reach::Own { person })).await?;
    rows.retain(|row| within.has(row.id));
    let versions: HashSet<Uuid> = rows.iter().map(|row| row.version_id).collect();
    let mut outcomes: HashMap<(Uuid, Uuid), Vec<Uuid>> = HashMap::new();
    for one in aligned(service, &versions).await? {
        outcomes.entry((one.skill, one.version)).or_default().push(one.outcome);
    }
    let ids: HashSet<Uuid> = outcomes.keys().map(|(skill, _)| *skill).collect();
    let skills = by_name(service, &ids).await?;
    let sources = |skill: Uuid| {
        let mut programs = HashSet::new();
        let mut sources = Vec::new();
        for row in rows.iter().rev() {
            let Some(outcomes) = outcomes.get(&(skill, row.version_id)) else { continue };
            if programs.insert(row.program_id) {
                sources.push(SkillSource { enrollment: row.clone(), outcomes: outcomes.clone() });
            }
        }
        sources
    };
    let earned = skills.into_iter().map(|(skill, framework)| {
        let sources = sources(skill.id);
        EarnedSkill { skill, framework, sources }
    });
    Ok(earned.collect())
}
