//! Giving endorsements: signed at once, with a place in the endorser's status list.

use cairn_credential::document::{EndorsementClaims, StatusEntry, prepare_endorsement};
use cairn_entity::enums::{AwardKind, StatusPurpose};
use cairn_entity::{endorsement, issuer};
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use crate::actor::{Actor, Scope};
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::issuance::catalogue::{GivenAward, given_awards};
use crate::issuance::{achievement, profile};
use crate::reference::{IssuerReference, Reference};
use crate::validate::Checks;
use crate::{Service, Work, program, signing_key, status_list};

/// What an endorsement is to say.
#[derive(Clone, Debug)]
pub struct NewEndorsement {
    /// The endorser, for operators; the caller's issuer where absent.
    pub endorser: Option<IssuerReference>,
    /// What it says, Markdown.
    pub statement: String,
    /// Until when it holds; without end where absent.
    pub valid_until: Option<DateTime<Utc>>,
}

/// What is endorsed.
struct Endorsed {
    /// The issuer, or whose achievement it is.
    issuer: issuer::Model,
    /// Its id in documents.
    id: String,
    /// What it is called.
    name: String,
    /// The award, where it is an achievement.
    given: Option<GivenAward>,
}

/// Signs an endorsement of an issuer. The endorser is the caller's issuer, or for operators the one that is named.
#[crate::boxed]
pub async fn endorse_issuer(
    service: &Service,
    actor: &Actor,
    endorsed: &IssuerReference,
    new: NewEndorsement,
) -> Result<endorsement::Model> {
    let endorser = endorser(service, actor, &new).await?;
    let issuer = crate::issuer::by_reference(service, endorsed)
        .await?
        .ok_or_else(|| Error::user("issuer", UserErrorCode::NotFound, "there is no such issuer"))?;
    let endorsed = Endorsed { id: issuer.did.clone(), name: issuer.name.clone(), given: None, issuer };
    endorse(service, actor, endorser, endorsed, new, "issuer").await
}

/// Signs an endorsement of the achievement that the published version of a program awards; of the one named where it awards several. A later
/// version is another achievement, which this endorsement says nothing of.
#[crate::boxed]
pub async fn endorse_achievement(
    service: &Service,
    actor: &Actor,
    named: &Reference,
    award: Option<&str>,
    new: NewEndorsement,
) -> Result<endorsement::Model> {
    let endorser = endorser(service, actor, &new).await?;
    let found = program::resolve(service.db.reader(), actor, [named]).await?.remove(named);
    let row =
        found.ok_or_else(|| Error::user("program", UserErrorCode::NotFound, "there is no such program"))?;
    let version = row.current_version_id.ok_or_else(|| {
        Error::user("program", UserErrorCode::Conflict, "it is not published, and may still change")
    })?;
    let awards = given_awards(service.db.reader(), &[version]).await?.remove(&version).unwrap_or_default();
    let given = one_of(awards, award)?;
    let issuer = issuer::Entity::find_by_id(row.issuer_id)
        .one(service.db.reader())
        .await?
        .ok_or_else(|| Error::internal("a program has no issuer", row.id.to_string()))?;
    let endorsed = Endorsed {
        id: achievement::address(&issuer.public_base, given.given.id),
        name: given.given.title.clone(),
        given: Some(given),
        issuer,
    };
    endorse(service, actor, endorser, endorsed, new, "program").await
}

fn one_of(awards: Vec<GivenAward>, named: Option<&str>) -> Result<GivenAward> {
    let mut credentials = awards.into_iter().filter(|given| given.award.kind == AwardKind::Credential);
    let wrong = |code, message: &str| Err(Error::user("award", code, message));
    match named {
        Some(name) => match credentials.find(|given| given.award.external_id == name) {
            Some(given) => Ok(given),
            None => wrong(UserErrorCode::NotFound, "the program awards no such credential"),
        },
        None => match (credentials.next(), credentials.next()) {
            (Some(given), None) => Ok(given),
            (None, _) => wrong(UserErrorCode::NotFound, "the program awards no credential"),
            (Some(_), Some(_)) => {
                wrong(UserErrorCode::Required, "the program awards several credentials; name one")
            }
        },
    }
}

