//! Making and changing issuers.

use async_graphql::{Context, InputObject, MaybeUndefined, Object, SimpleObject};
use cairn_service::{Service, issuer};

use super::super::command::outcome;
use super::super::context::ContextExt;
use super::super::enums::IssuerKind;
use super::super::error::{Result, UserError};
use super::super::learner::patch;
use super::super::reference::IssuerRef;
use super::super::scalar::{TimeZone, Url};
use super::{Issuer, OtherIdentifier, PostalAddress};

/// Input of createIssuer.
#[derive(InputObject)]
pub struct CreateIssuerInput {
    /// Short name in addresses: 2 to 80 characters of a-z, 0-9 and inner hyphens; never changes.
    slug: String,
    /// Name.
    name: String,
    /// Kind of organization.
    kind: IssuerKind,
    /// Its site.
    url: Option<Url>,
    /// Where to write.
    email: Option<String>,
    /// ISO 3166-1 alpha-2 code.
    country: Option<String>,
    /// About it.
    description: Option<String>,
    /// Its logo.
    image_url: Option<Url>,
    /// Where its dates without a time lie.
    #[graphql(default_with = "TimeZone(\"UTC\".to_owned())")]
    time_zone: TimeZone,
    /// Who accredits it.
    #[graphql(default)]
    accreditations: Vec<AccreditationInput>,
    /// Telephone.
    phone: Option<String>,
    /// Name of an official who may speak for it.
    official: Option<String>,
    /// Postal address; the country stands beside.
    address: Option<PostalAddress>,
    /// Identifiers in registers elsewhere.
    #[graphql(default)]
    other_identifiers: Vec<OtherIdentifier>,
}

/// A body's approval of an issuer.
#[derive(InputObject)]
pub struct AccreditationInput {
    /// What it is called.
    name: String,
    /// Who gave it.
    body: String,
    /// Where to read of it.
    url: Option<Url>,
}

impl From<AccreditationInput> for issuer::Accreditation {
    fn from(input: AccreditationInput) -> Self {
        Self { name: input.name, body: input.body, url: input.url.map(|url| url.0) }
    }
}

impl From<CreateIssuerInput> for issuer::NewIssuer {
    fn from(input: CreateIssuerInput) -> Self {
        Self {
            slug: input.slug,
            name: input.name,
            kind: input.kind.into(),
            url: input.url.map(|url| url.0),
            email: input.email,
            country: input.country,
            description: input.description,
            time_zone: input.time_zone.0,
            image_url: input.image_url.map(|url| url.0),
            accreditations: input.accreditations.into_iter().map(Into::into).collect(),
            details: issuer::Details {
                phone: input.phone,
                official: input.official,
                address: input.address.map(Into::into),
                other_identifiers: input.other_identifiers.into_iter().map(Into::into).collect(),
            },
        }
    }
}

/// Input of updateIssuer. A member that is absent keeps what is there, null clears it; lists and the address are given whole.
#[derive(InputObject)]
pub struct UpdateIssuerInput {
    /// Which; the caller's where absent.
    issuer: Option<IssuerRef>,
    /// Name; null keeps it.
    name: Option<String>,
    /// Kind of organization; null keeps it.
    kind: Option<IssuerKind>,
    /// Its site.
    url: MaybeUndefined<Url>,
    /// Where to write.
    email: MaybeUndefined<String>,
    /// ISO 3166-1 alpha-2 code.
    country: MaybeUndefined<String>,
    /// About it.
    description: MaybeUndefined<String>,
    /// Its logo.
    image_url: MaybeUndefined<Url>,
    /// Where its dates without a time lie; null keeps it.
    time_zone: Option<TimeZone>,
    /// Who accredits it.
    accreditations: MaybeUndefined<Vec<AccreditationInput>>,
    /// Telephone.
    phone: MaybeUndefined<String>,
    /// Name of an official who may speak for it.
    official: MaybeUndefined<String>,
    /// Postal address; the country stands beside.
    address: MaybeUndefined<PostalAddress>,
    /// Identifiers in registers elsewhere.
    other_identifiers: MaybeUndefined<Vec<OtherIdentifier>>,
}

impl From<UpdateIssuerInput> for issuer::IssuerChange {
    fn from(input: UpdateIssuerInput) -> Self {
        Self {
            issuer: input.issuer.map(Into::into),
            name: input.name,
            kind: input.kind.map(Into::into),
            url: patch(input.url).map(|url| url.0),
            email: patch(input.email),
            country: patch(input.country),
            description: patch(input.description),
            image_url: patch(input.image_url).map(|url| url.0),
            time_zone: input.time_zone.map(|zone| zone.0),
            accreditations: patch(input.accreditations).map(|all| all.into_iter().map(Into::into).collect()),
            phone: patch(input.phone),
            official: patch(input.official),
            address: patch(input.address).map(Into::into),
            other_identifiers: patch(input.other_identifiers)
                .map(|all| all.into_iter().map(Into::into).collect()),
        }
    }
}

/// Answer of updateIssuer.
#[derive(SimpleObject)]
pub struct UpdateIssuerPayload {
    /// The issuer.
    issuer: Option<Issuer>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Answer of createIssuer.
#[derive(SimpleObject)]
pub struct CreateIssuerPayload {
    /// The issuer.
    issuer: Option<Issuer>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Changing issuers.
#[derive(Default)]
pub struct IssuerMutations;

#[Object]
impl IssuerMutations {
    /// Makes an issuer with its first key. Operators only.
    async fn create_issuer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: CreateIssuerInput,
    ) -> Result<Option<CreateIssuerPayload>> {
        let service: &Service = ctx.service();
        let (row, user_errors) = outcome(ctx, issuer::create(service, ctx.actor(), input.into())).await?;
        Ok(Some(CreateIssuerPayload { issuer: row.map(Issuer::from), user_errors }))
    }

    /// Changes what an issuer says of itself, for those who administer it (KEYS_MANAGE). Its slug and DID never change; what it has issued keeps
    /// what it says, what it issues from now on says the new.
    async fn update_issuer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: UpdateIssuerInput,
    ) -> Result<Option<UpdateIssuerPayload>> {
        let service: &Service = ctx.service();
        let (row, user_errors) = outcome(ctx, issuer::update(service, ctx.actor(), input.into())).await?;
        Ok(Some(UpdateIssuerPayload { issuer: row.map(Issuer::from), user_errors }))
    }
}
