//! Giving endorsements, in three steps as credentials are issued: a place in the endorser's status list is reserved, the document is signed outside
//! any transaction, and stored while its key still signs.

use cairn_credential::document::{EndorsementClaims, StatusEntry, prepare_endorsement};
use cairn_entity::enums::{AwardKind, StatusPurpose};
use cairn_entity::{endorsement, issuer};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
};
use serde_json::json;
use uuid::Uuid;

use crate::actor::{Actor, Scope};
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::issuance::catalogue::{GivenAward, given_awards};
use crate::issuance::{achievement, profile};
use crate::reference::{IssuerReference, Reference};
use crate::status_list::Place;
use crate::validate::Checks;
use crate::{Service, Work, program, signing_key, status_list};

/// Most endorsements of the same thing by one endorser that hold at a time; those that were declined are among them.
const MOST_BY_ONE: u64 = 5;

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
    /// What names it in the input.
    field: &'static str,
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
    let endorsed =
        Endorsed { id: issuer.did.clone(), name: issuer.name.clone(), given: None, issuer, field: "issuer" };
    endorse(service, actor, endorser, endorsed, new).await
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
        field: "program",
    };
    endorse(service, actor, endorser, endorsed, new).await
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
) -> Result<endorsement::Model> {
    let mut checks = Checks::default();
    checks.text("statement", &new.statement, 5_000);
    if endorsed.issuer.id == endorser.id {
        checks.fail(endorsed.field, UserErrorCode::Invalid, "an issuer cannot endorse itself");
    }
    if new.valid_until.is_some_and(|until| until <= service.now()) {
        checks.fail("validUntil", UserErrorCode::Invalid, "must lie ahead");
    }
    checks.finish()?;
    let place = reserve(service, actor, &endorser, &endorsed, &new.statement).await?;
    for _ in 0..signing_key::MOST_TRIES {
        let signed = sign(service, &endorser, &endorsed, &new, place).await?;
        if let Some(row) = finish(service, actor, &endorsed, signed).await? {
            return Ok(row);
        }
    }
    Err(signing_key::too_fast(endorser.id))
}

/// Refuses to say the same twice, and too much. The endorser is on hold.
async fn refuse_more(work: &Work<'_>, endorser: Uuid, endorsed: &Endorsed, statement: &str) -> Result<()> {
    let of_it = Condition::all()
        .add(endorsement::Column::IssuerId.eq(endorser))
        .add(endorsement::Column::EndorsedIssuerId.eq(endorsed.issuer.id))
        .add(match &endorsed.given {
            Some(given) => endorsement::Column::VersionAwardId.eq(given.given.id),
            None => endorsement::Column::VersionAwardId.is_null(),
        })
        .add(endorsement::Column::WithdrawnAt.is_null());
    let said = endorsement::Entity::find()
        .filter(of_it.clone())
        .filter(endorsement::Column::Statement.eq(statement))
        .one(work.tx())
        .await?;
    if said.is_some() {
        return Err(Error::user("statement", UserErrorCode::AlreadyDone, "just this was said before"));
    }
    let until = endorsement::Column::ValidUntil;
    let held = endorsement::Entity::find()
        .filter(of_it)
        .filter(Condition::any().add(until.is_null()).add(until.gt(work.now)))
        .count(work.tx())
        .await?;
    if held >= MOST_BY_ONE {
        let message = format!("{held} endorsements of it by this issuer hold already; withdraw one first");
        return Err(Error::user(endorsed.field, UserErrorCode::LimitReached, message));
    }
    Ok(())
}

