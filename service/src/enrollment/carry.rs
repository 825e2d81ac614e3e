//! What an enrollment keeps when it is moved: progress of components and tries at assessments, found again in the new place by what fills a
//! component and by external ids. What has no place there stays on record and counts no more.

use std::collections::HashMap;

use cairn_entity::enums::{AttemptStatus, ComponentState};
use cairn_entity::{attempt, component_progress, enrollment};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::completion::{Assessment, Component, Plan, granted, load};
use crate::error::Result;
use crate::{Work, prior_learning, save};

/// What can be carried over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CarriedKind {
    /// Progress of a module.
    Module,
    /// Progress of a component program.
    Program,
    /// Tries at an assessment.
    Assessment,
}

/// One thing that was done before.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Carried {
    /// What it is.
    pub kind: CarriedKind,
    /// The issuer's own id.
    pub external_id: String,
    /// Title.
    pub title: String,
}

/// What of one enrollment is carried over.
#[derive(Clone, Debug, Default)]
pub(super) struct Luggage {
    pub(super) over: Vec<Carried>,
    pub(super) behind: Vec<Carried>,
}

impl Luggage {
    fn note(&mut self, is_carried: bool, what: Carried) {
        let list = if is_carried { &mut self.over } else { &mut self.behind };
        if !list.contains(&what) {
            list.push(what);
        }
    }
}

/// Carries over what was done, for enrollments as they are and as they are to be; tells of each what and what not.
pub(super) async fn over(
    work: &Work<'_>,
    moves: impl Iterator<Item = (&enrollment::Model, &enrollment::Model)>,
) -> Result<HashMap<Uuid, Luggage>> {
    let (before, now): (Vec<_>, Vec<_>) = moves.map(|(before, now)| (before.clone(), now.clone())).unzip();
    let ids: Vec<Uuid> = before.iter().map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let all: Vec<enrollment::Model> = before.iter().chain(&now).cloned().collect();
    let plans = load::plans(work.tx(), &all).await?;
    let places: HashMap<Uuid, Places> = before
        .iter()
        .zip(&now)
        .map(|(before, now)| (before.id, Places::between(&plans.of(before), &plans.of(now))))
        .collect();
    let mut luggage: HashMap<Uuid, Luggage> = HashMap::new();
    progress(work, &ids, &places, &mut luggage).await?;
    attempts(work, &ids, &places, &mut luggage).await?;
    recognized(work, &ids, &places, &mut luggage).await?;
    let like = |enrollment: Uuid, component: Uuid| places.get(&enrollment)?.components.get(&component)?.1;
    prior_learning::carry(work, &now, like).await?;
    Ok(luggage)
}

/// Components and assessments of the old place, each with its like in the new one.
struct Places {
    components: HashMap<Uuid, (Carried, Option<Uuid>)>,
    assessments: HashMap<Uuid, (Carried, Option<Uuid>)>,
    /// Whether the new place recognizes prior learning at all.
    recognizes: bool,
}

impl Places {
    fn between(old: &Plan, new: &Plan) -> Self {
        let components = old.components.iter().map(|component| {
            let kind =
                if component.program_id.is_some() { CarriedKind::Program } else { CarriedKind::Module };
            let (external_id, title) = (component.external_id.clone(), component.title.clone());
            let like = new.components.iter().find(|other| same_component(component, other));
            (component.id, (Carried { kind, external_id, title }, like.map(|other| other.id)))
        });
        let assessments = old.assessments.iter().map(|assessment| {
            let (external_id, title) = (assessment.external_id.clone(), assessment.title.clone());
            let like = new.assessments.iter().find(|other| same_assessment(assessment, other));
            let what = Carried { kind: CarriedKind::Assessment, external_id, title };
            (assessment.id, (what, like.map(|other| other.id)))
        });
        Self {
            components: components.collect(),
            assessments: assessments.collect(),
            recognizes: new.recognizes.is_some(),
        }
    }
}

fn same_component(one: &Component, other: &Component) -> bool {
    match (one.program_id, other.program_id) {
        (Some(one), Some(other)) => one == other,
        (None, None) => one.external_id == other.external_id,
        _ => false,
    }
}

fn same_assessment(one: &Assessment, other: &Assessment) -> bool {
    one.of_cohort == other.of_cohort && one.external_id == other.external_id
}

async fn progress(
    work: &Work<'_>,
    ids: &[Uuid],
    places: &HashMap<Uuid, Places>,
    luggage: &mut HashMap<Uuid, Luggage>,
) -> Result<()> {
    let rows = component_progress::Entity::find()
        .filter(component_progress::Column::EnrollmentId.is_in(ids.iter().copied()))
        .all(work.tx())
        .await?;
    let mut moved = Vec::new();
    for row in rows {
        let place =
            places.get(&row.enrollment_id).and_then(|places| places.components.get(&row.component_id));
        let Some((what, like)) = place else { continue };
        if row.state != ComponentState::NotStarted {
            luggage.entry(row.enrollment_id).or_default().note(like.is_some(), what.clone());
        }
        if let Some(component_id) = like.filter(|like| *like != row.component_id) {
            moved.push(component_progress::Model { component_id, updated_at: work.now, ..row });
        }
    }
    save::rows::<component_progress::Entity>(work.tx(), moved).await
}

async fn attempts(
    work: &Work<'_>,
    ids: &[Uuid],
    places: &HashMap<Uuid, Places>,
    luggage: &mut HashMap<Uuid, Luggage>,
) -> Result<()> {
    let tried: Vec<(Uuid, Uuid)> = attempt::Entity::find()
        .select_only()
        .column(attempt::Column::EnrollmentId)
        .column(attempt::Column::AssessmentId)
        .distinct()
        .filter(attempt::Column::EnrollmentId.is_in(ids.iter().copied()))
        .filter(attempt::Column::Status.ne(AttemptStatus::Voided))
        .into_tuple()
        .all(work.tx())
        .await?;
    let mut moved: HashMap<(Uuid, Uuid), Vec<Uuid>> = HashMap::new();
    for (enrollment, assessment) in tried {
        let place = places.get(&enrollment).and_then(|places| places.assessments.get(&assessment));
        let Some((what, like)) = place else { continue };
        luggage.entry(enrollment).or_default().note(like.is_some(), what.clone());
        if let Some(like) = like.filter(|like| *like != assessment) {
            moved.entry((assessment, like)).or_default().push(enrollment);
        }
    }
    // One statement for each assessment that moves, however many enrollments move with it.
    for ((old, new), enrollments) in moved {
        attempt::Entity::update_many()
            .col_expr(attempt::Column::AssessmentId, Expr::value(new))
            .filter(attempt::Column::AssessmentId.eq(old))
            .filter(attempt::Column::EnrollmentId.is_in(enrollments))
            .exec(work.tx())
            .await?;
    }
    Ok(())
}

/// Tells of components that are recognized as learned before; claims take them along.
async fn recognized(
    work: &Work<'_>,
    ids: &[Uuid],
    places: &HashMap<Uuid, Places>,
    luggage: &mut HashMap<Uuid, Luggage>,
) -> Result<()> {
    for row in granted::recognized(work.tx(), ids).await? {
        let Some(places) = places.get(&row.enrollment_id) else { continue };
        let Some((what, like)) = places.components.get(&row.component_id) else { continue };
        let is_carried = places.recognizes && like.is_some();
        luggage.entry(row.enrollment_id).or_default().note(is_carried, what.clone());
    }
    Ok(())
}
