//! What claims are judged against: the version of an enrollment, what its modules teach, and what is recognized of it.

use std::collections::HashMap;
use std::sync::Arc;

use cairn_entity::{enrollment, learning_outcome, module_outcome, prior_claim_part, recognized_component};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::Target;
use crate::completion::{Component, Plan, load};
use crate::error::{Error, Result, UserErrorCode};
use crate::{Work, save};

/// Of several enrollments.
pub(super) struct Grounds {
    plans: load::Plans,
    outcomes: Vec<learning_outcome::Model>,
    taught: HashMap<Uuid, Vec<Uuid>>,
    standing: HashMap<Uuid, Vec<prior_claim_part::Model>>,
}

/// Of one enrollment.
pub(super) struct Ground<'a> {
    pub(super) plan: Arc<Plan>,
    outcomes: Vec<&'a learning_outcome::Model>,
    taught: &'a HashMap<Uuid, Vec<Uuid>>,
    /// Parts of claims that are recognized.
    pub(super) standing: &'a [prior_claim_part::Model],
}

impl Grounds {
    /// Reads those of enrollments, in a fixed number of statements.
    pub(super) async fn read(work: &Work<'_>, rows: &[enrollment::Model]) -> Result<Self> {
        let outcomes = learning_outcome::Entity::find()
            .filter(learning_outcome::Column::VersionId.is_in(rows.iter().map(|row| row.version_id)))
            .order_by_asc(learning_outcome::Column::Position)
            .all(work.tx())
            .await?;
        let links = module_outcome::Entity::find()
            .filter(module_outcome::Column::OutcomeId.is_in(outcomes.iter().map(|row| row.id)))
            .all(work.tx())
            .await?;
        let mut taught: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        for link in links {
            taught.entry(link.module_id).or_default().push(link.outcome_id);
        }
        let parts = prior_claim_part::Entity::find()
            .filter(prior_claim_part::Column::EnrollmentId.is_in(rows.iter().map(|row| row.id)))
            .filter(stands())
            .all(work.tx())
            .await?;
        let mut standing: HashMap<Uuid, Vec<prior_claim_part::Model>> = HashMap::new();
        for part in parts {
            standing.entry(part.enrollment_id).or_default().push(part);
        }
        Ok(Self { plans: load::plans(work.tx(), rows).await?, outcomes, taught, standing })
    }

    /// That of an enrollment that was read.
    pub(super) fn of(&self, row: &enrollment::Model) -> Ground<'_> {
        Ground {
            plan: self.plans.of(row),
            outcomes: self.outcomes.iter().filter(|outcome| outcome.version_id == row.version_id).collect(),
            taught: &self.taught,
            standing: self.standing.get(&row.id).map(Vec::as_slice).unwrap_or_default(),
        }
    }
}

/// Parts that are recognized.
pub(super) fn stands() -> Condition {
    Condition::all()
        .add(prior_claim_part::Column::RecognizedAt.is_not_null())
        .add(prior_claim_part::Column::TakenBackAt.is_null())
}

impl Ground<'_> {
    /// Refuses where the version recognizes nothing.
    pub(super) fn refuse(&self) -> Result<()> {
        if self.plan.recognizes.is_none() {
            let message = "this program does not recognize prior learning";
            return Err(Error::user("enrollment", UserErrorCode::NotEligible, message));
        }
        Ok(())
    }

    /// The outcome or the component that a target names.
    pub(super) fn find(&self, target: &Target) -> Option<(Option<Uuid>, Option<Uuid>)> {
        match target {
            Target::Outcome(code) => {
                self.outcomes.iter().find(|row| row.code == *code).map(|row| (Some(row.id), None))
            }
            Target::Component(external_id) => {
                let named = |component: &&Component| component.external_id == *external_id;
                self.plan.components.iter().find(named).map(|component| (None, Some(component.id)))
            }
        }
    }

    /// What a part is about; nothing where the version has it no more.
    pub(super) fn name(&self, part: &prior_claim_part::Model) -> Option<Target> {
        let outcome = || self.outcomes.iter().find(|row| Some(row.id) == part.outcome_id);
        let component = || self.plan.components.iter().find(|row| Some(row.id) == part.component_id);
        outcome()
            .map(|row| Target::Outcome(row.code.clone()))
            .or_else(|| component().map(|row| Target::Component(row.external_id.clone())))
    }

    /// The outcome of a code, for a part that comes from another version.
    pub(super) fn outcome(&self, code: &str) -> Option<Uuid> {
        self.outcomes.iter().find(|row| row.code == code).map(|row| row.id)
    }

    /// The components that are recognized by parts, and since when: those that a part is about, and those of modules all of whose outcomes are.
    pub(super) fn recognized<'p>(
        &self,
        parts: impl Iterator<Item = &'p prior_claim_part::Model>,
    ) -> HashMap<Uuid, DateTime<Utc>> {
        let mut shown: HashMap<Uuid, DateTime<Utc>> = HashMap::new();
        let mut recognized: HashMap<Uuid, DateTime<Utc>> = HashMap::new();
        if self.plan.recognizes.is_none() {
            return recognized;
        }
        for part in parts {
            let Some(at) = part.recognized_at else { continue };
            for (id, known) in [(part.outcome_id, &mut shown), (part.component_id, &mut recognized)] {
                if let Some(id) = id {
                    known.entry(id).and_modify(|since| *since = at.min(*since)).or_insert(at);
                }
            }
        }
        recognized.retain(|id, _| self.plan.components.iter().any(|component| component.id == *id));
        for component in &self.plan.components {
            let Some(taught) = component.module_id.and_then(|id| self.taught.get(&id)) else { continue };
            let since: Option<Vec<DateTime<Utc>>> = taught.iter().map(|id| shown.get(id).copied()).collect();
            if let Some(at) = since.and_then(|all| all.into_iter().max()) {
                recognized.entry(component.id).and_modify(|since| *since = at.min(*since)).or_insert(at);
            }
        }
        recognized
    }

    /// Whether these parts, beside those that stand, are recognized for more than the version's limit: how much it would be, and how much it may be.
    pub(super) fn beyond_limit(&self, more: &[prior_claim_part::Model]) -> Option<(i64, i64)> {
        let most = self.plan.recognizes?;
        let share = |recognized: HashMap<Uuid, DateTime<Utc>>| {
            self.plan.share_of(|component| recognized.contains_key(&component.id))
        };
        let before = share(self.recognized(self.standing.iter()));
        let after = share(self.recognized(self.standing.iter().chain(more)));
        (after > most && after > before).then_some((after, most))
    }
}

/// Writes which components of enrollments are recognized, by the parts that stand now.
pub(super) async fn settle(work: &Work<'_>, rows: &[enrollment::Model]) -> Result<()> {
    let grounds = Grounds::read(work, rows).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let column = recognized_component::Column::EnrollmentId;
    save::delete::<recognized_component::Entity>(work.tx(), column, &ids).await?;
    let mut written = Vec::new();
    for row in rows {
        let ground = grounds.of(row);
        for (component_id, recognized_at) in ground.recognized(ground.standing.iter()) {
            written.push(recognized_component::Model {
                id: work.new_id()?,
                issuer_id: row.issuer_id,
                enrollment_id: row.id,
                component_id,
                recognized_at,
            });
        }
    }
    save::rows::<recognized_component::Entity>(work.tx(), written).await
}
