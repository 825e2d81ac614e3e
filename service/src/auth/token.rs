//! JSON Web Tokens: the server's own, signed with its token key (EdDSA), and the place where those of trusted providers are checked.

use cairn_entity::enums::ActorKind;
use cairn_entity::{issuer, server_key};
use chrono::TimeDelta;
use ed25519_dalek::SigningKey;
use hmac::Mac;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{foreign, person};
use crate::actor::{Actor, Role};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::{Error, Result, UserErrorCode};
use crate::random::Random;
use crate::seal::{self, MasterKey};
use crate::{Service, Work};

/// Audience of the server's own tokens.
const AUDIENCE: &str = "cairn";
/// Seconds that clocks may differ by.
pub(super) const LEEWAY: i64 = 30;
/// Begins the PKCS#8 form (version 1) of an Ed25519 key; the 32-byte seed follows (RFC 8410, section 7).
const PKCS8_PREFIX: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// The claims of the server's own tokens.
#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    iat: i64,
    exp: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    roles: Vec<String>,
    /// Slug of the issuer meant; absent for operators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cairn_issuer: Option<String>,
}

/// The key that signs the server's own tokens.
pub struct TokenKey {
    kid: String,
    public: [u8; 32],
    encoding: EncodingKey,
    decoding: DecodingKey,
    /// Makes tags that last longer than the master key: this one is only sealed anew when that changes.
    seed: [u8; 32],
}

impl TokenKey {
    /// Loads the key; at the very first start of a database makes it under the id given.
    #[crate::boxed]
    pub async fn load_or_create(
        db: &Db,
        master: &MasterKey,
        clock: &dyn Clock,
        random: &dyn Random,
        id: Uuid,
    ) -> Result<Self> {
        if let Some(row) = find(db).await? {
            return Self::open(&row, master);
        }
        let mut seed = [0; 32];
        random.fill(&mut seed)?;
        let row = server_key::ActiveModel {
            id: Set(id),
            purpose: Set("token".to_owned()),
            public_key: Set(SigningKey::from_bytes(&seed).verifying_key().to_bytes().to_vec()),
            sealed_secret: Set(master.seal(random, &sealed_for(id), &seed)?),
            created_at: Set(clock.now()),
        };
        let tx = db.write().await?;
        // Two nodes may start at once: the first one's key stands.
        server_key::Entity::insert(row)
            .on_conflict_do_nothing_on([server_key::Column::Purpose])
            .exec_without_returning(&tx)
            .await?;
        tx.commit().await?;
        let row = find(db)
            .await?
            .ok_or_else(|| Error::internal("the token key vanished", "no row after insert"))?;
        Self::open(&row, master)
    }

    fn open(row: &server_key::Model, master: &MasterKey) -> Result<Self> {
        let seed = master.open(&sealed_for(row.id), &row.sealed_secret)?;
        let public: [u8; 32] = row
            .public_key
            .as_slice()
            .try_into()
            .map_err(|error| Error::internal("the token key is not an Ed25519 key", Box::new(error)))?;
        Ok(Self {
            kid: row.id.to_string(),
            public,
            encoding: EncodingKey::from_ed_der(&[PKCS8_PREFIX.as_slice(), &seed].concat()),
            decoding: DecodingKey::from_ed_der(&public),
            seed: seed
                .try_into()
                .map_err(|_| Error::internal("the token key is not an Ed25519 key", "its length"))?,
        })
    }

    /// A tag (HMAC-SHA256) that only this server can make for a purpose and a message, for as long as its database lives.
    pub fn tag(&self, purpose: &str, message: &[u8]) -> Result<Vec<u8>> {
        Ok(seal::mac(self.seed, purpose, message)?.finalize().into_bytes().to_vec())
    }

    /// Whether the tag for a purpose and a message begins like this.
    pub fn begins_tag(&self, purpose: &str, message: &[u8], begin: &[u8]) -> Result<bool> {
        Ok(seal::mac(self.seed, purpose, message)?.verify_truncated_left(begin).is_ok())
    }

    /// The public part as a JSON Web Key Set (RFC 7517, RFC 8037).
    pub fn jwks(&self) -> serde_json::Value {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        serde_json::json!({ "keys": [{
            "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA",
            "kid": self.kid, "x": URL_SAFE_NO_PAD.encode(self.public),
        }] })
    }
}

async fn find(db: &Db) -> Result<Option<server_key::Model>> {
    Ok(server_key::Entity::find().filter(server_key::Column::Purpose.eq("token")).one(db.reader()).await?)
}

/// What the secret of the token key is sealed for.
pub(crate) fn sealed_for(id: Uuid) -> String {
    format!("server_key:{id}")
}

