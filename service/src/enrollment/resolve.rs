//! Finding enrollments by what inputs name them by.

use std::collections::HashMap;

use cairn_entity::enums::EnrollmentStatus;
use cairn_entity::{cohort, enrollment, learner, program};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::actor::{Actor, Reach};
use crate::error::Result;
use crate::reference::{self, EnrollmentReference, Reference};
use crate::tenancy;

/// Finds the enrollments that references name, among those that `reach` covers; what is not found is left out. By learner and program the
/// latest that is not withdrawn is meant. The number of statements does not depend on how many references there are.
pub async fn resolve(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    reach: Reach,
    references: &[EnrollmentReference],
) -> Result<HashMap<EnrollmentReference, enrollment::Model>> {
    let direct = references.iter().filter_map(|named| match named {
        EnrollmentReference::By(reference) => Some(reference),
        EnrollmentReference::LearnerInProgram { .. } => None,
    });
    let visible = tenancy::enrollments(reach);
    let direct = reference::find::<enrollment::Entity>(connection, actor.issuer, visible, direct).await?;
    let mut found: HashMap<EnrollmentReference, enrollment::Model> =
        direct.into_iter().map(|(named, row)| (EnrollmentReference::By(named), row)).collect();
    let places = Places::find(connection, actor, reach, references).await?;
    if places.wanted.is_empty() {
        return Ok(found);
    }
    let candidates = places.candidates(connection, reach).await?;
    for (named, place) in places.wanted {
        let latest = candidates.get(&(place.learner, place.program)).and_then(|rows| {
            rows.iter().find(|row| place.cohort.is_none_or(|cohort| row.cohort_id == Some(cohort)))
        });
        if let Some(row) = latest {
            found.insert(named.clone(), row.clone());
        }
    }
    Ok(found)
}

/// Who in what (and in which cohort).
struct Place {
    learner: Uuid,
    program: Uuid,
    cohort: Option<Uuid>,
}

/// The references by learner and program whose parts were all found.
struct Places<'a> {
    wanted: Vec<(&'a EnrollmentReference, Place)>,
}

impl<'a> Places<'a> {
    async fn find(
        connection: &impl ConnectionTrait,
        actor: &Actor,
        reach: Reach,
        references: &'a [EnrollmentReference],
    ) -> Result<Self> {
        let named: Vec<(&EnrollmentReference, [Option<&Reference>; 3])> = references
            .iter()
            .filter_map(|named| match named {
                EnrollmentReference::LearnerInProgram { learner, program, cohort } => {
                    Some((named, [Some(learner), Some(program), cohort.as_ref()]))
                }
                EnrollmentReference::By(_) => None,
            })
            .collect();
        if named.is_empty() {
            return Ok(Self { wanted: Vec::new() });
        }
        let part = |index: usize| named.iter().filter_map(move |(_, parts)| parts[index]);
        let home = actor.issuer;
        let learners =
            reference::find::<learner::Entity>(connection, home, tenancy::learners(reach), part(0)).await?;
        // What is found here only narrows a search among visible enrollments.
        let anything = Condition::all;
        let programs = reference::find::<program::Entity>(connection, home, anything(), part(1)).await?;
        let cohorts = reference::find::<cohort::Entity>(connection, home, anything(), part(2)).await?;
        let wanted = named.into_iter().filter_map(|(reference, [learner, program, cohort])| {
            let place = Place {
                learner: learners.get(learner?)?.id,
                program: programs.get(program?)?.id,
                cohort: match cohort {
                    Some(cohort) => Some(cohorts.get(cohort)?.id),
                    None => None,
                },
            };
            Some((reference, place))
        });
        Ok(Self { wanted: wanted.collect() })
    }

    /// Enrollments that are not withdrawn by learner and program, the latest first.
    async fn candidates(
        &self,
        connection: &impl ConnectionTrait,
        reach: Reach,
    ) -> Result<HashMap<(Uuid, Uuid), Vec<enrollment::Model>>> {
        let rows = enrollment::Entity::find()
            .filter(tenancy::enrollments(reach))
            .filter(enrollment::Column::LearnerId.is_in(self.wanted.iter().map(|(_, place)| place.learner)))
            .filter(enrollment::Column::ProgramId.is_in(self.wanted.iter().map(|(_, place)| place.program)))
            .filter(enrollment::Column::Status.ne(EnrollmentStatus::Withdrawn))
            .order_by_desc(enrollment::Column::EnrolledAt)
            .order_by_desc(enrollment::Column::Id)
            .all(connection)
            .await?;
        let mut candidates: HashMap<(Uuid, Uuid), Vec<enrollment::Model>> = HashMap::new();
        for row in rows {
            candidates.entry((row.learner_id, row.program_id)).or_default().push(row);
        }
        Ok(candidates)
    }
}
