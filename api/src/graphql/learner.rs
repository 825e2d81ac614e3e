//! Learners: types, queries, mutations, loaders.

use std::collections::HashMap;

use async_graphql::{ID, Object};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::{read, rows};
use uuid::Uuid;

use super::context::{Batch, Request};
use super::scalar::global_id;

/// A person as one issuer knows them.
#[derive(Clone)]
pub struct Learner {
    row: rows::learner::Model,
}

impl From<rows::learner::Model> for Learner {
    fn from(row: rows::learner::Model) -> Self {
        Self { row }
    }
}

/// A person as one issuer knows them.
#[Object]
impl Learner {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::Learner, self.row.id)
    }
}

/// Learners by id.
pub struct LearnerById;

impl Batch for LearnerById {
    type Key = Uuid;
    type Value = Learner;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Learner>> {
        let rows = read::by_ids::<rows::learner::Entity>(&request.service, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, LearnerById);
}
