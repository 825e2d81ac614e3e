//! A person's achievements as one signed document, a learner record (1EdTech Comprehensive Learner Record 2.0): their credentials as these were signed, what is
//! under way, and how all of it belongs together. An institution that has issued one of the credentials publishes it. It is kept, and signed anew once it says
//! something else or its end comes near.

mod content;
mod whose;

use std::collections::HashSet;

use cairn_credential::document::{RecordClaims, prepare_record};
use cairn_entity::{credential, learner, learner_record};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Value, json};
use uuid::Uuid;

pub use content::MOST_CREDENTIALS;
use content::{Content, content};
use whose::Whose;

use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::ids::Kind;
use crate::issuance::profile;
use crate::passport::Shared;
use crate::reference::IssuerReference;
use crate::{Service, Work, passport, save, signing_key as keys, vc_api, work};

/// How long a record is good: what is in it has a status of its own, the record has none.
const VALIDITY: TimeDelta = TimeDelta::days(30);
/// How long before its end it is signed anew.
const RENEWAL: TimeDelta = TimeDelta::days(15);
/// What a signature is called in the audit log.
pub(crate) const SIGNED: &str = "learner_record.signed";

/// The record of the person who calls, for themselves alone: published by the institution that is named, else by the one that issued their newest credential.
/// `None` where there is nothing to put into it, or nothing by that institution.
#[crate::boxed]
pub async fn of(
    service: &Service,
    actor: &Actor,
    person: Uuid,
    publisher: Option<&IssuerReference>,
) -> Result<Option<learner_record::Model>> {
    match passport::is_own(actor, person) {
        true => made(service, Whose::Own(person), publisher).await,
        false => Ok(None),
    }
}

/// The record of what a shared passport shows, for whoever has its link: of credentials that are chosen those alone whose own pages are shown, too, since it
/// holds all that these say. `None` as for [`of`].
#[crate::boxed]
pub async fn of_shared(
    service: &Service,
    shared: &Shared,
    publisher: Option<&IssuerReference>,
) -> Result<Option<learner_record::Model>> {
    made(service, Whose::Shared(shared), publisher).await
}

/// The record that is kept, or a new one.
async fn made(
    service: &Service,
    whose: Whose<'_>,
    publisher: Option<&IssuerReference>,
) -> Result<Option<learner_record::Model>> {
    let person = whose.person();
    let Some(content) = content(service, whose, publisher).await? else { return Ok(None) };
    let digest = content.digest()?;
    for _ in 0..keys::MOST_TRIES {
        let key = keys::active(service.db.reader(), content.publisher.id).await?;
        let kept = learner_record::Entity::find()
            .filter(learner_record::Column::PersonId.eq(person))
            .filter(learner_record::Column::Digest.eq(&digest))
            .filter(learner_record::Column::SigningKeyId.eq(key.id))
            .filter(learner_record::Column::ValidUntil.gt(service.now() + RENEWAL))
            .order_by_asc(learner_record::Column::Id)
            .one(service.db.reader())
            .await?;
        if kept.is_some() {
            return Ok(kept);
        }
        let claims = claims(service, &content, person).await?;
        let (id, now, until) = (claims.id, claims.valid_from, claims.valid_until);
        let document = sign(service, &content, &key, claims).await?;
        let row = learner_record::Model {
            id,
            issuer_id: content.publisher.id,
            person_id: person,
            signing_key_id: key.id,
            digest: digest.clone(),
            document,
            created_at: now,
            valid_until: until,
        };
        match work::again(|| keep(service, &row, &content)).await? {
            Kept::Yes => return Ok(Some(row)),
            Kept::KeySignsNoMore => {}
            Kept::NotTheirsAnyMore => return Ok(None),
        }
    }
    Err(keys::too_fast(content.publisher.id))
}

async fn claims(service: &Service, content: &Content, person: Uuid) -> Result<RecordClaims> {
    let (subject, identifier) = content.subject(service, person).await?;
    let now = service.now();
    let name = match &content.name {
        Some(name) => format!("Learner record of {name}"),
        None => "Learner record".to_owned(),
    };
    Ok(RecordClaims {
        id: service.new_id()?,
        name,
        issuer: profile::profile(&content.publisher, Vec::new())?,
        subject,
        identifier,
        credentials: content.credentials.clone(),
        achievements: content.achievements.clone(),
        associations: content.associations.clone(),
        partial: content.partial,
        valid_from: now,
        valid_until: now + VALIDITY,
    })
}

