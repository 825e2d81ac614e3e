//! Issuers and their keys: types, queries, loaders. Making and changing issuers is in `change`.

mod change;

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::rows;
use cairn_service::{issuer, signing_key};
pub use change::IssuerMutations;
use uuid::Uuid;

use super::certificate::{CertificateTemplate, TemplateOfIssuer};
use super::connection::{Connection, page_args};
use super::context::{Batch, ContextExt, Request, load};
use super::endorsement::{Endorsement, EndorsementsOfIssuer};
use super::enums::{IssuerKind, NoticeStatus, SigningKeyAlgorithm, SigningKeyCustody, SigningKeyStatus};
use super::error::Result;
use super::notice::{self, NoticeDelivery, NoticeSettings};
use super::program::{IssuerPrograms, Program};
use super::scalar::{DateTime, TimeZone, Url, global_id, moment};
use super::webhook::{self, WebhookEndpoint};

/// The organization that answers for awards.
#[derive(Clone)]
pub struct Issuer {
    row: rows::issuer::Model,
}

impl From<rows::issuer::Model> for Issuer {
    fn from(row: rows::issuer::Model) -> Self {
        Self { row }
    }
}

impl Issuer {
    /// Its row.
    pub fn row(&self) -> &rows::issuer::Model {
        &self.row
    }
}

/// The organization that answers for awards.
#[Object]
impl Issuer {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::Issuer, self.row.id)
    }

    /// Short name in addresses; never changes.
    async fn slug(&self) -> &str {
        &self.row.slug
    }

    /// Name.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// Kind of organization.
    async fn kind(&self) -> IssuerKind {
        self.row.kind.into()
    }

    /// Its site.
    async fn url(&self) -> Option<Url> {
        self.row.url.clone().map(Url)
    }

    /// Where to write.
    async fn email(&self) -> Option<&str> {
        self.row.email.as_deref()
    }

    /// ISO 3166-1 alpha-2 code.
    async fn country(&self) -> Option<&str> {
        self.row.country.as_deref()
    }

    /// About it.
    async fn description(&self) -> Option<&str> {
        self.row.description.as_deref()
    }

    /// Its logo.
    async fn image_url(&self) -> Option<Url> {
        self.row.image_url.clone().map(Url)
    }

    /// Telephone.
    async fn phone(&self) -> Option<&str> {
        self.row.phone.as_deref()
    }

    /// Name of an official who may speak for it.
    async fn official(&self) -> Option<&str> {
        self.row.official.as_deref()
    }

    /// Postal address; the country stands beside.
    async fn address(&self) -> Result<Option<PostalAddress>> {
        Ok(issuer::details(&self.row)?.address.map(PostalAddress::from))
    }

    /// Identifiers in registers elsewhere.
    async fn other_identifiers(&self) -> Result<Vec<OtherIdentifier>> {
        Ok(issuer::details(&self.row)?.other_identifiers.into_iter().map(OtherIdentifier::from).collect())
    }

    /// Where its dates without a time lie.
    async fn time_zone(&self) -> TimeZone {
        TimeZone(self.row.time_zone.clone())
    }

    /// Its decentralized identifier (did:web).
    async fn did(&self) -> &str {
        &self.row.did
    }

    /// Who accredits it.
    async fn accreditations(&self) -> Result<Vec<Accreditation>> {
        Ok(issuer::accreditations(&self.row)?.into_iter().map(Accreditation::from).collect())
    }

    /// Who vouches for it, the newest first.
    async fn endorsements(&self, ctx: &Context<'_>) -> Result<Vec<Endorsement>> {
        Ok(load::<EndorsementsOfIssuer>(ctx, self.row.id).await?.unwrap_or_default())
    }

    /// What it offers: its published programs, by title.
    async fn programs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Program>> {
        IssuerPrograms::page(ctx, self.row.id, page_args(first, after, last, before)).await
    }

    /// Where its webhooks go, the newest first. Takes `webhooks:manage`.
    async fn webhook_endpoints(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<WebhookEndpoint>>> {
        let args = page_args(first, after, last, before);
        Ok(Some(webhook::endpoints_of(ctx, self.row.id, args).await?))
    }

    /// Whether and of what its learners are told by e-mail. Takes `keys:manage`.
    async fn notice_settings(&self, ctx: &Context<'_>) -> Result<Option<NoticeSettings>> {
        notice::settings_of(ctx, self.row.id).await.map(Some)
    }

    /// The notices that its learners were sent or are to be sent, the newest first. Takes `learners:read`.
    async fn notice_deliveries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that stand so.")] status: Option<NoticeStatus>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<NoticeDelivery>>> {
        let args = page_args(first, after, last, before);
        Ok(Some(notice::notices_of(ctx, self.row.id, status, args).await?))
    }

    /// How its certificates look; null where it has chosen nothing.
    async fn certificate_template(&self, ctx: &Context<'_>) -> Result<Option<CertificateTemplate>> {
        load::<TemplateOfIssuer>(ctx, self.row.id).await
    }

    /// Its keys of both algorithms, the newest first; retired and compromised ones too.
    async fn signing_keys(&self, ctx: &Context<'_>) -> Result<Vec<SigningKey>> {
        Ok(load::<KeysOfIssuer>(ctx, self.row.id).await?.unwrap_or_default())
    }
}

