//! What claims are made of, read in the transaction that reserves: for many enrollments at once.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::AttemptStatus;
use cairn_entity::{
    assessment, attempt, cohort, enrollment, evidence, issuer, learner, rubric_score, signing_key,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::catalogue::{self, Version};
use super::claims::Facts;
use super::recognition::{self, Recognized};
use super::results::{self, Score};
use crate::endorsement::{self, Travelling};
use crate::error::Result;
use crate::program::tested::{self, Tested};
use crate::{Work, enrollment as enrollments, signing_key as keys};

/// Everything that the credentials of some enrollments say.
pub struct Known {
    /// Who awards.
    pub issuer: issuer::Model,
    /// The key that signs what is reserved now.
    pub key: signing_key::Model,
    /// The learners, by id.
    pub learners: HashMap<Uuid, learner::Model>,
    versions: HashMap<Uuid, Version>,
    enrollments: HashMap<Uuid, enrollment::Model>,
    cohorts: HashMap<Uuid, cohort::Model>,
    /// The versions' assessments and those that were taken, by position.
    tested: Vec<Tested>,
    scores: HashMap<Uuid, Vec<Score>>,
    recognized: HashMap<Uuid, Recognized>,
    /// Of an enrollment of which nothing is recognized.
    nothing: Recognized,
    endorsements: Travelling,
}

impl Known {
    /// Reads and locks enrollments, with all that belongs to them, and versions beside their own. The issuer is on hold.
    pub async fn read(
        work: &Work<'_>,
        issuer: issuer::Model,
        ids: &[Uuid],
        further_versions: &[Uuid],
    ) -> Result<Self> {
        let tx = work.tx();
        // Nobody withdraws an enrollment between the decision and the reservation.
        let found = enrollments::lock(work, ids).await?;
        let versions: HashSet<Uuid> =
            found.iter().map(|row| row.version_id).chain(further_versions.iter().copied()).collect();
        let versions = catalogue::load(tx, &versions.into_iter().collect::<Vec<_>>()).await?;
        let learners = learner::Entity::find()
            .filter(learner::Column::Id.is_in(found.iter().map(|row| row.learner_id)))
            .all(tx)
            .await?;
        let cohorts = cohort::Entity::find()
            .filter(cohort::Column::Id.is_in(found.iter().filter_map(|row| row.cohort_id)))
            .all(tx)
            .await?;
        let (tested, scores) = graded(work, ids, versions.keys().copied().collect()).await?;
        let recognized = recognition::read(work, &found, &versions).await?;
        let given: Vec<Uuid> =
            versions.values().flat_map(|version| &version.awards).map(|award| award.given.id).collect();
        Ok(Self {
            key: keys::active(tx, issuer.id).await?,
            endorsements: endorsement::travelling(tx, issuer.id, &given, work.now).await?,
            issuer,
            versions,
            cohorts: cohorts.into_iter().map(|row| (row.id, row)).collect(),
            tested,
            scores,
            recognized,
            nothing: Recognized::default(),
            enrollments: found.into_iter().map(|row| (row.id, row)).collect(),
            learners: learners.into_iter().map(|row| (row.id, row)).collect(),
        })
    }

    /// What an award's claims are made of, as the enrollment's own version states it.
    pub fn of(&self, enrollment: Uuid, award: Uuid) -> Option<Facts<'_>> {
        self.of_version(enrollment, self.enrollments.get(&enrollment)?.version_id, award)
    }

    /// What an award's claims are made of, as this version states it.
    pub fn of_version(&self, enrollment: Uuid, version: Uuid, award: Uuid) -> Option<Facts<'_>> {
        let enrollment = self.enrollments.get(&enrollment)?;
        let version = self.versions.get(&version)?;
        let award = version.credentials().find(|given| given.award.id == award)?;
        let scores = self.scores.get(&enrollment.id).map(Vec::as_slice).unwrap_or_default();
        let taken = |id: Uuid| scores.iter().any(|score| score.attempt.assessment_id == id);
        let of_version = |tested: &Tested| tested.assessment.version_id == Some(version.version.id);
        Some(Facts {
            issuer: &self.issuer,
            learner: self.learners.get(&enrollment.learner_id)?,
            enrollment,
            cohort: enrollment.cohort_id.and_then(|id| self.cohorts.get(&id)),
            version,
            award,
            tested: self.tested.iter().filter(|one| of_version(one) || taken(one.assessment.id)).collect(),
            scores,
            recognized: self.recognized.get(&enrollment.id).unwrap_or(&self.nothing),
            issuer_endorsements: &self.endorsements.of_issuer,
            endorsements: self.endorsements.of_award(award.given.id),
        })
    }
}

/// The best graded attempts of enrollments, with what belongs to them, and the assessments of versions and attempts.
async fn graded(
    work: &Work<'_>,
    enrollments: &[Uuid],
    versions: Vec<Uuid>,
) -> Result<(Vec<Tested>, HashMap<Uuid, Vec<Score>>)> {
    let attempts = attempt::Entity::find()
        .filter(attempt::Column::EnrollmentId.is_in(enrollments.iter().copied()))
        .filter(attempt::Column::Status.eq(AttemptStatus::Graded))
        .all(work.tx())
        .await?;
    let best = results::best(attempts);
    let taken: HashSet<Uuid> = best.iter().map(|row| row.assessment_id).collect();
    let which = Condition::any()
        .add(assessment::Column::VersionId.is_in(versions))
        .add(assessment::Column::Id.is_in(taken));
    let tested = tested::load(work.tx(), which).await?;
    let points = rubric_score::Entity::find()
        .filter(rubric_score::Column::AttemptId.is_in(best.iter().map(|row| row.id)))
        .order_by_asc(rubric_score::Column::Id)
        .all(work.tx())
        .await?;
    let handed_in = evidence::Entity::find()
        .filter(evidence::Column::AttemptId.is_in(best.iter().map(|row| row.id)))
        .order_by_asc(evidence::Column::AttemptId)
        .order_by_asc(evidence::Column::Position)
        .all(work.tx())
        .await?;
    let scores = results::scores(best, points, handed_in, &tested);
    Ok((tested, scores))
}
