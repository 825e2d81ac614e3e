//! Reads the plans of many enrollments in a number of statements that does not depend on how many they are. `known` reads the facts.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use cairn_entity::{assessment, component, enrollment, module, program, program_version};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Deserialize;
use uuid::Uuid;

use super::plan::{Assessment, Component, Plan};
use crate::attempt::Rules;
use crate::error::Result;

/// Plans by version and cohort.
pub(crate) struct Plans(pub(super) HashMap<(Uuid, Option<Uuid>), Arc<Plan>>);

impl Plans {
    /// The plan of an enrollment that was among those asked for.
    pub(crate) fn of(&self, row: &enrollment::Model) -> Arc<Plan> {
        self.0.get(&(row.version_id, row.cohort_id)).cloned().unwrap_or_default()
    }
}

/// Reads the plans of enrollments.
pub(crate) async fn plans(
    connection: &impl ConnectionTrait,
    enrollments: &[enrollment::Model],
) -> Result<Plans> {
    let keys: HashSet<(Uuid, Option<Uuid>)> =
        enrollments.iter().map(|row| (row.version_id, row.cohort_id)).collect();
    if keys.is_empty() {
        return Ok(Plans(HashMap::new()));
    }
    let versions: HashSet<Uuid> = keys.iter().map(|(version, _)| *version).collect();
    let cohorts: HashSet<Uuid> = keys.iter().filter_map(|(_, cohort)| *cohort).collect();
    let rules = rules(connection, &versions).await?;
    let components = components(connection, &versions).await?;
    let rows = assessment::Entity::find()
        .filter(
            sea_orm::Condition::any()
                .add(assessment::Column::VersionId.is_in(versions))
                .add(assessment::Column::CohortId.is_in(cohorts)),
        )
        .order_by_asc(assessment::Column::Position)
        .order_by_asc(assessment::Column::Id)
        .all(connection)
        .await?;
    let mut plans = HashMap::new();
    for (version, cohort) in keys {
        let (rule, pass_mark) = rules.get(&version).cloned().unwrap_or_default();
        let own = |row: &&assessment::Model| {
            row.version_id == Some(version) || (cohort.is_some() && row.cohort_id == cohort)
        };
        let plan = Plan {
            rule: rule.map(serde_json::from_value).transpose()?,
            pass_mark,
            components: components.get(&version).cloned().unwrap_or_default(),
            assessments: rows.iter().filter(own).map(planned).collect::<Result<_>>()?,
        };
        plans.insert((version, cohort), Arc::new(plan));
    }
    Ok(Plans(plans))
}

/// One assessment, whatever plan it belongs to.
pub(crate) async fn assessment(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<Assessment>> {
    assessment::Entity::find_by_id(id).one(connection).await?.as_ref().map(planned).transpose()
}

type StatedRule = (Option<serde_json::Value>, Option<i64>);

/// Rule and pass mark by version.
async fn rules(
    connection: &impl ConnectionTrait,
    versions: &HashSet<Uuid>,
) -> Result<HashMap<Uuid, StatedRule>> {
    let rows: Vec<(Uuid, Option<serde_json::Value>, Option<i64>)> = program_version::Entity::find()
        .select_only()
        .columns([
            program_version::Column::Id,
            program_version::Column::CompletionRule,
            program_version::Column::PassMark,
        ])
        .filter(program_version::Column::Id.is_in(versions.iter().copied()))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|(id, rule, pass_mark)| (id, (rule, pass_mark))).collect())
}

fn planned(row: &assessment::Model) -> Result<Assessment> {
    Ok(Assessment {
        id: row.id,
        external_id: row.external_id.clone(),
        title: row.title.clone(),
        category: row.category.clone(),
        of_cohort: row.cohort_id.is_some(),
        weight: row.weight,
        pass_mark: row.pass_mark,
        min_score: row.min_score,
        max_score: row.max_score,
        max_attempts: row.max_attempts,
        module_id: row.module_id,
        supervision: row.supervision,
        identity_check: row.identity_check,
        grading: row.grading,
        due_at: row.due_at,
        rules: Rules::read(&row.rules)?,
    })
}

/// Components by version, in order, each with the names of what fills it.
async fn components(
    connection: &impl ConnectionTrait,
    versions: &HashSet<Uuid>,
) -> Result<HashMap<Uuid, Vec<Component>>> {
    let rows = component::Entity::find()
        .filter(component::Column::VersionId.is_in(versions.iter().copied()))
        .order_by_asc(component::Column::Position)
        .all(connection)
        .await?;
    let modules: Vec<Uuid> = rows.iter().filter_map(|row| row.module_id).collect();
    let modules = module::Entity::find().filter(module::Column::Id.is_in(modules)).all(connection).await?;
    let modules: HashMap<Uuid, module::Model> = modules.into_iter().map(|row| (row.id, row)).collect();
    let nested: HashSet<Uuid> = rows.iter().filter_map(|row| row.component_program_id).collect();
    let nested = nested_programs(connection, nested).await?;
    let mut by_version: HashMap<Uuid, Vec<Component>> = HashMap::new();
    for row in rows {
        let mut component = Component {
            id: row.id,
            external_id: String::new(),
            title: String::new(),
            required: row.required,
            program_id: row.component_program_id,
            module_id: row.module_id,
            credits: HashMap::new(),
        };
        if let Some(module) = row.module_id.and_then(|id| modules.get(&id)) {
            component.external_id.clone_from(&module.external_id);
            component.title.clone_from(&module.title);
        }
        if let Some(program) = row.component_program_id.and_then(|id| nested.get(&id)) {
            component.external_id.clone_from(&program.external_id);
            component.title.clone_from(&program.title);
            component.credits.clone_from(&program.credits);
        }
        by_version.entry(row.version_id).or_default().push(component);
    }
    Ok(by_version)
}

/// A program that fills a component.
struct Nested {
    external_id: String,
    title: String,
    credits: HashMap<String, i64>,
}

/// An entry of `program_version.credits`.
#[derive(Deserialize)]
struct Credit {
    amount: i64,
    scheme: String,
}

async fn nested_programs(
    connection: &impl ConnectionTrait,
    ids: HashSet<Uuid>,
) -> Result<HashMap<Uuid, Nested>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let programs = program::Entity::find().filter(program::Column::Id.is_in(ids)).all(connection).await?;
    let shown = |row: &program::Model| row.current_version_id.or(row.draft_version_id);
    let versions = program_version::Entity::find()
        .filter(program_version::Column::Id.is_in(programs.iter().filter_map(shown)))
        .all(connection)
        .await?;
    let versions: HashMap<Uuid, program_version::Model> =
        versions.into_iter().map(|row| (row.id, row)).collect();
    let mut nested = HashMap::new();
    for program in programs {
        let Some(version) = shown(&program).and_then(|id| versions.get(&id)) else { continue };
        let mut credits = HashMap::new();
        for credit in Vec::<Credit>::deserialize(&version.credits)? {
            *credits.entry(credit.scheme).or_insert(0) += credit.amount;
        }
        let external_id = program.external_id.unwrap_or_default();
        nested.insert(program.id, Nested { external_id, title: version.title.clone(), credits });
    }
    Ok(nested)
}
