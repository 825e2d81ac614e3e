//! Verifying credentials: the pure engine of `cairn_credential::verify`, fed with this server's own keys and status lists from the database, and with
//! those of others from where they publish them.

use std::collections::HashSet;
use std::time::Duration;

use cairn_credential::verify::{Need, Options, Report, Step, Trust, Verification};
use cairn_entity::enums::CredentialStatus;
use cairn_entity::{credential, issuer, status_list as lists};
use chrono_tz::Tz;
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use tokio::time::{Instant, timeout_at};
use url::Url;
use uuid::Uuid;

pub use cairn_credential::verify;

use crate::actor::Actor;
use crate::at_once::AtOnce;
use crate::error::{Error, Result};
use crate::fetch::Fetched;
use crate::signing_key::{self, Examined};
use crate::{Service, credential as credentials, status_list};

/// How long everything that one verification fetches may take.
pub const TIME_LIMIT: Duration = Duration::from_secs(12);

/// Reading files and making canonical forms cost milliseconds, and more where somebody means them to.
pub(crate) static WORK: AtOnce = AtOnce::new(4, "this server has too much to verify");

/// What to verify.
#[derive(Clone, Debug)]
pub enum Subject {
    /// A credential of this server, by id.
    Id(Uuid),
    /// A text that is no credential's id.
    NoSuchId,
    /// A link to a credential: of this server, or anybody's.
    Url(String),
    /// A credential in whatever form, of whatever issuer: JSON, a compact JWT, a PNG or SVG with one of them baked in, a PDF with one attached, an
    /// offline bundle.
    Bytes(Vec<u8>),
}

/// How to verify.
#[derive(Clone, Debug, Default)]
pub struct Manner {
    /// Whose it should be: an e-mail address, DID or other identifier.
    pub expected_recipient: Option<String>,
    /// Whether nothing is fetched: what is not in the database is not checked.
    pub offline: bool,
    /// Keys that the verifier vouches for, where an issuer's own cannot be had.
    pub trust: Trust,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The engine's report.
    pub report: Report,
    /// The credential, where it is of this server.
    pub credential: Option<credential::Model>,
    /// Whether it is revoked because a corrected one took its place.
    pub replaced: bool,
    /// Whether the issuer that the document names is one of this server.
    pub known_issuer: bool,
    /// Those issuers of the credentials in a learner record that are of this server, by DID.
    pub known_within: HashSet<String>,
    /// Where that issuer tells the time; Coordinated Universal Time for others.
    pub zone: Tz,
}

/// Verifies; open to everyone. Nothing to verify (no such credential, or a private one) is `NotFound`.
#[crate::boxed]
pub async fn verify(service: &Service, actor: &Actor, subject: Subject, manner: Manner) -> Result<Verified> {
    let until = deadline(&manner);
    let bytes = match subject {
        Subject::Id(id) => document_of(service, actor, id).await?,
        Subject::NoSuchId => return Err(nothing()),
        Subject::Url(url) => match linked(service, &url, until).await? {
            Ok(bytes) => bytes,
            Err(reason) => {
                let reason = verify::Reason::NotFetched { address: url, cause: reason };
                let report = verify::Report::unread(reason, service.now());
                return Ok(Verified {
                    report,
                    credential: None,
                    replaced: false,
                    known_issuer: false,
                    known_within: HashSet::new(),
                    zone: Tz::UTC,
                });
            }
        },
        Subject::Bytes(bytes) => bytes,
    };
    verify_until(service, bytes, manner, until).await
}

/// Verifies a credential in whatever form, of whatever issuer.
#[crate::boxed]
pub async fn verify_bytes(
    service: &Service,
    credential: Vec<u8>,
    expected_recipient: Option<String>,
) -> Result<Verified> {
    verify_in(service, credential, Manner { expected_recipient, ..Manner::default() }).await
}

/// As [`verify_bytes`], in the given manner.
#[crate::boxed]
pub async fn verify_in(service: &Service, credential: Vec<u8>, manner: Manner) -> Result<Verified> {
    let until = deadline(&manner);
    verify_until(service, credential, manner, until).await
}

/// Until when something may be fetched; nothing for who is offline.
fn deadline(manner: &Manner) -> Option<Instant> {
    (!manner.offline).then(|| Instant::now() + TIME_LIMIT)
}

async fn verify_until(
    service: &Service,
    credential: Vec<u8>,
    manner: Manner,
    until: Option<Instant>,
) -> Result<Verified> {
    let options = Options { now: service.now(), expected_recipient: manner.expected_recipient };
    let read = move || Verification::new(&credential, options).trusting(manner.trust);
    let (report, _) = run(service, WORK.run(read).await?, until).await?;
    of_report(service, report).await
}

/// What a verification of the credential rests on: the keys and status lists that are found for it now, those of this server as it publishes them.
pub(crate) async fn sources(service: &Service, credential: Vec<u8>) -> Result<Vec<(Need, Vec<u8>)>> {
    let options = Options { now: service.now(), expected_recipient: None };
    let until = Some(Instant::now() + TIME_LIMIT);
    let read = move || Verification::new(&credential, options);
    let (_, supplied) = run(service, WORK.run(read).await?, until).await?;
    let mut sources = Vec::with_capacity(supplied.len());
    for (need, found) in supplied {
        let own = match &need {
            Need::Did { did, .. } => issuer_of_did(service, did).await?,
            Need::Issuer { .. } | Need::Status { .. } => None,
        };
        match (own, found) {
            (Some(issuer), _) => sources.push((need, did_document(service, &issuer).await?)),
            (None, Ok(bytes)) => sources.push((need, bytes)),
            (None, Err(_)) => {}
        }
    }
    Ok(sources)
}

