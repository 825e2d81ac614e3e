//! The Relay interface `Node`: any thing by its global id.

use async_graphql::{Context, ID, Interface, Object};
use cairn_service::error::Error;
use cairn_service::ids::{self, Kind};
use uuid::Uuid;

use super::api_key::{ApiKey, VisibleApiKey};
use super::assessment::{Assessment, VisibleAssessment};
use super::attempt::{
    Appeal, Attempt, Evidence, Grader, ReviewTask, VisibleAppeal, VisibleAttempt, VisibleEvidence,
    VisibleGrader, VisibleTask,
};
use super::audit::{AuditEntry, VisibleAuditEntry};
use super::bulk_operation::{BulkOperation, BulkRow, VisibleBulkOperation, VisibleBulkRow};
use super::cohort::{Cohort, VisibleCohort};
use super::component::{Component, VisibleComponent};
use super::context::{ContextExt, load};
use super::continuing::{ContinuingUnit, VisibleUnit};
use super::credential::{Credential, VisibleCredential};
use super::endorsement::{Endorsement, EndorsementById};
use super::enrollment::{Enrollment, EnrollmentChange, VisibleChange, VisibleEnrollment};
use super::error::Result;
use super::identity_provider::{IdentityProvider, VisibleIdentityProvider};
use super::integrity::{IntegrityFlag, VisibleFlag};
use super::issuer::{Issuer, IssuerById, SigningKey, SigningKeyById};
use super::learner::{ErasureReceipt, Learner, LearnerMerge, VisibleLearner, VisibleMerge, VisibleReceipt};
use super::notice::{NoticeDelivery, VisibleNotice};
use super::passport::Passport;
use super::portfolio::{OwnProject, PortfolioProject};
use super::prior_learning::{PriorLearningClaim, VisibleClaim};
use super::program::{
    Award, LearningOutcome, Module, Program, ProgramVersion, VisibleAward, VisibleModule, VisibleOutcome,
    VisibleProgram, VisibleProgramVersion,
};
use super::progress::{LearningEvent, VisibleLearningEvent};
use super::rubric::{RubricCriterion, RubricLevel, VisibleCriterion, VisibleLevel};
use super::skill::{Skill, SkillById};
use super::viewer::Viewer;
use super::voucher::{VisibleVoucher, Voucher};
use super::webhook::{VisibleDelivery, VisibleEndpoint, WebhookDelivery, WebhookEndpoint};

/// A thing with a global id.
#[derive(Interface, Clone)]
#[graphql(field(name = "id", ty = "ID", desc = "Opaque global id, stable for life."))]
pub enum Node {
    /// An API key.
    ApiKey(ApiKey),
    /// An attempt.
    Attempt(Attempt),
    /// A line of the audit log.
    AuditEntry(AuditEntry),
    /// One issuer's statement for another.
    Endorsement(Endorsement),
    /// Evidence.
    Evidence(Evidence),
    /// Who graded.
    Grader(Grader),
    /// An objection to a grade.
    Appeal(Appeal),
    /// A doubt about the integrity of work.
    IntegrityFlag(IntegrityFlag),
    /// The work of a fellow learner that is to be reviewed.
    ReviewTask(ReviewTask),
    /// A bulk operation.
    BulkOperation(BulkOperation),
    /// A row of a bulk operation.
    BulkRow(BulkRow),
    /// A credential.
    Credential(Credential),
    /// An issuer.
    Issuer(Issuer),
    /// A key that signs credentials.
    SigningKey(SigningKey),
    /// An enrollment.
    Enrollment(Enrollment),
    /// A line of an enrollment's history.
    EnrollmentChange(EnrollmentChange),
    /// Continuing units of one activity.
    ContinuingUnit(ContinuingUnit),
    /// A voucher.
    Voucher(Voucher),
    /// A learner.
    Learner(Learner),
    /// A learning event.
    LearningEvent(LearningEvent),
    /// Two records of one learner made into one.
    LearnerMerge(LearnerMerge),
    /// Proof of an erasure.
    ErasureReceipt(ErasureReceipt),
    /// A claim of prior learning.
    PriorLearningClaim(PriorLearningClaim),
    /// A provider of identity.
    IdentityProvider(IdentityProvider),
    /// A program.
    Program(Program),
    /// A version of a program.
    ProgramVersion(ProgramVersion),
    /// An award.
    Award(Award),
    /// A component of a version.
    Component(Component),
    /// A unit of learning.
    Module(Module),
    /// A learning outcome.
    LearningOutcome(LearningOutcome),
    /// A skill.
    Skill(Skill),
    /// A cohort.
    Cohort(Cohort),
    /// An assessment.
    Assessment(Assessment),
    /// A criterion of a rubric.
    RubricCriterion(RubricCriterion),
    /// A level of a criterion.
    RubricLevel(RubricLevel),
    /// All that a person holds.
    Passport(Passport),
    /// A project of a person's own.
    PortfolioProject(PortfolioProject),
    /// Whoever calls.
    Viewer(Viewer),
    /// Where webhooks go.
    WebhookEndpoint(WebhookEndpoint),
    /// One notice to the holder of a credential.
    NoticeDelivery(NoticeDelivery),
    /// One message to a webhook endpoint.
    WebhookDelivery(WebhookDelivery),
}

/// Most ids in one `nodes`.
const MOST_IDS: usize = 100;

/// Any thing by id.
#[derive(Default)]
pub struct NodeQueries;

