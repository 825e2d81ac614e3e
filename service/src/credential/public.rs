//! What the public may see of credentials and achievements: whoever has the link.

use cairn_credential::document::Achievement;
use cairn_entity::enums::{CredentialStatus, ProgramStatus};
use cairn_entity::{assessment, credential, issuer, program_version, program_version_award};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::share::{is_shown, shown};
use super::{page_address, successors};
use crate::Service;
use crate::endorsement;
use crate::error::{Error, Result};
use crate::issuance::achievement::{self, Source};
use crate::issuance::{catalogue, results};
use crate::program::terms::{Branding, Terms};
use crate::program::tested::{self, Tested};

/// A credential that has a page.
#[derive(Clone, Debug)]
pub struct Published {
    /// The credential.
    pub credential: credential::Model,
    /// Its issuer.
    pub issuer: issuer::Model,
    /// The signed bytes.
    pub document: String,
}

/// The credential of a share token, unless it is private or no longer shared.
#[crate::boxed]
pub async fn by_share_token(service: &Service, token: &str) -> Result<Option<Published>> {
    let row = credential::Entity::find()
        .filter(credential::Column::ShareToken.eq(token))
        .filter(credential::Column::Status.ne(CredentialStatus::Pending))
        .filter(shown(service.now()))
        .one(service.db.reader())
        .await?;
    let Some(mut row) = row else { return Ok(None) };
    let Some(document) = row.document.take() else { return Ok(None) };
    let issuer = issuer::Entity::find_by_id(row.issuer_id)
        .one(service.db.reader())
        .await?
        .ok_or_else(|| Error::internal("a credential has no issuer", row.id.to_string()))?;
    Ok(Some(Published { credential: row, issuer, document }))
}

/// The credential that a link to this server leads to, unless it is private: the page or any of its forms.
#[crate::boxed]
pub async fn by_share_url(service: &Service, url: &str) -> Result<Option<Published>> {
    let Ok(url) = url::Url::parse(url) else { return Ok(None) };
    let token = url.path().rsplit_once("/credentials/").map(|(_, rest)| rest);
    let Some(token) = token.map(|rest| rest.split('.').next().unwrap_or(rest)) else { return Ok(None) };
    let found = by_share_token(service, token).await?;
    // A link to another server is none of ours, whatever its path.
    Ok(found.filter(|found| {
        url::Url::parse(&found.issuer.public_base).is_ok_and(|base| base.origin() == url.origin())
    }))
}

/// How the program of a credential looks, where it differs from its issuer: as the version has it that it was earned in.
#[crate::boxed]
pub async fn branding(service: &Service, of: &Published) -> Result<Option<Branding>> {
    let version = program_version::Entity::find_by_id(of.credential.version_id);
    match version.one(service.db.reader()).await? {
        Some(version) => version.branding(),
        None => Ok(None),
    }
}

/// Pages of the credentials that came after one; private ones have none.
#[derive(Clone, Debug, Default)]
pub struct Succession {
    /// Of the one that took its place.
    pub replaced_by: Option<String>,
    /// Of the one that renews it.
    pub renewed_by: Option<String>,
}

/// Where whoever has a credential's link finds what came after it.
#[crate::boxed]
pub async fn succession(service: &Service, of: &Published) -> Result<Succession> {
    let page = async |replaces| -> Result<Option<String>> {
        let next = successors(service, &[of.credential.id], replaces).await?.remove(&of.credential.id);
        let next = next.filter(|next| is_shown(next, service.now()));
        Ok(next.map(|next| page_address(&of.issuer, &next)))
    };
    Ok(Succession { replaced_by: page(true).await?, renewed_by: page(false).await? })
}

/// Whether a credential is revoked because another took its place.
#[crate::boxed]
pub async fn is_replaced(service: &Service, row: &credential::Model) -> Result<bool> {
    Ok(row.status == CredentialStatus::Revoked && !successors(service, &[row.id], true).await?.is_empty())
}

/// The newest edition of the credential of a share token: what took its place, and what renews it once that holds. None where that is private.
#[crate::boxed]
pub async fn newest(service: &Service, token: &str) -> Result<Option<Published>> {
    let Some(mut found) = by_share_token(service, token).await? else { return Ok(None) };
    // Every step leads to a later cycle or revision, so this ends; the bound is for a database that says otherwise.
    for _ in 0..1_000 {
        let id = found.credential.id;
        let next = match successors(service, &[id], true).await?.remove(&id) {
            Some(next) => Some(next),
            None => successors(service, &[id], false)
                .await?
                .remove(&id)
                .filter(|next| next.status != CredentialStatus::Revoked && next.valid_from <= service.now()),
        };
        let Some(next) = next else { break };
        let Some(next) = by_share_token(service, &next.share_token).await? else { return Ok(None) };
        found = next;
    }
    Ok(Some(found))
}

/// An achievement, and whose it is.
#[derive(Clone, Debug)]
pub struct Offered {
    /// As documents embed it.
    pub achievement: Achievement,
    /// Who awards it.
    pub issuer: issuer::Model,
    /// The version that it is an award of.
    pub version_id: Uuid,
}

/// The achievement of an id; only of versions that were published.
#[crate::boxed]
pub async fn achievement_by_id(service: &Service, id: Uuid) -> Result<Option<Offered>> {
    let reader = service.db.reader();
    let Some(given) = program_version_award::Entity::find_by_id(id).one(reader).await? else {
        return Ok(None);
    };
    let mut versions = catalogue::load(reader, &[given.version_id]).await?;
    let Some(version) = versions.remove(&given.version_id) else { return Ok(None) };
    let award = version.credentials().find(|award| award.given.id == id).cloned();
    let Some(award) = award.filter(|_| version.version.status != ProgramStatus::Draft) else {
        return Ok(None);
    };
    let of_version = Condition::all().add(assessment::Column::VersionId.eq(given.version_id));
    let tested = tested::load(reader, of_version).await?;
    let tested: Vec<&Tested> = tested.iter().collect();
    let issuer = issuer::Entity::find_by_id(given.issuer_id)
        .one(reader)
        .await?
        .ok_or_else(|| Error::internal("an award has no issuer", id.to_string()))?;
    let travelling = endorsement::travelling(reader, issuer.id, &[id], service.now()).await?;
    let endorsements = travelling.of_award(id).to_vec();
    let mut made = achievement::achievement(Source {
        issuer: &issuer,
        version: &version,
        award: &award,
        tested: &tested,
        endorsements,
    });
    made.result_description = results::describe(&made.id, &version.version, &tested, &[]);
    Ok(Some(Offered { achievement: made, issuer, version_id: given.version_id }))
}