/// Verifies to the end; answers what was found on the way, too.
async fn run(
    service: &Service,
    mut verification: Verification,
    until: Option<Instant>,
) -> Result<(Report, Supplied)> {
    let examined = Examined::of(&verification);
    let mut supplied = Vec::new();
    loop {
        let (back, step) = WORK
            .run(move || {
                let step = verification.step();
                (verification, step)
            })
            .await?;
        verification = back;
        match step {
            Step::Done(report) => return Ok((*report, supplied)),
            Step::Needs(needs) => {
                for (need, found) in supply_all(service, &examined, needs, until).await? {
                    supplied.push((need.clone(), found.clone()));
                    verification.supply(need, found);
                }
            }
        }
    }
}

/// A report with what this server knows of the document.
async fn of_report(service: &Service, report: Report) -> Result<Verified> {
    let issuer = match &report.issuer {
        Some(named) => issuer_of_did(service, &named.id).await?,
        None => None,
    };
    let credential = own(service, &report).await?;
    let known_within = known(service, &report.credentials).await?;
    let zone = issuer.as_ref().map_or(Tz::UTC, credentials::zone);
    let replaced = match &credential {
        Some(row) => credentials::is_replaced(service, row).await?,
        None => false,
    };
    Ok(Verified { report, credential, replaced, known_issuer: issuer.is_some(), known_within, zone })
}

/// Those issuers of credentials that are of this server.
async fn known(service: &Service, within: &[Report]) -> Result<HashSet<String>> {
    let named: HashSet<&str> =
        within.iter().filter_map(|report| report.issuer.as_ref()).map(|issuer| issuer.id.as_str()).collect();
    if named.is_empty() {
        return Ok(HashSet::new());
    }
    let found: Vec<String> = issuer::Entity::find()
        .select_only()
        .column(issuer::Column::Did)
        .filter(issuer::Column::Did.is_in(named))
        .into_tuple()
        .all(service.db.reader())
        .await?;
    Ok(found.into_iter().collect())
}

/// The bytes behind a link: those of this server from the database, others fetched. `NotFound` for a link of ours that leads to nothing.
async fn linked(
    service: &Service,
    url: &str,
    until: Option<Instant>,
) -> Result<std::result::Result<Vec<u8>, String>> {
    if let Some(found) = credentials::by_share_url(service, url).await? {
        return Ok(Ok(found.document.into_bytes()));
    }
    if is_own(service, url).await? {
        return Err(nothing());
    }
    let fetched = fetch(service, url, until).await;
    Ok(fetched.map(|bytes| bytes.to_vec()))
}

/// Whether an address is one of this server, which it never asks over the network.
async fn is_own(service: &Service, url: &str) -> Result<bool> {
    let Ok(url) = Url::parse(url) else { return Ok(false) };
    let origin = url.origin();
    if Url::parse(&service.config.public_url).is_ok_and(|own| own.origin() == origin) {
        return Ok(true);
    }
    let based = issuer::Entity::find().filter(issuer::Column::PublicBase.eq(origin.ascii_serialization()));
    Ok(based.one(service.db.reader()).await?.is_some())
}

/// Fetches until a moment; without one, nothing.
async fn fetch(service: &Service, url: &str, until: Option<Instant>) -> Fetched {
    let Some(until) = until else { return Err("nothing is fetched here".to_owned()) };
    let fetched = timeout_at(until, service.fetch.get(url, service.now())).await;
    fetched.unwrap_or_else(|_| Err("what had to be fetched took too long".to_owned()))
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
    if !credentials::is_shown(&row, service.now()) && !may_see(service, actor, id).await? {
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

pub(crate) async fn issuer_of_did(service: &Service, did: &str) -> Result<Option<issuer::Model>> {
    Ok(issuer::Entity::find().filter(issuer::Column::Did.eq(did)).one(service.db.reader()).await?)
}

/// What was found for each need, or why nothing was.
pub(crate) type Supplied = Vec<(Need, std::result::Result<Vec<u8>, String>)>;

/// What the engine asks for, all at once.
pub(crate) async fn supply_all(
    service: &Service,
    examined: &Examined,
    needs: Vec<Need>,
    until: Option<Instant>,
) -> Result<Supplied> {
    let found = join_all(needs.iter().map(|need| supply(service, examined, need, until))).await;
    needs.into_iter().zip(found).map(|(need, found)| Ok((need, found?))).collect()
}

/// What the engine asks for: this server's own from the database, everything else fetched.
async fn supply(
    service: &Service,
    examined: &Examined,
    need: &Need,
    until: Option<Instant>,
) -> Result<std::result::Result<Vec<u8>, String>> {
    match need {
        Need::Did { did, .. } => {
            if let Some(row) = issuer_of_did(service, did).await? {
                return examined.did_document(service, &row).await.map(Ok);
            }
        }
        Need::Status { url } => {
            if let Some(list) = list_at(service, url).await? {
                return Ok(Ok(list.document.into_bytes()));
            }
        }
        Need::Issuer { .. } => {}
    }
    if is_own(service, need.url()).await? {
        return Ok(Err("this server has no such thing".to_owned()));
    }
    Ok(fetch(service, need.url(), until).await.map(|bytes| bytes.to_vec()))
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
