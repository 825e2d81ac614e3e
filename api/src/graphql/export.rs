//! Exports: what can be asked for, and the mutation that asks.

use async_graphql::{Context, Enum, InputObject, Object, OneofObject, SimpleObject};
use cairn_service::analytics::Dimension;
use cairn_service::export::{self, ExportRequest, Format, Source};
use cairn_service::learner::LearnerFilter;

use super::analytics::{AnalyticsFilter, CompletionDimension};
use super::attempt::AttemptFilter;
use super::bulk_operation::BulkOperation;
use super::command::outcome;
use super::context::ContextExt;
use super::credential::CredentialFilter;
use super::enrollment::EnrollmentFilter;
use super::error::{ApiError, Result, UserError};
use super::reference::{IssuerRef, ProgramRef};
use super::scalar::DateTime;

/// The format of a file.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Format")]
pub enum ExportFormat {
    /// Comma-separated values (RFC 4180) with a line of headings, UTF-8. Text that a spreadsheet would take for a formula begins with an apostrophe.
    Csv,
    /// JSON Lines: an object a line, its members named as the columns of CSV are.
    Jsonl,
}

/// What to export, with which filter: one of these.
#[derive(OneofObject)]
pub enum ExportSource {
    /// Credentials. Takes `credentials:read`.
    Credentials(CredentialFilter),
    /// Enrollments with their progress. Takes `enrollments:read`. Not narrowed by `search`.
    Enrollments(EnrollmentFilter),
    /// Attempts with their scores. Takes `enrollments:read`.
    Attempts(AttemptFilter),
    /// Learners with their names and addresses. Takes `learners:read`.
    Learners(LearnerExportFilter),
    /// Completion figures. Takes `analytics:read`.
    Completions(CompletionsExportInput),
}

/// Which learners to export; what is absent does not restrict. Erased records, and those that were merged into others, are left out.
#[derive(InputObject)]
pub struct LearnerExportFilter {
    /// Enrolled in one of these programs, now or once.
    programs: Option<Vec<ProgramRef>>,
    /// Changed since, for incremental pulls.
    updated_since: Option<DateTime>,
}

impl From<LearnerExportFilter> for LearnerFilter {
    fn from(filter: LearnerExportFilter) -> Self {
        Self {
            programs: filter.programs.map(|list| list.into_iter().map(Into::into).collect()),
            updated_since: filter.updated_since.map(|moment| moment.0),
        }
    }
}

/// Input of an export of completion figures.
#[derive(InputObject)]
pub struct CompletionsExportInput {
    /// Which.
    filter: Option<AnalyticsFilter>,
    /// Grouped by what; at most one of the periods of time. Empty: all in one row.
    group_by: Vec<CompletionDimension>,
}

impl TryFrom<ExportSource> for Source {
    type Error = ApiError;

    fn try_from(source: ExportSource) -> Result<Self> {
        Ok(match source {
            ExportSource::Credentials(filter) => Source::Credentials(filter.into()),
            ExportSource::Enrollments(filter) => Source::Enrollments(filter.try_into()?),
            ExportSource::Attempts(filter) => Source::Attempts(filter.into()),
            ExportSource::Learners(filter) => Source::Learners(filter.into()),
            ExportSource::Completions(input) => Source::Completions {
                filter: input.filter.unwrap_or_default().into(),
                group_by: input.group_by.into_iter().map(Dimension::from).collect(),
            },
        })
    }
}

/// Input of createExport.
#[derive(InputObject)]
pub struct CreateExportInput {
    /// Whose; the caller's own where absent. Operators name it.
    issuer: Option<IssuerRef>,
    /// What.
    source: ExportSource,
    /// As what.
    format: ExportFormat,
}

/// Answer of createExport.
#[derive(SimpleObject)]
pub struct CreateExportPayload {
    /// The operation.
    bulk_operation: Option<BulkOperation>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Asking for exports.
#[derive(Default)]
pub struct ExportMutations;

#[Object]
impl ExportMutations {
    /// Writes everything of one kind into a file, as a bulk operation; once it has succeeded, its `downloadUrl` leads to the file. People are named in it
    /// where the caller may read learners (`learners:read`); otherwise their ids stand for them.
    async fn create_export(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: CreateExportInput,
    ) -> Result<Option<CreateExportPayload>> {
        let request = ExportRequest {
            issuer: input.issuer.map(Into::into),
            source: input.source.try_into()?,
            format: input.format.into(),
        };
        let asked = export::request(ctx.service(), ctx.actor(), request);
        let (row, user_errors) = outcome(ctx, asked).await?;
        Ok(Some(CreateExportPayload { bulk_operation: row.map(BulkOperation::from), user_errors }))
    }
}
