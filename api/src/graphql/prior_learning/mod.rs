//! Recognition of prior learning: claims, their parts, and their loaders. Mutations are in `change`.

mod change;

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::page::{Page, PageArgs};
use cairn_service::{prior_learning, read, rows};
use uuid::Uuid;

use super::attempt::{Grader, GraderById};
use super::component::{Component, ComponentById};
use super::connection::{Connection, Listed, page_args};
use super::context::{Batch, ContextExt, Request, load, load_required};
use super::enrollment::{Enrollment, EnrollmentById};
use super::enums::{PriorLearningStatus, PriorLearningVerdict};
use super::error::Result;
use super::program::{LearningOutcome, grouped};
use super::reference::{CohortRef, LearnerRef, ProgramRef};
use super::scalar::{DateTime, Url, global_id, moment};

pub use change::PriorLearningMutations;

/// A claim that something was learned before.
#[derive(Clone)]
pub struct PriorLearningClaim {
    row: rows::prior_claim::Model,
}

impl From<rows::prior_claim::Model> for PriorLearningClaim {
    fn from(row: rows::prior_claim::Model) -> Self {
        Self { row }
    }
}

impl Listed for PriorLearningClaim {
    const NAME: &'static str = "PriorLearningClaim";
}

/// A claim that something was learned before.
#[Object]
impl PriorLearningClaim {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::PriorLearningClaim, self.row.id)
    }

    /// In which enrollment.
    async fn enrollment(&self, ctx: &Context<'_>) -> Result<Enrollment> {
        load_required::<EnrollmentById>(ctx, self.row.enrollment_id).await
    }

    /// Where it stands.
    async fn status(&self) -> PriorLearningStatus {
        self.row.status.into()
    }

    /// What is claimed, in words.
    async fn statement(&self) -> &str {
        &self.row.statement
    }

    /// What it is about, part by part.
    async fn parts(&self, ctx: &Context<'_>) -> Result<Vec<PriorLearningPart>> {
        Ok(load::<PartsOfClaim>(ctx, self.row.id).await?.unwrap_or_default())
    }

    /// The assessor's words on the whole.
    async fn feedback(&self) -> Option<&str> {
        self.row.feedback.as_deref()
    }

    /// Why it was withdrawn, or its recognition taken back.
    async fn reason(&self) -> Option<&str> {
        self.row.reason.as_deref()
    }

    /// When made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// When last handed in.
    async fn submitted_at(&self) -> Option<DateTime> {
        moment(self.row.submitted_at)
    }

    /// When decided, or more evidence asked for.
    async fn decided_at(&self) -> Option<DateTime> {
        moment(self.row.decided_at)
    }

    /// Who has it under review, or decided it.
    async fn assessor(&self, ctx: &Context<'_>) -> Result<Option<Grader>> {
        match self.row.assessor_id {
            Some(id) => load::<GraderById>(ctx, id).await,
            None => Ok(None),
        }
    }
}

/// An outcome or a component that a claim is about.
#[derive(Clone)]
pub struct PriorLearningPart {
    row: rows::prior_claim_part::Model,
}

