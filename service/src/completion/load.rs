//! Reads the plans of many enrollments in a number of statements that does not depend on how many they are. `known` reads the facts.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use cairn_entity::enums::ComponentOrder;
use cairn_entity::{assessment, component, enrollment, module, program_version};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value as Json;
use uuid::Uuid;

use super::credit::{self, Nested};
use super::plan::{Assessment, Component, Group, Plan};
use super::prior;
use super::rule::Rule;
use crate::attempt::Rules;
use crate::error::Result;
use crate::program::terms::{self, CreditScheme};

/// Plans by version and cohort.
#[derive(Default)]
pub(crate) struct Plans {
    pub(super) all: HashMap<(Uuid, Option<Uuid>), Arc<Plan>>,
    /// The programs that fill components; where a rule asks for credit, with those within them.
    pub(super) nested: HashMap<Uuid, Nested>,
}

impl Plans {
    /// The plan of an enrollment that was among those asked for.
    pub(crate) fn of(&self, row: &enrollment::Model) -> Arc<Plan> {
        self.all.get(&(row.version_id, row.cohort_id)).cloned().unwrap_or_default()
    }

    /// The same plans, measured by another rule.
    pub(crate) fn with_rule(self, rule: &Rule) -> Self {
        let changed = |plan: Arc<Plan>| Plan { rule: Some(rule.clone()), ..Arc::unwrap_or_clone(plan) };
        let all = self.all.into_iter().map(|(key, plan)| (key, Arc::new(changed(plan)))).collect();
        Self { all, ..self }
    }
}

/// Reads the plans of enrollments.
pub(crate) async fn plans(
    connection: &impl ConnectionTrait,
    enrollments: &[enrollment::Model],
) -> Result<Plans> {
    plans_of(connection, enrollments.iter().map(|row| (row.version_id, row.cohort_id)).collect()).await
}

/// The plans of versions, each with the line items of a cohort.
async fn plans_of(connection: &impl ConnectionTrait, keys: HashSet<(Uuid, Option<Uuid>)>) -> Result<Plans> {
    if keys.is_empty() {
        return Ok(Plans::default());
    }
    let versions: HashSet<Uuid> = keys.iter().map(|(version, _)| *version).collect();
    let cohorts: HashSet<Uuid> = keys.iter().filter_map(|(_, cohort)| *cohort).collect();
    let stated = stated(connection, &versions).await?;
    let (components, nested) = components(connection, &versions, &stated).await?;
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
    let mut all = HashMap::new();
    for (version, cohort) in keys {
        let stated = stated.plans.get(&version).cloned().unwrap_or_default();
        let own = |row: &&assessment::Model| {
            row.version_id == Some(version) || (cohort.is_some() && row.cohort_id == cohort)
        };
        let plan = Plan {
            components: components.get(&version).cloned().unwrap_or_default(),
            assessments: rows.iter().filter(own).map(planned).collect::<Result<_>>()?,
            ..stated
        };
        all.insert((version, cohort), Arc::new(plan));
    }
    Ok(Plans { all, nested })
}

/// The plan of a version without a cohort, whoever may be enrolled in it.
pub(crate) async fn of_version(connection: &impl ConnectionTrait, version: Uuid) -> Result<Arc<Plan>> {
    Ok(of_versions(connection, [version]).await?.remove(&version).unwrap_or_default())
}

