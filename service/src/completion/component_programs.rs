//! What learners did in the programs that fill components, and in the programs within these: in any of their learner records that belong to the same
//! person, and in a number of statements that does not depend on how many they are.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::{ComponentState, EnrollmentStatus};
use cairn_entity::{component, component_progress, enrollment, learner};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::credit;
use super::doubt::Doubt;
use super::known::Known;
use super::load::Plans;
use super::plan::{Component, ComponentFact, Plan};
use super::rule::Rule;
use crate::error::Result;

/// A learner record and a program.
type Place = (Uuid, Uuid);

/// What learners did in programs.
#[derive(Default)]
struct Done {
    facts: HashMap<Place, ComponentFact>,
    completions: HashMap<Place, Vec<DateTime<Utc>>>,
    /// What completions that count no more for now are held up by.
    held: HashMap<Place, Doubt>,
    /// Completions as components of other programs, whether or not they were enrolled in.
    within: HashMap<Place, Vec<DateTime<Utc>>>,
}

/// Adds it to the facts of enrollments; where no component is filled by a program nothing is read.
pub(super) async fn add(
    connection: &impl ConnectionTrait,
    enrollments: &[enrollment::Model],
    plans: &Plans,
    known: &mut HashMap<Uuid, Known>,
) -> Result<()> {
    let parts = credited_parts(plans);
    let components = plans.all.values().flat_map(|plan| &plan.components);
    let programs: HashSet<Uuid> =
        components.filter_map(|component| component.program_id).chain(parts.iter().copied()).collect();
    if programs.is_empty() {
        return Ok(());
    }
    let learners: HashSet<Uuid> = enrollments.iter().map(|row| row.learner_id).collect();
    let same = same_persons(connection, learners).await?;
    let records: HashSet<Uuid> = same.values().flatten().copied().collect();
    let done = Done::read(connection, &records, programs, &parts).await?;
    for row in enrollments {
        let (Some(known), Some(records)) = (known.get_mut(&row.id), same.get(&row.learner_id)) else {
            continue;
        };
        let plan = plans.of(row);
        for part in &parts {
            known.facts.within.entry(*part).or_default().extend(done.moments(records, *part));
        }
        let learned = |part: Uuid| known.facts.within.get(&part).is_some_and(|dates| !dates.is_empty());
        let of_component = |component: &Component| {
            let program = component.program_id.filter(|_| !component.within.is_empty())?;
            Some((component.id, credit::given_by(program, &plans.nested, &learned)))
        };
        known.facts.credits = plan.components.iter().filter_map(of_component).collect();
        done.fill(&plan, records, known);
    }
    Ok(())
}

impl Done {
    async fn read(
        connection: &impl ConnectionTrait,
        records: &HashSet<Uuid>,
        programs: HashSet<Uuid>,
        parts: &HashSet<Uuid>,
    ) -> Result<Self> {
        let mut done = Self::default();
        let rows = enrollment::Entity::find()
            .filter(enrollment::Column::LearnerId.is_in(records.iter().copied()))
            .filter(enrollment::Column::ProgramId.is_in(programs))
            .filter(enrollment::Column::Status.ne(EnrollmentStatus::Withdrawn))
            .all(connection)
            .await?;
        for row in rows {
            done.note(&row);
        }
        for (record, part, moment) in done_within(connection, records, parts).await? {
            done.within.entry((record, part)).or_default().push(moment);
        }
        Ok(done)
    }

    fn note(&mut self, row: &enrollment::Model) {
        let place = (row.learner_id, row.program_id);
        let complete = row.status == EnrollmentStatus::Completed;
        if complete && row.held_since.is_some() {
            let doubt = row.unsupported_since.map_or(Doubt::Open, |_| Doubt::Upheld);
            self.held.entry(place).and_modify(|known| *known = doubt.max(*known)).or_insert(doubt);
        }
        let done = row.completed_at.filter(|_| complete && row.held_since.is_none());
        self.completions.entry(place).or_default().extend(done);
        self.facts.entry(place).or_default().join(ComponentFact {
            percent: row.percent,
            started_at: row.started_at,
            completed_at: done,
            waived: false,
        });
    }

    /// When a program was completed in any of the records, by itself or within others.
    fn moments(&self, records: &[Uuid], program: Uuid) -> impl Iterator<Item = DateTime<Utc>> {
        let of = move |record: &Uuid| {
            let place = (*record, program);
            [&self.completions, &self.within].map(|dates| dates.get(&place).into_iter().flatten())
        };
        records.iter().flat_map(of).flatten().copied()
    }

