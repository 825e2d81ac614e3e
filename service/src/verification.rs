//! Verifying credentials: the pure engine of `cairn_credential::verify`, fed with this server's own keys and status lists from the database.
//! Nothing is fetched from elsewhere.

use cairn_credential::verify::{Need, Options, Report, Step, Verification};
use cairn_entity::enums::{CredentialStatus, Visibility};
use cairn_entity::{credential, issuer, status_list as lists};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

pub use cairn_credential::verify;

use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::{Service, credential as credentials, signing_key, status_list};

/// What to verify.
#[derive(Clone, Debug)]
pub enum Subject {
    /// A credential of this server, by id.
    Id(Uuid),
    /// A text that is no credential's id.
    NoSuchId,
    /// A link to a credential of this server.
    Url(String),
    /// A document of whatever issuer: JSON.
    Document(Vec<u8>),
    /// A compact JWT.
    Jwt(String),
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The engine's report.
    pub report: Report,
    /// The credential, where it is of this server.
    pub credential: Option<credential::Model>,
    /// Whether the issuer that the document names is one of this server.
    pub known_issuer: bool,
}

/// Verifies; open to everyone. Nothing to verify (no such credential, or a private one) is `NotFound`.
#[crate::boxed]
pub async fn verify(
    service: &Service,
    actor: &Actor,
    subject: Subject,
    expected_recipient: Option<String>,
) -> Result<Verified> {
    let bytes = match subject {
        Subject::Id(id) => document_of(service, actor, id).await?,
        Subject::NoSuchId => return Err(nothing()),
        Subject::Url(url) => {
            let found = credentials::by_share_url(service, &url).await?;
            found.ok_or_else(nothing)?.document.into_bytes()
        }
        Subject::Document(bytes) => bytes,
        Subject::Jwt(_) => {
            let message = "compact JWTs are not verified by this server; send the JSON document";
            return Err(Error::BadRequest(message.to_owned()));
        }
    };
    verify_bytes(service, bytes, expected_recipient).await
}

/// Verifies a document of whatever issuer.
#[crate::boxed]
pub async fn verify_bytes(
    service: &Service,
    document: Vec<u8>,
    expected_recipient: Option<String>,
) -> Result<Verified> {
    let options = Options { now: service.now(), expected_recipient };
    let mut verification = Verification::new(&document, options);
    let report = loop {
        // Canonical forms cost milliseconds: not on a thread that serves others.
        let (back, step) = tokio::task::spawn_blocking(move || {
            let step = verification.step();
            (verification, step)
        })
        .await
        .map_err(|error| Error::internal("a verification was broken off", error))?;
        verification = back;
        match step {
            Step::Done(report) => break *report,
            Step::Needs(needs) => {
                for need in needs {
                    let found = supply(service, &need).await?;
                    verification.supply(need, found);
                }
            }
        }
    };
    let known_issuer = match &report.issuer {
        Some(named) => issuer_of_did(service, &named.id).await?.is_some(),
        None => false,
    };
    let credential = own(service, &report).await?;
    Ok(Verified { report, credential, known_issuer })
}

fn nothing() -> Error {
    Error::NotFound("there is no such credential".to_owned())
}

/// The document of a credential of this server: a private one only for whoever may see it.
async fn document_of(service: &Service, actor: &Actor, id: Uuid) -> Result<Vec<u8>> {
    let row = credential::Entity::find_by_id(id)
        .filter(credential::Column::Status.ne(CredentialStatus::Pending))
        .one(service.db.reader())
        .await?
        .ok_or_else(nothing)?;
    if row.visibility == Visibility::Private && !may_see(service, actor, id).await? {
        return Err(nothing());
    }
    Ok(row.document.ok_or_else(nothing)?.into_bytes())
}

/// Whether the caller may see a credential with all that belongs to it.
#[crate::boxed]
pub async fn may_see(service: &Service, actor: &Actor, credential: Uuid) -> Result<bool> {
    match credentials::visible_by_ids(service, actor, &[credential]).await {
        Ok(rows) => Ok(!rows.is_empty()),
        Err(Error::Unauthenticated(_) | Error::Forbidden(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

/// The credential that a document is of, where it is of this server.
async fn own(service: &Service, report: &Report) -> Result<Option<credential::Model>> {
    let id = report.document_id.as_deref().and_then(|id| id.strip_prefix("urn:uuid:")?.parse::<Uuid>().ok());
    let (Some(id), Some(named)) = (id, &report.issuer) else { return Ok(None) };
    let row = credential::Entity::find_by_id(id)
        .filter(credential::Column::Status.ne(CredentialStatus::Pending))
        .one(service.db.reader())
        .await?;
    let Some(row) = row else { return Ok(None) };
    // Another's document may bear any id.
    let issuer = issuer_of_did(service, &named.id).await?;
    Ok(Some(row).filter(|row| issuer.is_some_and(|issuer| issuer.id == row.issuer_id)))
}

async fn issuer_of_did(service: &Service, did: &str) -> Result<Option<issuer::Model>> {
    Ok(issuer::Entity::find().filter(issuer::Column::Did.eq(did)).one(service.db.reader()).await?)
}

/// What the engine asks for, from the database.
async fn supply(service: &Service, need: &Need) -> Result<std::result::Result<Vec<u8>, String>> {
    let elsewhere = || Ok(Err("it is of another server, which is not asked".to_owned()));
    match need {
        Need::Did { did, .. } => match issuer_of_did(service, did).await? {
            Some(row) => did_document(service, &row).await.map(Ok),
            None => elsewhere(),
        },
        Need::Status { url } => match list_at(service, url).await? {
            Some(list) => Ok(Ok(list.document.into_bytes())),
            None => elsewhere(),
        },
        Need::Issuer { .. } => elsewhere(),
    }
}

/// The DID document of an issuer, as it is served.
#[crate::boxed]
pub async fn did_document(service: &Service, row: &issuer::Model) -> Result<Vec<u8>> {
    let keys = signing_key::by_issuers(service, &[row.id]).await?;
    signing_key::did_document(row, &keys)
}

async fn list_at(service: &Service, url: &str) -> Result<Option<status_list::SignedList>> {
    let Some((_, id)) = url.rsplit_once("/status/") else { return Ok(None) };
    let Ok(id) = id.parse::<Uuid>() else { return Ok(None) };
    let Some(row) = lists::Entity::find_by_id(id).one(service.db.reader()).await? else { return Ok(None) };
    let issuer = issuer::Entity::find_by_id(row.issuer_id).one(service.db.reader()).await?;
    if issuer.is_none_or(|issuer| status_list::address(&issuer, id) != url) {
        return Ok(None);
    }
    status_list::signed(service, id).await
}