/// A body's approval of an issuer.
#[derive(SimpleObject, Clone)]
pub struct Accreditation {
    /// What it is called.
    name: String,
    /// Who gave it.
    body: String,
    /// Where to read of it.
    url: Option<Url>,
}

impl From<issuer::Accreditation> for Accreditation {
    fn from(from: issuer::Accreditation) -> Self {
        Self { name: from.name, body: from.body, url: from.url.map(Url) }
    }
}

/// A postal address without its country.
#[derive(SimpleObject, InputObject, Clone)]
#[graphql(input_name = "PostalAddressInput")]
pub struct PostalAddress {
    /// Street and number.
    street: Option<String>,
    /// Town.
    locality: Option<String>,
    /// State, province or region.
    region: Option<String>,
    /// Postal code.
    postal_code: Option<String>,
    /// Post office box.
    post_office_box: Option<String>,
}

impl From<issuer::Address> for PostalAddress {
    fn from(from: issuer::Address) -> Self {
        Self {
            street: from.street,
            locality: from.locality,
            region: from.region,
            postal_code: from.postal_code,
            post_office_box: from.post_office_box,
        }
    }
}

impl From<PostalAddress> for issuer::Address {
    fn from(from: PostalAddress) -> Self {
        Self {
            street: from.street,
            locality: from.locality,
            region: from.region,
            postal_code: from.postal_code,
            post_office_box: from.post_office_box,
        }
    }
}

/// An identifier in a register elsewhere.
#[derive(SimpleObject, InputObject, Clone)]
#[graphql(input_name = "OtherIdentifierInput")]
pub struct OtherIdentifier {
    /// The identifier.
    identifier: String,
    /// Which kind: an Open Badges `identifierType`, such as `identifier`, or `ext:` and a name.
    kind: String,
}

impl From<issuer::OtherIdentifier> for OtherIdentifier {
    fn from(from: issuer::OtherIdentifier) -> Self {
        Self { identifier: from.identifier, kind: from.kind }
    }
}

impl From<OtherIdentifier> for issuer::OtherIdentifier {
    fn from(from: OtherIdentifier) -> Self {
        Self { identifier: from.identifier, kind: from.kind }
    }
}

/// A key that signs credentials.
#[derive(Clone)]
pub struct SigningKey {
    row: rows::signing_key::Model,
}

impl From<rows::signing_key::Model> for SigningKey {
    fn from(row: rows::signing_key::Model) -> Self {
        Self { row }
    }
}

/// A key that signs credentials.
#[Object]
impl SigningKey {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::SigningKey, self.row.id)
    }

    /// Multikey form of the public part.
    async fn public_key_multibase(&self) -> &str {
        &self.row.public_multibase
    }

    /// Its kind.
    async fn algorithm(&self) -> SigningKeyAlgorithm {
        self.row.algorithm.into()
    }

    /// Who keeps its secret part.
    async fn custody(&self) -> SigningKeyCustody {
        match self.row.remote_name {
            Some(_) => SigningKeyCustody::External,
            None => SigningKeyCustody::Server,
        }
    }

    /// Where it stands.
    async fn status(&self) -> SigningKeyStatus {
        self.row.status.into()
    }

    /// When made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// When it stopped signing.
    async fn retired_at(&self) -> Option<DateTime> {
        moment(self.row.retired_at)
    }

    /// From when on its signatures are worth nothing; null unless it is compromised.
    async fn compromised_at(&self) -> Option<DateTime> {
        moment(self.row.compromised_at)
    }

    /// Why it was given up, as whoever did put it; null for those who do not manage the issuer's keys.
    async fn compromise_note(&self, ctx: &Context<'_>) -> Option<&str> {
        signing_key::note(ctx.actor(), &self.row)
    }
}

/// Issuers by id.
pub struct IssuerById;

impl Batch for IssuerById {
    type Key = Uuid;
    type Value = Issuer;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Issuer>> {
        let rows = issuer::by_ids(&request.service, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Keys by issuer, the newest first.
struct KeysOfIssuer;

impl Batch for KeysOfIssuer {
    type Key = Uuid;
    type Value = Vec<SigningKey>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Vec<SigningKey>>> {
        let mut by_issuer: HashMap<Uuid, Vec<SigningKey>> = HashMap::new();
        for row in signing_key::by_issuers(&request.service, keys).await? {
            by_issuer.entry(row.issuer_id).or_default().push(SigningKey { row });
        }
        Ok(by_issuer)
    }
}

/// Keys by id; their public parts are public.
pub struct SigningKeyById;

impl Batch for SigningKeyById {
    type Key = Uuid;
    type Value = SigningKey;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, SigningKey>> {
        let rows = cairn_service::read::by_ids::<rows::signing_key::Entity>(&request.service, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, SigningKey { row })).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, IssuerById, KeysOfIssuer, SigningKeyById);
}

/// Reading issuers.
#[derive(Default)]
pub struct IssuerQueries;

#[Object]
impl IssuerQueries {
    /// One issuer; issuers are public.
    async fn issuer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its slug.")] slug: String,
    ) -> Result<Option<Issuer>> {
        Ok(issuer::by_slug(ctx.service(), &slug).await?.map(Issuer::from))
    }
}
