//! The status of credentials that were signed on request: places in the issuer's lists, kept by the digest of the credential's id, and bits set on
//! request (`POST /credentials/status`).

use cairn_credential::document::StatusEntry;
use cairn_entity::enums::StatusPurpose;
use cairn_entity::{given_status, issuer};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{bad, hex, read};
use crate::actor::{Actor, Scope};
use crate::error::{Error, Result};
use crate::ids::Kind;
use crate::status_list;
use crate::tenancy;
use crate::{Service, Work};

/// What a changed status is called in the audit log.
const CHANGED: &str = "vc_api.status_changed";

/// A status as callers name it (VC API, `credentialStatus`).
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Named {
    #[serde(rename = "type")]
    kind: String,
    status_purpose: String,
}

/// One or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Names {
    One(Named),
    Several(Vec<Named>),
}

/// A request to set or clear bits; a status that it does not name is set.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    credential_id: String,
    credential_status: Names,
    #[serde(default = "yes")]
    status: bool,
}

fn yes() -> bool {
    true
}

/// The purposes that are named, each once, in the order of the lists' names.
pub(super) fn purposes(names: Option<Names>) -> Result<Vec<StatusPurpose>> {
    let names = match names {
        None => Vec::new(),
        Some(Names::One(name)) => vec![name],
        Some(Names::Several(names)) => names,
    };
    let mut purposes = Vec::new();
    for name in &names {
        if name.kind != "BitstringStatusListEntry" {
            return Err(bad("`credentialStatus.type`: only BitstringStatusListEntry is known"));
        }
        let known = [StatusPurpose::Revocation, StatusPurpose::Suspension];
        let purpose = known.into_iter().find(|purpose| status_list::spoken(*purpose) == name.status_purpose);
        purposes.push(purpose.ok_or_else(|| {
            bad("`credentialStatus.statusPurpose`: only revocation and suspension are known")
        })?);
    }
    purposes.sort_unstable();
    purposes.dedup();
    Ok(purposes)
}

/// Places a document in the issuer's lists, in a transaction of its own: what is signed then names places that nobody else is given. A try that
/// was broken off before finds its places again; a document that was signed has them for good.
pub(super) async fn place(
    service: &Service,
    actor: &Actor,
    issuer: &issuer::Model,
    document: &str,
    purposes: &[StatusPurpose],
) -> Result<Vec<StatusEntry>> {
    let work = Work::begin(service, actor).await?;
    let issuer = status_list::hold(&work, issuer.id).await?;
    let document = hex(document.as_bytes());
    let mut places = given_status::Entity::find()
        .filter(given_status::Column::IssuerId.eq(issuer.id))
        .filter(given_status::Column::DocumentDigest.eq(&document))
        .all(work.tx())
        .await?;
    if places.iter().any(|row| row.signed_at.is_some()) {
        return Err(bad("a credential of this id was signed with a status before"));
    }
    places.retain(|row| purposes.contains(&row.purpose));
    for purpose in purposes {
        if places.iter().any(|row| row.purpose == *purpose) {
            continue;
        }
        for place in status_list::take(&work, service, &issuer, *purpose, 1).await? {
            let row = given_status::Model {
                id: work.new_id()?,
                issuer_id: issuer.id,
                document_digest: document.clone(),
                purpose: *purpose,
                list_id: place.list,
                list_index: i32::try_from(place.index).unwrap_or(i32::MAX),
                value: 0,
                signed_at: None,
                set_at: None,
            };
            given_status::Entity::insert(row.clone().into_active_model().reset_all())
                .exec_without_returning(work.tx())
                .await?;
            places.push(row);
        }
    }
    work.commit().await?;
    places.sort_unstable_by_key(|row| row.purpose);
    let entry = |row: &given_status::Model| StatusEntry {
        purpose: status_list::spoken(row.purpose).to_owned(),
        index: u32::try_from(row.list_index).unwrap_or_default(),
        list: status_list::address(&issuer, row.list_id),
    };
    Ok(places.iter().map(entry).collect())
}