/// An outcome or a component that a claim is about, and what was judged of it.
#[Object]
impl PriorLearningPart {
    /// The outcome, where it is about one.
    async fn outcome(&self, ctx: &Context<'_>) -> Result<Option<LearningOutcome>> {
        match self.row.outcome_id {
            Some(id) => load_required::<OutcomeById>(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }

    /// The component, where it is about one.
    async fn component(&self, ctx: &Context<'_>) -> Result<Option<Component>> {
        match self.row.component_id {
            Some(id) => load_required::<ComponentById>(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }

    /// What shows it.
    async fn evidence(&self, ctx: &Context<'_>) -> Result<Vec<PriorLearningEvidence>> {
        Ok(load::<EvidenceOfPart>(ctx, self.row.id).await?.unwrap_or_default())
    }

    /// What was judged; null while it was not.
    async fn verdict(&self) -> Option<PriorLearningVerdict> {
        self.row.verdict.map(Into::into)
    }

    /// The assessor's words.
    async fn feedback(&self) -> Option<&str> {
        self.row.feedback.as_deref()
    }

    /// Since when it is recognized.
    async fn recognized_at(&self) -> Option<DateTime> {
        moment(self.row.recognized_at)
    }

    /// Since when it is recognized no more.
    async fn taken_back_at(&self) -> Option<DateTime> {
        moment(self.row.taken_back_at)
    }
}

/// Something that shows what is claimed.
#[derive(Clone)]
pub struct PriorLearningEvidence {
    row: rows::prior_claim_evidence::Model,
}

/// Something that shows what is claimed.
#[Object]
impl PriorLearningEvidence {
    /// Name.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// Where it is.
    async fn url(&self) -> Option<Url> {
        self.row.url.clone().map(Url)
    }

    /// In words.
    async fn description(&self) -> Option<&str> {
        self.row.description.as_deref()
    }

    /// Digest of the content, as a multihash in multibase.
    async fn digest(&self) -> Option<&str> {
        self.row.digest.as_deref()
    }
}

/// The same page of the claims of enrollments.
struct ClaimsOfEnrollment;

impl Batch for ClaimsOfEnrollment {
    type Key = (Uuid, PageArgs);
    type Value = Page<PriorLearningClaim>;

    async fn load(request: &Request, keys: &[Self::Key]) -> ServiceResult<HashMap<Self::Key, Self::Value>> {
        let mut pages = HashMap::new();
        for (args, enrollments) in grouped(keys.iter().map(|(enrollment, args)| (args, *enrollment))) {
            for (id, page) in prior_learning::of_enrollments(&request.service, &enrollments, args).await? {
                pages.insert((id, args.clone()), page.map(PriorLearningClaim::from));
            }
        }
        Ok(pages)
    }
}

/// How many claims enrollments have.
struct CountOfClaims;

impl Batch for CountOfClaims {
    type Key = Uuid;
    type Value = u64;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, u64>> {
        prior_learning::count_of_enrollments(&request.service, keys).await
    }
}

/// Claims by id among those that the caller may see.
pub struct VisibleClaim;

impl Batch for VisibleClaim {
    type Key = Uuid;
    type Value = PriorLearningClaim;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, PriorLearningClaim>> {
        let rows = prior_learning::visible_by_ids(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Parts by claim.
struct PartsOfClaim;

impl Batch for PartsOfClaim {
    type Key = Uuid;
    type Value = Vec<PriorLearningPart>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Self::Value>> {
        let parts = prior_learning::parts(&request.service, keys).await?;
        let shown = |rows: Vec<_>| rows.into_iter().map(|row| PriorLearningPart { row }).collect();
        Ok(parts.into_iter().map(|(id, rows)| (id, shown(rows))).collect())
    }
}

/// Evidence by part.
struct EvidenceOfPart;

impl Batch for EvidenceOfPart {
    type Key = Uuid;
    type Value = Vec<PriorLearningEvidence>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Self::Value>> {
        let evidence = prior_learning::evidence(&request.service, keys).await?;
        let shown = |rows: Vec<_>| rows.into_iter().map(|row| PriorLearningEvidence { row }).collect();
        Ok(evidence.into_iter().map(|(id, rows)| (id, shown(rows))).collect())
    }
}

/// Learning outcomes by id, for what refers to them.
struct OutcomeById;

impl Batch for OutcomeById {
    type Key = Uuid;
    type Value = LearningOutcome;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, LearningOutcome>> {
        let rows = read::by_ids::<rows::learning_outcome::Entity>(&request.service, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// A page of an enrollment's claims, the oldest first.
pub async fn claims_of(
    ctx: &Context<'_>,
    enrollment: Uuid,
    args: PageArgs,
) -> Result<Connection<PriorLearningClaim>> {
    let page = load::<ClaimsOfEnrollment>(ctx, (enrollment, args)).await?.unwrap_or_else(Page::empty);
    Ok(Connection::new(page, move |ctx| {
        Box::pin(async move { Ok(load::<CountOfClaims>(ctx, enrollment).await?.unwrap_or_default()) })
    }))
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(
        request,
        data,
        ClaimsOfEnrollment,
        CountOfClaims,
        VisibleClaim,
        PartsOfClaim,
        EvidenceOfPart,
        OutcomeById,
    );
}

/// Which claims of prior learning.
#[derive(InputObject, Default)]
pub struct PriorLearningClaimFilter {
    /// At these stages.
    statuses: Option<Vec<PriorLearningStatus>>,
    /// Of these programs.
    programs: Option<Vec<ProgramRef>>,
    /// Of these cohorts.
    cohorts: Option<Vec<CohortRef>>,
    /// Of these learners.
    learners: Option<Vec<LearnerRef>>,
}

impl From<PriorLearningClaimFilter> for prior_learning::ClaimFilter {
    fn from(filter: PriorLearningClaimFilter) -> Self {
        Self {
            statuses: filter.statuses.map(|list| list.into_iter().map(Into::into).collect()),
            programs: filter.programs.map(|list| list.into_iter().map(Into::into).collect()),
            cohorts: filter.cohorts.map(|list| list.into_iter().map(Into::into).collect()),
            learners: filter.learners.map(|list| list.into_iter().map(Into::into).collect()),
        }
    }
}

/// Reading claims of prior learning.
#[derive(Default)]
pub struct PriorLearningQueries;

#[Object]
impl PriorLearningQueries {
    /// Claims of prior learning that the caller may see, the oldest first: staff those of their cohorts, learners their own.
    async fn prior_learning_claims(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<PriorLearningClaimFilter>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<PriorLearningClaim>>> {
        let filter = prior_learning::ClaimFilter::from(filter.unwrap_or_default());
        let args = page_args(first, after, last, before);
        let page = prior_learning::list(ctx.service(), ctx.actor(), &filter, &args).await?;
        Ok(Some(Connection::new(page.map(PriorLearningClaim::from), move |ctx| {
            let filter = filter.clone();
            Box::pin(async move { Ok(prior_learning::count(ctx.service(), ctx.actor(), &filter).await?) })
        })))
    }
}
