//! Signing a credential that somebody else wrote.

use cairn_credential::document::{Given, prepare_given};
use cairn_credential::proof::{ASSERTION_METHOD, Cryptosuite};
use cairn_entity::{credential, issuer};
use sea_orm::EntityTrait;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{SIGNED, bad, digest, options, read, status, take};
use crate::actor::{Actor, Reach, Scope};
use crate::error::{Error, Result};
use crate::ids::Kind;
use crate::signing_key;
use crate::status_list::spoken;
use crate::verification;
use crate::{Service, Work};

/// How to issue. What is not known here is refused, so that nobody gets another signature than the one asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct IssueOptions {
    #[serde(rename = "type")]
    kind: Option<String>,
    cryptosuite: Option<String>,
    proof_purpose: Option<String>,
    credential_id: Option<String>,
    credential_status: Option<status::Names>,
}

/// Signs a credential (`POST /credentials/issue`) with the present key of the issuer that it names, who has to be the caller's. The signature is recorded
/// before it is handed out; the credential itself is not kept, and is none of those that this server answers for: it has no page here, and a status only
/// where `options.credentialStatus` asks for one.
#[crate::boxed]
pub async fn issue(service: &Service, actor: &Actor, body: &[u8]) -> Result<Value> {
    let reach = actor.reach_whole(Scope::VcSign)?;
    let mut request = read(body)?;
    let mut document = take(&mut request, "credential")?;
    if !document.is_object() {
        return Err(bad("`credential` is not an object"));
    }
    let options: IssueOptions = options(&mut request)?;
    let suite = suite(&options)?;
    let purposes = status::purposes(options.credential_status)?;
    if let (Some(id), None) = (options.credential_id, document.get("id")) {
        document["id"] = json!(id);
    }
    let issuer = issuer_of(service, reach, &document).await?;
    refuse_own_id(service, &document).await?;
    let mut id = String::new();
    if !purposes.is_empty() {
        id = identified(service, &mut document).await?;
        let entries = status::place(service, actor, &issuer, &id, &purposes).await?;
        document["credentialStatus"] = status::member(&entries)?;
    }
    let key = signing_key::active(service.db.reader(), issuer.id).await?;
    let signer = signing_key::signer(service, &issuer, &key)?;
    let created = service.now();
    let signed = blocking(move || {
        prepare(document)?
            .sign(suite, &signer, created)
            .map_err(|error| signing_key::unsigned("a given credential could not be signed", error))
    })
    .await?;

    let mut work = Work::begin(service, actor).await?;
    if signing_key::hold_active(work.tx(), &[key.id]).await?.is_empty() {
        return Err(bad("the issuer's key was changed meanwhile; ask again"));
    }
    status::signed(&work, issuer.id, &id, &purposes).await?;
    let mut detail = json!({ "cryptosuite": suite.name(), "sha256": digest(&signed) });
    if !purposes.is_empty() {
        detail["status"] = purposes.iter().map(|purpose| spoken(*purpose)).collect();
    }
    work.audit(Some(issuer.id), SIGNED, (Kind::SigningKey, key.id), detail)?;
    work.commit().await?;
    Ok(signed)
}

/// The id by which a credential's status is found again: its own, or one that it is given. What cannot be signed is refused before it takes a place.
async fn identified(service: &Service, document: &mut Value) -> Result<String> {
    if document.get("credentialStatus").is_some() {
        return Err(bad("`options.credentialStatus`: the credential has a status already"));
    }
    if document.get("id").is_none() {
        document["id"] = json!(service.new_id()?.urn().to_string());
    }
    let trial = document.clone();
    blocking(move || prepare(trial).map(drop)).await?;
    document["id"].as_str().map(str::to_owned).ok_or_else(|| bad("the credential's id is no text"))
}

fn prepare(document: Value) -> Result<Given> {
    prepare_given(document).map_err(|refused| {
        let problems: Vec<_> = refused.0.into_iter().map(|problem| problem.message).collect();
        bad(&format!("the credential cannot be signed: {}", problems.join("; ")))
    })
}

async fn blocking<T: Send + 'static>(step: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(step)
        .await
        .map_err(|error| Error::internal("signing a given credential was broken off", error))?
}

fn suite(options: &IssueOptions) -> Result<Cryptosuite> {
    if options.kind.as_deref().is_some_and(|kind| kind != "DataIntegrityProof") {
        return Err(bad("`options.type`: only DataIntegrityProof is made"));
    }
    if options.proof_purpose.as_deref().is_some_and(|purpose| purpose != ASSERTION_METHOD) {
        return Err(bad("`options.proofPurpose`: only assertionMethod is made"));
    }
    match options.cryptosuite.as_deref() {
        None => Ok(Cryptosuite::EddsaRdfc2022),
        Some(name) => Cryptosuite::from_name(name)
            .ok_or_else(|| bad("`options.cryptosuite`: only eddsa-rdfc-2022 and eddsa-jcs-2022 are made")),
    }
}

/// The issuer that the credential names, where the caller may sign for it.
async fn issuer_of(service: &Service, reach: Reach, document: &Value) -> Result<issuer::Model> {
    let named = document.get("issuer");
    let did = named.and_then(|issuer| issuer.as_str().or_else(|| issuer.get("id")?.as_str()));
    let did = did.ok_or_else(|| bad("the credential names no issuer"))?;
    let found = verification::issuer_of_did(service, did).await?;
    let found = found.filter(|issuer| match reach {
        Reach::Everything => true,
        Reach::Issuer(own) => issuer.id == own,
        Reach::Cohorts { .. } | Reach::Own { .. } => false,
    });
    found.ok_or_else(|| bad("the credential's issuer is not one that you may sign for"))
}

/// A credential of this server has its own document: nobody signs a second one with its id.
async fn refuse_own_id(service: &Service, document: &Value) -> Result<()> {
    let id = document.get("id").and_then(Value::as_str);
    let Some(id) = id.and_then(|id| id.strip_prefix("urn:uuid:")?.parse::<Uuid>().ok()) else {
        return Ok(());
    };
    match credential::Entity::find_by_id(id).one(service.db.reader()).await? {
        Some(_) => Err(bad("the credential's id is that of a credential which this server has issued")),
        None => Ok(()),
    }
}