/// Signs, outside any transaction, on a thread that may block.
async fn sign(
    service: &Service,
    content: &Content,
    key: &cairn_entity::signing_key::Model,
    claims: RecordClaims,
) -> Result<String> {
    let signer = keys::signer(service, &content.publisher, key)?;
    let created: DateTime<Utc> = claims.valid_from;
    let signed = tokio::task::spawn_blocking(move || {
        let prepared = prepare_record(claims)
            .map_err(|error| Error::internal("a learner record could not be made", error))?;
        prepared
            .sign(&signer, created)
            .map_err(|error| keys::unsigned("a learner record could not be signed", error))
    });
    let signed = signed.await.map_err(|error| Error::internal("signing was broken off", error))??;
    String::from_utf8(signed.into_bytes())
        .map_err(|error| Error::internal("a signed learner record is no text", error))
}

/// What became of a record that was signed.
enum Kept {
    Yes,
    KeySignsNoMore,
    /// A credential in it was erased or went to somebody else while it was signed.
    NotTheirsAnyMore,
}

/// Keeps what was signed, and its record in the audit log; not where its key signs no more, nor where what is in it is not the person's any more. Past ones
/// of the person go.
async fn keep(service: &Service, row: &learner_record::Model, content: &Content) -> Result<Kept> {
    let actor = Actor::system();
    let mut work = Work::begin(service, &actor).await?;
    if !are_theirs(&work, row.person_id, &content.credentials).await? {
        return Ok(Kept::NotTheirsAnyMore);
    }
    if keys::hold_active(work.tx(), &[row.signing_key_id]).await?.is_empty() {
        return Ok(Kept::KeySignsNoMore);
    }
    let past = Condition::any()
        .add(learner_record::Column::ValidUntil.lte(work.now))
        .add(learner_record::Column::Digest.eq(&row.digest));
    learner_record::Entity::delete_many()
        .filter(learner_record::Column::PersonId.eq(row.person_id))
        .filter(past)
        .exec(work.tx())
        .await?;
    save::rows::<learner_record::Entity>(work.tx(), vec![row.clone()]).await?;
    let document: Value = serde_json::from_str(&row.document)?;
    let detail = json!({ "sha256": vc_api::digest(&document), "record": row.id, "credentials": content.credentials.len() });
    work.audit(Some(row.issuer_id), SIGNED, (Kind::SigningKey, row.signing_key_id), detail)?;
    work.commit().await?;
    Ok(Kept::Yes)
}

/// Whether signed credentials are still a person's, and stay so until the work ends.
async fn are_theirs(work: &Work<'_>, person: Uuid, documents: &[Value]) -> Result<bool> {
    let ids: HashSet<Uuid> = documents
        .iter()
        .filter_map(|document| document["id"].as_str()?.strip_prefix("urn:uuid:")?.parse().ok())
        .collect();
    let learners: Vec<Uuid> = learner::Entity::find()
        .filter(learner::Column::PersonId.eq(person))
        .order_by_asc(learner::Column::Id)
        .lock(LockType::Share)
        .all(work.tx())
        .await?
        .into_iter()
        .map(|row| row.id)
        .collect();
    let found = credential::Entity::find()
        .filter(credential::Column::Id.is_in(ids.iter().copied()))
        .filter(credential::Column::LearnerId.is_in(learners))
        .filter(credential::Column::Document.is_not_null())
        .order_by_asc(credential::Column::Id)
        .lock(LockType::Share)
        .select_only()
        .column(credential::Column::Id)
        .into_tuple::<Uuid>()
        .all(work.tx())
        .await?;
    Ok(found.len() == documents.len())
}

/// Takes what is kept of a person's records away.
pub(crate) async fn forget(work: &Work<'_>, person: Uuid) -> Result<()> {
    save::delete::<learner_record::Entity>(work.tx(), learner_record::Column::PersonId, &[person]).await
}
