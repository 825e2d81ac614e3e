//! Tokens of trusted providers of identity: their checks, and the person and learner whom they stand for.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cairn_entity::enums::ActorKind;
use cairn_entity::{identity, identity_provider, issuer, learner, person};
use jsonwebtoken::{Header, Validation, decode};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::token::{LEEWAY, expired, too_early};
use super::{jwks, person as persons, provider};
use crate::actor::{Actor, Role};
use crate::error::{Error, Result};
use crate::ids::Kind;
use crate::learner as learners;
use crate::{Service, Work, work};

type Claims = Map<String, Value>;

const NOBODY: Error = Error::Unauthenticated("the token was signed by nobody whom this server trusts");

/// The actor of a token that another has signed.
pub(super) async fn authenticate(
    service: &Service,
    jwt: &str,
    header: &Header,
    issuer_hint: Option<&str>,
) -> Result<Actor> {
    let stated = unverified(jwt).ok_or(NOBODY)?;
    let provider = provider_of(service, &stated).await?.ok_or(NOBODY)?;
    let claims = verify(service, jwt, header, &provider).await?;
    let subject = text(&claims, "sub").ok_or(Error::Unauthenticated("the token has no subject"))?;
    let roles = roles(&claims, &provider.roles_claim);
    if roles.is_empty() {
        return Err(Error::Unauthenticated("the token grants no role that this server knows"));
    }
    let issuer = issuer_meant(service, &provider, &claims, issuer_hint).await?;
    let person = person_of(service, &provider, issuer.as_ref(), &subject, &claims).await?;
    let label = roles.iter().map(|role| role.name()).collect::<Vec<_>>().join(",");
    let issuer = issuer.map(|row| row.id);
    Ok(Actor { kind: ActorKind::Person, id: Some(person), label, issuer, roles, ..Actor::anonymous() })
}