async fn endorser(service: &Service, actor: &Actor, new: &NewEndorsement) -> Result<issuer::Model> {
    let reach = actor.reach_whole(Scope::CredentialsIssue)?;
    crate::issuer::target(service, reach, new.endorser.as_ref())
        .await
        .map_err(|error| renamed(error, "endorser"))
}

async fn endorse(
    service: &Service,
    actor: &Actor,
    endorser: issuer::Model,
    endorsed: Endorsed,
    new: NewEndorsement,
    field: &str,
) -> Result<endorsement::Model> {
    let mut checks = Checks::default();
    checks.text("statement", &new.statement, 5_000);
    if endorsed.issuer.id == endorser.id {
        checks.fail(field, UserErrorCode::Invalid, "an issuer cannot endorse itself");
    }
    if new.valid_until.is_some_and(|until| until <= service.now()) {
        checks.fail("validUntil", UserErrorCode::Invalid, "must lie ahead");
    }
    checks.finish()?;
    let mut work = Work::begin(service, actor).await?;
    status_list::hold(&work, endorser.id).await?;
    let given = endorsed.given.as_ref().map(|given| given.given.id);
    let said = endorsement::Entity::find()
        .filter(endorsement::Column::IssuerId.eq(endorser.id))
        .filter(endorsement::Column::EndorsedIssuerId.eq(endorsed.issuer.id))
        .filter(match given {
            Some(given) => endorsement::Column::VersionAwardId.eq(given),
            None => endorsement::Column::VersionAwardId.is_null(),
        })
        .filter(endorsement::Column::Statement.eq(&new.statement))
        .filter(endorsement::Column::WithdrawnAt.is_null())
        .one(work.tx())
        .await?;
    if said.is_some() {
        return Err(Error::user("statement", UserErrorCode::AlreadyDone, "just this was said before"));
    }
    let row = sign(service, &work, &endorser, &endorsed, new).await?;
    let mut detail = json!({ "endorsed": crate::ids::encode(Kind::Issuer, endorsed.issuer.id) });
    if let Some(given) = &endorsed.given {
        detail["award"] = json!(crate::ids::encode(Kind::Award, given.award.id));
    }
    let action = if endorsed.given.is_some() { "achievement.endorsed" } else { "issuer.endorsed" };
    work.audit(Some(endorser.id), action, (Kind::Endorsement, row.id), detail)?;
    work.commit().await?;
    Ok(row)
}

/// Signs and stores within one transaction: a single signature over a small document takes a few milliseconds.
async fn sign(
    service: &Service,
    work: &Work<'_>,
    endorser: &issuer::Model,
    endorsed: &Endorsed,
    new: NewEndorsement,
) -> Result<endorsement::Model> {
    let place = status_list::take(work, service, endorser, StatusPurpose::Revocation, 1)
        .await?
        .pop()
        .ok_or_else(|| Error::internal("a status list gave no place", endorser.id.to_string()))?;
    let key = signing_key::active(work.tx(), endorser.id).await?;
    let signer = signing_key::signer(service, endorser, &key)?;
    let id = work.new_id()?;
    let claims = EndorsementClaims {
        id,
        name: format!("Endorsement of {}", endorsed.name),
        description: None,
        issuer: profile::profile(endorser, Vec::new())?,
        endorsed: endorsed.id.clone(),
        comment: Some(new.statement.clone()),
        valid_from: work.now,
        valid_until: new.valid_until,
        status: vec![StatusEntry {
            purpose: "revocation".to_owned(),
            index: place.index,
            list: status_list::address(endorser, place.list),
        }],
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
        endorsed_issuer_id: Set(endorsed.issuer.id),
        version_award_id: Set(endorsed.given.as_ref().map(|given| given.given.id)),
        statement: Set(new.statement),
        signing_key_id: Set(key.id),
        document: Set(document),
        issued_at: Set(work.now),
        valid_until: Set(new.valid_until),
        list_id: Set(Some(place.list)),
        list_index: Set(i32::try_from(place.index).ok()),
        withdrawn_at: Set(None),
        declined_at: Set(None),
    };
    Ok(row.insert(work.tx()).await?)
}

/// The same error, with `issuer` called as this input calls it.
fn renamed(error: Error, field: &str) -> Error {
    let Error::User(mut errors) = error else { return error };
    for error in &mut errors {
        error.field = vec![field.to_owned()];
    }
    Error::User(errors)
}