/// A token to be made.
pub struct MintToken {
    /// The issuer meant; `None` for an operator.
    pub issuer: Option<Uuid>,
    /// The role that it grants.
    pub role: Role,
    /// Whom it stands for: the learner's external id, or a name of staff; the role's name where absent.
    pub subject: Option<String>,
    /// How long it holds.
    pub lifetime: TimeDelta,
}

/// Makes a token of the server's own, for development and scripts. The person behind the subject is made at first sight.
#[crate::boxed]
pub async fn mint(service: &Service, actor: &Actor, new: MintToken) -> Result<String> {
    actor.require_operator()?;
    if new.issuer.is_none() != (new.role == Role::Operator) {
        let message = "the role operator goes without an issuer, every other role with one";
        return Err(Error::user("role", UserErrorCode::Invalid, message));
    }
    if new.lifetime <= TimeDelta::zero() || new.lifetime > TimeDelta::days(366) {
        return Err(Error::user(
            "ttl",
            UserErrorCode::Invalid,
            "must be longer than nothing and at most 366 days",
        ));
    }
    let slug = match new.issuer {
        Some(id) => Some(
            issuer::Entity::find_by_id(id)
                .one(service.db.reader())
                .await?
                .map(|row| row.slug)
                .ok_or_else(|| Error::user("issuer", UserErrorCode::NotFound, "there is no such issuer"))?,
        ),
        None => None,
    };
    let subject = new.subject.unwrap_or_else(|| new.role.name().to_owned());
    let work = Work::begin(service, actor).await?;
    person::ensure(&work, service, new.issuer, &subject).await?;
    work.commit().await?;
    let now = service.now();
    let claims = Claims {
        iss: service.config.public_url.clone(),
        aud: AUDIENCE.to_owned(),
        sub: subject,
        iat: now.timestamp(),
        exp: (now + new.lifetime).timestamp(),
        nbf: None,
        roles: vec![new.role.name().to_owned()],
        cairn_issuer: slug,
    };
    let header = Header { kid: Some(service.token_key.kid.clone()), ..Header::new(Algorithm::EdDSA) };
    encode(&header, &claims, &service.token_key.encoding)
        .map_err(|error| Error::internal("a token could not be signed", error))
}

/// The actor of a token.
#[crate::boxed]
pub async fn authenticate(service: &Service, jwt: &str, issuer_hint: Option<&str>) -> Result<Actor> {
    let header = decode_header(jwt).map_err(|_| Error::Unauthenticated("the token is no JSON Web Token"))?;
    if header.kid.as_deref() != Some(&service.token_key.kid) {
        return foreign::authenticate(service, jwt, &header, issuer_hint).await;
    }
    let claims = verify_own(service, jwt)?;
    let slug = claims.cairn_issuer.as_deref().or(issuer_hint);
    let roles: Vec<Role> = claims.roles.iter().filter_map(|name| Role::of_name(name)).collect();
    if roles.is_empty() {
        return Err(Error::Unauthenticated("the token grants no role that this server knows"));
    }
    let issuer = match slug {
        _ if roles.contains(&Role::Operator) => None,
        None => None,
        Some(slug) => Some(
            issuer::Entity::find()
                .filter(issuer::Column::Slug.eq(slug))
                .one(service.db.reader())
                .await?
                .map(|row| row.id)
                .ok_or(Error::Unauthenticated("the token names an issuer that is not here"))?,
        ),
    };
    let person = person::find(service.db.reader(), &person::own_provider_key(issuer), &claims.sub)
        .await?
        .ok_or(Error::Unauthenticated("the token's subject is unknown here"))?;
    let label = roles.iter().map(|role| role.name()).collect::<Vec<_>>().join(",");
    Ok(Actor { kind: ActorKind::Person, id: Some(person), label, issuer, roles, ..Actor::anonymous() })
}

/// Checks signature, audience, issuer and times of one of the server's own tokens.
fn verify_own(service: &Service, jwt: &str) -> Result<Claims> {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_audience(&[AUDIENCE]);
    validation.set_issuer(&[&service.config.public_url]);
    validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
    // Times are held against the injected clock below.
    validation.validate_exp = false;
    let claims = decode::<Claims>(jwt, &service.token_key.decoding, &validation)
        .map_err(|_| {
            Error::Unauthenticated("the token does not hold: signature, audience or issuer is wrong")
        })?
        .claims;
    let now = service.now().timestamp();
    if claims.exp + LEEWAY <= now {
        return Err(expired());
    }
    if claims.nbf.unwrap_or(claims.iat) > now + LEEWAY {
        return Err(too_early());
    }
    Ok(claims)
}

pub(super) fn expired() -> Error {
    Error::Unauthenticated("the token has expired")
}

pub(super) fn too_early() -> Error {
    Error::Unauthenticated("the token is not valid yet")
}

impl Service {
    /// The server's own token key, public part, as a JSON Web Key Set.
    pub fn jwks(&self) -> serde_json::Value {
        self.token_key.jwks()
    }
}
