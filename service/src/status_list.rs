//! Bitstring Status Lists of issuers: places handed out, bits set, and the signed list that verifiers fetch (Bitstring Status List 1.0).

use cairn_credential::status::{self, Bitstring, ListClaims};
use cairn_entity::enums::StatusPurpose;
use cairn_entity::{endorsement, given_status, issuer, status_entry, status_list};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, LockType, OnConflict, Query, SelectStatement};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::{Service, Work, signing_key};

/// Entries of a list: the fewest that the standard allows, which is crowd enough to hide in.
const SIZE: i32 = 131_072;
/// How long a copy of a list may be kept.
pub const TTL: TimeDelta = TimeDelta::minutes(5);
/// How long a signed list is valid; it is signed anew long before.
const VALIDITY: TimeDelta = TimeDelta::days(7);
/// How long before its end a list is signed anew.
const RENEWAL: TimeDelta = TimeDelta::days(3);

/// A place in a list, given to one credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The list.
    pub list: Uuid,
    /// The index in it.
    pub index: u32,
}

/// Lets one transaction at a time reserve credentials of an issuer: issuing to one learner twice at once is thereby impossible, and places are taken
/// one after the other. Comes before every other lock of a reservation. It locks the issuer and not its lists, so that whoever changes bits
/// meanwhile, with enrollments or credentials locked that the reservation is about to lock, never waits for it in a circle.
#[crate::boxed]
pub async fn hold(work: &Work<'_>, issuer: Uuid) -> Result<issuer::Model> {
    issuer::Entity::find_by_id(issuer)
        .lock(LockType::NoKeyUpdate)
        .one(work.tx())
        .await?
        .ok_or_else(|| Error::internal("there is no such issuer", issuer.to_string()))
}

/// Takes so many places in an issuer's lists of a purpose; a full list is followed by the next. The issuer must be on `hold`.
#[crate::boxed]
pub async fn take(
    work: &Work<'_>,
    service: &Service,
    issuer: &issuer::Model,
    purpose: StatusPurpose,
    count: usize,
) -> Result<Vec<Place>> {
    let mut places = Vec::with_capacity(count);
    if count == 0 {
        return Ok(places);
    }
    loop {
        let list = match open_list(work, issuer.id, purpose).await? {
            Some(list) => list,
            None => {
                insert(work, service, issuer.id, purpose, 1).await?;
                continue;
            }
        };
        let key = permutation_key(service, &list)?;
        let wanted = i32::try_from(count - places.len()).unwrap_or(i32::MAX);
        let until = std::cmp::min(list.size, list.used.saturating_add(wanted));
        for counter in list.used..until {
            places.push(Place { list: list.id, index: index_of(&list, &key, counter)? });
        }
        if until > list.used {
            status_list::Entity::update_many()
                .col_expr(status_list::Column::Used, Expr::value(until))
                .filter(status_list::Column::Id.eq(list.id))
                .exec(work.tx())
                .await?;
        }
        if places.len() == count {
            return Ok(places);
        }
        insert(work, service, issuer.id, purpose, list.number + 1).await?;
    }
}

/// The issuer's newest list of a purpose.
async fn open_list(
    work: &Work<'_>,
    issuer: Uuid,
    purpose: StatusPurpose,
) -> Result<Option<status_list::Model>> {
    Ok(status_list::Entity::find()
        .filter(status_list::Column::IssuerId.eq(issuer))
        .filter(status_list::Column::Purpose.eq(purpose))
        .order_by_desc(status_list::Column::Number)
        .limit(1)
        .one(work.tx())
        .await?)
}

/// Makes an empty list, unless another has made that one meanwhile.
async fn insert(
    work: &Work<'_>,
    service: &Service,
    issuer: Uuid,
    purpose: StatusPurpose,
    number: i32,
) -> Result<()> {
    let id = work.new_id()?;
    let mut key = [0; 32];
    service.random.fill(&mut key)?;
    let row = status_list::ActiveModel {
        id: Set(id),
        issuer_id: Set(issuer),
        purpose: Set(purpose),
        number: Set(number),
        size: Set(SIZE),
        used: Set(0),
        permutation_key: Set(service.master_key.seal(service.random.as_ref(), &sealed_for(id), &key)?),
        revision: Set(0),
        document: Set(None),
        document_revision: Set(-1),
        document_until: Set(None),
        updated_at: Set(work.now),
    };
    let known = [status_list::Column::IssuerId, status_list::Column::Purpose, status_list::Column::Number];
    status_list::Entity::insert(row)
        .on_conflict(OnConflict::columns(known).do_nothing().to_owned())
        .exec_without_returning(work.tx())
        .await?;
    Ok(())
}

