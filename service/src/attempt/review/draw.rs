//! Who of a cohort reviews whose work: drawn from those who have handed in their own, the same way whenever it is drawn.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::{AttemptStatus, EnrollmentStatus, ReviewKind, ReviewStatus};
use cairn_entity::{assessment, attempt, enrollment, review};
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::super::rules::Graders;
use super::{of_peers, waits};
use crate::completion::Assessment;
use crate::error::Result;
use crate::ids::Kind;
use crate::{Work, save};

/// Asks fellow learners for reviews, after somebody has handed in: of that work, and of earlier work that lacked reviewers. Only where the assessment
/// is graded by several peers, and within a cohort.
pub(in super::super) async fn draw(
    work: &mut Work<'_>,
    author: &enrollment::Model,
    assessment: &Assessment,
) -> Result<()> {
    let (Some(rule), Some(cohort)) = (of_peers(assessment), author.cohort_id) else { return Ok(()) };
    hold(work, assessment.id).await?;
    let scene = Scene::read(work, cohort, assessment.id).await?;
    let mut rows = Vec::new();
    for (attempt, reviewer) in asked(rule, &scene.works, &scene.fellows) {
        let row = review::Model {
            id: work.new_id()?,
            issuer_id: author.issuer_id,
            attempt_id: attempt,
            kind: ReviewKind::Peer,
            person_id: None,
            enrollment_id: Some(reviewer),
            status: ReviewStatus::Assigned,
            score: None,
            requires_changes: false,
            feedback: None,
            rubric: json!([]),
            assigned_at: work.now,
            submitted_at: None,
        };
        let detail = json!({ "attempt": attempt, "enrollment": reviewer });
        let subject = (Kind::ReviewTask, row.id);
        work.audit(Some(row.issuer_id), "review.assigned", subject, detail)?;
        let payload = json!({ "reviewTask": row.id, "enrollment": reviewer, "assessment": assessment.id });
        work.emit(Some(row.issuer_id), "review.assigned", subject, payload);
        rows.push(row);
    }
    save::rows::<review::Entity>(work.tx(), rows).await
}

/// One draws at a time at an assessment, so that two who hand in at the same moment see each other's work.
async fn hold(work: &Work<'_>, assessment: Uuid) -> Result<()> {
    assessment::Entity::find_by_id(assessment)
        .select_only()
        .column(assessment::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .into_tuple::<Uuid>()
        .one(work.tx())
        .await?;
    Ok(())
}

/// Somebody who has handed in, and may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fellow {
    enrollment: Uuid,
    learner: Uuid,
    /// How many works they were asked to review.
    load: i32,
}

/// Work that waits for its grade.
#[derive(Clone, Debug)]
struct Handed {
    attempt: Uuid,
    learner: Uuid,
    /// Everybody who was asked.
    reviewers: HashSet<Uuid>,
    /// How many of them have reviewed it, or still may.
    count: i32,
}

/// A cohort at an assessment.
struct Scene {
    works: Vec<Handed>,
    fellows: Vec<Fellow>,
}

impl Scene {
    async fn read(work: &Work<'_>, cohort: Uuid, assessment: Uuid) -> Result<Self> {
        let enrollments: Vec<(Uuid, Uuid, EnrollmentStatus)> = enrollment::Entity::find()
            .select_only()
            .columns([enrollment::Column::Id, enrollment::Column::LearnerId, enrollment::Column::Status])
            .filter(enrollment::Column::CohortId.eq(cohort))
            .order_by_asc(enrollment::Column::Id)
            .into_tuple()
            .all(work.tx())
            .await?;
        let handed = [AttemptStatus::Submitted, AttemptStatus::Graded, AttemptStatus::Returned];
        let attempts: Vec<(Uuid, Uuid, AttemptStatus)> = attempt::Entity::find()
            .select_only()
            .columns([attempt::Column::Id, attempt::Column::EnrollmentId, attempt::Column::Status])
            .filter(attempt::Column::AssessmentId.eq(assessment))
            .filter(attempt::Column::Status.is_in(handed))
            .order_by_asc(attempt::Column::Id)
            .into_tuple()
            .all(work.tx())
            .await?;
        // Of the version's assessment there are attempts of other cohorts, too.
        let of_cohort: HashMap<Uuid, (Uuid, EnrollmentStatus)> =
            enrollments.iter().map(|(id, learner, status)| (*id, (*learner, *status))).collect();
        let attempts: Vec<_> = attempts.into_iter().filter(|(_, of, _)| of_cohort.contains_key(of)).collect();
        let reviews = review::Entity::find()
            .filter(review::Column::AttemptId.is_in(attempts.iter().map(|(id, ..)| *id)))
            .filter(review::Column::Kind.eq(ReviewKind::Peer))
            .all(work.tx())
            .await?;
        let running = |id: Uuid| of_cohort.get(&id).is_some_and(|(_, status)| may_review(*status));
        let fellows = enrollments.iter().filter(|(id, ..)| running(*id));
        let fellows = fellows.filter(|(id, ..)| attempts.iter().any(|(_, of, _)| of == id));
        let fellows = fellows.map(|(enrollment, learner, _)| {
            let load = reviews.iter().filter(|row| row.enrollment_id == Some(*enrollment)).count();
            let load = i32::try_from(load).unwrap_or(i32::MAX);
            Fellow { enrollment: *enrollment, learner: *learner, load }
        });
        let works = attempts.iter().filter(|(_, _, status)| waits(*status)).filter_map(|(id, of, _)| {
            let asked = || reviews.iter().filter(|row| row.attempt_id == *id);
            let live = |row: &&review::Model| {
                row.status == ReviewStatus::Submitted || row.enrollment_id.is_some_and(running)
            };
            Some(Handed {
                attempt: *id,
                learner: of_cohort.get(of)?.0,
                reviewers: asked().filter_map(|row| row.enrollment_id).collect(),
                count: i32::try_from(asked().filter(live).count()).unwrap_or(i32::MAX),
            })
        });
        Ok(Self { works: works.collect(), fellows: fellows.collect() })
    }
}

