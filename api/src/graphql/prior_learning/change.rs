//! Making, changing, deciding and taking back claims of prior learning.

use async_graphql::{Context, ID, InputObject, Object, OneofObject, SimpleObject};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::{self, Kind};
use cairn_service::{prior_learning, rows};
use uuid::Uuid;

use super::super::attempt::EvidenceInput;
use super::super::command::outcome;
use super::super::context::ContextExt;
use super::super::enums::PriorLearningVerdict;
use super::super::error::{Result, UserError};
use super::super::reference::EnrollmentRef;
use super::PriorLearningClaim;

fn claim_id(id: &ID) -> Option<Uuid> {
    ids::decode_as(Kind::PriorLearningClaim, id)
}

/// What was learned before, in the version of the enrollment: an outcome or a component.
#[derive(OneofObject)]
pub enum PriorLearningTarget {
    /// A learning outcome, by the program's own code.
    Outcome(String),
    /// A component, by the external id of its module or program.
    Component(String),
}

impl From<PriorLearningTarget> for prior_learning::Target {
    fn from(target: PriorLearningTarget) -> Self {
        match target {
            PriorLearningTarget::Outcome(code) => Self::Outcome(code),
            PriorLearningTarget::Component(external_id) => Self::Component(external_id),
        }
    }
}

/// A part of a claim.
#[derive(InputObject)]
pub struct PriorLearningPartInput {
    /// What was learned before.
    target: PriorLearningTarget,
    /// What shows it; at least one piece where the claim is handed in.
    #[graphql(default)]
    evidence: Vec<EvidenceInput>,
}

impl From<PriorLearningPartInput> for prior_learning::NewPart {
    fn from(part: PriorLearningPartInput) -> Self {
        Self { target: part.target.into(), evidence: part.evidence.into_iter().map(Into::into).collect() }
    }
}

/// Input of claimPriorLearning.
#[derive(InputObject)]
pub struct ClaimPriorLearningInput {
    /// In which enrollment: its program version says how much may be recognized.
    enrollment: EnrollmentRef,
    /// What is claimed, in words.
    statement: String,
    /// What it is about, at most 50 parts.
    parts: Vec<PriorLearningPartInput>,
    /// Whether it is kept as a draft, and not handed in yet.
    #[graphql(default)]
    draft: bool,
}

/// Input of revisePriorLearningClaim.
#[derive(InputObject)]
pub struct RevisePriorLearningClaimInput {
    /// Which.
    claim: ID,
    /// What is claimed, in words; what was said stays where absent.
    statement: Option<String>,
    /// What it is about, as a whole; the parts that there are stay where absent.
    parts: Option<Vec<PriorLearningPartInput>>,
    /// Whether it is handed in.
    #[graphql(default)]
    submit: bool,
}

/// Input of withdrawPriorLearningClaim.
#[derive(InputObject)]
pub struct WithdrawPriorLearningClaimInput {
    /// Which.
    claim: ID,
    /// Why.
    reason: Option<String>,
}

/// Input of reviewPriorLearningClaim.
#[derive(InputObject)]
pub struct ReviewPriorLearningClaimInput {
    /// Which.
    claim: ID,
}

/// A judgement of a part of a claim.
#[derive(InputObject)]
pub struct PriorLearningDecisionInput {
    /// What the part is about.
    target: PriorLearningTarget,
    /// What is judged.
    verdict: PriorLearningVerdict,
    /// Why, or what is missing; needed unless it is granted.
    feedback: Option<String>,
}

/// Input of decidePriorLearningClaim.
#[derive(InputObject)]
pub struct DecidePriorLearningClaimInput {
    /// Which.
    claim: ID,
    /// Of every part of it.
    parts: Vec<PriorLearningDecisionInput>,
    /// On the whole, in words.
    feedback: Option<String>,
}

/// Input of takeBackPriorLearning.
#[derive(InputObject)]
pub struct TakeBackPriorLearningInput {
    /// Of which claim.
    claim: ID,
    /// What; everything that it was granted where absent.
    targets: Option<Vec<PriorLearningTarget>>,
    /// Why.
    reason: String,
}

macro_rules! payloads {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        $(
            $(#[$doc])*
            #[derive(SimpleObject)]
            pub struct $name {
                /// The claim.
                claim: Option<PriorLearningClaim>,
                /// What the caller can mend; empty where all went well.
                user_errors: Vec<UserError>,
            }

            impl $name {
                async fn of(
                    ctx: &Context<'_>,
                    command: impl Future<Output = ServiceResult<rows::prior_claim::Model>> + Send,
                ) -> Result<Option<Self>> {
                    let (row, user_errors) = outcome(ctx, command).await?;
                    Ok(Some(Self { claim: row.map(PriorLearningClaim::from), user_errors }))
                }
            }
        )*
    };
}

