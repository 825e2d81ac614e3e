//! Questions as staff see them, with their keys. What learners are shown is in `answers`, which never reads a key.

use std::collections::{HashMap, HashSet};

use cairn_entity::{assessment, cohort, question};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Deserialize;
use uuid::Uuid;

use super::mark::Key;
use crate::actor::{Actor, Scope};
use crate::error::{Error, Result};
use crate::{Service, tenancy};

/// A question with its key.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The question.
    pub row: question::Model,
    /// What is right.
    pub key: Key,
}

/// The questions of assessments with their keys, in order, for those who write the issuer's programs (`programs:write`) and those who grade them
/// (`assessments:grade`; staff of cohorts those of these cohorts' programs). Refused where one of the assessments is none of these. Two statements.
#[crate::boxed]
pub async fn questions_of(
    service: &Service,
    actor: &Actor,
    assessments: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Asked>>> {
    let allowed: Vec<Uuid> = assessment::Entity::find()
        .select_only()
        .column(assessment::Column::Id)
        .filter(assessment::Column::Id.is_in(assessments.iter().copied()))
        .filter(staffed(actor)?)
        .into_tuple()
        .all(service.db.reader())
        .await?;
    let allowed: HashSet<Uuid> = allowed.into_iter().collect();
    if assessments.iter().any(|id| !allowed.contains(id)) {
        return Err(refused());
    }
    let rows = question::Entity::find()
        .filter(question::Column::AssessmentId.is_in(allowed))
        .order_by_asc(question::Column::Position)
        .all(service.db.reader())
        .await?;
    let mut by_assessment: HashMap<Uuid, Vec<Asked>> = HashMap::new();
    for row in rows {
        let key = Key::deserialize(&row.answer_key)?;
        by_assessment.entry(row.assessment_id).or_default().push(Asked { row, key });
    }
    Ok(by_assessment)
}

fn refused() -> Error {
    let message = "questions and their keys are for those who write the program (`programs:write`) or grade it (`assessments:grade`)";
    Error::Forbidden(message.to_owned())
}

/// Assessments whose keys the caller may see.
fn staffed(actor: &Actor) -> Result<Condition> {
    let mut any = Condition::any();
    let mut some = false;
    if let Some(reach) = actor.reach_or_none(Scope::ProgramsWrite)? {
        any = any.add(tenancy::whole_issuer(reach, assessment::Column::IssuerId));
        some = true;
    }
    if let Some(reach) = actor.reach_or_none(Scope::AssessmentsGrade)? {
        let programs = Query::select()
            .column(cohort::Column::ProgramId)
            .from(cohort::Entity)
            .cond_where(tenancy::cohorts(reach))
            .to_owned();
        any = any
            .add(tenancy::whole_issuer(reach, assessment::Column::IssuerId))
            .add(assessment::Column::ProgramId.in_subquery(programs));
        some = true;
    }
    if some { Ok(any) } else { Err(refused()) }
}

/// How many questions assessments have; those without are left out. One statement.
#[crate::boxed]
pub async fn counts(service: &Service, assessments: &[Uuid]) -> Result<HashMap<Uuid, i64>> {
    let rows: Vec<(Uuid, i64)> = question::Entity::find()
        .select_only()
        .column(question::Column::AssessmentId)
        .column_as(question::Column::Id.count(), "questions")
        .filter(question::Column::AssessmentId.is_in(assessments.iter().copied()))
        .group_by(question::Column::AssessmentId)
        .into_tuple()
        .all(service.db.reader())
        .await?;
    Ok(rows.into_iter().collect())
}