/// Takes a place in the endorser's list. Where nothing comes of it the place stays unused, as one in 131,072 may.
async fn reserve(
    service: &Service,
    actor: &Actor,
    endorser: &issuer::Model,
    endorsed: &Endorsed,
    statement: &str,
) -> Result<Place> {
    let work = Work::begin(service, actor).await?;
    let endorser = status_list::hold(&work, endorser.id).await?;
    refuse_more(&work, endorser.id, endorsed, statement).await?;
    let place = status_list::take(&work, service, &endorser, StatusPurpose::Revocation, 1)
        .await?
        .pop()
        .ok_or_else(|| Error::internal("a status list gave no place", endorser.id.to_string()))?;
    work.commit().await?;
    Ok(place)
}

/// Signs, outside any transaction: the signer may be far away.
async fn sign(
    service: &Service,
    endorser: &issuer::Model,
    endorsed: &Endorsed,
    new: &NewEndorsement,
    place: Place,
) -> Result<endorsement::Model> {
    let key = signing_key::active(service.db.reader(), endorser.id).await?;
    let signer = signing_key::signer(service, endorser, &key)?;
    let id = service.new_id()?;
    let now = service.now();
    let claims = EndorsementClaims {
        id,
        name: format!("Endorsement of {}", endorsed.name),
        description: None,
        issuer: profile::profile(endorser, Vec::new())?,
        endorsed: endorsed.id.clone(),
        comment: Some(new.statement.clone()),
        valid_from: now,
        valid_until: new.valid_until,
        status: vec![StatusEntry {
            purpose: "revocation".to_owned(),
            index: place.index,
            list: status_list::address(endorser, place.list),
        }],
    };
    let signed = tokio::task::spawn_blocking(move || {
        let prepared = prepare_endorsement(claims)
            .map_err(|error| Error::internal("an endorsement is not well-formed", error))?;
        prepared
            .sign(&signer, now)
            .map_err(|error| signing_key::unsigned("an endorsement could not be signed", error))
    });
    let signed = signed.await.map_err(|error| Error::internal("signing was broken off", error))??;
    let document = String::from_utf8(signed.into_bytes())
        .map_err(|error| Error::internal("a signed endorsement is no text", error))?;
    Ok(endorsement::Model {
        id,
        issuer_id: endorser.id,
        endorsed_issuer_id: endorsed.issuer.id,
        version_award_id: endorsed.given.as_ref().map(|given| given.given.id),
        statement: new.statement.clone(),
        signing_key_id: key.id,
        document,
        issued_at: now,
        valid_until: new.valid_until,
        list_id: Some(place.list),
        list_index: i32::try_from(place.index).ok(),
        withdrawn_at: None,
        declined_at: None,
    })
}

/// Stores what was signed; `None` where its key signs no more.
async fn finish(
    service: &Service,
    actor: &Actor,
    endorsed: &Endorsed,
    signed: endorsement::Model,
) -> Result<Option<endorsement::Model>> {
    let mut work = Work::begin(service, actor).await?;
    status_list::hold(&work, signed.issuer_id).await?;
    refuse_more(&work, signed.issuer_id, endorsed, &signed.statement).await?;
    if signing_key::hold_active(work.tx(), &[signed.signing_key_id]).await?.is_empty() {
        return Ok(None);
    }
    let row = signed.into_active_model().reset_all().insert(work.tx()).await?;
    let mut detail = json!({ "endorsed": crate::ids::encode(Kind::Issuer, endorsed.issuer.id) });
    if let Some(given) = &endorsed.given {
        detail["award"] = json!(crate::ids::encode(Kind::Award, given.award.id));
    }
    let action = if endorsed.given.is_some() { "achievement.endorsed" } else { "issuer.endorsed" };
    work.audit(Some(row.issuer_id), action, (Kind::Endorsement, row.id), detail)?;
    work.keep(&row)?;
    work.commit().await?;
    Ok(Some(row))
}

/// The same error, with `issuer` called as this input calls it.
fn renamed(error: Error, field: &str) -> Error {
    let Error::User(mut errors) = error else { return error };
    for error in &mut errors {
        error.field = vec![field.to_owned()];
    }
    Error::User(errors)
}
