//! The larger program by itself: whoever has done what it asks for by its component programs alone is enrolled in it, where it says so.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::{EnrollmentStatus, ProgramStatus};
use cairn_entity::{enrollment, learner, program, program_version};
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::explain::satisfied_at;
use super::{known, load};
use crate::error::Result;
use crate::{Work, enrollment as enrollments};

/// Enrolls learners (records with the program's own issuer) in those of these versions that enroll by themselves and whose rule they satisfy already;
/// gives the enrollments made. Who has, or had, an enrollment in the program is left alone.
pub(super) async fn enroll(
    work: &mut Work<'_>,
    versions: &[Uuid],
    records: &HashSet<Uuid>,
) -> Result<Vec<Uuid>> {
    let versions = program_version::Entity::find()
        .filter(program_version::Column::Id.is_in(versions.iter().copied()))
        .filter(program_version::Column::EnrollsByItself.eq(true))
        .filter(program_version::Column::Status.eq(ProgramStatus::Published))
        .all(work.tx())
        .await?;
    if versions.is_empty() {
        return Ok(Vec::new());
    }
    // Two who finish different parts at once follow each other here: the second sees what the first did.
    let programs = program::Entity::find()
        .filter(program::Column::CurrentVersionId.is_in(versions.iter().map(|row| row.id)))
        .order_by_asc(program::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(work.tx())
        .await?;
    let learners = learner::Entity::find()
        .filter(learner::Column::Id.is_in(records.iter().copied()))
        .filter(learner::Column::IssuerId.is_in(programs.iter().map(|row| row.issuer_id)))
        .filter(learner::Column::ErasedAt.is_null())
        .all(work.tx())
        .await?;
    let there: Vec<(Uuid, Uuid)> = enrollment::Entity::find()
        .select_only()
        .columns([enrollment::Column::LearnerId, enrollment::Column::ProgramId])
        .filter(enrollment::Column::LearnerId.is_in(learners.iter().map(|row| row.id)))
        .filter(enrollment::Column::ProgramId.is_in(programs.iter().map(|row| row.id)))
        .into_tuple()
        .all(work.tx())
        .await?;
    let versions: HashMap<Uuid, program_version::Model> =
        versions.into_iter().map(|row| (row.program_id, row)).collect();
    let mut candidates = Vec::new();
    for program in &programs {
        let Some(version) = versions.get(&program.id) else { continue };
        let theirs = learners.iter().filter(|learner| learner.issuer_id == program.issuer_id);
        for learner in theirs.filter(|learner| !there.contains(&(learner.id, program.id))) {
            candidates.push(enrollments::candidate(work, program, version, learner)?);
        }
    }
    let plans = load::plans(work.tx(), &candidates).await?;
    let known = known::facts(work.tx(), &candidates, &plans).await?;
    let satisfied = |row: &enrollment::Model| {
        let facts = &known.get(&row.id)?.facts;
        satisfied_at(&plans.of(row), facts)
    };
    candidates.retain(|row| satisfied(row).is_some() && row.status == EnrollmentStatus::Active);
    let made = candidates.iter().map(|row| row.id).collect();
    enrollments::insert(work, candidates).await?;
    Ok(made)
}
