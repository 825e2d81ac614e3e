//! Reads the facts of many enrollments in a number of statements that does not depend on how many they are. `load` reads what they are measured by.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use cairn_entity::enums::{AttemptStatus, ComponentState, EnrollmentStatus, EventType};
use cairn_entity::{
    attempt, component, component_progress, continuing_unit, enrollment, evidence, learner, learning_event,
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, QueryTrait};
use uuid::Uuid;

use super::credit;
use super::doubt::{self, Doubt, Doubts};
use super::granted;
use super::load::Plans;
use super::plan::{
    Assessment, AssessmentFact, Component, ComponentFact, Facts, Graded, Plan, Units, earliest,
};
use super::rule::Rule;
use crate::error::Result;
use crate::prior_learning;

/// The facts of one enrollment, with what only its rollup needs.
pub(crate) struct Known {
    pub facts: Facts,
    /// When it was begun, by what was told of it.
    pub begun_at: Option<DateTime<Utc>>,
    /// What component programs give it: by component.
    pub stacked: HashMap<Uuid, ComponentFact>,
    /// The rows of its components' progress.
    pub rows: HashMap<Uuid, component_progress::Model>,
    /// What is in doubt about it.
    pub(super) doubts: Doubts,
}

/// Reads the facts of enrollments.
pub(crate) async fn facts(
    connection: &impl ConnectionTrait,
    enrollments: &[enrollment::Model],
    plans: &Plans,
) -> Result<HashMap<Uuid, Known>> {
    let mut known: HashMap<Uuid, Known> = enrollments
        .iter()
        .map(|row| {
            let facts = Facts {
                track: row.track.clone(),
                identity_verified_at: row.identity_verified_at,
                ..Facts::new(row.enrolled_at)
            };
            let (stacked, rows, doubts) = (HashMap::new(), HashMap::new(), Doubts::default());
            (row.id, Known { facts, begun_at: None, stacked, rows, doubts })
        })
        .collect();
    if known.is_empty() {
        return Ok(known);
    }
    let ids: Vec<Uuid> = enrollments.iter().map(|row| row.id).collect();
    progress(connection, &ids, &mut known).await?;
    for (id, doubts) in doubt::of(connection, &ids).await? {
        if let Some(known) = known.get_mut(&id) {
            known.facts.doubt = doubts.whole;
            known.doubts = doubts;
        }
    }
    attempts(connection, enrollments, plans, &ids, &mut known).await?;
    whole(connection, &ids, &mut known).await?;
    units(connection, plans, &ids, &mut known).await?;
    stacked(connection, enrollments, plans, &mut known).await?;
    recognized(connection, plans, &ids, &mut known).await?;
    for row in enrollments {
        if let Some(known) = known.get_mut(&row.id) {
            let facts = std::mem::replace(&mut known.facts, Facts::new(row.enrolled_at));
            known.facts = facts.in_order(&plans.of(row));
        }
    }
    Ok(known)
}

