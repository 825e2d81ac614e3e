//! Endorsements: types, mutations, loaders.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use cairn_service::endorsement;
use cairn_service::error::{Error, Result as ServiceResult};
use cairn_service::ids::Kind;
use cairn_service::{read, rows};
use uuid::Uuid;

use super::context::{Batch, ContextExt, Request, load_required};
use super::error::{Result, UserError, outcome};
use super::issuer::{Issuer, IssuerById};
use super::reference::IssuerRef;
use super::scalar::{DateTime, Json, global_id};

/// One issuer's signed statement for another.
#[derive(Clone)]
pub struct Endorsement {
    row: rows::endorsement::Model,
}

impl From<rows::endorsement::Model> for Endorsement {
    fn from(row: rows::endorsement::Model) -> Self {
        Self { row }
    }
}

/// One issuer's signed statement for another.
#[Object]
impl Endorsement {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::Endorsement, self.row.id)
    }

    /// Who endorses.
    async fn issuer(&self, ctx: &Context<'_>) -> Result<Issuer> {
        load_required::<IssuerById>(ctx, self.row.issuer_id).await
    }

    /// What it says.
    async fn statement(&self) -> &str {
        &self.row.statement
    }

    /// When signed.
    async fn issued_at(&self) -> DateTime {
        DateTime(self.row.issued_at)
    }

    /// The signed EndorsementCredential (Open Badges 3.0).
    async fn document(&self) -> Result<Json> {
        Ok(Json(serde_json::from_str(&self.row.document).map_err(Error::from)?))
    }
}

/// Endorsements by id; they are public.
pub struct EndorsementById;

impl Batch for EndorsementById {
    type Key = Uuid;
    type Value = Endorsement;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Endorsement>> {
        let rows = read::by_ids::<rows::endorsement::Entity>(&request.service, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Endorsements by the issuer endorsed, the newest first.
pub struct EndorsementsOfIssuer;

impl Batch for EndorsementsOfIssuer {
    type Key = Uuid;
    type Value = Vec<Endorsement>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Vec<Endorsement>>> {
        let mut by_issuer: HashMap<Uuid, Vec<Endorsement>> = HashMap::new();
        for row in endorsement::by_endorsed(&request.service, keys).await? {
            by_issuer.entry(row.endorsed_issuer_id).or_default().push(row.into());
        }
        Ok(by_issuer)
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, EndorsementById, EndorsementsOfIssuer);
}

/// Input of endorseIssuer.
#[derive(InputObject)]
pub struct EndorseIssuerInput {
    /// Whom.
    issuer: IssuerRef,
    /// By whom; the caller's where absent.
    endorser: Option<IssuerRef>,
    /// What it says, Markdown.
    statement: String,
}

/// Answer of endorseIssuer.
#[derive(SimpleObject)]
pub struct EndorseIssuerPayload {
    /// The endorsement.
    endorsement: Option<Endorsement>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Making endorsements.
#[derive(Default)]
pub struct EndorsementMutations;

#[Object]
impl EndorsementMutations {
    /// Signs an endorsement of one issuer by another. Needs `credentials:issue` of the endorser.
    async fn endorse_issuer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: EndorseIssuerInput,
    ) -> Result<Option<EndorseIssuerPayload>> {
        let (endorsed, endorser) = (input.issuer.into(), input.endorser.map(Into::into));
        let made = endorsement::endorse_issuer(
            ctx.service(),
            ctx.actor(),
            &endorsed,
            endorser.as_ref(),
            input.statement,
        )
        .await;
        let (row, user_errors) = outcome(made)?;
        Ok(Some(EndorseIssuerPayload { endorsement: row.map(Endorsement::from), user_errors }))
    }
}
