//! Rubrics of assessments: criteria and levels, and their loaders.

use std::collections::HashMap;

use async_graphql::{ID, Object};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::{amount, read, rows};
use uuid::Uuid;

use super::context::{Batch, Request};
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

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, CriterionById, LevelById);
}
