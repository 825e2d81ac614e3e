//! What a document names outside itself: skills, programs, issuers; found in few statements, and whether it may be named.

use std::collections::{HashMap, HashSet};

use cairn_entity::{component, issuer, program, skill};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::document::{Document, NewItem};
use super::rule_check;
use crate::error::Result;
use crate::error::UserErrorCode::{Conflict, NotFound, Taken};
use crate::reference::{self, IssuerReference, Reference};
use crate::skill::{self as skills, SkillReference};
use crate::validate::Checks;

/// What the names of a document stand for.
pub(super) struct Named {
    skills: HashMap<SkillReference, skill::Model>,
    programs: HashMap<Reference, program::Model>,
    issuers: HashMap<IssuerReference, issuer::Model>,
}

/// Finds what the document names, and notes what it may not.
pub(super) async fn resolve(
    on: &impl ConnectionTrait,
    issuer: Uuid,
    own: Option<Uuid>,
    document: &Document,
    checks: &mut Checks,
) -> Result<Named> {
    let mut named = Named {
        skills: skills::resolve(on, document.learning_outcomes.iter().flat_map(|outcome| &outcome.skills))
            .await?,
        programs: programs(on, issuer, document).await?,
        issuers: issuers(on, document).await?,
    };
    // A settled document names by id what was named otherwise.
    let by_id: Vec<_> = named.skills.values().map(|row| (SkillReference::Id(row.id), row.clone())).collect();
    named.skills.extend(by_id);
    let by_id: Vec<_> = named.programs.values().map(|row| (Reference::Id(row.id), row.clone())).collect();
    named.programs.extend(by_id);
    named.check_outcomes(document, checks);
    named.check_components(issuer, own, document, checks);
    named.check_prerequisites(own, document, checks);
    named.check_parties(document, checks);
    for (path, rule) in document.rules() {
        rule_check::components(checks, path, rule, &named.component_ids(document));
    }
    if let Some(own) = own {
        check_cycles(on, own, &named, document, checks).await?;
    }
    Ok(named)
}

/// Programs of the issuer itself, and published ones of others.
async fn programs(
    on: &impl ConnectionTrait,
    issuer: Uuid,
    document: &Document,
) -> Result<HashMap<Reference, program::Model>> {
    let visible = Condition::any()
        .add(program::Column::IssuerId.eq(issuer))
        .add(program::Column::CurrentVersionId.is_not_null());
    let components = document.components.iter().filter_map(|component| match &component.item {
        NewItem::Program(reference) => Some(reference),
        NewItem::Module(_) => None,
    });
    let prerequisites = document.prerequisites.iter().flat_map(|prerequisites| &prerequisites.programs);
    let references = components.chain(prerequisites);
    let mut found = reference::find::<program::Entity>(on, Some(issuer), visible, references).await?;
    // Once settled, a document names programs by id alone.
    let by_id: Vec<(Reference, program::Model)> =
        found.values().map(|row| (Reference::Id(row.id), row.clone())).collect();
    found.extend(by_id);
    Ok(found)
}

async fn issuers(
    on: &impl ConnectionTrait,
    document: &Document,
) -> Result<HashMap<IssuerReference, issuer::Model>> {
    let references: Vec<&IssuerReference> =
        document.parties.iter().filter_map(|party| party.issuer.as_ref()).collect();
    crate::issuer::by_references(on, &references).await
}

impl Named {
    /// The skill that a reference stands for.
    pub fn skill(&self, reference: &SkillReference) -> Option<&skill::Model> {
        self.skills.get(reference)
    }

    /// The program that a reference stands for.
    pub fn program(&self, reference: &Reference) -> Option<&program::Model> {
        self.programs.get(reference)
    }

    /// The skills of all outcomes, each once, in order.
    pub fn skills_of(&self, document: &Document) -> Vec<&skill::Model> {
        let mut seen = HashSet::new();
        let all = document.learning_outcomes.iter().flat_map(|outcome| &outcome.skills);
        all.filter_map(|reference| self.skill(reference)).filter(|row| seen.insert(row.id)).collect()
    }

    /// The document with ids in the place of names, and every price in one list: the form that is stored and compared.
    pub fn settle(&self, mut document: Document) -> Document {
        document.prices = document.all_prices();
        for track in &mut document.tracks {
            track.prices.clear();
        }
        for outcome in &mut document.learning_outcomes {
            let mut seen = HashSet::new();
            let ids = outcome.skills.iter().filter_map(|reference| self.skill(reference)).map(|row| row.id);
            outcome.skills = ids.filter(|id| seen.insert(*id)).map(SkillReference::Id).collect();
        }
        for component in &mut document.components {
            if let NewItem::Program(reference) = &mut component.item
                && let Some(row) = self.programs.get(reference)
            {
                *reference = Reference::Id(row.id);
            }
        }
        if let Some(prerequisites) = &mut document.prerequisites {
            let mut seen = HashSet::new();
            let ids = prerequisites.programs.iter().filter_map(|name| self.program(name)).map(|row| row.id);
            prerequisites.programs = ids.filter(|id| seen.insert(*id)).map(Reference::Id).collect();
        }
        for party in &mut document.parties {
            let Some(row) = party.issuer.as_ref().and_then(|reference| self.issuers.get(reference)) else {
                continue;
            };
            party.issuer = Some(IssuerReference::Id(row.id));
            party.name.get_or_insert_with(|| row.name.clone());
            if party.url.is_none() {
                party.url.clone_from(&row.url);
            }
        }
        document
    }

