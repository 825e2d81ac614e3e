//! Reads the facts of many enrollments in a number of statements that does not depend on how many they are. `load` reads what they are measured by.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use cairn_entity::enums::{AttemptStatus, ComponentState, EventType};
use cairn_entity::{attempt, component_progress, continuing_unit, enrollment, evidence, learning_event};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use uuid::Uuid;

use super::component_programs;
use super::doubt::{self, Doubts};
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
    component_programs::add(connection, enrollments, plans, &mut known).await?;
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
