//! Providers of identity whose JWTs are trusted.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use cairn_service::auth::provider::{self, NewProvider};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::{self, Kind};
use cairn_service::rows;
use uuid::Uuid;

use super::command::outcome;
use super::context::{Batch, ContextExt, Request, load};
use super::error::{Result, UserError};
use super::issuer::Issuer;
use super::reference::IssuerRef;
use super::scalar::{Url, global_id};

/// A provider of identity whose JWTs are trusted.
#[derive(Clone)]
pub struct IdentityProvider {
    row: rows::identity_provider::Model,
}

impl From<rows::identity_provider::Model> for IdentityProvider {
    fn from(row: rows::identity_provider::Model) -> Self {
        Self { row }
    }
}

/// A provider of identity whose JWTs are trusted.
#[Object]
impl IdentityProvider {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::IdentityProvider, self.row.id)
    }

    /// Its `iss`.
    async fn issuer_url(&self) -> Url {
        Url(self.row.issuer_url.clone())
    }

    /// The `aud` that is asked for.
    async fn audience(&self) -> &str {
        &self.row.audience
    }

    /// Where its keys are.
    async fn jwks_uri(&self) -> Url {
        Url(self.row.jwks_uri.clone())
    }

    /// The claim that holds roles.
    async fn roles_claim(&self) -> &str {
        &self.row.roles_claim
    }

    /// The claim that holds the learner's external id with the issuers; null where tokens do not say it, and codes link records.
    async fn learner_id_claim(&self) -> Option<&str> {
        self.row.learner_claim.as_deref()
    }

    /// Whether learners who are not known are made on first sight.
    async fn creates_learners(&self) -> bool {
        self.row.creates_learners
    }

    /// The issuers that it is trusted for.
    async fn issuers(&self, ctx: &Context<'_>) -> Result<Vec<Issuer>> {
        Ok(load::<IssuersServed>(ctx, self.row.id).await?.unwrap_or_default())
    }
}

/// The issuers that providers are trusted for.
struct IssuersServed;

impl Batch for IssuersServed {
    type Key = Uuid;
    type Value = Vec<Issuer>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Vec<Issuer>>> {
        let served = provider::served(&request.service, keys).await?;
        let shown = |rows: Vec<_>| rows.into_iter().map(Issuer::from).collect();
        Ok(served.into_iter().map(|(id, rows)| (id, shown(rows))).collect())
    }
}

/// Providers by id, for operators.
pub struct VisibleIdentityProvider;

impl Batch for VisibleIdentityProvider {
    type Key = Uuid;
    type Value = IdentityProvider;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, IdentityProvider>> {
        let rows = provider::visible_by_ids(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, IssuersServed, VisibleIdentityProvider);
}

/// Input of trustIdentityProvider.
#[derive(InputObject)]
pub struct TrustIdentityProviderInput {
    /// For whom.
    issuer: IssuerRef,
    /// Its `iss`.
    issuer_url: Url,
    /// The `aud` to ask for.
    audience: String,
    /// Where its keys are; discovered where absent.
    jwks_uri: Option<Url>,
    /// The claim that holds roles; a name with dots leads into objects.
    #[graphql(default_with = "\"roles\".to_owned()")]
    roles_claim: String,
    /// The claim that holds the learner's external id with the issuer: it links who signs in to that record. Absent: records are linked by codes.
    learner_id_claim: Option<String>,
    /// Whether learners who are not known are made on first sight; takes `learnerIdClaim`.
    #[graphql(default)]
    creates_learners: bool,
}

/// Input of distrustIdentityProvider.
#[derive(InputObject)]
pub struct DistrustIdentityProviderInput {
    /// For whom.
    issuer: IssuerRef,
    /// Which.
    identity_provider: ID,
}

/// Answer of trustIdentityProvider.
#[derive(SimpleObject)]
pub struct TrustIdentityProviderPayload {
    /// The provider.
    identity_provider: Option<IdentityProvider>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Answer of distrustIdentityProvider.
#[derive(SimpleObject)]
pub struct DistrustIdentityProviderPayload {
    /// The provider.
    identity_provider: Option<IdentityProvider>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Trusting providers of identity.
#[derive(Default)]
pub struct IdentityProviderMutations;

#[Object]
impl IdentityProviderMutations {
    /// Trusts a provider of identity for an issuer: its JWTs sign people in there. For operators. One that is trusted already is changed.
    async fn trust_identity_provider(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: TrustIdentityProviderInput,
    ) -> Result<Option<TrustIdentityProviderPayload>> {
        let new = NewProvider {
            issuer: input.issuer.into(),
            issuer_url: input.issuer_url.0,
            audience: input.audience,
            jwks_uri: input.jwks_uri.map(|url| url.0),
            roles_claim: input.roles_claim,
            learner_claim: input.learner_id_claim,
            creates_learners: input.creates_learners,
        };
        let (row, user_errors) = outcome(ctx, provider::trust(ctx.service(), ctx.actor(), new)).await?;
        let identity_provider = row.map(IdentityProvider::from);
        Ok(Some(TrustIdentityProviderPayload { identity_provider, user_errors }))
    }

    /// Trusts a provider no more for an issuer: its JWTs are refused there from now on. For operators.
    async fn distrust_identity_provider(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: DistrustIdentityProviderInput,
    ) -> Result<Option<DistrustIdentityProviderPayload>> {
        let id = ids::decode_as(Kind::IdentityProvider, &input.identity_provider);
        let named = input.issuer.into();
        let done = provider::distrust(ctx.service(), ctx.actor(), &named, id);
        let (row, user_errors) = outcome(ctx, done).await?;
        let identity_provider = row.map(IdentityProvider::from);
        Ok(Some(DistrustIdentityProviderPayload { identity_provider, user_errors }))
    }
}
