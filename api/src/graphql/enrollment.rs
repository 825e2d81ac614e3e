//! Enrollments: types, queries, mutations, loaders.

use std::collections::HashMap;

use async_graphql::{ID, Object};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::{read, rows};
use uuid::Uuid;

use super::context::{Batch, Request};
use super::scalar::global_id;

/// A learner in one program version.
#[derive(Clone)]
pub struct Enrollment {
    row: rows::enrollment::Model,
}

impl From<rows::enrollment::Model> for Enrollment {
    fn from(row: rows::enrollment::Model) -> Self {
        Self { row }
    }
}

/// A learner in one program version.
#[Object]
impl Enrollment {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::Enrollment, self.row.id)
    }
}

/// Enrollments by id.
pub struct EnrollmentById;

impl Batch for EnrollmentById {
    type Key = Uuid;
    type Value = Enrollment;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Enrollment>> {
        let rows = read::by_ids::<rows::enrollment::Entity>(&request.service, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, EnrollmentById);
}
