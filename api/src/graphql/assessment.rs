//! Assessments: types, queries, mutations, loaders.

use std::collections::HashMap;

use async_graphql::{ID, Object};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::{read, rows};
use uuid::Uuid;

use super::context::{Batch, Request};
use super::scalar::global_id;

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

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, AssessmentById);
}
