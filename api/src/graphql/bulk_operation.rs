//! Bulk operations: types, queries, mutations, loaders.

use std::collections::HashMap;

use async_graphql::{ID, Object};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::{read, rows};
use uuid::Uuid;

use super::context::{Batch, Request};
use super::scalar::global_id;

/// Work that goes on after the answer.
#[derive(Clone)]
pub struct BulkOperation {
    row: rows::bulk_operation::Model,
}

impl From<rows::bulk_operation::Model> for BulkOperation {
    fn from(row: rows::bulk_operation::Model) -> Self {
        Self { row }
    }
}

/// Work that goes on after the answer.
#[Object]
impl BulkOperation {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::BulkOperation, self.row.id)
    }
}

/// Bulk operations by id.
pub struct BulkOperationById;

impl Batch for BulkOperationById {
    type Key = Uuid;
    type Value = BulkOperation;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, BulkOperation>> {
        let rows = read::by_ids::<rows::bulk_operation::Entity>(&request.service, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, BulkOperationById);
}
