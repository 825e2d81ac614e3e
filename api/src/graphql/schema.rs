//! Puts the domains' queries, mutations and subscriptions together, and gives each request its context.

use std::sync::Arc;

use async_graphql::{Data, MergedObject, MergedSubscription, Schema};
use cairn_service::Service;
use cairn_service::actor::Actor;

use super::context::{Request, SignIn};
use super::gather::Gathering;
use super::{
    analytics, api_key, assessment, attempt, audit, bulk_operation, certificate, cohort, completion,
    component, continuing, credential, endorsement, enrollment, export, identity_provider, import, integrity,
    issuer, learner, live, node, notice, passport, portfolio, prior_learning, program, progress, question,
    rubric, signing_key, skill, verification, viewer, voucher, webhook,
};

/// What can be read.
#[derive(MergedObject, Default)]
pub struct Query(
    node::NodeQueries,
    api_key::ApiKeyQueries,
    audit::AuditQueries,
    bulk_operation::BulkOperationQueries,
    issuer::IssuerQueries,
    enrollment::EnrollmentQueries,
    analytics::AnalyticsQueries,
    analytics::ProgramFigureQueries,
    progress::StuckQueries,
    attempt::AttemptQueries,
    attempt::ReviewQueries,
    attempt::AppealQueries,
    integrity::IntegrityQueries,
    prior_learning::PriorLearningQueries,
    credential::CredentialQueries,
    verification::VerificationQueries,
    program::ProgramQueries,
    viewer::ViewerQueries,
);

/// What can be changed.
#[derive(MergedObject, Default)]
pub struct Mutation(
    api_key::ApiKeyMutations,
    issuer::IssuerMutations,
    certificate::CertificateMutations,
    signing_key::SigningKeyMutations,
    endorsement::EndorsementMutations,
    learner::LearnerMutations,
    learner::PersonMutations,
    identity_provider::IdentityProviderMutations,
    enrollment::EnrollmentMutations,
    enrollment::TransferMutations,
    continuing::ContinuingMutations,
    voucher::VoucherMutations,
    progress::ProgressMutations,
    attempt::AttemptMutations,
    attempt::ResultMutations,
    attempt::RuleMutations,
    attempt::ReviewMutations,
    attempt::AppealMutations,
    integrity::IntegrityMutations,
    prior_learning::PriorLearningMutations,
    bulk_operation::BulkOperationMutations,
    export::ExportMutations,
    import::ImportMutations,
    credential::CredentialMutations,
    passport::PassportMutations,
    portfolio::PortfolioMutations,
    program::ProgramMutations,
    cohort::CohortMutations,
    webhook::WebhookMutations,
    notice::NoticeMutations,
);

/// What can be followed as it happens.
#[derive(MergedSubscription, Default)]
pub struct Subscription(bulk_operation::BulkOperationSubscriptions, live::LiveSubscriptions);

/// The schema.
pub type CairnSchema = Schema<Query, Mutation, Subscription>;

/// Builds the schema.
pub fn build() -> Gathering {
    Gathering(Schema::build(Query::default(), Mutation::default(), Subscription::default()).finish())
}

/// The schema in the definition language, as `schema.graphql` keeps it.
pub fn sdl() -> String {
    let options = async_graphql::SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items()
        .include_specified_by();
    let mut text = build().0.sdl_with_options(options);
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// The context of one request: the caller and its `Accept-Language`, the service and fresh loaders.
pub fn session(service: Arc<Service>, caller: (Actor, Arc<str>), sign_in: SignIn) -> Data {
    let request = Request::new(service, caller, sign_in);
    let mut data = Data::default();
    for register in [
        api_key::register,
        assessment::register,
        audit::register,
        attempt::register,
        bulk_operation::register,
        certificate::register,
        cohort::register,
        completion::register,
        component::register,
        continuing::register,
        credential::register,
        endorsement::register,
        enrollment::register,
        identity_provider::register,
        integrity::register,
        issuer::register,
        learner::register,
        notice::register,
        passport::register,
        portfolio::register,
        prior_learning::register,
        program::register,
        skill::register,
        progress::register,
        question::register,
        rubric::register,
        voucher::register,
        webhook::register,
    ] {
        register(&request, &mut data);
    }
    data.insert(request);
    data
}

/// Registers loaders: one line for each batch of a domain.
macro_rules! register {
    ($request:ident, $data:ident, $($batch:ty),* $(,)?) => {
        $($data.insert($crate::graphql::context::loader::<$batch>($request));)*
    };
}
pub(super) use register;