fn permutation_key(service: &Service, list: &status_list::Model) -> Result<[u8; 32]> {
    let key = service.master_key.open(&sealed_for(list.id), &list.permutation_key)?;
    key.try_into()
        .map_err(|_| Error::internal("a status list's key is not 32 bytes", "sealed value of another kind"))
}

fn index_of(list: &status_list::Model, key: &[u8; 32], counter: i32) -> Result<u32> {
    let size = u32::try_from(list.size).unwrap_or_default();
    u32::try_from(counter)
        .ok()
        .and_then(|counter| status::index_permutation(key, counter, size))
        .ok_or_else(|| Error::internal("a status list has no such place", "counter beyond its size"))
}

/// What the key of a list is sealed for.
pub(crate) fn sealed_for(id: Uuid) -> String {
    format!("status_list:{id}")
}

/// What a list of a purpose is called in documents (Bitstring Status List 1.0, `statusPurpose`).
pub fn spoken(purpose: StatusPurpose) -> &'static str {
    match purpose {
        StatusPurpose::Revocation => "revocation",
        StatusPurpose::Suspension => "suspension",
    }
}

/// Whether a credential has a place in a list of a purpose.
#[crate::boxed]
pub async fn has_place(work: &Work<'_>, credential: Uuid, purpose: StatusPurpose) -> Result<bool> {
    let entry = status_entry::Entity::find()
        .filter(status_entry::Column::CredentialId.eq(credential))
        .filter(status_entry::Column::ListId.in_subquery(lists_of(purpose)))
        .one(work.tx())
        .await?;
    Ok(entry.is_some())
}

fn lists_of(purpose: StatusPurpose) -> SelectStatement {
    Query::select()
        .column(status_list::Column::Id)
        .from(status_list::Entity)
        .and_where(status_list::Column::Purpose.eq(purpose))
        .to_owned()
}

