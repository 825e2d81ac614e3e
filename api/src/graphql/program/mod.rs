//! Programs: what can be earned. The type `Program`, and where its parts are: `version` what a version states, `terms` plain facts,
//! `part` its places and outcomes, `list` the catalogue, `input` and `change` writing.

mod assessment_input;
mod change;
mod input;
mod list;
mod load;
mod part;
mod prior_learning;
mod rigor;
mod rule;
mod terms;
mod version;

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use cairn_service::ids::Kind;
use cairn_service::page::PageArgs;
use cairn_service::{cohort, issuer, rows};

pub use change::ProgramMutations;
pub use list::{IssuerPrograms, ProgramQueries};
pub use load::{
    AwardOfVersion, ModuleById, ProgramById, ProgramVersionById, VisibleAward, VisibleModule, VisibleOutcome,
    VisibleProgram, VisibleProgramVersion, grouped, programs,
};
pub use part::{LearningOutcome, Module};
pub use terms::{Award, Price, PriceInput};
pub use version::ProgramVersion;

use super::assessment::Assessment;
use super::cohort::{Cohort, CohortFilter, CohortsKey, CohortsOfProgram, CountOfCohorts};
use super::connection::{Connection, Listed, page_args};
use super::context::{ContextExt, load, load_required};
use super::error::Result;
use super::issuer::{Issuer, IssuerById};
use super::scalar::{DateTime, global_id};
use load::{AssessmentsOfVersion, LineItemsOfProgram, WholesOfProgram};
use version::Content;

/// What can be earned, as its published version states it; a program that has none yet is shown by its draft, to its issuer alone.
#[derive(Clone)]
pub struct Program {
    row: Arc<rows::program::Model>,
    version: Arc<rows::program_version::Model>,
}

impl From<(rows::program::Model, rows::program_version::Model)> for Program {
    fn from((row, version): (rows::program::Model, rows::program_version::Model)) -> Self {
        Self { row: Arc::new(row), version: Arc::new(version) }
    }
}

impl Listed for Program {
    const NAME: &'static str = "Program";
}

/// What can be earned, as its published version states it; a program that has none yet is shown by its draft, to its issuer alone.
#[Object]
impl Program {
    /// Global id, the same for every version.
    pub async fn id(&self) -> ID {
        global_id(Kind::Program, self.row.id)
    }

    /// The issuer's own id.
    async fn external_id(&self) -> Option<&str> {
        self.row.external_id.as_deref()
    }

    /// Short name in addresses, unique on this server; never changes.
    async fn slug(&self) -> &str {
        &self.row.slug
    }

    /// Which version this is, from 1.
    async fn version(&self) -> i32 {
        self.version.number
    }

    /// The version that is shown, as a thing of its own.
    async fn current_version(&self) -> ProgramVersion {
        ProgramVersion::from(self.version.clone())
    }

    /// The version being written; null where there is none, or the caller may not see inside the issuer.
    async fn draft(&self, ctx: &Context<'_>) -> Result<Option<ProgramVersion>> {
        let Some(draft) = self.row.draft_version_id else { return Ok(None) };
        if !issuer::sees_inside(ctx.actor(), self.row.issuer_id) {
            return Ok(None);
        }
        load::<ProgramVersionById>(ctx, draft).await
    }

    /// Who offers it.
    async fn issuer(&self, ctx: &Context<'_>) -> Result<Issuer> {
        load_required::<IssuerById>(ctx, self.row.issuer_id).await
    }

    #[graphql(flatten)]
    async fn content(&self) -> Content {
        Content(self.version.clone())
    }

    /// How it is assessed: what belongs to the version, then the newest line items of its cohorts, at most a hundred of those.
    async fn assessments(&self, ctx: &Context<'_>) -> Result<Vec<Assessment>> {
        let own = load::<AssessmentsOfVersion>(ctx, self.version.id).await?;
        let line_items = load::<LineItemsOfProgram>(ctx, self.row.id).await?;
        let all = own.into_iter().flatten().chain(line_items.into_iter().flatten());
        Ok(all.map(Assessment::from).collect())
    }

    /// Classes, the oldest first.
    async fn cohorts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<CohortFilter>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Cohort>> {
        let filter: cohort::CohortFilter = filter.unwrap_or_default().into();
        let args = page_args(first, after, last, before);
        let key = CohortsKey { program: self.row.id, filter: filter.clone(), args };
        let page = load_required::<CohortsOfProgram>(ctx, key).await?;
        let key = CohortsKey { program: self.row.id, filter, args: PageArgs::default() };
        Ok(Connection::new(page.map(Cohort::from), move |ctx| {
            let key = key.clone();
            Box::pin(async move { Ok(load::<CountOfCohorts>(ctx, key).await?.unwrap_or_default()) })
        }))
    }

    /// Published programs that have this as a component.
    async fn stacks_into(&self, ctx: &Context<'_>) -> Result<Vec<Program>> {
        let wholes = load::<WholesOfProgram>(ctx, self.row.id).await?.unwrap_or_default();
        load::programs(ctx, wholes).await
    }

    /// When made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }
}

/// Registers this domain's loaders.
pub fn register(request: &Arc<super::context::Request>, data: &mut async_graphql::Data) {
    load::register(request, data);
    list::register(request, data);
}