#[Object]
impl NodeQueries {
    /// Any thing by its global id; null where there is none, or the caller may not see it.
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "Global id.")] id: ID) -> Result<Option<Node>> {
        find(ctx, &id).await
    }

    /// Several things by their global ids, in order; null in the place of what is not found.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global ids, at most 100.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        if ids.len() > MOST_IDS {
            return Err(Error::BadRequest(format!(
                "`ids` takes at most {MOST_IDS}; these are {}",
                ids.len()
            ))
            .into());
        }
        let found = ids.iter().map(|id| find(ctx, id));
        futures_util::future::try_join_all(found).await
    }
}

/// Finds one thing among those that the caller may see.
async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    match ids::decode(id) {
        Some((kind, id)) => find_kind(ctx, kind, id).await,
        None => Ok(None),
    }
}

async fn find_kind(ctx: &Context<'_>, kind: Kind, id: Uuid) -> Result<Option<Node>> {
    Ok(match kind {
        Kind::Endorsement => load::<EndorsementById>(ctx, id).await?.map(Node::Endorsement),
        Kind::ApiKey => load::<VisibleApiKey>(ctx, id).await?.map(Node::ApiKey),
        Kind::Appeal => load::<VisibleAppeal>(ctx, id).await?.map(Node::Appeal),
        Kind::IntegrityFlag => load::<VisibleFlag>(ctx, id).await?.map(Node::IntegrityFlag),
        Kind::ReviewTask => load::<VisibleTask>(ctx, id).await?.map(Node::ReviewTask),
        Kind::Attempt => load::<VisibleAttempt>(ctx, id).await?.map(Node::Attempt),
        Kind::Evidence => load::<VisibleEvidence>(ctx, id).await?.map(Node::Evidence),
        Kind::Grader => load::<VisibleGrader>(ctx, id).await?.map(Node::Grader),
        Kind::AuditEntry => load::<VisibleAuditEntry>(ctx, id).await?.map(Node::AuditEntry),
        Kind::SigningKey => load::<SigningKeyById>(ctx, id).await?.map(Node::SigningKey),
        Kind::BulkOperation => load::<VisibleBulkOperation>(ctx, id).await?.map(Node::BulkOperation),
        Kind::BulkRow => load::<VisibleBulkRow>(ctx, id).await?.map(Node::BulkRow),
        Kind::Credential => load::<VisibleCredential>(ctx, id).await?.map(Node::Credential),
        Kind::Issuer => load::<IssuerById>(ctx, id).await?.map(Node::Issuer),
        Kind::Enrollment => load::<VisibleEnrollment>(ctx, id).await?.map(Node::Enrollment),
        Kind::EnrollmentChange => load::<VisibleChange>(ctx, id).await?.map(Node::EnrollmentChange),
        Kind::ContinuingUnit => load::<VisibleUnit>(ctx, id).await?.map(Node::ContinuingUnit),
        Kind::Voucher => load::<VisibleVoucher>(ctx, id).await?.map(Node::Voucher),
        Kind::Passport => Passport::if_own(ctx.actor(), id).map(Node::Passport),
        Kind::PortfolioProject => load::<OwnProject>(ctx, id).await?.map(Node::PortfolioProject),
        Kind::Viewer => Viewer::if_own(ctx.actor(), id).map(Node::Viewer),
        Kind::WebhookEndpoint => load::<VisibleEndpoint>(ctx, id).await?.map(Node::WebhookEndpoint),
        Kind::NoticeDelivery => load::<VisibleNotice>(ctx, id).await?.map(Node::NoticeDelivery),
        Kind::WebhookDelivery => load::<VisibleDelivery>(ctx, id).await?.map(Node::WebhookDelivery),
        Kind::LearnerMerge => load::<VisibleMerge>(ctx, id).await?.map(Node::LearnerMerge),
        Kind::ErasureReceipt => load::<VisibleReceipt>(ctx, id).await?.map(Node::ErasureReceipt),
        Kind::PriorLearningClaim => load::<VisibleClaim>(ctx, id).await?.map(Node::PriorLearningClaim),
        Kind::IdentityProvider => load::<VisibleIdentityProvider>(ctx, id).await?.map(Node::IdentityProvider),
        Kind::LearningEvent => load::<VisibleLearningEvent>(ctx, id).await?.map(Node::LearningEvent),
        Kind::Learner => load::<VisibleLearner>(ctx, id).await?.map(Node::Learner),
        Kind::Program => load::<VisibleProgram>(ctx, id).await?.map(Node::Program),
        Kind::ProgramVersion => load::<VisibleProgramVersion>(ctx, id).await?.map(Node::ProgramVersion),
        Kind::Award => load::<VisibleAward>(ctx, id).await?.map(Node::Award),
        Kind::Component => load::<VisibleComponent>(ctx, id).await?.map(Node::Component),
        Kind::Module => load::<VisibleModule>(ctx, id).await?.map(Node::Module),
        Kind::LearningOutcome => load::<VisibleOutcome>(ctx, id).await?.map(Node::LearningOutcome),
        Kind::Skill => load::<SkillById>(ctx, id).await?.map(Node::Skill),
        Kind::Cohort => load::<VisibleCohort>(ctx, id).await?.map(Node::Cohort),
        Kind::Assessment => load::<VisibleAssessment>(ctx, id).await?.map(Node::Assessment),
        Kind::RubricCriterion => load::<VisibleCriterion>(ctx, id).await?.map(Node::RubricCriterion),
        Kind::RubricLevel => load::<VisibleLevel>(ctx, id).await?.map(Node::RubricLevel),
        _ => None,
    })
}