    /// Fills the components that programs fill.
    fn fill(&self, plan: &Plan, records: &[Uuid], known: &mut Known) {
        for component in &plan.components {
            let Some(program) = component.program_id else { continue };
            let places = || records.iter().map(|record| (*record, program));
            for place in places() {
                if let Some(fact) = self.facts.get(&place) {
                    known.stacked.entry(component.id).or_default().join(*fact);
                    known.facts.components.entry(component.id).or_default().join(*fact);
                    let done = self.completions.get(&place).into_iter().flatten();
                    known.facts.repeated.entry(component.id).or_default().extend(done);
                }
            }
            known.set_aside(component.id, places().filter_map(|place| self.held.get(&place).copied()).max());
        }
    }
}

impl Known {
    /// A component that only a program in doubt completes is not done meanwhile.
    fn set_aside(&mut self, component: Uuid, doubt: Option<Doubt>) {
        let elsewhere = self.facts.repeated.get(&component).is_some_and(|all| !all.is_empty());
        let (Some(doubt), Some(fact)) = (doubt, self.facts.components.get_mut(&component)) else { return };
        if elsewhere || fact.waived {
            return;
        }
        fact.completed_at = None;
        self.facts.doubted.insert(component);
        self.doubts.add(doubt);
    }
}

/// The programs within components, where a rule asks for credit: which of them a learner completed, and when, decides what counts.
fn credited_parts(plans: &Plans) -> HashSet<Uuid> {
    let asking = plans.all.values().filter(|plan| plan.asks(|rule| matches!(rule, Rule::Credits(_))));
    asking.flat_map(|plan| &plan.components).flat_map(|component| component.within.keys().copied()).collect()
}

/// When learners completed programs as components of others, whether or not they were enrolled in them: (record, program, moment).
async fn done_within(
    connection: &impl ConnectionTrait,
    records: &HashSet<Uuid>,
    parts: &HashSet<Uuid>,
) -> Result<Vec<(Uuid, Uuid, DateTime<Utc>)>> {
    if parts.is_empty() {
        return Ok(Vec::new());
    }
    let done = [ComponentState::Completed, ComponentState::Waived];
    Ok(component_progress::Entity::find()
        .select_only()
        .column(enrollment::Column::LearnerId)
        .column(component::Column::ComponentProgramId)
        .column(component_progress::Column::CompletedAt)
        .join(
            JoinType::InnerJoin,
            component_progress::Entity::belongs_to(component::Entity)
                .from(component_progress::Column::ComponentId)
                .to(component::Column::Id)
                .into(),
        )
        .join(
            JoinType::InnerJoin,
            component_progress::Entity::belongs_to(enrollment::Entity)
                .from(component_progress::Column::EnrollmentId)
                .to(enrollment::Column::Id)
                .into(),
        )
        .filter(component::Column::ComponentProgramId.is_in(parts.iter().copied()))
        .filter(enrollment::Column::LearnerId.is_in(records.iter().copied()))
        .filter(enrollment::Column::Status.ne(EnrollmentStatus::Withdrawn))
        .filter(component_progress::Column::State.is_in(done))
        .filter(component_progress::Column::CompletedAt.is_not_null())
        .into_tuple()
        .all(connection)
        .await?)
}

/// The learner records of the same person, by learner; at least the learner itself.
pub(super) async fn same_persons(
    connection: &impl ConnectionTrait,
    learners: HashSet<Uuid>,
) -> Result<HashMap<Uuid, Vec<Uuid>>> {
    let tuple = |condition| {
        learner::Entity::find()
            .select_only()
            .columns([learner::Column::Id, learner::Column::PersonId])
            .filter::<sea_orm::sea_query::SimpleExpr>(condition)
            .into_tuple::<(Uuid, Option<Uuid>)>()
    };
    let asked = tuple(learner::Column::Id.is_in(learners.iter().copied())).all(connection).await?;
    let persons: HashSet<Uuid> = asked.iter().filter_map(|(_, person)| *person).collect();
    let records = tuple(learner::Column::PersonId.is_in(persons)).all(connection).await?;
    let mut by_person: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (learner, person) in records {
        by_person.entry(person.unwrap_or_default()).or_default().push(learner);
    }
    let all = asked.into_iter().map(|(learner, person)| {
        let records = person.and_then(|person| by_person.get(&person).cloned());
        (learner, records.unwrap_or_else(|| vec![learner]))
    });
    Ok(all.collect())
}
