//! Assessments with their rubrics: for the document that a version states, and for documents that describe the results to be had.

use std::collections::HashMap;

use cairn_entity::{assessment, rubric_criterion, rubric_level};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::error::Result;

/// An assessment with its rubric.
#[derive(Clone, Debug)]
pub struct Tested {
    /// The assessment.
    pub assessment: assessment::Model,
    /// Its criteria, in order.
    pub criteria: Vec<Criterion>,
}

/// A criterion with its levels.
#[derive(Clone, Debug)]
pub struct Criterion {
    /// The criterion.
    pub criterion: rubric_criterion::Model,
    /// Its levels, the lowest first.
    pub levels: Vec<rubric_level::Model>,
}

/// Assessments that meet a condition, in the order of their positions: three statements.
pub async fn load(connection: &impl ConnectionTrait, which: Condition) -> Result<Vec<Tested>> {
    let rows = assessment::Entity::find()
        .filter(which)
        .order_by_asc(assessment::Column::Position)
        .order_by_asc(assessment::Column::Id)
        .all(connection)
        .await?;
    let criteria = rubric_criterion::Entity::find()
        .filter(rubric_criterion::Column::AssessmentId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(rubric_criterion::Column::Position)
        .all(connection)
        .await?;
    let levels = rubric_level::Entity::find()
        .filter(rubric_level::Column::CriterionId.is_in(criteria.iter().map(|row| row.id)))
        .order_by_asc(rubric_level::Column::Position)
        .all(connection)
        .await?;
    let mut by_criterion: HashMap<Uuid, Vec<rubric_level::Model>> = HashMap::new();
    for level in levels {
        by_criterion.entry(level.criterion_id).or_default().push(level);
    }
    let mut by_assessment: HashMap<Uuid, Vec<Criterion>> = HashMap::new();
    for criterion in criteria {
        let levels = by_criterion.remove(&criterion.id).unwrap_or_default();
        by_assessment.entry(criterion.assessment_id).or_default().push(Criterion { criterion, levels });
    }
    let tested = rows.into_iter().map(|assessment| {
        let criteria = by_assessment.remove(&assessment.id).unwrap_or_default();
        Tested { assessment, criteria }
    });
    Ok(tested.collect())
}
