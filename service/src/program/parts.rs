//! What lies below versions and programs, for many of them at once: each function takes a fixed number of statements.

use std::collections::HashMap;

use cairn_entity::{
    assessment, award, cohort, component, learning_outcome, learning_outcome_skill, module, module_outcome,
    party, program, program_version, program_version_award, program_version_party, rubric_criterion,
    rubric_level,
};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::read::{visible, visible_versions};
use super::stored;
use super::terms::Terms;
use crate::Service;
use crate::actor::Actor;
use crate::completion::describe::Names;
use crate::error::Result;
use crate::page::{self, PageArgs, Sort, SortKey};

/// Most line items of cohorts that a program shows beside its own assessments.
const MOST_LINE_ITEMS: i32 = 100;

/// Components of versions, in order.
#[crate::boxed]
pub async fn components_of(service: &Service, versions: &[Uuid]) -> Result<Vec<component::Model>> {
    Ok(component::Entity::find()
        .filter(component::Column::VersionId.is_in(versions.iter().copied()))
        .order_by_asc(component::Column::Position)
        .all(service.db.reader())
        .await?)
}

/// Learning outcomes of versions, in order.
#[crate::boxed]
pub async fn outcomes_of(service: &Service, versions: &[Uuid]) -> Result<Vec<learning_outcome::Model>> {
    Ok(learning_outcome::Entity::find()
        .filter(learning_outcome::Column::VersionId.is_in(versions.iter().copied()))
        .order_by_asc(learning_outcome::Column::Position)
        .all(service.db.reader())
        .await?)
}

/// Assessments of versions, in order.
#[crate::boxed]
pub async fn assessments_of(service: &Service, versions: &[Uuid]) -> Result<Vec<assessment::Model>> {
    Ok(assessment::Entity::find()
        .filter(assessment::Column::VersionId.is_in(versions.iter().copied()))
        .order_by_asc(assessment::Column::Position)
        .all(service.db.reader())
        .await?)
}

/// The newest line items of the programs' cohorts, at most a hundred each.
#[crate::boxed]
pub async fn line_items_of(
    service: &Service,
    programs: &[Uuid],
) -> Result<HashMap<Uuid, Vec<assessment::Model>>> {
    let sort = Sort { tag: "line-item", column: None, id: assessment::Column::Id, descending: true };
    let args = PageArgs { first: Some(MOST_LINE_ITEMS), ..PageArgs::default() };
    let of_cohorts = assessment::Entity::find().filter(assessment::Column::CohortId.is_not_null());
    let parent = assessment::Column::ProgramId;
    let read = (|row: &assessment::Model| row.program_id, |row: &assessment::Model| (SortKey::None, row.id));
    let pages =
        page::fetch_each(service.db.reader(), of_cohorts, parent, programs, &sort, &args, read).await?;
    let lists = pages.into_iter().map(|(program, page)| {
        let mut rows: Vec<assessment::Model> = page.items.into_iter().map(|(row, _)| row).collect();
        rows.sort_by_key(|row| (std::cmp::Reverse(row.cohort_id), row.position));
        (program, rows)
    });
    Ok(lists.collect())
}

/// Awards as versions state them, in order, each with its stable row.
#[crate::boxed]
pub async fn awards_of(
    service: &Service,
    versions: &[Uuid],
) -> Result<Vec<(program_version_award::Model, award::Model)>> {
    stored::awards_of(service.db.reader(), versions).await
}

/// Parties of versions, in order, each with its part.
#[crate::boxed]
pub async fn parties_of(
    service: &Service,
    versions: &[Uuid],
) -> Result<Vec<(program_version_party::Model, party::Model)>> {
    stored::parties_of(service.db.reader(), versions).await
}

/// Outcomes of modules, in order.
#[crate::boxed]
pub async fn outcomes_of_modules(
    service: &Service,
    modules: &[Uuid],
) -> Result<Vec<(Uuid, learning_outcome::Model)>> {
    let links = module_outcome::Entity::find()
        .filter(module_outcome::Column::ModuleId.is_in(modules.iter().copied()))
        .order_by_asc(module_outcome::Column::Position)
        .all(service.db.reader())
        .await?;
    let rows = learning_outcome::Entity::find()
        .filter(learning_outcome::Column::Id.is_in(links.iter().map(|link| link.outcome_id)))
        .all(service.db.reader())
        .await?;
    let rows: HashMap<Uuid, learning_outcome::Model> = rows.into_iter().map(|row| (row.id, row)).collect();
    Ok(links
        .into_iter()
        .filter_map(|link| Some((link.module_id, rows.get(&link.outcome_id)?.clone())))
        .collect())
}

