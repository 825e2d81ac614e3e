//! Attempts: types, queries, mutations, loaders.

use std::collections::HashMap;

use async_graphql::{ID, Object};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::{read, rows};
use uuid::Uuid;

use super::context::{Batch, Request};
use super::scalar::global_id;

/// One try at an assessment.
#[derive(Clone)]
pub struct Attempt {
    row: rows::attempt::Model,
}

impl From<rows::attempt::Model> for Attempt {
    fn from(row: rows::attempt::Model) -> Self {
        Self { row }
    }
}

/// One try at an assessment.
#[Object]
impl Attempt {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::Attempt, self.row.id)
    }
}

/// Attempts by id.
pub struct AttemptById;

impl Batch for AttemptById {
    type Key = Uuid;
    type Value = Attempt;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Attempt>> {
        let rows = read::by_ids::<rows::attempt::Entity>(&request.service, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, AttemptById);
}