fn may_review(status: EnrollmentStatus) -> bool {
    matches!(status, EnrollmentStatus::Pending | EnrollmentStatus::Active | EnrollmentStatus::Completed)
}

/// Whom to ask for what: never for one's own work, nobody for more than the rule allows, those first who were asked least; among these a hash decides.
fn asked(rule: Graders, works: &[Handed], fellows: &[Fellow]) -> Vec<(Uuid, Uuid)> {
    let mut fellows = fellows.to_vec();
    let mut all = Vec::new();
    for handed in works {
        let mut may: Vec<usize> = (0..fellows.len())
            .filter(|index| {
                let fellow = &fellows[*index];
                fellow.learner != handed.learner
                    && !handed.reviewers.contains(&fellow.enrollment)
                    && rule.most_per_peer.is_none_or(|most| fellow.load < most)
            })
            .collect();
        may.sort_by_key(|index| (fellows[*index].load, lot(handed.attempt, fellows[*index].enrollment)));
        let lacking = usize::try_from(rule.needed - handed.count).unwrap_or(0);
        for index in may.into_iter().take(lacking) {
            fellows[index].load += 1;
            all.push((handed.attempt, fellows[index].enrollment));
        }
    }
    all
}

fn lot(attempt: Uuid, enrollment: Uuid) -> [u8; 32] {
    Sha256::new().chain_update(attempt).chain_update(enrollment).finalize().into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::rules::Combination;
    use super::*;

    fn fellow(n: u128) -> Fellow {
        Fellow { enrollment: Uuid::from_u128(n), learner: Uuid::from_u128(1_000 + n), load: 0 }
    }

    fn rule(needed: i32, most_per_peer: Option<i32>) -> Graders {
        Graders { needed, combination: Combination::Mean, moderate_beyond: None, most_per_peer }
    }

    proptest! {
        /// Learners hand in one after the other, and each time it is drawn.
        #[test]
        fn everybody_is_reviewed_by_others_and_asked_alike(
            count in 2u128..12, needed in 1i32..4, most in prop::option::of(3i32..5),
        ) {
            let rule = rule(needed, most);
            let (mut works, mut fellows): (Vec<Handed>, Vec<Fellow>) = (Vec::new(), Vec::new());
            for n in 0..count {
                let one = fellow(n);
                let attempt = Uuid::from_u128(100 + n);
                works.push(Handed { attempt, learner: one.learner, reviewers: HashSet::new(), count: 0 });
                fellows.push(one);
                let drawn = asked(rule, &works, &fellows);
                prop_assert_eq!(&drawn, &asked(rule, &works, &fellows));
                for (attempt, reviewer) in drawn {
                    let handed = works.iter_mut().find(|handed| handed.attempt == attempt).unwrap();
                    let fellow = fellows.iter_mut().find(|fellow| fellow.enrollment == reviewer).unwrap();
                    prop_assert_ne!(handed.learner, fellow.learner);
                    prop_assert!(handed.reviewers.insert(reviewer));
                    handed.count += 1;
                    fellow.load += 1;
                }
            }
            let others = i32::try_from(count).unwrap() - 1;
            for handed in &works {
                prop_assert!(handed.count <= needed);
                prop_assert!(most.is_some() || handed.count == needed.min(others), "{works:?}");
            }
            prop_assert!(fellows.iter().all(|fellow| most.is_none_or(|most| fellow.load <= most)));
        }
    }

    #[test]
    fn nobody_is_asked_twice_and_a_reviewer_who_left_is_made_up_for() {
        let fellows = [fellow(1), fellow(2), fellow(3)];
        let handed = Handed {
            attempt: Uuid::from_u128(9),
            learner: fellows[0].learner,
            reviewers: HashSet::from([fellows[1].enrollment]),
            count: 0, // fellow 2 has left
        };
        assert_eq!(
            asked(rule(1, None), std::slice::from_ref(&handed), &fellows),
            [(handed.attempt, fellows[2].enrollment)]
        );
    }
}
