//! Providers of identity: which of them are trusted, by whom, and what their tokens say of people.

use std::collections::HashMap;

use cairn_entity::{identity_provider, identity_provider_issuer, issuer};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::Deserialize;
use serde_json::json;
use url::Url;
use uuid::Uuid;

use super::jwks;
use crate::actor::Actor;
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::reference::IssuerReference;
use crate::validate::Checks;
use crate::{Service, Work, issuer as issuers, save, work};

/// A provider of identity to be trusted.
#[derive(Clone, Debug)]
pub struct NewProvider {
    /// For whom.
    pub issuer: IssuerReference,
    /// Its `iss`.
    pub issuer_url: String,
    /// The `aud` to ask for.
    pub audience: String,
    /// Where its keys are; discovered where absent (OpenID Connect Discovery 1.0, section 4).
    pub jwks_uri: Option<String>,
    /// The claim that holds roles.
    pub roles_claim: String,
    /// The claim that holds the learner's external id with the issuer.
    pub learner_claim: Option<String>,
    /// Whether learners who are not known are made on first sight.
    pub creates_learners: bool,
}

/// Trusts a provider of identity for an issuer. Operators only: whoever holds its keys can be anybody there. One that is trusted already is changed.
#[crate::boxed]
pub async fn trust(service: &Service, actor: &Actor, new: NewProvider) -> Result<identity_provider::Model> {
    actor.require_operator()?;
    check(service, &new)?;
    let unknown = || Error::user("issuer", UserErrorCode::NotFound, "there is no such issuer");
    let issuer = issuers::by_reference(service, &new.issuer).await?.ok_or_else(unknown)?;
    let jwks_uri = match &new.jwks_uri {
        Some(uri) => uri.clone(),
        None => discover(service, &new.issuer_url).await?,
    };
    jwks::of(service, &jwks_uri, false).await.map_err(|why| {
        Error::user("jwksUri", UserErrorCode::Invalid, format!("no keys are to be had: {why}"))
    })?;
    work::again(|| write(service, actor, &new, &issuer, &jwks_uri)).await
}

async fn write(
    service: &Service,
    actor: &Actor,
    new: &NewProvider,
    issuer: &issuer::Model,
    jwks_uri: &str,
) -> Result<identity_provider::Model> {
    let mut work = Work::begin(service, actor).await?;
    let known = identity_provider::Entity::find()
        .filter(identity_provider::Column::IssuerUrl.eq(&new.issuer_url))
        .filter(identity_provider::Column::Audience.eq(&new.audience))
        .one(work.tx())
        .await?;
    let row = identity_provider::Model {
        id: known.as_ref().map_or_else(|| work.new_id(), |row| Ok(row.id))?,
        issuer_url: new.issuer_url.clone(),
        audience: new.audience.clone(),
        jwks_uri: jwks_uri.to_owned(),
        roles_claim: new.roles_claim.clone(),
        creates_learners: new.creates_learners,
        learner_claim: new.learner_claim.clone(),
        created_at: known.as_ref().map_or(work.now, |row| row.created_at),
    };
    save::rows::<identity_provider::Entity>(work.tx(), vec![row.clone()]).await?;
    let serves = identity_provider_issuer::Entity::find()
        .filter(identity_provider_issuer::Column::ProviderId.eq(row.id))
        .filter(identity_provider_issuer::Column::IssuerId.eq(issuer.id))
        .one(work.tx())
        .await?;
    if serves.is_none() {
        let serves =
            identity_provider_issuer::Model { id: work.new_id()?, issuer_id: issuer.id, provider_id: row.id };
        serves.into_active_model().reset_all().insert(work.tx()).await?;
    }
    if known.as_ref() != Some(&row) || serves.is_none() {
        let detail =
            json!({ "issuerUrl": row.issuer_url, "audience": row.audience, "jwksUri": row.jwks_uri });
        let subject = (Kind::IdentityProvider, row.id);
        work.audit(Some(issuer.id), "identity_provider.trusted", subject, detail)?;
    }
    work.answer(row).await
}

