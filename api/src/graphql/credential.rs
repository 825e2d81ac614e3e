//! Credentials: types, queries, mutations, loaders.

use std::collections::HashMap;

use async_graphql::{ID, Object};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::{read, rows};
use uuid::Uuid;

use super::context::{Batch, Request};
use super::scalar::global_id;

/// A signed award.
#[derive(Clone)]
pub struct Credential {
    row: rows::credential::Model,
}

impl From<rows::credential::Model> for Credential {
    fn from(row: rows::credential::Model) -> Self {
        Self { row }
    }
}

/// A signed award.
#[Object]
impl Credential {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::Credential, self.row.id)
    }
}

/// Credentials by id.
pub struct CredentialById;

impl Batch for CredentialById {
    type Key = Uuid;
    type Value = Credential;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Credential>> {
        let rows = read::by_ids::<rows::credential::Entity>(&request.service, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, CredentialById);
}