async fn progress(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
    known: &mut HashMap<Uuid, Known>,
) -> Result<()> {
    let rows = component_progress::Entity::find()
        .filter(component_progress::Column::EnrollmentId.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    for row in rows {
        let Some(known) = known.get_mut(&row.enrollment_id) else { continue };
        known.begun_at = earliest(known.begun_at, row.started_at);
        known.facts.components.insert(row.component_id, fact(&row));
        known.rows.insert(row.component_id, row);
    }
    Ok(())
}

/// What a row of progress says.
pub(crate) fn fact(row: &component_progress::Model) -> ComponentFact {
    let done_at = match row.state {
        ComponentState::Completed | ComponentState::Waived => row.completed_at.or(Some(row.updated_at)),
        ComponentState::NotStarted | ComponentState::InProgress => None,
    };
    ComponentFact {
        percent: row.percent,
        started_at: row.started_at,
        completed_at: done_at,
        waived: row.state == ComponentState::Waived,
    }
}

async fn attempts(
    connection: &impl ConnectionTrait,
    enrollments: &[enrollment::Model],
    plans: &Plans,
    ids: &[Uuid],
    known: &mut HashMap<Uuid, Known>,
) -> Result<()> {
    let rows = attempt::Entity::find()
        .filter(attempt::Column::EnrollmentId.is_in(ids.iter().copied()))
        .filter(attempt::Column::Status.ne(AttemptStatus::Voided))
        .all(connection)
        .await?;
    let plans: HashMap<Uuid, Arc<Plan>> = enrollments.iter().map(|row| (row.id, plans.of(row))).collect();
    let shown = shown(connection, &plans, ids).await?;
    for row in rows {
        let (Some(known), Some(plan)) = (known.get_mut(&row.enrollment_id), plans.get(&row.enrollment_id))
        else {
            continue;
        };
        known.begun_at = earliest(known.begun_at, Some(row.sort_submitted_at));
        let fact: &mut AssessmentFact = known.facts.assessments.entry(row.assessment_id).or_default();
        if known.doubts.attempts.contains(&row.id) {
            fact.doubted = true;
            continue;
        }
        let planned = plan.assessments.iter().find(|planned| planned.id == row.assessment_id);
        match (row.status, row.score, planned) {
            (AttemptStatus::Graded, Some(score), Some(planned)) => {
                fact.graded.push(Graded {
                    at: row.sort_graded_at,
                    share: planned.share(score, row.max_score),
                    points: planned.points(score, row.max_score),
                    passed: row.passed.unwrap_or(false),
                    with_evidence: shown.contains(&row.id),
                });
                if planned.rules.completes_module && granted::stands(&row) {
                    tested_out(plan, planned, row.sort_graded_at, &mut known.facts);
                }
            }
            (AttemptStatus::Submitted, ..) => fact.waiting = true,
            (AttemptStatus::Returned, ..) => fact.returned = true,
            _ => {}
        }
    }
    Ok(())
}

/// The component of the module that a passed assessment completes is done.
fn tested_out(plan: &Plan, passed: &Assessment, at: DateTime<Utc>, facts: &mut Facts) {
    let module = |place: &&Component| place.module_id.is_some() && place.module_id == passed.module_id;
    if let Some(place) = plan.components.iter().find(module) {
        facts.components.entry(place.id).or_default().join(granted::done(at));
    }
}

/// Attempts that evidence was handed in with; where no rule asks for evidence nothing is read.
async fn shown(
    connection: &impl ConnectionTrait,
    plans: &HashMap<Uuid, Arc<Plan>>,
    enrollments: &[Uuid],
) -> Result<HashSet<Uuid>> {
    if !plans.values().any(|plan| plan.asks(|rule| matches!(rule, Rule::EvidenceApproved(_)))) {
        return Ok(HashSet::new());
    }
    let attempts = attempt::Entity::find()
        .select_only()
        .column(attempt::Column::Id)
        .filter(attempt::Column::EnrollmentId.is_in(enrollments.iter().copied()))
        .into_query();
    let ids: Vec<Uuid> = evidence::Entity::find()
        .select_only()
        .column(evidence::Column::AttemptId)
        .distinct()
        .filter(evidence::Column::AttemptId.in_subquery(attempts))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().collect())
}

/// Continuing units that were recorded; where no rule asks for any nothing is read.
async fn units(
    connection: &impl ConnectionTrait,
    plans: &Plans,
    ids: &[Uuid],
    known: &mut HashMap<Uuid, Known>,
) -> Result<()> {
    if !plans.all.values().any(|plan| plan.asks(|rule| matches!(rule, Rule::ContinuingUnits(_)))) {
        return Ok(());
    }
    let rows = continuing_unit::Entity::find()
        .filter(continuing_unit::Column::EnrollmentId.is_in(ids.iter().copied()))
        .filter(continuing_unit::Column::WithdrawnAt.is_null())
        .all(connection)
        .await?;
    for row in rows {
        let Some(known) = known.get_mut(&row.enrollment_id) else { continue };
        known.facts.units.push(Units { category: row.category, amount: row.amount, at: row.earned_at });
    }
    Ok(())
}

/// What is recognized as learned before, and what is claimed to be; where no version recognizes anything nothing is read.
async fn recognized(
    connection: &impl ConnectionTrait,
    plans: &Plans,
    ids: &[Uuid],
    known: &mut HashMap<Uuid, Known>,
) -> Result<()> {
    if plans.all.values().all(|plan| plan.recognizes.is_none()) {
        return Ok(());
    }
    for row in granted::recognized(connection, ids).await? {
        let Some(known) = known.get_mut(&row.enrollment_id) else { continue };
        known.facts.recognize(row.component_id, row.recognized_at);
    }
    for (enrollment, claimed) in prior_learning::open_claims(connection, ids).await? {
        if let Some(known) = known.get_mut(&enrollment) {
            known.facts.claimed.extend(claimed);
        }
    }
    Ok(())
}

/// Enrollment, kind of event, its first moment and highest percent.
type Summary = (Uuid, EventType, Option<DateTime<Utc>>, Option<i64>);