/// What a token states, before anything of it is checked: only to find who is to check it.
fn unverified(jwt: &str) -> Option<Claims> {
    let payload = jwt.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

/// The trusted provider that a token names, with an audience that it is for.
async fn provider_of(service: &Service, claims: &Claims) -> Result<Option<identity_provider::Model>> {
    let Some(issuer_url) = text(claims, "iss") else { return Ok(None) };
    let rows = identity_provider::Entity::find()
        .filter(identity_provider::Column::IssuerUrl.eq(issuer_url))
        .all(service.db.reader())
        .await?;
    let audiences = texts(claims.get("aud"));
    Ok(rows.into_iter().find(|row| audiences.contains(&row.audience)))
}

/// Checks signature, issuer, audience and times (RFC 7519, section 7.2).
async fn verify(
    service: &Service,
    jwt: &str,
    header: &Header,
    provider: &identity_provider::Model,
) -> Result<Claims> {
    let wrong = Error::Unauthenticated("the token does not hold: signature, audience or issuer is wrong");
    if !jwks::ALGORITHMS.contains(&header.alg) {
        return Err(Error::Unauthenticated("tokens are signed with RS256, ES256 or EdDSA"));
    }
    let key = jwks::key(service, &provider.jwks_uri, header.kid.as_deref()).await.map_err(|why| {
        tracing::warn!(provider = %provider.id, why, "the keys of an identity provider could not be fetched");
        Error::Unauthenticated("the keys of the token's issuer cannot be had at present")
    })?;
    let Some(key) = key else { return Err(wrong) };
    let mut validation = Validation::new(header.alg);
    validation.set_audience(&[&provider.audience]);
    validation.set_issuer(&[&provider.issuer_url]);
    validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
    // Times are held against the injected clock below.
    validation.validate_exp = false;
    let claims = decode::<Claims>(jwt, &key, &validation).map_err(|_| wrong)?.claims;
    let moment = |name: &str| claims.get(name).and_then(Value::as_f64).map(|seconds| seconds as i64);
    let now = service.now().timestamp();
    match (moment("exp"), moment("nbf")) {
        (Some(until), _) if until + LEEWAY <= now => Err(expired()),
        (None, _) => Err(expired()),
        (_, Some(from)) if from > now + LEEWAY => Err(too_early()),
        _ => Ok(claims),
    }
}

/// The roles that a claim grants: texts in a list, or in one text. A name with dots leads into objects where there is no such claim. Nobody else's
/// token makes an operator.
fn roles(claims: &Claims, name: &str) -> Vec<Role> {
    let found = claims.get(name).or_else(|| {
        let mut steps = name.split('.');
        let first = claims.get(steps.next()?)?;
        steps.try_fold(first, |value, step| value.get(step))
    });
    let mut roles: Vec<Role> = texts(found).iter().filter_map(|name| Role::of_name(name)).collect();
    roles.retain(|role| *role != Role::Operator);
    roles.dedup();
    roles
}

fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => text.split([' ', ',']).map(str::to_owned).collect(),
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn text(claims: &Claims, name: &str) -> Option<String> {
    let value = claims.get(name)?.as_str()?;
    // What no column takes names nobody.
    (!value.is_empty() && value.len() <= 255 && !value.contains('\0')).then(|| value.to_owned())
}

/// The issuer that a caller means: the one that is named, else the provider's only one.
async fn issuer_meant(
    service: &Service,
    provider: &identity_provider::Model,
    claims: &Claims,
    hint: Option<&str>,
) -> Result<Option<issuer::Model>> {
    let mut served =
        provider::served(service, &[provider.id]).await?.remove(&provider.id).unwrap_or_default();
    if served.is_empty() {
        return Err(NOBODY);
    }
    let named = text(claims, "cairn_issuer");
    match named.as_deref().or(hint) {
        Some(slug) => {
            let found = served.into_iter().find(|row| row.slug == slug);
            let error = Error::Unauthenticated("the token is not good for the issuer that is named");
            Ok(Some(found.ok_or(error)?))
        }
        None if served.len() == 1 => Ok(served.pop()),
        None => Ok(None),
    }
}

/// The person behind a subject, made at first sight; linked to the learner record whose external id the provider vouches for.
async fn person_of(
    service: &Service,
    provider: &identity_provider::Model,
    issuer: Option<&issuer::Model>,
    subject: &str,
    claims: &Claims,
) -> Result<Uuid> {
    let on = service.db.reader();
    let known = persons::find(on, &provider.id.to_string(), subject).await?;
    let named = provider.learner_claim.as_deref().and_then(|claim| text(claims, claim));
    let meant = issuer.zip(named);
    let settled = match (&known, &meant) {
        (None, _) => false,
        (Some(_), None) => true,
        // Linked to this person or to another: either way nothing is to be done.
        (Some(_), Some((issuer, external_id))) => match learners::by_external_id(on, issuer.id, external_id)
            .await?
        {
            Some(row) => row.person_id.is_some() || row.erased_at.is_some(),
            None => !provider.creates_learners || learners::was_erased(on, issuer.id, external_id).await?,
        },
    };
    match known {
        Some(person) if settled => Ok(person),
        _ => {
            let meant = meant.as_ref().map(|(issuer, external_id)| (*issuer, external_id.as_str()));
            work::again(|| first_sight(service, provider, meant, subject, claims)).await
        }
    }
}

async fn first_sight(
    service: &Service,
    provider: &identity_provider::Model,
    meant: Option<(&issuer::Model, &str)>,
    subject: &str,
    claims: &Claims,
) -> Result<Uuid> {
    let actor = meant.map_or_else(Actor::system, |(issuer, _)| Actor::system_for(issuer.id));
    let mut work = Work::begin(service, &actor).await?;
    let key = provider.id.to_string();
    let person = match persons::find(work.tx(), &key, subject).await? {
        Some(person) => person,
        None => {
            let id = work.new_id()?;
            let name = text(claims, "name");
            person::ActiveModel { id: Set(id), name: Set(name), created_at: Set(work.now) }
                .insert(work.tx())
                .await?;
            identity::ActiveModel {
                id: Set(work.new_id()?),
                provider_id: Set(Some(provider.id)),
                provider_key: Set(key),
                subject: Set(subject.to_owned()),
                person_id: Set(id),
                created_at: Set(work.now),
            }
            .insert(work.tx())
            .await?;
            id
        }
    };
    if let Some((issuer, external_id)) = meant {
        link(&mut work, provider, issuer, external_id, person, claims).await?;
    }
    work.commit().await?;
    Ok(person)
}

/// Links a learner record that belongs to nobody yet; makes it where the provider may.
async fn link(
    work: &mut Work<'_>,
    provider: &identity_provider::Model,
    issuer: &issuer::Model,
    external_id: &str,
    person: Uuid,
    claims: &Claims,
) -> Result<()> {
    let found = learners::by_external_id(work.tx(), issuer.id, external_id).await?;
    let row = match found {
        Some(row) => row,
        None if !provider.creates_learners => return Ok(()),
        None if learners::was_erased(work.tx(), issuer.id, external_id).await? => return Ok(()),
        None => {
            let row = learners::from_claims(work, issuer.id, external_id, |name| text(claims, name))?;
            work.audit(
                Some(issuer.id),
                "learner.created",
                (Kind::Learner, row.id),
                json!({ "by": provider.id }),
            )?;
            crate::save::rows::<learner::Entity>(work.tx(), vec![row.clone()]).await?;
            row
        }
    };
    if row.person_id.is_some() || row.erased_at.is_some() {
        return Ok(());
    }
    learner::Entity::update_many()
        .col_expr(learner::Column::PersonId, Expr::value(person))
        .col_expr(learner::Column::UpdatedAt, Expr::value(work.now))
        .filter(learner::Column::Id.eq(row.id))
        .filter(learner::Column::PersonId.is_null())
        .exec(work.tx())
        .await?;
    work.audit(Some(issuer.id), "learner.linked", (Kind::Learner, row.id), json!({ "by": provider.id }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_read_in_every_shape_and_never_make_an_operator() {
        let of = |claims: Value, name: &str| roles(claims.as_object().unwrap(), name);
        assert_eq!(of(json!({ "roles": ["learner", "operator", "x"] }), "roles"), [Role::Learner]);
        assert_eq!(of(json!({ "roles": "learner instructor" }), "roles"), [Role::Learner, Role::Instructor]);
        let nested = json!({ "realm_access": { "roles": ["analyst"] } });
        assert_eq!(of(nested, "realm_access.roles"), [Role::Analyst]);
        let lti = "https://purl.imsglobal.org/spec/lti/claim/roles";
        let uri = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner";
        assert_eq!(of(json!({ lti: [uri] }), lti), [Role::Learner]);
        assert!(of(json!({ "roles": 7 }), "roles").is_empty());
    }
}
