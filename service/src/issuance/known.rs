//! What claims are made of, read in the transaction that reserves: for many enrollments at once.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::AttemptStatus;
use cairn_entity::{assessment, attempt, enrollment, issuer, learner, signing_key};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::catalogue::{self, Version};
use super::claims::{self, Facts, Score};
use crate::error::Result;
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
    scores: HashMap<Uuid, Vec<Score>>,
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
        let attempts = attempt::Entity::find()
            .filter(attempt::Column::EnrollmentId.is_in(ids.iter().copied()))
            .filter(attempt::Column::Status.eq(AttemptStatus::Graded))
            .all(tx)
            .await?;
        let assessed: HashSet<Uuid> = attempts.iter().map(|row| row.assessment_id).collect();
        let assessments =
            assessment::Entity::find().filter(assessment::Column::Id.is_in(assessed)).all(tx).await?;
        let assessments = assessments.into_iter().map(|row| (row.id, row)).collect();
        Ok(Self {
            key: keys::active(tx, issuer.id).await?,
            issuer,
            versions,
            scores: claims::best_scores(attempts, &assessments),
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
        Some(Facts {
            issuer: &self.issuer,
            learner: self.learners.get(&enrollment.learner_id)?,
            enrollment,
            version,
            award,
            scores: self.scores.get(&enrollment.id).map(Vec::as_slice).unwrap_or_default(),
        })
    }
}