/// Notes that a placed document is signed, within the command that hands it out; refused where another call was first.
pub(super) async fn signed(
    work: &Work<'_>,
    issuer: Uuid,
    document: &str,
    purposes: &[StatusPurpose],
) -> Result<()> {
    if purposes.is_empty() {
        return Ok(());
    }
    let done = given_status::Entity::update_many()
        .col_expr(given_status::Column::SignedAt, Expr::value(work.now))
        .filter(given_status::Column::IssuerId.eq(issuer))
        .filter(given_status::Column::DocumentDigest.eq(hex(document.as_bytes())))
        .filter(given_status::Column::Purpose.is_in(purposes.iter().copied()))
        .filter(given_status::Column::SignedAt.is_null())
        .exec(work.tx())
        .await?;
    match usize::try_from(done.rows_affected).is_ok_and(|count| count == purposes.len()) {
        true => Ok(()),
        false => Err(bad("a credential of this id was signed with a status meanwhile")),
    }
}

/// Sets or clears bits of a credential that was signed on request (`POST /credentials/status`). A revocation is permanent.
#[crate::boxed]
pub async fn set_status(service: &Service, actor: &Actor, body: &[u8]) -> Result<()> {
    let reach = actor.reach_whole(Scope::VcSign)?;
    let change: Change =
        serde_json::from_value(read(body)?).map_err(|error| bad(&format!("the request: {error}")))?;
    let purposes = purposes(Some(change.credential_status))?;
    if purposes.is_empty() {
        return Err(bad("`credentialStatus` names no status"));
    }
    if !change.status && purposes.contains(&StatusPurpose::Revocation) {
        return Err(bad("a revocation is permanent; what may be lifted again is a suspension"));
    }
    let mut work = Work::begin(service, actor).await?;
    let rows = given_status::Entity::find()
        .filter(tenancy::whole_issuer(reach, given_status::Column::IssuerId))
        .filter(given_status::Column::DocumentDigest.eq(hex(change.credential_id.as_bytes())))
        .filter(given_status::Column::Purpose.is_in(purposes.iter().copied()))
        .filter(given_status::Column::SignedAt.is_not_null())
        .order_by_asc(given_status::Column::Id)
        .lock(LockType::Update)
        .all(work.tx())
        .await?;
    let issuer = match rows.first() {
        Some(row) if rows.len() == purposes.len() => row.issuer_id,
        Some(row) if rows.iter().any(|other| other.issuer_id != row.issuer_id) => {
            return Err(bad("several issuers have signed a credential of this id"));
        }
        _ => return Err(Error::NotFound("no credential of this id was signed with this status".to_owned())),
    };
    given_status::Entity::update_many()
        .col_expr(given_status::Column::Value, Expr::value(i32::from(change.status)))
        .col_expr(given_status::Column::SetAt, Expr::value(work.now))
        .filter(given_status::Column::Id.is_in(rows.iter().map(|row| row.id)))
        .exec(work.tx())
        .await?;
    let mut lists: Vec<Uuid> = rows.iter().map(|row| row.list_id).collect();
    lists.sort_unstable();
    status_list::changed(&work, lists).await?;
    for row in &rows {
        let purpose = status_list::spoken(row.purpose);
        let detail =
            json!({ "credentialSha256": row.document_digest, "purpose": purpose, "status": change.status });
        work.audit(Some(issuer), CHANGED, (Kind::Issuer, issuer), detail)?;
    }
    work.commit().await
}

/// The member of a document: one entry as an object, several as a list.
pub(super) fn member(entries: &[StatusEntry]) -> Result<Value> {
    let mut written = entries.iter().map(StatusEntry::to_json).collect::<serde_json::Result<Vec<_>>>()?;
    Ok(match written.len() {
        1 => written.remove(0),
        _ => Value::Array(written),
    })
}
