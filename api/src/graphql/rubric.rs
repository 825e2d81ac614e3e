//! Rubrics of assessments: criteria and levels, and their loaders.

use std::collections::HashMap;

use async_graphql::{Context, ID, Object};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::program::parts;
use cairn_service::{amount, read, rows};
use uuid::Uuid;

use super::context::{Batch, Request, load};
use super::error::Result;
use super::program::grouped;
use super::scalar::global_id;

/// A criterion of a rubric.
#[derive(Clone)]
pub struct RubricCriterion {
    row: rows::rubric_criterion::Model,
}

impl From<rows::rubric_criterion::Model> for RubricCriterion {
    fn from(row: rows::rubric_criterion::Model) -> Self {
        Self { row }
    }
}

/// A criterion of a rubric.
#[Object]
impl RubricCriterion {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::RubricCriterion, self.row.id)
    }

    /// In words.
    async fn criterion(&self) -> &str {
        &self.row.criterion
    }

    /// Its levels, lowest first.
    async fn levels(&self, ctx: &Context<'_>) -> Result<Vec<RubricLevel>> {
        Ok(load::<LevelsOfCriterion>(ctx, self.row.id).await?.unwrap_or_default())
    }
}

/// A level of a criterion.
#[derive(Clone)]
pub struct RubricLevel {
    row: rows::rubric_level::Model,
}

impl From<rows::rubric_level::Model> for RubricLevel {
    fn from(row: rows::rubric_level::Model) -> Self {
        Self { row }
    }
}

/// A level of a criterion.
#[Object]
impl RubricLevel {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::RubricLevel, self.row.id)
    }

    /// Its name.
    async fn label(&self) -> &str {
        &self.row.label
    }

    /// Its points.
    async fn points(&self) -> f64 {
        amount::to_f64(self.row.points)
    }

    /// In words.
    async fn description(&self) -> Option<&str> {
        self.row.description.as_deref()
    }

    /// Whether work with any criterion at this level is given back for changes.
    async fn requires_changes(&self) -> bool {
        self.row.requires_changes
    }
}

/// Criteria by assessment.
pub struct RubricOfAssessment;

impl Batch for RubricOfAssessment {
    type Key = Uuid;
    type Value = Vec<RubricCriterion>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Self::Value>> {
        let rows = parts::criteria_of(&request.service, keys).await?;
        Ok(grouped(rows.into_iter().map(|row| (row.assessment_id, row.into()))))
    }
}

/// Levels by criterion.
struct LevelsOfCriterion;

impl Batch for LevelsOfCriterion {
    type Key = Uuid;
    type Value = Vec<RubricLevel>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Self::Value>> {
        let rows = parts::levels_of(&request.service, keys).await?;
        Ok(grouped(rows.into_iter().map(|row| (row.criterion_id, row.into()))))
    }
}

/// Criteria by id.
pub struct CriterionById;

impl Batch for CriterionById {
    type Key = Uuid;
    type Value = RubricCriterion;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, RubricCriterion>> {
        let rows = read::by_ids::<rows::rubric_criterion::Entity>(&request.service, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Levels by id.
pub struct LevelById;

impl Batch for LevelById {
    type Key = Uuid;
    type Value = RubricLevel;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, RubricLevel>> {
        let rows = read::by_ids::<rows::rubric_level::Entity>(&request.service, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Criteria by id among those that the caller may see.
pub struct VisibleCriterion;

impl Batch for VisibleCriterion {
    type Key = Uuid;
    type Value = RubricCriterion;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, RubricCriterion>> {
        let rows = parts::visible_criteria(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Levels by id among those that the caller may see.
pub struct VisibleLevel;

impl Batch for VisibleLevel {
    type Key = Uuid;
    type Value = RubricLevel;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, RubricLevel>> {
        let rows = parts::visible_levels(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(
        request,
        data,
        RubricOfAssessment,
        LevelsOfCriterion,
        CriterionById,
        LevelById,
        VisibleCriterion,
        VisibleLevel,
    );
}
