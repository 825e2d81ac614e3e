//! Programs and their versions: types, queries, mutations, loaders.

use std::collections::HashMap;

use async_graphql::{ID, Object};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::{program, read, rows};
use uuid::Uuid;

use super::context::{Batch, Request};
use super::scalar::global_id;

/// What can be earned, as its published version states it.
#[derive(Clone)]
pub struct Program {
    row: rows::program::Model,
    version: rows::program_version::Model,
}

impl From<(rows::program::Model, rows::program_version::Model)> for Program {
    fn from((row, version): (rows::program::Model, rows::program_version::Model)) -> Self {
        Self { row, version }
    }
}

/// What can be earned, as its published version states it.
#[Object]
impl Program {
    /// Global id, the same for every version.
    pub async fn id(&self) -> ID {
        global_id(Kind::Program, self.row.id)
    }

    /// Title.
    async fn title(&self) -> &str {
        &self.version.title
    }
}

/// One version of a program, frozen once published.
#[derive(Clone)]
pub struct ProgramVersion {
    row: rows::program_version::Model,
}

impl From<rows::program_version::Model> for ProgramVersion {
    fn from(row: rows::program_version::Model) -> Self {
        Self { row }
    }
}

/// One version of a program, frozen once published.
#[Object]
impl ProgramVersion {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::ProgramVersion, self.row.id)
    }

    /// Which, from 1.
    async fn number(&self) -> i32 {
        self.row.number
    }
}

/// Programs by id, each with the version that it shows.
pub struct ProgramById;

impl Batch for ProgramById {
    type Key = Uuid;
    type Value = Program;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Program>> {
        let rows = program::by_ids(&request.service, keys).await?;
        Ok(rows.into_iter().map(|pair| (pair.0.id, pair.into())).collect())
    }
}

/// Versions by id.
pub struct ProgramVersionById;

impl Batch for ProgramVersionById {
    type Key = Uuid;
    type Value = ProgramVersion;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, ProgramVersion>> {
        let rows = read::by_ids::<rows::program_version::Entity>(&request.service, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, ProgramById, ProgramVersionById);
}
