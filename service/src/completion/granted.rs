//! Components that count as done although nobody learned in them here: recognized as learned before, or tested out of by an assessment that
//! completes its module. Never written into progress: a grade or a recognition that no longer stands takes its component along.

use std::collections::HashMap;

use cairn_entity::enums::AttemptStatus;
use cairn_entity::{assessment, attempt, component, enrollment, recognized_component};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::plan::ComponentFact;
use crate::amount;
use crate::attempt::Rules;
use crate::error::Result;

/// Why a component is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// It was learned here.
    Learned,
    /// An assessment showed that nothing of it needs to be learned.
    Assessed,
    /// It was recognized as learned before.
    Recognized,
}

/// What a component is that is done since a moment.
pub(crate) fn done(at: DateTime<Utc>) -> ComponentFact {
    ComponentFact { percent: amount::HUNDRED, completed_at: Some(at), ..ComponentFact::default() }
}

/// Whether an attempt counts as passed.
pub(super) fn stands(row: &attempt::Model) -> bool {
    row.status == AttemptStatus::Graded && row.passed == Some(true)
}

/// Components of enrollments that are recognized as learned before. One statement.
pub(crate) async fn recognized(
    connection: &impl ConnectionTrait,
    enrollments: &[Uuid],
) -> Result<Vec<recognized_component::Model>> {
    Ok(recognized_component::Entity::find()
        .filter(recognized_component::Column::EnrollmentId.is_in(enrollments.iter().copied()))
        .all(connection)
        .await?)
}

/// Components done for another reason than learning, by (enrollment, component), with its moment; what is recognized is told as that. Up to three
/// statements.
pub(crate) async fn granted(
    connection: &impl ConnectionTrait,
    enrollments: &[enrollment::Model],
    components: &[component::Model],
) -> Result<HashMap<(Uuid, Uuid), (Source, DateTime<Utc>)>> {
    let ids: Vec<Uuid> = enrollments.iter().map(|row| row.id).collect();
    let mut granted: HashMap<(Uuid, Uuid), (Source, DateTime<Utc>)> = HashMap::new();
    for row in recognized(connection, &ids).await? {
        granted.insert((row.enrollment_id, row.component_id), (Source::Recognized, row.recognized_at));
    }
    let rows = assessment::Entity::find()
        .filter(assessment::Column::VersionId.is_in(enrollments.iter().map(|row| row.version_id)))
        .filter(assessment::Column::ModuleId.is_not_null())
        .all(connection)
        .await?;
    let mut completing: HashMap<Uuid, Uuid> = HashMap::new();
    for row in rows {
        if Rules::read(&row.rules)?.completes_module
            && let Some(place) = components.iter().find(|place| place.module_id == row.module_id)
        {
            completing.insert(row.id, place.id);
        }
    }
    if completing.is_empty() {
        return Ok(granted);
    }
    let passed = attempt::Entity::find()
        .filter(attempt::Column::EnrollmentId.is_in(ids))
        .filter(attempt::Column::AssessmentId.is_in(completing.keys().copied()))
        .all(connection)
        .await?;
    for row in passed.iter().filter(|row| stands(row)) {
        let (Some(component), Some(at)) = (completing.get(&row.assessment_id), row.graded_at) else {
            continue;
        };
        let known = granted.entry((row.enrollment_id, *component)).or_insert((Source::Assessed, at));
        if known.0 == Source::Assessed {
            known.1 = known.1.min(at);
        }
    }
    Ok(granted)
}
