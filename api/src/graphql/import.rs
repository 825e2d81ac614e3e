//! Imports: the mutation that asks for one.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use cairn_service::ids::{self, Kind};
use cairn_service::import::{self, ImportRequest};

use super::bulk_operation::BulkOperation;
use super::command::outcome;
use super::context::ContextExt;
use super::error::{Result, UserError};

/// What the rows of a file are.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "import::ImportKind")]
pub enum ImportKind {
    /// Learners, as upsertLearners takes them. Takes `learners:write`.
    Learners,
    /// Enrollments, as upsertEnrollments takes them. Takes `enrollments:write`.
    Enrollments,
    /// Results, as recordResults takes them. Takes `progress:write`.
    Results,
    /// Learning events, as recordEvents takes them. Takes `progress:write`.
    Events,
}

/// Input of createImport.
#[derive(InputObject)]
pub struct CreateImportInput {
    /// The file: the id that `POST /imports` answered with. It is imported once.
    upload: ID,
    /// What its rows are.
    kind: ImportKind,
}

/// Answer of createImport.
#[derive(SimpleObject)]
pub struct CreateImportPayload {
    /// The operation.
    bulk_operation: Option<BulkOperation>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Asking for imports.
#[derive(Default)]
pub struct ImportMutations;

#[Object]
impl ImportMutations {
    /// Takes in the rows of a file that was uploaded, as a bulk operation. A file that is not of the right form is refused whole, by line and column; a row that is
    /// wrong fails alone, and sending the file again changes nothing that is so already.
    async fn create_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: CreateImportInput,
    ) -> Result<Option<CreateImportPayload>> {
        let asked =
            ImportRequest { upload: ids::decode_as(Kind::Upload, &input.upload), kind: input.kind.into() };
        let (row, user_errors) = outcome(ctx, import::request(ctx.service(), ctx.actor(), asked)).await?;
        Ok(Some(CreateImportPayload { bulk_operation: row.map(BulkOperation::from), user_errors }))
    }
}
