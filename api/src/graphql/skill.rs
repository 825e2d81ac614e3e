//! Skills: entries of published frameworks.

use std::collections::HashMap;

use async_graphql::{ID, Object};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::{rows, skill};
use uuid::Uuid;

use super::context::{Batch, Request};
use super::scalar::{Url, global_id};

/// An entry of a published framework.
#[derive(Clone)]
pub struct Skill {
    row: rows::skill::Model,
    framework: String,
}

impl From<(rows::skill::Model, String)> for Skill {
    fn from((row, framework): (rows::skill::Model, String)) -> Self {
        Self { row, framework }
    }
}

/// An entry of a published framework.
#[Object]
impl Skill {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::Skill, self.row.id)
    }

    /// Name.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// The framework's name.
    async fn framework(&self) -> &str {
        &self.framework
    }

    /// The framework's own address of it.
    async fn uri(&self) -> Option<Url> {
        Some(Url(self.row.uri.clone()))
    }
}

/// Skills by id; they are public.
pub struct SkillById;

impl Batch for SkillById {
    type Key = Uuid;
    type Value = Skill;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Skill>> {
        let found = skill::by_ids(&request.service, keys).await?;
        Ok(found.into_iter().map(|pair| (pair.0.id, pair.into())).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, SkillById);
}
