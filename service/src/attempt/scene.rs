//! What a command on one attempt works with: the attempt among those of its enrollment, which is locked, and its assessment.

use std::collections::HashMap;

use cairn_entity::{attempt, enrollment, issuer, learner};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::ledger::Ledger;
use crate::actor::Reach;
use crate::completion::{self, Assessment, Told, load};
use crate::error::{Error, Result, UserErrorCode};
use crate::reference::Reference;
use crate::{Work, enrollment as enrollments, tenancy};

/// An attempt with what belongs to it.
pub(crate) struct Scene {
    /// The enrollment, locked.
    pub enrollment: enrollment::Model,
    /// The assessment.
    pub assessment: Assessment,
    /// All attempts of the enrollment.
    pub ledger: Ledger,
    /// The attempt's place among them.
    pub index: usize,
    /// The attempt as it was.
    pub before: attempt::Model,
}

impl Scene {
    /// The attempt that a reference names among those that `reach` covers.
    pub async fn find(work: &Work<'_>, reach: Reach, named: &Reference) -> Result<Self> {
        Self::of(work, find(work, reach, named).await?).await
    }

    /// An attempt that was found, read again under the lock of its enrollment.
    pub async fn of(work: &Work<'_>, named: attempt::Model) -> Result<Self> {
        let enrollment =
            enrollments::lock(work, &[named.enrollment_id]).await?.pop().ok_or_else(not_found)?;
        let plan = load::plans(work.tx(), std::slice::from_ref(&enrollment)).await?.of(&enrollment);
        let planned = plan.assessments.iter().find(|planned| planned.id == named.assessment_id);
        let assessment = match planned {
            Some(planned) => planned.clone(),
            // The enrollment moved to another version or cohort since.
            None => load::assessment(work.tx(), named.assessment_id).await?.ok_or_else(not_found)?,
        };
        let ledger = Ledger::read(work, [enrollment.id]).await?;
        let (index, before) = ledger
            .at(enrollment.id, assessment.id)
            .find(|(_, row)| row.id == named.id)
            .map(|(index, row)| (index, row.clone()))
            .ok_or_else(not_found)?;
        Ok(Self { enrollment, assessment, ledger, index, before })
    }

    /// Refuses whoever's own work it is.
    pub async fn not_ones_own(&self, work: &Work<'_>) -> Result<()> {
        not_ones_own(work, &self.enrollment).await
    }

    /// Writes what changed, and lets completion follow; the attempt as it is now. `regraded` where a grade that had counted has changed.
    pub async fn finish(self, work: &mut Work<'_>, regraded: bool) -> Result<attempt::Model> {
        let after = self.ledger.get(self.index).clone();
        self.ledger.write(work).await?;
        let told = Told { heard_at: work.now, regraded };
        completion::refresh_told(work, &HashMap::from([(self.enrollment.id, told)])).await?;
        Ok(after)
    }
}

/// Refuses whoever's own work an enrollment holds.
pub(crate) async fn not_ones_own(work: &Work<'_>, enrollment: &enrollment::Model) -> Result<()> {
    let Some(person) = work.actor().person() else { return Ok(()) };
    let learner = learner::Entity::find_by_id(enrollment.learner_id).one(work.tx()).await?;
    if learner.and_then(|row| row.person_id) == Some(person) {
        return Err(Error::Forbidden("nobody judges their own work".to_owned()));
    }
    Ok(())
}

pub(crate) fn not_found() -> Error {
    Error::user(
        "attempt",
        UserErrorCode::NotFound,
        "there is no such attempt, or it is not within your reach",
    )
}

/// The attempt that a reference names. Senders' own ids are unique within an enrollment only: one that names several attempts is refused.
pub(crate) async fn find(work: &Work<'_>, reach: Reach, named: &Reference) -> Result<attempt::Model> {
    let visible = attempt::Entity::find().filter(tenancy::attempts(reach));
    let (home, external_id) = match named {
        Reference::NoSuchId => return Err(not_found()),
        Reference::Id(id) => {
            let row = visible.filter(attempt::Column::Id.eq(*id)).one(work.tx()).await?;
            return row.ok_or_else(not_found);
        }
        Reference::ExternalId(external_id) => (work.actor().issuer, external_id),
        Reference::InIssuer { issuer: slug, external_id } => {
            let row = issuer::Entity::find().filter(issuer::Column::Slug.eq(slug)).one(work.tx()).await?;
            (row.map(|row| row.id), external_id)
        }
    };
    let home = home.ok_or_else(not_found)?;
    let mut rows = visible
        .filter(attempt::Column::IssuerId.eq(home))
        .filter(attempt::Column::ExternalId.eq(external_id))
        .limit(2)
        .all(work.tx())
        .await?;
    match (rows.pop(), rows.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(_), false) => {
            let message = "several enrollments have a result of this external id: use `id`";
            Err(Error::user("attempt", UserErrorCode::Conflict, message))
        }
        (None, _) => Err(not_found()),
    }
}
