//! Components: places in a program version, and what fills them.

use std::collections::HashMap;

use async_graphql::{Context, ID, Object, Union};
use cairn_service::error::{Error, Result as ServiceResult};
use cairn_service::ids::Kind;
use cairn_service::program::parts;
use cairn_service::{read, rows};
use uuid::Uuid;

use super::context::{Batch, Request, load_required};
use super::error::Result;
use super::program::{Module, ModuleById, Program, ProgramById};
use super::scalar::global_id;

/// A place in a program.
#[derive(Clone)]
pub struct Component {
    row: rows::component::Model,
}

impl From<rows::component::Model> for Component {
    fn from(row: rows::component::Model) -> Self {
        Self { row }
    }
}

/// A place in a program.
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

    /// The group of electives it belongs to.
    async fn group_code(&self) -> Option<&str> {
        self.row.group_code.as_deref()
    }

    /// What fills it.
    async fn item(&self, ctx: &Context<'_>) -> Result<ComponentItem> {
        match (self.row.module_id, self.row.component_program_id) {
            (Some(id), _) => Ok(ComponentItem::Module(load_required::<ModuleById>(ctx, id).await?)),
            (None, Some(id)) => Ok(ComponentItem::Program(load_required::<ProgramById>(ctx, id).await?)),
            (None, None) => {
                Err(Error::internal("a component has neither module nor program", self.row.id.to_string())
                    .into())
            }
        }
    }
}

/// What fills a component.
#[derive(Union)]
pub enum ComponentItem {
    /// A unit of learning.
    Module(Module),
    /// A program: that is what stacking is.
    Program(Program),
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

/// Components by id among those of versions that the caller may see.
pub struct VisibleComponent;

impl Batch for VisibleComponent {
    type Key = Uuid;
    type Value = Component;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Component>> {
        use rows::component::{Column, Entity};
        let (service, actor) = (&request.service, &request.actor);
        let rows =
            parts::visible_parts::<Entity>(service, actor, Column::Id, Column::VersionId, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, ComponentById, VisibleComponent);
}
