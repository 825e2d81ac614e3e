//! Components of program versions: types and loaders.

use std::collections::HashMap;

use async_graphql::{ID, Object};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::{read, rows};
use uuid::Uuid;

use super::context::{Batch, Request};
use super::scalar::global_id;

/// A place in a version, filled by a module or by another program.
#[derive(Clone)]
pub struct Component {
    row: rows::component::Model,
}

impl From<rows::component::Model> for Component {
    fn from(row: rows::component::Model) -> Self {
        Self { row }
    }
}

/// A place in a version, filled by a module or by another program.
#[Object]
impl Component {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::Component, self.row.id)
    }

    /// Place in the order, from 1.
    async fn position(&self) -> i32 {
        self.row.position
    }

    /// Whether it must be done.
    async fn required(&self) -> bool {
        self.row.required
    }
}

/// Components by id.
pub struct ComponentById;

impl Batch for ComponentById {
    type Key = Uuid;
    type Value = Component;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Component>> {
        let rows = read::by_ids::<rows::component::Entity>(&request.service, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, ComponentById);
}
