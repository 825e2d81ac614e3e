//! Endorsements: one issuer vouches for another by a signed EndorsementCredential (Open Badges 3.0).

use cairn_credential::document::{EndorsementClaims, prepare_endorsement};
use cairn_entity::{endorsement, issuer};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use crate::actor::{Actor, Scope};
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::reference::IssuerReference;
use crate::validate::Checks;
use crate::{Service, Work, signing_key};

/// Signs an endorsement of an issuer. The endorser is the caller's issuer, or for operators the one that is named.
#[crate::boxed]
pub async fn endorse_issuer(
    service: &Service,
    actor: &Actor,
    endorsed: &IssuerReference,
    endorser: Option<&IssuerReference>,
    statement: String,
) -> Result<endorsement::Model> {
    let reach = actor.reach_whole(Scope::CredentialsIssue)?;
    let endorser =
        crate::issuer::target(service, reach, endorser).await.map_err(|error| renamed(error, "endorser"))?;
    let endorsed = crate::issuer::by_reference(service, endorsed)
        .await?
        .ok_or_else(|| Error::user("issuer", UserErrorCode::NotFound, "there is no such issuer"))?;
    let mut checks = Checks::default();
    checks.text("statement", &statement, 5_000);
    if endorsed.id == endorser.id {
        checks.fail("issuer", UserErrorCode::Invalid, "an issuer cannot endorse itself");
    }
    checks.finish()?;
    let mut work = Work::begin(service, actor).await?;
    let said = endorsement::Entity::find()
        .filter(endorsement::Column::IssuerId.eq(endorser.id))
        .filter(endorsement::Column::EndorsedIssuerId.eq(endorsed.id))
        .filter(endorsement::Column::Statement.eq(&statement))
        .one(work.tx())
        .await?;
    if said.is_some() {
        return Err(Error::user("statement", UserErrorCode::AlreadyDone, "just this was said before"));
    }
    let row = sign(service, &work, &endorser, &endorsed, statement).await?;
    let detail = json!({ "endorsed": crate::ids::encode(Kind::Issuer, endorsed.id) });
    work.audit(Some(endorser.id), "issuer.endorsed", (Kind::Endorsement, row.id), detail)?;
    work.commit().await?;
    Ok(row)
}

/// Signs and stores within one transaction: a single signature over a small document takes a few milliseconds.
async fn sign(
    service: &Service,
    work: &Work<'_>,
    endorser: &issuer::Model,
    endorsed: &issuer::Model,
    statement: String,
) -> Result<endorsement::Model> {
    let key = signing_key::active(work.tx(), endorser.id).await?;
    let signer = signing_key::signer(service, endorser, &key)?;
    let id = work.new_id()?;
    let claims = EndorsementClaims {
        id,
        name: format!("Endorsement of {}", endorsed.name),
        description: None,
        issuer: crate::issuance::achievement::profile(endorser),
        endorsed: endorsed.did.clone(),
        comment: Some(statement.clone()),
        valid_from: work.now,
        valid_until: None,
        status: Vec::new(),
    };
    let now = work.now;
    let signed = tokio::task::spawn_blocking(move || {
        let prepared = prepare_endorsement(claims)
            .map_err(|error| Error::internal("an endorsement is not well-formed", error))?;
        prepared
            .sign(&signer, now)
            .map_err(|error| Error::internal("an endorsement could not be signed", error))
    });
    let signed = signed.await.map_err(|error| Error::internal("signing was broken off", error))??;
    let document = String::from_utf8(signed.into_bytes())
        .map_err(|error| Error::internal("a signed endorsement is no text", error))?;
    let row = endorsement::ActiveModel {
        id: Set(id),
        issuer_id: Set(endorser.id),
        endorsed_issuer_id: Set(endorsed.id),
        statement: Set(statement),
        signing_key_id: Set(key.id),
        document: Set(document),
        issued_at: Set(work.now),
    };
    Ok(row.insert(work.tx()).await?)
}

/// Endorsements of issuers, the newest first; they are public.
#[crate::boxed]
pub async fn by_endorsed(service: &Service, issuers: &[Uuid]) -> Result<Vec<endorsement::Model>> {
    Ok(endorsement::Entity::find()
        .filter(endorsement::Column::EndorsedIssuerId.is_in(issuers.iter().copied()))
        .order_by_desc(endorsement::Column::Id)
        .all(service.db.reader())
        .await?)
}

/// The same error, with `issuer` called as this input calls it.
fn renamed(error: Error, field: &str) -> Error {
    let Error::User(mut errors) = error else { return error };
    for error in &mut errors {
        error.field = vec![field.to_owned()];
    }
    Error::User(errors)
}