/// Trusts a provider no more for an issuer: its tokens are refused there from now on. Operators only.
#[crate::boxed]
pub async fn distrust(
    service: &Service,
    actor: &Actor,
    issuer: &IssuerReference,
    provider: Option<Uuid>,
) -> Result<identity_provider::Model> {
    actor.require_operator()?;
    let unknown =
        |field: &str| Error::user(field, UserErrorCode::NotFound, "it is not trusted for this issuer");
    let issuer = issuers::by_reference(service, issuer).await?.ok_or_else(|| unknown("issuer"))?;
    let mut work = Work::begin(service, actor).await?;
    let row = identity_provider::Entity::find_by_id(provider.unwrap_or_default()).one(work.tx()).await?;
    let row = row.ok_or_else(|| unknown("identityProvider"))?;
    let gone = identity_provider_issuer::Entity::delete_many()
        .filter(identity_provider_issuer::Column::ProviderId.eq(row.id))
        .filter(identity_provider_issuer::Column::IssuerId.eq(issuer.id))
        .exec(work.tx())
        .await?;
    if gone.rows_affected == 0 {
        return Err(unknown("identityProvider"));
    }
    let subject = (Kind::IdentityProvider, row.id);
    work.audit(Some(issuer.id), "identity_provider.distrusted", subject, json!({}))?;
    work.answer(row).await
}

/// Providers by id; for operators, nothing for others.
#[crate::boxed]
pub async fn visible_by_ids(
    service: &Service,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<identity_provider::Model>> {
    if !actor.is_operator() {
        return Ok(Vec::new());
    }
    crate::read::by_ids::<identity_provider::Entity>(service, ids).await
}

/// The issuers that providers serve, by provider.
#[crate::boxed]
pub async fn served(service: &Service, providers: &[Uuid]) -> Result<HashMap<Uuid, Vec<issuer::Model>>> {
    let links = identity_provider_issuer::Entity::find()
        .filter(identity_provider_issuer::Column::ProviderId.is_in(providers.iter().copied()))
        .all(service.db.reader())
        .await?;
    let ids: Vec<Uuid> = links.iter().map(|link| link.issuer_id).collect();
    let rows = issuers::by_ids(service, &ids).await?;
    let mut served: HashMap<Uuid, Vec<issuer::Model>> = HashMap::new();
    for row in rows {
        for link in links.iter().filter(|link| link.issuer_id == row.id) {
            served.entry(link.provider_id).or_default().push(row.clone());
        }
    }
    served.values_mut().for_each(|rows| rows.sort_by(|a, b| a.slug.cmp(&b.slug)));
    Ok(served)
}

fn check(service: &Service, new: &NewProvider) -> Result<()> {
    let mut checks = Checks::default();
    for (field, url) in [("issuerUrl", Some(&new.issuer_url)), ("jwksUri", new.jwks_uri.as_ref())] {
        let Some(url) = url else { continue };
        checks.url(field, Some(url));
        let safe =
            Url::parse(url).is_ok_and(|url| url.scheme() == "https" || service.fetch.reaches_loopback());
        if !safe {
            checks.fail(field, UserErrorCode::Invalid, "must be an https address");
        }
    }
    checks.text("audience", &new.audience, 300);
    checks.text("rolesClaim", &new.roles_claim, 300);
    checks.optional_text("learnerIdClaim", new.learner_claim.as_deref(), 300);
    if new.creates_learners && new.learner_claim.is_none() {
        let message = "to make learners it must say which claim holds their external id";
        checks.fail("learnerIdClaim", UserErrorCode::Required, message);
    }
    if new.issuer_url.trim_end_matches('/') == service.config.public_url.trim_end_matches('/') {
        checks.fail("issuerUrl", UserErrorCode::Invalid, "this server trusts its own tokens already");
    }
    checks.finish()
}

/// What is needed of a provider's metadata.
#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
}

async fn discover(service: &Service, issuer_url: &str) -> Result<String> {
    let refuse = |why: String| {
        let message = format!("its keys could not be discovered: {why}; give `jwksUri`");
        Error::user("issuerUrl", UserErrorCode::Invalid, message)
    };
    let address = format!("{}/.well-known/openid-configuration", issuer_url.trim_end_matches('/'));
    let bytes = service.fetch.get(&address, service.now()).await.map_err(refuse)?;
    let metadata: Metadata =
        serde_json::from_slice(&bytes).map_err(|_| refuse("what it answers is no metadata".to_owned()))?;
    if metadata.issuer != issuer_url {
        return Err(refuse("it says that it is another issuer".to_owned()));
    }
    Ok(metadata.jwks_uri)
}
