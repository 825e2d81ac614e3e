//! Assessments: types and loaders.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use cairn_service::amount;
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::program::parts;
use cairn_service::{read, rows};
use uuid::Uuid;

use super::cohort::{Cohort, CohortById};
use super::context::{Batch, Request, load, load_required};
use super::enums::{AssessmentKind, GradingMode, IdentityCheck, Supervision};
use super::error::Result;
use super::rubric::{RubricCriterion, RubricOfAssessment};
use super::scalar::{DateTime, global_id, moment};

/// A test of what a learner can do.
#[derive(Clone)]
pub struct Assessment {
    row: rows::assessment::Model,
}

impl From<rows::assessment::Model> for Assessment {
    fn from(row: rows::assessment::Model) -> Self {
        Self { row }
    }
}

/// A test of what a learner can do.
#[Object]
impl Assessment {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::Assessment, self.row.id)
    }

    /// The issuer's own id.
    async fn external_id(&self) -> Option<&str> {
        Some(&self.row.external_id)
    }

    /// Title.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// In words.
    async fn description(&self) -> Option<&str> {
        self.row.description.as_deref()
    }

    /// The gradebook's category.
    async fn category(&self) -> Option<&str> {
        self.row.category.as_deref()
    }

    /// Kind.
    async fn kind(&self) -> AssessmentKind {
        self.row.kind.into()
    }

    /// Share of the overall score, relative to the others.
    async fn weight(&self) -> f64 {
        amount::to_f64(self.row.weight)
    }

    /// Points to pass.
    async fn pass_mark(&self) -> Option<f64> {
        self.row.pass_mark.map(amount::to_f64)
    }

    /// Points to be had.
    async fn max_score(&self) -> f64 {
        amount::to_f64(self.row.max_score)
    }

    /// Most attempts; null without limit.
    async fn max_attempts(&self) -> Option<i32> {
        self.row.max_attempts
    }

    /// How supervised.
    async fn supervision(&self) -> Supervision {
        self.row.supervision.into()
    }

    /// How identity is checked.
    async fn identity_check(&self) -> IdentityCheck {
        self.row.identity_check.into()
    }

    /// Who grades.
    async fn grading(&self) -> GradingMode {
        self.row.grading.into()
    }

    /// Until when.
    async fn due_at(&self) -> Option<DateTime> {
        moment(self.row.due_at)
    }

    /// Criteria, in order.
    async fn rubric(&self, ctx: &Context<'_>) -> Result<Vec<RubricCriterion>> {
        Ok(load::<RubricOfAssessment>(ctx, self.row.id).await?.unwrap_or_default())
    }

    /// The class it belongs to, where it is of one only.
    async fn cohort(&self, ctx: &Context<'_>) -> Result<Option<Cohort>> {
        match self.row.cohort_id {
            Some(id) => Ok(Some(load_required::<CohortById>(ctx, id).await?)),
            None => Ok(None),
        }
    }
}

/// Assessments by id.
pub struct AssessmentById;

impl Batch for AssessmentById {
    type Key = Uuid;
    type Value = Assessment;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Assessment>> {
        let rows = read::by_ids::<rows::assessment::Entity>(&request.service, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Assessments by id among those that the caller may see.
pub struct VisibleAssessment;

impl Batch for VisibleAssessment {
    type Key = Uuid;
    type Value = Assessment;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Assessment>> {
        let rows = parts::visible_assessments(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, AssessmentById, VisibleAssessment,);
}