/// What was told of enrollments as a whole, folded in the database: earliest moments and the highest percent.
async fn whole(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
    known: &mut HashMap<Uuid, Known>,
) -> Result<()> {
    let rows: Vec<Summary> = learning_event::Entity::find()
        .select_only()
        .column(learning_event::Column::EnrollmentId)
        .column(learning_event::Column::EventType)
        .column_as(learning_event::Column::OccurredAt.min(), "first_at")
        .column_as(learning_event::Column::Percent.max(), "most")
        .filter(learning_event::Column::EnrollmentId.is_in(ids.iter().copied()))
        .filter(learning_event::Column::ComponentId.is_null())
        .filter(learning_event::Column::AssessmentId.is_null())
        .filter(learning_event::Column::AnnulledById.is_null())
        .filter(learning_event::Column::EventType.ne(EventType::Voided))
        .group_by(learning_event::Column::EnrollmentId)
        .group_by(learning_event::Column::EventType)
        .into_tuple()
        .all(connection)
        .await?;
    for (enrollment, kind, first, percent) in rows {
        let Some(known) = known.get_mut(&enrollment) else { continue };
        known.begun_at = earliest(known.begun_at, first);
        let fact = &mut known.facts.whole;
        fact.started_at = earliest(fact.started_at, first);
        fact.percent = fact.percent.max(percent.unwrap_or(0));
        if kind == EventType::Completed {
            fact.completed_at = earliest(fact.completed_at, first);
        }
    }
    Ok(())
}

/// What learners did in the programs that fill components: in any of their learner records that belong to the same person.
async fn stacked(
    connection: &impl ConnectionTrait,
    enrollments: &[enrollment::Model],
    plans: &Plans,
    known: &mut HashMap<Uuid, Known>,
) -> Result<()> {
    let parts = credited_parts(plans);
    let filling =
        |plan: &Arc<Plan>| plan.components.iter().filter_map(|component| component.program_id).collect();
    let programs: HashSet<Uuid> =
        plans.all.values().flat_map::<Vec<Uuid>, _>(filling).chain(parts.iter().copied()).collect();
    if programs.is_empty() {
        return Ok(());
    }
    let learners: HashSet<Uuid> = enrollments.iter().map(|row| row.learner_id).collect();
    let same = same_persons(connection, learners).await?;
    let records: HashSet<Uuid> = same.values().flatten().copied().collect();
    let rows = enrollment::Entity::find()
        .filter(enrollment::Column::LearnerId.is_in(records.iter().copied()))
        .filter(enrollment::Column::ProgramId.is_in(programs))
        .filter(enrollment::Column::Status.ne(EnrollmentStatus::Withdrawn))
        .all(connection)
        .await?;
    let mut by_place: HashMap<(Uuid, Uuid), ComponentFact> = HashMap::new();
    let mut completions: HashMap<(Uuid, Uuid), Vec<DateTime<Utc>>> = HashMap::new();
    let mut held: HashMap<(Uuid, Uuid), Doubt> = HashMap::new();
    for row in rows {
        let place = (row.learner_id, row.program_id);
        let fact = by_place.entry(place).or_default();
        let complete = row.status == EnrollmentStatus::Completed;
        if complete && row.held_since.is_some() {
            let doubt = row.unsupported_since.map_or(Doubt::Open, |_| Doubt::Upheld);
            held.entry(place).and_modify(|known| *known = doubt.max(*known)).or_insert(doubt);
        }
        let done = row.completed_at.filter(|_| complete && row.held_since.is_none());
        completions.entry(place).or_default().extend(done);
        fact.join(ComponentFact {
            percent: row.percent,
            started_at: row.started_at,
            completed_at: done,
            waived: false,
        });
    }
    let mut within: HashMap<(Uuid, Uuid), Vec<DateTime<Utc>>> = HashMap::new();
    for (record, part, done) in done_within(connection, &records, &parts).await? {
        within.entry((record, part)).or_default().push(done);
    }
    for row in enrollments {
        let Some(known) = known.get_mut(&row.id) else { continue };
        for record in same.get(&row.learner_id).into_iter().flatten() {
            for part in &parts {
                let place = (*record, *part);
                let done = [&completions, &within].map(|dates| dates.get(&place).into_iter().flatten());
                known.facts.within.entry(*part).or_default().extend(done.into_iter().flatten());
            }
        }
        let learned = |part: Uuid| known.facts.within.get(&part).is_some_and(|dates| !dates.is_empty());
        let of_component = |component: &Component| {
            let program = component.program_id.filter(|_| !component.within.is_empty())?;
            Some((component.id, credit::given_by(program, &plans.nested, &learned)))
        };
        known.facts.credits = plans.of(row).components.iter().filter_map(of_component).collect();
        for component in &plans.of(row).components {
            let Some(program) = component.program_id else { continue };
            let places = || same.get(&row.learner_id).into_iter().flatten().map(|record| (*record, program));
            for place in places() {
                if let Some(fact) = by_place.get(&place) {
                    known.stacked.entry(component.id).or_default().join(*fact);
                    known.facts.components.entry(component.id).or_default().join(*fact);
                    let done = completions.get(&place).into_iter().flatten();
                    known.facts.repeated.entry(component.id).or_default().extend(done);
                }
            }
            known.set_aside(component.id, places().filter_map(|place| held.get(&place).copied()).max());
        }
    }
    Ok(())
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
