//! Cohorts: types, queries, mutations, loaders.

use std::collections::HashMap;

use async_graphql::{ID, Object};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::{read, rows};
use uuid::Uuid;

use super::context::{Batch, Request};
use super::scalar::global_id;

/// A class of a program.
#[derive(Clone)]
pub struct Cohort {
    row: rows::cohort::Model,
}

impl From<rows::cohort::Model> for Cohort {
    fn from(row: rows::cohort::Model) -> Self {
        Self { row }
    }
}

/// A class of a program.
#[Object]
impl Cohort {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::Cohort, self.row.id)
    }
}

/// Cohorts by id.
pub struct CohortById;

impl Batch for CohortById {
    type Key = Uuid;
    type Value = Cohort;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Cohort>> {
        let rows = read::by_ids::<rows::cohort::Entity>(&request.service, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, CohortById);
}