/// The plans of versions without a cohort, by version.
pub(crate) async fn of_versions(
    connection: &impl ConnectionTrait,
    versions: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, Arc<Plan>>> {
    let plans = plans_of(connection, versions.into_iter().map(|version| (version, None)).collect()).await?;
    Ok(plans.all.into_iter().map(|((version, _), plan)| (version, plan)).collect())
}

/// One assessment, whatever plan it belongs to.
pub(crate) async fn assessment(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<Assessment>> {
    assessment::Entity::find_by_id(id).one(connection).await?.as_ref().map(planned).transpose()
}

/// What versions state.
#[derive(Default)]
struct Stated {
    /// By version, still without components and assessments.
    plans: HashMap<Uuid, Plan>,
    /// Whether any rule of theirs asks for credit: only then it must be known what programs within programs give.
    by_credit: bool,
    /// By version, in which credit it is limited how much may be recognized as learned before.
    limited_by: HashMap<Uuid, CreditScheme>,
}

/// Reads what versions state.
async fn stated(connection: &impl ConnectionTrait, versions: &HashSet<Uuid>) -> Result<Stated> {
    type Row = (Uuid, Option<Json>, Option<Json>, Option<i64>, ComponentOrder, Json, Option<Json>, Json);
    let rows: Vec<Row> = program_version::Entity::find()
        .select_only()
        .columns([
            program_version::Column::Id,
            program_version::Column::CompletionRule,
            program_version::Column::RenewalRule,
            program_version::Column::PassMark,
            program_version::Column::ComponentOrder,
            program_version::Column::ComponentGroups,
            program_version::Column::PriorLearning,
            program_version::Column::Credits,
        ])
        .filter(program_version::Column::Id.is_in(versions.iter().copied()))
        .into_tuple()
        .all(connection)
        .await?;
    let mut stated = Stated::default();
    for (id, rule, renewal, pass_mark, order, groups, prior, credits) in rows {
        let groups: Vec<terms::ComponentGroup> = terms::list(&groups)?;
        let rule: Option<Rule> = rule.map(serde_json::from_value).transpose()?;
        let renewal: Option<Rule> = renewal.map(serde_json::from_value).transpose()?;
        stated.by_credit |=
            rule.iter().chain(&renewal).any(|rule| rule.has(&|rule| matches!(rule, Rule::Credits(_))));
        let prior: Option<terms::PriorLearning> = prior.as_ref().map(terms::list).transpose()?;
        let credits: Vec<terms::Credit> = terms::list(&credits)?;
        let plan = Plan {
            rule,
            pass_mark,
            recognizes: prior.as_ref().map(|prior| prior.share(&credits)),
            ordered: order == ComponentOrder::Sequential,
            groups: groups.into_iter().map(Group::from).collect(),
            ..Plan::default()
        };
        stated.plans.insert(id, plan);
        if let Some(most) = prior.and_then(|prior| prior.max_credits) {
            stated.limited_by.insert(id, most.scheme);
        }
    }
    Ok(stated)
}

impl From<terms::ComponentGroup> for Group {
    fn from(group: terms::ComponentGroup) -> Self {
        let choose = usize::try_from(group.choose).unwrap_or_default();
        Self { code: group.code, title: group.title, choose }
    }
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

/// Components by version, in order, each with the names of what fills it; and the programs among that.
async fn components(
    connection: &impl ConnectionTrait,
    versions: &HashSet<Uuid>,
    stated: &Stated,
) -> Result<(HashMap<Uuid, Vec<Component>>, HashMap<Uuid, Nested>)> {
    let rows = component::Entity::find()
        .filter(component::Column::VersionId.is_in(versions.iter().copied()))
        .order_by_asc(component::Column::Position)
        .all(connection)
        .await?;
    let modules: Vec<Uuid> = rows.iter().filter_map(|row| row.module_id).collect();
    let modules = module::Entity::find().filter(module::Column::Id.is_in(modules)).all(connection).await?;
    let modules: HashMap<Uuid, module::Model> = modules.into_iter().map(|row| (row.id, row)).collect();
    let nested: HashSet<Uuid> = rows.iter().filter_map(|row| row.component_program_id).collect();
    let nested = credit::nested(connection, nested, stated.by_credit).await?;
    let mut by_version: HashMap<Uuid, Vec<Component>> = HashMap::new();
    let mut measures: HashMap<Uuid, [Vec<Option<i64>>; 2]> = HashMap::new();
    for row in rows {
        let mut component = Component {
            id: row.id,
            external_id: String::new(),
            title: String::new(),
            required: row.required,
            group: row.group_code,
            program_id: row.component_program_id,
            module_id: row.module_id,
            credits: HashMap::new(),
            within: HashMap::new(),
            levels: Vec::new(),
            worth: 1,
        };
        let (mut credit, mut hours) = (None, None);
        if let Some(module) = row.module_id.and_then(|id| modules.get(&id)) {
            component.external_id.clone_from(&module.external_id);
            component.title.clone_from(&module.title);
            hours = module.workload_hours;
        }
        if let Some(within) = row.component_program_id.and_then(|id| nested.get(&id)) {
            component.external_id.clone_from(&within.external_id);
            component.title.clone_from(&within.title);
            component.levels.clone_from(&within.levels);
            hours = within.hours;
            credit = stated.limited_by.get(&row.version_id).map(|scheme| within.credit_in(*scheme));
            if stated.by_credit {
                component.credits = row
                    .component_program_id
                    .map(|program| credit::given_by(program, &nested, &|_| true))
                    .unwrap_or_default();
                let within = row.component_program_id.map(|program| credit::within(program, &nested));
                let title = |part: Uuid| Some((part, nested.get(&part)?.title.clone()));
                component.within = within.into_iter().flatten().filter_map(title).collect();
            }
        }
        by_version.entry(row.version_id).or_default().push(component);
        let [by_credit, by_hours] = measures.entry(row.version_id).or_default();
        by_credit.push(credit);
        by_hours.push(hours);
    }
    for (version, components) in &mut by_version {
        let worths = prior::worths(measures.remove(version).unwrap_or_default(), components.len());
        components.iter_mut().zip(worths).for_each(|(component, worth)| component.worth = worth);
    }
    Ok((by_version, nested))
}