payloads! {
    /// Answer of claimPriorLearning.
    ClaimPriorLearningPayload,
    /// Answer of revisePriorLearningClaim.
    RevisePriorLearningClaimPayload,
    /// Answer of withdrawPriorLearningClaim.
    WithdrawPriorLearningClaimPayload,
    /// Answer of reviewPriorLearningClaim.
    ReviewPriorLearningClaimPayload,
    /// Answer of decidePriorLearningClaim.
    DecidePriorLearningClaimPayload,
    /// Answer of takeBackPriorLearning.
    TakeBackPriorLearningPayload,
}

/// Changing claims of prior learning.
#[derive(Default)]
pub struct PriorLearningMutations;

#[Object]
impl PriorLearningMutations {
    /// Claims that outcomes or components of the enrollment's program version were learned before: learners for themselves, others on behalf of those whose
    /// progress they write. One claim of an enrollment is open at a time. What is granted counts as done without attempts, up to the limit that the version
    /// states.
    async fn claim_prior_learning(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: ClaimPriorLearningInput,
    ) -> Result<Option<ClaimPriorLearningPayload>> {
        let new = prior_learning::NewClaim {
            enrollment: input.enrollment.into(),
            statement: input.statement,
            parts: input.parts.into_iter().map(Into::into).collect(),
            draft: input.draft,
        };
        ClaimPriorLearningPayload::of(ctx, prior_learning::claim(ctx.service(), ctx.actor(), new)).await
    }

    /// Changes a draft, or a claim for which more evidence is asked, and hands it in where `submit` says so.
    async fn revise_prior_learning_claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: RevisePriorLearningClaimInput,
    ) -> Result<Option<RevisePriorLearningClaimPayload>> {
        let new = prior_learning::Revision {
            claim: claim_id(&input.claim),
            statement: input.statement,
            parts: input.parts.map(|parts| parts.into_iter().map(Into::into).collect()),
            submit: input.submit,
        };
        RevisePriorLearningClaimPayload::of(ctx, prior_learning::revise(ctx.service(), ctx.actor(), new))
            .await
    }

    /// Withdraws a claim that is not decided.
    async fn withdraw_prior_learning_claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: WithdrawPriorLearningClaimInput,
    ) -> Result<Option<WithdrawPriorLearningClaimPayload>> {
        let (claim, reason) = (claim_id(&input.claim), input.reason);
        let done = prior_learning::withdraw(ctx.service(), ctx.actor(), claim, reason);
        WithdrawPriorLearningClaimPayload::of(ctx, done).await
    }

    /// Takes a claim that was handed in under review. Needs `assessments:grade` over it; nobody reviews or decides their own.
    async fn review_prior_learning_claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: ReviewPriorLearningClaimInput,
    ) -> Result<Option<ReviewPriorLearningClaimPayload>> {
        let done = prior_learning::review(ctx.service(), ctx.actor(), claim_id(&input.claim));
        ReviewPriorLearningClaimPayload::of(ctx, done).await
    }

    /// Decides a claim that was handed in: each part is granted or refused. Where more evidence is asked for any of them the whole claim is given back, and
    /// nothing counts before it is handed in again and decided. A decision by which more would be recognized than the version allows is refused. Needs
    /// `assessments:grade` over it.
    async fn decide_prior_learning_claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: DecidePriorLearningClaimInput,
    ) -> Result<Option<DecidePriorLearningClaimPayload>> {
        let decided = |part: PriorLearningDecisionInput| prior_learning::PartDecision {
            target: part.target.into(),
            verdict: part.verdict.into(),
            feedback: part.feedback,
        };
        let new = prior_learning::NewDecision {
            claim: claim_id(&input.claim),
            parts: input.parts.into_iter().map(decided).collect(),
            feedback: input.feedback,
        };
        DecidePriorLearningClaimPayload::of(ctx, prior_learning::decide(ctx.service(), ctx.actor(), new))
            .await
    }

    /// Takes back what a claim was granted, or parts of it. An enrollment that was completed stays completed, and is noted; what becomes of its credential
    /// is what the program version says of changed grades. Needs `assessments:grade` over it.
    async fn take_back_prior_learning(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: TakeBackPriorLearningInput,
    ) -> Result<Option<TakeBackPriorLearningPayload>> {
        let new = prior_learning::TakingBack {
            claim: claim_id(&input.claim),
            targets: input.targets.map(|targets| targets.into_iter().map(Into::into).collect()),
            reason: input.reason,
        };
        TakeBackPriorLearningPayload::of(ctx, prior_learning::take_back(ctx.service(), ctx.actor(), new))
            .await
    }
}