/// Ids of the skills of outcomes, in order.
#[crate::boxed]
pub async fn skills_of_outcomes(service: &Service, outcomes: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>> {
    Ok(learning_outcome_skill::Entity::find()
        .filter(learning_outcome_skill::Column::OutcomeId.is_in(outcomes.iter().copied()))
        .order_by_asc(learning_outcome_skill::Column::Position)
        .all(service.db.reader())
        .await?
        .into_iter()
        .map(|link| (link.outcome_id, link.skill_id))
        .collect())
}

/// Ids of the skills of all outcomes of versions, in order; one may come twice.
#[crate::boxed]
pub async fn skills_of(service: &Service, versions: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>> {
    let outcome = learning_outcome_skill::Entity::belongs_to(learning_outcome::Entity)
        .from(learning_outcome_skill::Column::OutcomeId)
        .to(learning_outcome::Column::Id);
    Ok(learning_outcome_skill::Entity::find()
        .join(JoinType::InnerJoin, outcome.into())
        .filter(learning_outcome::Column::VersionId.is_in(versions.iter().copied()))
        .order_by_asc(learning_outcome::Column::Position)
        .order_by_asc(learning_outcome_skill::Column::Position)
        .select_only()
        .column(learning_outcome::Column::VersionId)
        .column(learning_outcome_skill::Column::SkillId)
        .into_tuple()
        .all(service.db.reader())
        .await?)
}

/// Criteria of assessments, in order.
#[crate::boxed]
pub async fn criteria_of(service: &Service, assessments: &[Uuid]) -> Result<Vec<rubric_criterion::Model>> {
    Ok(rubric_criterion::Entity::find()
        .filter(rubric_criterion::Column::AssessmentId.is_in(assessments.iter().copied()))
        .order_by_asc(rubric_criterion::Column::Position)
        .all(service.db.reader())
        .await?)
}

/// Levels of criteria, the lowest first.
#[crate::boxed]
pub async fn levels_of(service: &Service, criteria: &[Uuid]) -> Result<Vec<rubric_level::Model>> {
    Ok(rubric_level::Entity::find()
        .filter(rubric_level::Column::CriterionId.is_in(criteria.iter().copied()))
        .order_by_asc(rubric_level::Column::Position)
        .all(service.db.reader())
        .await?)
}

/// For programs, the published programs that have them as a component: pairs of component and whole.
#[crate::boxed]
pub async fn stacks_into(service: &Service, programs: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>> {
    let components = component::Entity::find()
        .filter(component::Column::ComponentProgramId.is_in(programs.iter().copied()))
        .all(service.db.reader())
        .await?;
    let wholes = program::Entity::find()
        .filter(program::Column::CurrentVersionId.is_in(components.iter().map(|row| row.version_id)))
        .order_by_asc(program::Column::Id)
        .all(service.db.reader())
        .await?;
    let mut pairs = Vec::new();
    for whole in wholes {
        let parts = components.iter().filter(|row| Some(row.version_id) == whole.current_version_id);
        pairs.extend(parts.filter_map(|row| Some((row.component_program_id?, whole.id))));
    }
    Ok(pairs)
}

/// Titles of what the rules of versions may name.
#[crate::boxed]
pub async fn names_of(
    service: &Service,
    versions: &[program_version::Model],
) -> Result<HashMap<Uuid, Names>> {
    let ids: Vec<Uuid> = versions.iter().map(|row| row.id).collect();
    let mut names: HashMap<Uuid, Names> = HashMap::new();
    for version in versions {
        let tracks = version.tracks()?.into_iter().map(|track| (track.code, track.name)).collect();
        let groups = version.component_groups()?.into_iter();
        let groups =
            groups.map(|group| (group.code, (usize::try_from(group.choose).unwrap_or(0), group.title)));
        let named = names.entry(version.id).or_default();
        named.tracks = tracks;
        named.groups = groups.collect();
    }
    for row in assessments_of(service, &ids).await? {
        let Some(version) = row.version_id else { continue };
        names.entry(version).or_default().assessments.insert(row.external_id, row.title);
    }
    let modules = module::Entity::find()
        .filter(module::Column::VersionId.is_in(ids.iter().copied()))
        .all(service.db.reader())
        .await?;
    for row in modules {
        names.entry(row.version_id).or_default().components.insert(row.external_id, row.title);
    }
    let components = components_of(service, &ids).await?;
    let programs: Vec<Uuid> = components.iter().filter_map(|row| row.component_program_id).collect();
    let shown: HashMap<Uuid, super::Shown> =
        super::by_ids(service, &programs).await?.into_iter().map(|shown| (shown.0.id, shown)).collect();
    for row in components {
        let part = row.component_program_id.and_then(|id| shown.get(&id));
        if let Some((program::Model { external_id: Some(external_id), .. }, version)) = part {
            let names = names.entry(row.version_id).or_default();
            names.components.insert(external_id.clone(), version.title.clone());
        }
    }
    Ok(names)
}

/// Parts by id among those whose version the caller may see; `version` is the column that tells it.
pub async fn visible_parts<E: EntityTrait>(
    service: &Service,
    actor: &Actor,
    id: E::Column,
    version: E::Column,
    ids: &[Uuid],
) -> Result<Vec<E::Model>> {
    Ok(E::find()
        .filter(id.is_in(ids.iter().copied()))
        .filter(version.in_subquery(versions(actor)))
        .all(service.db.reader())
        .await?)
}

/// Assessments by id among those of versions, and of cohorts of programs, that the caller may see.
#[crate::boxed]
pub async fn visible_assessments(
    service: &Service,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<assessment::Model>> {
    Ok(assessment::Entity::find()
        .filter(assessment::Column::Id.is_in(ids.iter().copied()))
        .filter(assessments(actor))
        .all(service.db.reader())
        .await?)
}

/// Criteria by id among those of assessments that the caller may see.
#[crate::boxed]
pub async fn visible_criteria(
    service: &Service,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<rubric_criterion::Model>> {
    Ok(rubric_criterion::Entity::find()
        .filter(rubric_criterion::Column::Id.is_in(ids.iter().copied()))
        .filter(rubric_criterion::Column::AssessmentId.in_subquery(assessment_ids(actor)))
        .all(service.db.reader())
        .await?)
}

/// Levels by id among those of assessments that the caller may see.
#[crate::boxed]
pub async fn visible_levels(
    service: &Service,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<rubric_level::Model>> {
    let criteria = Query::select()
        .column(rubric_criterion::Column::Id)
        .from(rubric_criterion::Entity)
        .and_where(rubric_criterion::Column::AssessmentId.in_subquery(assessment_ids(actor)))
        .to_owned();
    Ok(rubric_level::Entity::find()
        .filter(rubric_level::Column::Id.is_in(ids.iter().copied()))
        .filter(rubric_level::Column::CriterionId.in_subquery(criteria))
        .all(service.db.reader())
        .await?)
}

/// Awards by id among those of programs that the caller may see, each as the version that its program shows states it; an award that
/// that version no longer has is left out.
#[crate::boxed]
pub async fn visible_awards(
    service: &Service,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<(program_version_award::Model, award::Model)>> {
    let rows = award::Entity::find()
        .filter(award::Column::Id.is_in(ids.iter().copied()))
        .all(service.db.reader())
        .await?;
    let programs: Vec<Uuid> = rows.iter().map(|row| row.program_id).collect();
    let shown = super::visible_by_ids(service, actor, &programs).await?;
    let versions: Vec<Uuid> = shown.iter().map(|(_, version)| version.id).collect();
    let stated = awards_of(service, &versions).await?;
    Ok(stated.into_iter().filter(|(_, row)| ids.contains(&row.id)).collect())
}

fn versions(actor: &Actor) -> SelectStatement {
    Query::select()
        .column(program_version::Column::Id)
        .from(program_version::Entity)
        .cond_where(visible_versions(actor))
        .to_owned()
}

fn assessments(actor: &Actor) -> Condition {
    let programs = Query::select()
        .column(program::Column::Id)
        .from(program::Entity)
        .cond_where(visible(actor))
        .to_owned();
    let cohorts = Query::select()
        .column(cohort::Column::Id)
        .from(cohort::Entity)
        .and_where(cohort::Column::ProgramId.in_subquery(programs))
        .to_owned();
    Condition::any()
        .add(assessment::Column::VersionId.in_subquery(versions(actor)))
        .add(assessment::Column::CohortId.in_subquery(cohorts))
}

fn assessment_ids(actor: &Actor) -> SelectStatement {
    Query::select()
        .column(assessment::Column::Id)
        .from(assessment::Entity)
        .cond_where(assessments(actor))
        .to_owned()
}
