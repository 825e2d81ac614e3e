//! The VC API (W3C Credentials Community Group): signing a credential that somebody else wrote, and verifying credentials and presentations of whatever
//! issuer. What goes over the wire around it is the transport's.

use cairn_credential::document::prepare_given;
use cairn_credential::json;
use cairn_credential::proof::{ASSERTION_METHOD, Cryptosuite};
use cairn_credential::verify::{Expected, Presentation, PresentationReport, PresentationStep};
use cairn_entity::{credential, issuer};
use sea_orm::EntityTrait;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::time::Instant;
use uuid::Uuid;

use crate::actor::{Actor, Reach, Scope};
use crate::error::{Error, Result};
use crate::ids::Kind;
use crate::signing_key::{self, Examined};
use crate::verification::{self, Manner, Verified};
use crate::{Service, Work};

/// What a signature is called in the audit log, which is the record of it.
pub(crate) const SIGNED: &str = "vc_api.credential_signed";

/// How to issue. What is not known here is refused, so that nobody gets another signature than the one asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct IssueOptions {
    #[serde(rename = "type")]
    kind: Option<String>,
    cryptosuite: Option<String>,
    proof_purpose: Option<String>,
    credential_id: Option<String>,
}

/// What a presentation has to answer to; other options mean nothing here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PresentationOptions {
    challenge: Option<String>,
    domain: Option<String>,
}

/// Signs a credential (`POST /credentials/issue`) with the present key of the issuer that it names, who has to be the caller's. The signature is recorded
/// before it is handed out; the credential itself is not kept, and is none of those that this server answers for: it has no page, no status here.
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
    if let (Some(id), None) = (options.credential_id, document.get("id")) {
        document["id"] = json!(id);
    }
    let issuer = issuer_of(service, reach, &document).await?;
    refuse_own_id(service, &document).await?;
    let key = signing_key::active(service.db.reader(), issuer.id).await?;
    let signer = signing_key::signer(service, &issuer, &key)?;
    let created = service.now();
    let signed = tokio::task::spawn_blocking(move || {
        let given = prepare_given(document).map_err(|refused| {
            let problems: Vec<_> = refused.0.into_iter().map(|problem| problem.message).collect();
            bad(&format!("the credential cannot be signed: {}", problems.join("; ")))
        })?;
        given
            .sign(suite, &signer, created)
            .map_err(|error| Error::internal("a given credential could not be signed", error))
    })
    .await
    .map_err(|error| Error::internal("signing a given credential was broken off", error))??;

    let mut work = Work::begin(service, actor).await?;
    if signing_key::hold_active(work.tx(), &[key.id]).await?.is_empty() {
        return Err(bad("the issuer's key was changed meanwhile; ask again"));
    }
    let detail = json!({ "cryptosuite": suite.name(), "sha256": digest(&signed) });
    work.audit(Some(issuer.id), SIGNED, (Kind::SigningKey, key.id), detail)?;
    work.commit().await?;
    Ok(signed)
}

/// By what a signed document is recorded.
pub(crate) fn digest(document: &Value) -> String {
    Sha256::digest(document.to_string()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Verifies a credential (`POST /credentials/verify`): an object, or a text that is a compact JWT.
#[crate::boxed]
pub async fn verify_credential(service: &Service, actor: &Actor, body: &[u8]) -> Result<Verified> {
    actor.reach(Scope::CredentialsVerify)?;
    let mut request = read(body)?;
    let bytes = match take(&mut request, "verifiableCredential")? {
        Value::String(token) if token.split('.').count() == 3 && token.starts_with("ey") => {
            token.into_bytes()
        }
        document @ Value::Object(_) => document.to_string().into_bytes(),
        _ => return Err(bad("`verifiableCredential` is neither an object nor a compact JWT")),
    };
    verification::verify_in(service, bytes, Manner::default()).await
}

/// Verifies a presentation (`POST /presentations/verify`): its holder's proof and every credential in it.
#[crate::boxed]
pub async fn verify_presentation(
    service: &Service,
    actor: &Actor,
    body: &[u8],
) -> Result<PresentationReport> {
    actor.reach(Scope::CredentialsVerify)?;
    let mut request = read(body)?;
    let document = take(&mut request, "verifiablePresentation")?;
    let options: PresentationOptions = options(&mut request)?;
    let expected = Expected { now: service.now(), challenge: options.challenge, domain: options.domain };
    let until = Some(Instant::now() + verification::TIME_LIMIT);
    let examined = Examined::of_document(&document);
    let mut presentation = Presentation::new(document.to_string().as_bytes(), expected);
    loop {
        let (back, step) = tokio::task::spawn_blocking(move || {
            let step = presentation.step();
            (presentation, step)
        })
        .await
        .map_err(|error| Error::internal("a verification was broken off", error))?;
        presentation = back;
        match step {
            PresentationStep::Done(report) => return Ok(*report),
            PresentationStep::Needs(needs) => {
                for (need, found) in verification::supply_all(service, &examined, needs, until).await? {
                    presentation.supply(need, found);
                }
            }
        }
    }
}

/// The request, as strictly read as a credential is.
fn read(body: &[u8]) -> Result<Value> {
    let request = json::parse(body).map_err(|error| bad(&error.to_string()))?;
    if request.is_object() { Ok(request) } else { Err(bad("the request is not an object")) }
}

fn take(request: &mut Value, name: &str) -> Result<Value> {
    request
        .as_object_mut()
        .and_then(|members| members.remove(name))
        .ok_or_else(|| bad(&format!("`{name}` is missing")))
}

fn options<T: Default + for<'de> Deserialize<'de>>(request: &mut Value) -> Result<T> {
    match take(request, "options") {
        Err(_) | Ok(Value::Null) => Ok(T::default()),
        Ok(given) => serde_json::from_value(given).map_err(|error| bad(&format!("`options`: {error}"))),
    }
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

fn bad(message: &str) -> Error {
    Error::BadRequest(message.to_owned())
}
