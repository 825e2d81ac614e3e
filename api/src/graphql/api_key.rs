//! API keys: types, queries, mutations, loaders.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use cairn_service::actor;
use cairn_service::auth::api_key::{self, NewApiKey};
use cairn_service::budget::OwnBudget;
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::{self, Kind};
use cairn_service::rows;
use chrono::TimeDelta;
use uuid::Uuid;

use super::command::outcome;
use super::connection::{Connection, Listed, page_args};
use super::context::{Batch, ContextExt, Request};
use super::enums::Scope;
use super::error::{Result, UserError};
use super::reference::IssuerRef;
use super::scalar::{DateTime, global_id, moment};

/// A key of a program.
#[derive(Clone)]
pub struct ApiKey {
    row: rows::api_key::Model,
}

impl From<rows::api_key::Model> for ApiKey {
    fn from(row: rows::api_key::Model) -> Self {
        Self { row }
    }
}

impl Listed for ApiKey {
    const NAME: &'static str = "ApiKey";
}

/// A key of a program.
#[Object]
impl ApiKey {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::ApiKey, self.row.id)
    }

    /// Name.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// First characters, to know it by.
    async fn prefix(&self) -> String {
        format!("cairn_{}", self.row.prefix)
    }

    /// What it may do.
    async fn scopes(&self) -> Vec<Scope> {
        let names = self.row.scopes.as_array().into_iter().flatten();
        names.filter_map(|name| actor::Scope::of_name(name.as_str()?)).map(Scope::from).collect()
    }

    /// The budget of cost that it has of its own, in place of that of all keys; null where it has none.
    async fn budget(&self) -> Option<CostBudget> {
        OwnBudget::of(&self.row).map(CostBudget::from)
    }

    /// When made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// When it ends.
    async fn expires_at(&self) -> Option<DateTime> {
        moment(self.row.expires_at)
    }

    /// When last used, to the minute.
    async fn last_used_at(&self) -> Option<DateTime> {
        moment(self.row.last_used_at)
    }

    /// When revoked.
    async fn revoked_at(&self) -> Option<DateTime> {
        moment(self.row.revoked_at)
    }
}

/// What requests may cost in a while (docs/fair-use.md).
#[derive(SimpleObject)]
pub struct CostBudget {
    /// What it holds when it is full.
    maximum_available: i64,
    /// What of it comes back each second.
    restore_rate: i64,
}

impl From<OwnBudget> for CostBudget {
    fn from(own: OwnBudget) -> Self {
        Self { maximum_available: own.maximum.into(), restore_rate: own.restore_rate.into() }
    }
}

/// Keys by id, among those that the caller may manage.
pub struct VisibleApiKey;

