//! Imports: the mutation that asks for one, and what is told of a bundle.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use cairn_service::ids::{self, Kind};
use cairn_service::import::{self, ImportRequest};
use cairn_service::oneroster::{FileReport, Options, Report};

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
    /// A bundle of OneRoster 1.2 (a zip file), with all that is in it. Takes `programs:write`, `learners:write`, `enrollments:write` and `progress:write`.
    OneRoster,
}

/// How to read a bundle of OneRoster.
#[derive(InputObject)]
pub struct OneRosterOptionsInput {
    /// Title of the category of line items whose passing completes a program. Without one nothing is completed or failed.
    final_category: Option<String>,
    /// Score that passes a line item, percent of its range; 40 where absent.
    pass_mark: Option<f64>,
}

impl From<OneRosterOptionsInput> for Options {
    fn from(input: OneRosterOptionsInput) -> Self {
        Self { final_category: input.final_category, pass_mark: input.pass_mark }
    }
}

/// What has become of a bundle of OneRoster so far.
pub struct OneRosterReport(Report);

impl From<Report> for OneRosterReport {
    fn from(report: Report) -> Self {
        Self(report)
    }
}

/// What has become of a bundle of OneRoster so far.
#[Object]
impl OneRosterReport {
    /// By file, in the order of import; files that the bundle does not have are left out.
    async fn files(&self) -> Vec<OneRosterFile> {
        self.0.files.iter().map(OneRosterFile::from).collect()
    }

    /// Enrollments that it has completed.
    async fn completed(&self) -> i32 {
        number(self.0.outcomes.completed)
    }

    /// Enrollments that it has failed.
    async fn failed(&self) -> i32 {
        number(self.0.outcomes.failed)
    }

    /// Enrollments that it has withdrawn.
    async fn withdrawn(&self) -> i32 {
        number(self.0.outcomes.withdrawn)
    }

    /// What should be known though nothing failed, for people.
    async fn notes(&self) -> &[String] {
        &self.0.warnings
    }
}

/// What has become of the rows of one file of a bundle.
#[derive(SimpleObject)]
pub struct OneRosterFile {
    /// Its name: `users.csv`.
    name: String,
    /// Rows read, the header apart.
    rows: i32,
    /// Rows that made something.
    created: i32,
    /// Rows that changed something.
    updated: i32,
    /// Rows that were in already, as they are.
    unchanged: i32,
    /// Bad rows: they are the rows of the operation.
    failed: i32,
    /// Rows that the import has no use for, such as those of teachers.
    ignored: i32,
}

impl From<&FileReport> for OneRosterFile {
    fn from(file: &FileReport) -> Self {
        Self {
            name: file.file.clone(),
            rows: number(file.rows),
            created: number(file.created),
            updated: number(file.updated),
            unchanged: number(file.unchanged),
            failed: number(file.failed),
            ignored: number(file.ignored),
        }
    }
}

fn number(count: u64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Input of createImport.
#[derive(InputObject)]
pub struct CreateImportInput {
    /// The file: the id that `POST /imports` answered with. It is imported once.
    upload: ID,
    /// What its rows are.
    kind: ImportKind,
    /// How to read a bundle of OneRoster; for no other kind.
    one_roster: Option<OneRosterOptionsInput>,
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
        let asked = ImportRequest {
            upload: ids::decode_as(Kind::Upload, &input.upload),
            kind: input.kind.into(),
            one_roster: input.one_roster.map(Into::into),
        };
        let (row, user_errors) = outcome(ctx, import::request(ctx.service(), ctx.actor(), asked)).await?;
        Ok(Some(CreateImportPayload { bulk_operation: row.map(BulkOperation::from), user_errors }))
    }
}