/// Sets or clears the bits of credentials in the lists of a purpose, within a command.
#[crate::boxed]
pub async fn set(work: &Work<'_>, credentials: &[Uuid], purpose: StatusPurpose, value: bool) -> Result<()> {
    let of_credentials = || {
        status_entry::Column::CredentialId
            .is_in(credentials.iter().copied())
            .and(status_entry::Column::ListId.in_subquery(lists_of(purpose)))
    };
    status_entry::Entity::update_many()
        .col_expr(status_entry::Column::Value, Expr::value(i32::from(value)))
        .col_expr(status_entry::Column::SetAt, Expr::value(work.now))
        .filter(of_credentials())
        .exec(work.tx())
        .await?;
    let with_places = Query::select()
        .column(status_entry::Column::ListId)
        .from(status_entry::Entity)
        .and_where(of_credentials())
        .to_owned();
    // Locked in the order of ids, so that two who change bits in several lists never wait for each other.
    let lists: Vec<Uuid> = status_list::Entity::find()
        .select_only()
        .column(status_list::Column::Id)
        .filter(status_list::Column::Id.in_subquery(with_places))
        .order_by_asc(status_list::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .into_tuple()
        .all(work.tx())
        .await?;
    changed(work, lists).await
}

/// Notes that bits of lists have changed, within a command.
pub async fn changed(work: &Work<'_>, lists: Vec<Uuid>) -> Result<()> {
    status_list::Entity::update_many()
        .col_expr(status_list::Column::Revision, Expr::col(status_list::Column::Revision).add(1))
        .col_expr(status_list::Column::UpdatedAt, Expr::value(work.now))
        .filter(status_list::Column::Id.is_in(lists))
        .exec(work.tx())
        .await?;
    Ok(())
}

/// The address of a list, which is also its credential's id.
pub fn address(issuer: &issuer::Model, list: Uuid) -> String {
    format!("{}/status/{list}", issuer.public_base)
}

/// A signed list, as it is served.
#[derive(Clone, Debug)]
pub struct SignedList {
    /// The signed bytes.
    pub document: String,
    /// The state that it shows; with `until` it makes the entity tag.
    pub revision: i64,
    /// Until when the document is valid.
    pub until: DateTime<Utc>,
}

/// The signed list of an id; status lists are public. It is signed anew when a bit has changed or its validity nears the end.
#[crate::boxed]
pub async fn signed(service: &Service, list: Uuid) -> Result<Option<SignedList>> {
    let Some(row) = status_list::Entity::find_by_id(list).one(service.db.reader()).await? else {
        return Ok(None);
    };
    let now = service.now();
    if let (Some(document), Some(until)) = (&row.document, row.document_until)
        && row.document_revision == row.revision
        && now + RENEWAL < until
    {
        return Ok(Some(SignedList { document: document.clone(), revision: row.revision, until }));
    }
    for _ in 0..signing_key::MOST_TRIES {
        let list = sign(service, &row, now).await?;
        if list.is_some() {
            return Ok(list);
        }
    }
    Err(signing_key::too_fast(row.issuer_id))
}

/// Signs a list and keeps it; `None` where the key was retired while it was being used.
async fn sign(service: &Service, row: &status_list::Model, now: DateTime<Utc>) -> Result<Option<SignedList>> {
    let issuer = issuer::Entity::find_by_id(row.issuer_id)
        .one(service.db.reader())
        .await?
        .ok_or_else(|| Error::internal("a status list has no issuer", row.id.to_string()))?;
    let key = signing_key::active(service.db.reader(), issuer.id).await?;
    let signer = signing_key::signer(service, &issuer, &key)?;
    let set = set_bits(service, row.id).await?;
    let (size, since, until) = (row.size, row.updated_at, now + VALIDITY);
    let purpose = spoken(row.purpose);
    let list_address = address(&issuer, row.id);
    let bytes = tokio::task::spawn_blocking(move || {
        let unusable = |error| Error::internal("a status list could not be made", error);
        let mut bits = Bitstring::new(usize::try_from(size).unwrap_or_default()).map_err(unusable)?;
        for index in set {
            bits.set(u64::try_from(index).unwrap_or(u64::MAX), true).map_err(unusable)?;
        }
        let claims = ListClaims {
            address: &list_address,
            issuer: &issuer.did,
            purpose,
            bits: &bits,
            // Since its last change: whoever verifies a moment before it is signed may use it, too.
            valid_from: since,
            valid_until: Some(until),
            ttl_ms: u64::try_from(TTL.num_milliseconds()).ok(),
        };
        status::prepare(&claims)
            .map_err(unusable)?
            .sign(&signer, now)
            .map_err(|error| signing_key::unsigned("a status list could not be signed", error))
    })
    .await
    .map_err(|error| Error::internal("signing a status list was broken off", error))??;
    let document = String::from_utf8(bytes)
        .map_err(|error| Error::internal("a signed status list is no text", error))?;
    let kept = keep(service, row, key.id, &document, until).await?;
    Ok(kept.then_some(SignedList { document, revision: row.revision, until }))
}

/// The indices of a list whose bits are set: those of credentials, of documents signed on request, and of endorsements that were withdrawn.
async fn set_bits(service: &Service, list: Uuid) -> Result<Vec<i32>> {
    let mut set: Vec<i32> = status_entry::Entity::find()
        .filter(status_entry::Column::ListId.eq(list))
        .filter(status_entry::Column::Value.eq(1))
        .select_only()
        .column(status_entry::Column::ListIndex)
        .into_tuple()
        .all(service.db.reader())
        .await?;
    let given: Vec<i32> = given_status::Entity::find()
        .filter(given_status::Column::ListId.eq(list))
        .filter(given_status::Column::Value.eq(1))
        .select_only()
        .column(given_status::Column::ListIndex)
        .into_tuple()
        .all(service.db.reader())
        .await?;
    set.extend(given);
    let withdrawn: Vec<Option<i32>> = endorsement::Entity::find()
        .filter(endorsement::Column::ListId.eq(list))
        .filter(endorsement::Column::WithdrawnAt.is_not_null())
        .select_only()
        .column(endorsement::Column::ListIndex)
        .into_tuple()
        .all(service.db.reader())
        .await?;
    set.extend(withdrawn.into_iter().flatten());
    Ok(set)
}

/// Keeps the signed list for the next who asks, unless a newer state has been signed meanwhile; not where the key signs no more.
async fn keep(
    service: &Service,
    row: &status_list::Model,
    key: Uuid,
    document: &str,
    until: DateTime<Utc>,
) -> Result<bool> {
    let tx = service.db.write().await?;
    if signing_key::hold_active(&tx, &[key]).await?.is_empty() {
        return Ok(false);
    }
    status_list::Entity::update_many()
        .col_expr(status_list::Column::Document, Expr::value(document))
        .col_expr(status_list::Column::DocumentRevision, Expr::value(row.revision))
        .col_expr(status_list::Column::DocumentUntil, Expr::value(until))
        .filter(status_list::Column::Id.eq(row.id))
        .filter(status_list::Column::DocumentRevision.lte(row.revision))
        .exec(&tx)
        .await?;
    tx.commit().await?;
    Ok(true)
}