impl Batch for VisibleApiKey {
    type Key = Uuid;
    type Value = ApiKey;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, ApiKey>> {
        let rows = api_key::visible_by_ids(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, VisibleApiKey);
}

/// Reading API keys.
#[derive(Default)]
pub struct ApiKeyQueries;

#[Object]
impl ApiKeyQueries {
    /// API keys of the caller's issuer (for operators: all), the newest first. Needs `keys:manage`.
    async fn api_keys(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<ApiKey>>> {
        let page = api_key::page(ctx.service(), ctx.actor(), &page_args(first, after, last, before)).await?;
        Ok(Some(Connection::new(page.map(ApiKey::from), |ctx| {
            Box::pin(async move { Ok(api_key::count(ctx.service(), ctx.actor()).await?) })
        })))
    }
}

/// Input of createApiKey.
#[derive(InputObject)]
pub struct CreateApiKeyInput {
    /// For whom; the caller's issuer where absent, and for operators without one a key for every issuer.
    issuer: Option<IssuerRef>,
    /// Name; events sent with keys of one name share their source.
    name: String,
    /// What it may do.
    scopes: Vec<Scope>,
    /// When it ends.
    expires_at: Option<DateTime>,
}

/// Answer of createApiKey.
#[derive(SimpleObject)]
pub struct CreateApiKeyPayload {
    /// The key.
    api_key: Option<ApiKey>,
    /// Shown this once; null on an idempotent replay.
    secret: Option<String>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Input of rotateApiKey.
#[derive(InputObject)]
pub struct RotateApiKeyInput {
    /// Which.
    id: ID,
    /// How long the old secret still works, 0 to 720 hours.
    #[graphql(default = 24)]
    overlap_hours: i32,
}

/// Answer of rotateApiKey.
#[derive(SimpleObject)]
pub struct RotateApiKeyPayload {
    /// The key.
    api_key: Option<ApiKey>,
    /// Shown this once; null on an idempotent replay.
    secret: Option<String>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Input of revokeApiKey.
#[derive(InputObject)]
pub struct RevokeApiKeyInput {
    /// Which.
    id: ID,
}

/// Answer of revokeApiKey.
#[derive(SimpleObject)]
pub struct RevokeApiKeyPayload {
    /// The key.
    api_key: Option<ApiKey>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// What requests may cost in a while (docs/fair-use.md).
#[derive(InputObject)]
pub struct CostBudgetInput {
    /// What it holds when it is full, from 1 to 1,000,000,000.
    maximum_available: i32,
    /// What of it comes back each second, from 1 to 1,000,000,000.
    restore_rate: i32,
}

impl From<CostBudgetInput> for OwnBudget {
    /// What is below nothing is nothing, which no budget may be.
    fn from(input: CostBudgetInput) -> Self {
        let amount = |number: i32| u32::try_from(number).unwrap_or_default();
        Self { maximum: amount(input.maximum_available), restore_rate: amount(input.restore_rate) }
    }
}

/// Input of setApiKeyBudget.
#[derive(InputObject)]
pub struct SetApiKeyBudgetInput {
    /// Which.
    id: ID,
    /// A budget of its own; null for that of all keys.
    budget: Option<CostBudgetInput>,
}

/// Answer of setApiKeyBudget.
#[derive(SimpleObject)]
pub struct SetApiKeyBudgetPayload {
    /// The key.
    api_key: Option<ApiKey>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Changing API keys.
#[derive(Default)]
pub struct ApiKeyMutations;

#[Object]
impl ApiKeyMutations {
    /// Makes an API key. Its secret is shown this once.
    async fn create_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: CreateApiKeyInput,
    ) -> Result<Option<CreateApiKeyPayload>> {
        let scopes = input.scopes.into_iter().map(Into::into).collect();
        let new =
            NewApiKey { issuer: None, name: input.name, scopes, expires_at: input.expires_at.map(|at| at.0) };
        let issuer = input.issuer.map(Into::into);
        let made = api_key::create_for(ctx.service(), ctx.actor(), issuer.as_ref(), new);
        let (made, user_errors) = outcome(ctx, made).await?;
        let (api_key, secret) = made.map(|(row, secret)| (ApiKey::from(row), secret.shown())).unzip();
        let secret = secret.flatten();
        Ok(Some(CreateApiKeyPayload { api_key, secret, user_errors }))
    }

    /// Gives an API key a new secret; the old one still works for a while.
    async fn rotate_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: RotateApiKeyInput,
    ) -> Result<Option<RotateApiKeyPayload>> {
        let id = ids::decode_as(Kind::ApiKey, &input.id);
        let overlap = TimeDelta::hours(i64::from(input.overlap_hours));
        let (made, user_errors) =
            outcome(ctx, api_key::rotate(ctx.service(), ctx.actor(), id, overlap)).await?;
        let (api_key, secret) = made.map(|(row, secret)| (ApiKey::from(row), secret.shown())).unzip();
        let secret = secret.flatten();
        Ok(Some(RotateApiKeyPayload { api_key, secret, user_errors }))
    }

    /// Gives an API key a budget of cost of its own, in place of that of all keys. For operators.
    async fn set_api_key_budget(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: SetApiKeyBudgetInput,
    ) -> Result<Option<SetApiKeyBudgetPayload>> {
        let id = ids::decode_as(Kind::ApiKey, &input.id);
        let set = api_key::set_budget(ctx.service(), ctx.actor(), id, input.budget.map(Into::into));
        let (row, user_errors) = outcome(ctx, set).await?;
        Ok(Some(SetApiKeyBudgetPayload { api_key: row.map(ApiKey::from), user_errors }))
    }

    /// Ends an API key at once.
    async fn revoke_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: RevokeApiKeyInput,
    ) -> Result<Option<RevokeApiKeyPayload>> {
        let id = ids::decode_as(Kind::ApiKey, &input.id);
        let (row, user_errors) = outcome(ctx, api_key::revoke(ctx.service(), ctx.actor(), id)).await?;
        Ok(Some(RevokeApiKeyPayload { api_key: row.map(ApiKey::from), user_errors }))
    }
}