    fn check_outcomes(&self, document: &Document, checks: &mut Checks) {
        for (index, outcome) in document.learning_outcomes.iter().enumerate() {
            for (place, reference) in outcome.skills.iter().enumerate() {
                if !self.skills.contains_key(reference) {
                    let path = format!("learningOutcomes.{index}.skills.{place}");
                    checks.fail(&path, NotFound, "no framework on this server has this skill");
                }
            }
        }
    }

    fn check_components(&self, issuer: Uuid, own: Option<Uuid>, document: &Document, checks: &mut Checks) {
        let mut seen = HashSet::new();
        for (index, component) in document.components.iter().enumerate() {
            let NewItem::Program(reference) = &component.item else { continue };
            let path = format!("components.{index}.item.program");
            match self.programs.get(reference) {
                None => checks.fail(
                    &path,
                    NotFound,
                    "there is no such program, or it is another issuer's and not published",
                ),
                Some(row) if Some(row.id) == own => {
                    checks.fail(&path, Conflict, "a program cannot be a component of itself");
                }
                Some(row) if !seen.insert(row.id) => {
                    checks.fail(&path, Taken, "another component of this program is the same program");
                }
                Some(row) if row.issuer_id != issuer && row.current_version_id.is_none() => {
                    checks.fail(&path, Conflict, "a program of another issuer must be published first");
                }
                Some(_) => {}
            }
        }
    }

    fn check_prerequisites(&self, own: Option<Uuid>, document: &Document, checks: &mut Checks) {
        let programs = document.prerequisites.iter().flat_map(|prerequisites| &prerequisites.programs);
        for (index, reference) in programs.enumerate() {
            let path = format!("prerequisites.programs.{index}");
            match self.programs.get(reference) {
                None => checks.fail(&path, NotFound, "there is no such program, or you may not see it"),
                Some(row) if Some(row.id) == own => {
                    checks.fail(&path, Conflict, "a program cannot be needed before itself");
                }
                Some(_) => {}
            }
        }
    }

    fn check_parties(&self, document: &Document, checks: &mut Checks) {
        for (index, party) in document.parties.iter().enumerate() {
            if party.issuer.as_ref().is_some_and(|reference| !self.issuers.contains_key(reference)) {
                checks.fail(&format!("parties.{index}.issuer"), NotFound, "there is no such issuer");
            }
        }
    }

    /// External ids of the modules and programs that are components.
    fn component_ids<'a>(&'a self, document: &'a Document) -> Vec<&'a str> {
        let ids = document.components.iter().filter_map(|component| match &component.item {
            NewItem::Module(module) => Some(module.external_id.as_str()),
            NewItem::Program(reference) => self.programs.get(reference)?.external_id.as_deref(),
        });
        ids.collect()
    }
}

/// Refuses a component that, through its own components, has this program in it: level by level, a statement each, over the versions that
/// are current or being written.
async fn check_cycles(
    on: &impl ConnectionTrait,
    own: Uuid,
    named: &Named,
    document: &Document,
    checks: &mut Checks,
) -> Result<()> {
    // Which component (place in the document) leads to a program.
    let mut reached: HashMap<Uuid, usize> = HashMap::new();
    for (index, component) in document.components.iter().enumerate() {
        if let NewItem::Program(reference) = &component.item
            && let Some(row) = named.program(reference).filter(|row| row.id != own)
        {
            reached.insert(row.id, index);
        }
    }
    let mut frontier: Vec<Uuid> = reached.keys().copied().collect();
    let mut guilty = HashSet::new();
    while !frontier.is_empty() {
        let mut next = Vec::new();
        for (parent, child) in children(on, &frontier).await? {
            let Some(origin) = reached.get(&parent).copied() else { continue };
            if child == own {
                guilty.insert(origin);
            } else if let std::collections::hash_map::Entry::Vacant(place) = reached.entry(child) {
                place.insert(origin);
                next.push(child);
            }
        }
        frontier = next;
    }
    for index in guilty {
        let path = format!("components.{index}.item.program");
        checks.fail(&path, Conflict, "that program has this one among its own components");
    }
    Ok(())
}

/// Programs and their component programs.
async fn children(on: &impl ConnectionTrait, programs: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>> {
    let rows =
        program::Entity::find().filter(program::Column::Id.is_in(programs.iter().copied())).all(on).await?;
    let versions: HashMap<Uuid, Uuid> = rows
        .iter()
        .flat_map(|row| {
            [row.current_version_id, row.draft_version_id].into_iter().flatten().map(|id| (id, row.id))
        })
        .collect();
    let components = component::Entity::find()
        .filter(component::Column::VersionId.is_in(versions.keys().copied()))
        .filter(component::Column::ComponentProgramId.is_not_null())
        .all(on)
        .await?;
    Ok(components
        .into_iter()
        .filter_map(|row| Some((*versions.get(&row.version_id)?, row.component_program_id?)))
        .collect())
}
