//! Credentials in further forms than the one they are issued in: as compact tokens, and with a proof over the text. Each is signed when it is first
//! asked for, by the key that signs then, and kept, so that it is the same for all who ask.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use cairn_credential::jwt::{self, KeyReference, Profile};
use cairn_credential::proof::{self, Cryptosuite};
use cairn_entity::enums::{CredentialStatus, ExportForm, KeyAlgorithm, KeyStatus};
use cairn_entity::{credential, credential_export, issuer, signing_key};
use chrono::{DateTime, Utc};
use futures_util::{StreamExt, TryStreamExt, stream};
use sea_orm::sea_query::{LockType, OnConflict, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::signer::KeySigner;
use crate::{Service, chunk, signing_key as keys};

/// Columns of `credential_export`.
const COLUMNS: usize = 7;

/// A credential and a form that it is wanted in.
pub type Wanted = (Uuid, ExportForm);

/// One credential in one form; `None` where its issuer has no key of that algorithm. Whoever may have the document may have it in any form.
#[crate::boxed]
pub async fn export(service: &Service, credential: Uuid, form: ExportForm) -> Result<Option<String>> {
    let wanted = (credential, form);
    Ok(exports(service, &[wanted]).await?.remove(&wanted))
}

/// Credentials in forms, in a number of statements that does not depend on how many they are. Those whose issuer has no key of the algorithm are
/// left out.
#[crate::boxed]
pub async fn exports(service: &Service, wanted: &[Wanted]) -> Result<HashMap<Wanted, String>> {
    let mut found = stored(service.db.reader(), wanted).await?;
    let missing: Vec<Wanted> = wanted.iter().copied().filter(|one| !found.contains_key(one)).collect();
    if missing.is_empty() {
        return Ok(found);
    }
    for _ in 0..keys::MOST_TRIES {
        let signed = sign(service, to_sign(service, &missing).await?).await?;
        if let Some(kept) = keep(service, &missing, signed).await? {
            found.extend(kept);
            return Ok(found);
        }
    }
    Err(keys::too_fast("retired each time"))
}

/// What was signed before, by keys that are still trusted.
async fn stored(connection: &impl ConnectionTrait, wanted: &[Wanted]) -> Result<HashMap<Wanted, String>> {
    let credentials: HashSet<Uuid> = wanted.iter().map(|one| one.0).collect();
    let forms: HashSet<ExportForm> = wanted.iter().map(|one| one.1).collect();
    let trusted = Query::select()
        .column(signing_key::Column::Id)
        .from(signing_key::Entity)
        .and_where(signing_key::Column::Status.ne(KeyStatus::Compromised))
        .to_owned();
    let rows = credential_export::Entity::find()
        .filter(credential_export::Column::CredentialId.is_in(credentials))
        .filter(credential_export::Column::Form.is_in(forms))
        .filter(credential_export::Column::SigningKeyId.in_subquery(trusted))
        .order_by_desc(credential_export::Column::Id)
        .all(connection)
        .await?;
    // The oldest stands, so that the bytes never change while its key is trusted.
    Ok(rows.into_iter().map(|row| ((row.credential_id, row.form), row.document)).collect())
}

/// One signature to be made.
struct Job {
    credential: Arc<credential::Model>,
    form: ExportForm,
    key: Arc<(signing_key::Model, KeySigner)>,
}

/// What is needed to sign what is missing: documents, issuers and the keys that sign now.
async fn to_sign(service: &Service, missing: &[Wanted]) -> Result<Vec<Job>> {
    let reader = service.db.reader();
    let ids: HashSet<Uuid> = missing.iter().map(|one| one.0).collect();
    let credentials = credential::Entity::find()
        .filter(credential::Column::Id.is_in(ids))
        .filter(credential::Column::Status.ne(CredentialStatus::Pending))
        // Of a learner who was erased none is left.
        .filter(credential::Column::Document.is_not_null())
        .all(reader)
        .await?;
    let issuers: HashSet<Uuid> = credentials.iter().map(|row| row.issuer_id).collect();
    let active = signing_key::Entity::find()
        .filter(signing_key::Column::IssuerId.is_in(issuers.iter().copied()))
        .filter(signing_key::Column::Status.eq(KeyStatus::Active))
        .order_by_asc(signing_key::Column::Id)
        .all(reader)
        .await?;
    let issuers =
        issuer::Entity::find().filter(issuer::Column::Id.is_in(issuers)).all(reader).await?.into_iter();
    let issuers: HashMap<Uuid, issuer::Model> = issuers.map(|row| (row.id, row)).collect();
    let mut signers = HashMap::new();
    for row in active {
        let Some(issuer) = issuers.get(&row.issuer_id) else { continue };
        let signer = keys::signer(service, issuer, &row)?;
        signers.insert((row.issuer_id, row.algorithm), Arc::new((row, signer)));
    }
    let credentials: HashMap<Uuid, Arc<credential::Model>> =
        credentials.into_iter().map(|row| (row.id, Arc::new(row))).collect();
    let job = |(id, form): &Wanted| {
        let credential = credentials.get(id)?.clone();
        let key = signers.get(&(credential.issuer_id, algorithm(*form)))?.clone();
        Some(Job { credential, form: *form, key })
    };
    Ok(missing.iter().filter_map(job).collect())
}

fn algorithm(form: ExportForm) -> KeyAlgorithm {
    match form {
        ExportForm::OpenBadgesEddsa | ExportForm::VcJoseEddsa | ExportForm::JcsProof => KeyAlgorithm::Ed25519,
        ExportForm::OpenBadgesEs256 | ExportForm::VcJoseEs256 => KeyAlgorithm::P256,
    }
}

/// Signs, on threads that may block.
async fn sign(service: &Service, jobs: Vec<Job>) -> Result<Vec<credential_export::Model>> {
    let parallel = jobs.iter().map(|job| job.key.1.parallel()).max().unwrap_or(1);
    let now = service.now();
    let tasks = jobs.into_iter().map(|job| async move {
        let id = service.new_id()?;
        tokio::task::spawn_blocking(move || sign_one(id, &job, now))
            .await
            .map_err(|error| Error::internal("signing was broken off", error))?
    });
    stream::iter(tasks).buffer_unordered(parallel).try_collect().await
}

fn sign_one(id: Uuid, job: &Job, now: DateTime<Utc>) -> Result<credential_export::Model> {
    let Job { credential, form, key } = job;
    let (row, signer) = key.as_ref();
    let issued: Value = serde_json::from_str(credential.document.as_deref().unwrap_or_default())?;
    let token = |profile, reference| {
        jwt::sign(&issued, profile, &reference, signer)
            .map_err(|error| keys::unsigned("a token could not be signed", error))
    };
    let document = match form {
        // Open Badges wants a key that can be had from the token alone; its verifiers differ in how they would look one up.
        ExportForm::OpenBadgesEddsa | ExportForm::OpenBadgesEs256 => {
            token(Profile::OpenBadges, KeyReference::Embedded(keys::public(row)?))?
        }
        ExportForm::VcJoseEddsa | ExportForm::VcJoseEs256 => token(Profile::VcJose, KeyReference::Id)?,
        ExportForm::JcsProof => {
            let mut document = issued;
            let proof = proof::create(Cryptosuite::EddsaJcs2022, &document, signer, now)
                .map_err(|error| keys::unsigned("a proof over the text could not be made", error))?;
            document["proof"] = json!([proof]);
            document.to_string()
        }
    };
    Ok(credential_export::Model {
        id,
        issuer_id: credential.issuer_id,
        credential_id: credential.id,
        form: *form,
        signing_key_id: row.id,
        document,
        created_at: now,
    })
}

/// Keeps what was signed, and answers what stands then: whoever else signed the same at the same time may have been first. `None` where a key
/// was retired meanwhile.
async fn keep(
    service: &Service,
    wanted: &[Wanted],
    signed: Vec<credential_export::Model>,
) -> Result<Option<HashMap<Wanted, String>>> {
    if signed.is_empty() {
        return Ok(Some(HashMap::new()));
    }
    let tx = service.db.write().await?;
    // Of a learner who was erased meanwhile none is kept.
    let there: HashSet<Uuid> = credential::Entity::find()
        .filter(credential::Column::Id.is_in(signed.iter().map(|row| row.credential_id)))
        .filter(credential::Column::Document.is_not_null())
        .order_by_asc(credential::Column::Id)
        .lock(LockType::Share)
        .select_only()
        .column(credential::Column::Id)
        .into_tuple()
        .all(&tx)
        .await?
        .into_iter()
        .collect();
    let signed: Vec<_> = signed.into_iter().filter(|row| there.contains(&row.credential_id)).collect();
    let used: HashSet<Uuid> = signed.iter().map(|row| row.signing_key_id).collect();
    let used: Vec<Uuid> = used.into_iter().collect();
    if keys::hold_active(&tx, &used).await?.len() < used.len() {
        return Ok(None);
    }
    let once = [
        credential_export::Column::CredentialId,
        credential_export::Column::Form,
        credential_export::Column::SigningKeyId,
    ];
    for rows in chunk::rows(signed, COLUMNS) {
        let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
        credential_export::Entity::insert_many(rows)
            .on_conflict(OnConflict::columns(once).do_nothing().to_owned())
            .exec_without_returning(&tx)
            .await?;
    }
    let kept = stored(&tx, wanted).await?;
    tx.commit().await?;
    Ok(Some(kept))
}
