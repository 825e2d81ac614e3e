//! The credential a request presents, as its headers carry it. Whether it is valid, and whose it is, is for `service`.

use std::fmt;
use std::sync::Arc;

use actix_web::{
    HttpMessage, HttpRequest,
    http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, HeaderMap, HeaderValue, WWW_AUTHENTICATE},
};
use async_graphql::Data;
use cairn_service::{idempotency::Key, trace::Trace};
use futures_util::future::BoxFuture;

use super::{
    fair::{Account, address::Address},
    problem::{Code, Problem},
    trace::RequestId,
};

/// What every API key begins with.
const API_KEY_PREFIX: &str = "cairn_";
/// No credential of ours is near as long.
const MAX_CREDENTIAL_BYTES: usize = 8 * 1024;
/// So many letters tell which languages somebody reads.
const MAX_LANGUAGES: usize = 1_000;

/// A credential as presented, not yet checked.
#[derive(Clone, PartialEq, Eq)]
pub enum Presented {
    /// None at all: an anonymous request.
    None,
    /// A JSON Web Token.
    Jwt(String),
    /// An API key, its prefix included.
    ApiKey(String),
}

impl fmt::Debug for Presented {
    /// Names the kind alone: a credential never reaches a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Jwt(_) => "Jwt(…)",
            Self::ApiKey(_) => "ApiKey(…)",
        })
    }
}

/// Who asks, as far as the transport can tell.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The credential.
    pub presented: Presented,
    /// The header `Cairn-Issuer`: slug of the issuer that the caller means, where its credential leaves that open.
    pub issuer: Option<String>,
    /// The id of the HTTP request.
    pub request_id: Option<String>,
    /// The trace that the HTTP request is part of.
    pub trace: Option<Trace>,
    /// Where the request comes from.
    pub address: Address,
    /// The header `Idempotency-Key`.
    pub idempotency_key: Option<Arc<Key>>,
    /// The header `Accept-Language`.
    pub languages: Arc<str>,
}

/// What a request has once it is known who asks.
pub struct Session {
    /// What resolvers see: the actor, the request's dataloaders.
    pub data: Data,
    /// Whom the request counts against.
    pub account: Account,
    /// Whether who asks runs the server.
    pub operator: bool,
}

/// Turns a caller into a session. One call per request.
pub trait Sessions: Send + Sync + 'static {
    /// Opens the session of one request.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` for a credential that is not valid; never an anonymous session instead.
    fn open(&self, caller: Caller) -> BoxFuture<'_, Result<Session, Problem>>;
}

impl Caller {
    /// Who sends a request.
    ///
    /// # Errors
    /// Those of [`Caller::from_headers`].
    pub fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let caller = Self::from_headers(request.headers())?;
        let noted = request.extensions();
        let request_id = noted.get::<RequestId>().map(|id| id.0.clone());
        let trace = noted.get::<Trace>().cloned();
        let address = noted.get::<Address>().copied().unwrap_or(Address::UNKNOWN);
        Ok(Self { request_id, trace, address, ..caller })
    }

    /// Reads `Authorization`, `X-Api-Key`, `Cairn-Issuer`, `Idempotency-Key` and `Accept-Language`.
    ///
    /// # Errors
    /// 401 for a credential that cannot be one, or two at once; 400 for a `Cairn-Issuer` that cannot be a slug, and for
    /// a key that cannot be one.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, Problem> {
        let bearer = single(headers, AUTHORIZATION.as_str())?.map(from_authorization).transpose()?;
        let key = single(headers, "x-api-key")?.map(|value| from_api_key(value.trim())).transpose()?;
        let presented = match (bearer, key) {
            (None, None) => Presented::None,
            (Some(one), None) | (None, Some(one)) => one,
            (Some(one), Some(other)) if one == other => one,
            (Some(_), Some(_)) => return Err(unauthenticated("Two different credentials were presented.")),
        };
        let issuer = single(headers, "cairn-issuer")?.map(issuer_slug).transpose()?;
        let idempotency_key = single(headers, "idempotency-key")?.map(Key::new).transpose()?;
        let languages = languages_of(headers);
        let address = Address::UNKNOWN;
        Ok(Self { presented, issuer, request_id: None, trace: None, address, idempotency_key, languages })
    }
}

/// Reads the value of an `Authorization` header, wherever it came from.
///
/// # Errors
/// 401 for another scheme than `Bearer`, and for what can be neither a JWT nor an API key.
pub fn from_authorization(value: &str) -> Result<Presented, Problem> {
    let (scheme, credential) = value.trim().split_once(' ').unwrap_or((value.trim(), ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(unauthenticated("The Authorization header must be `Bearer <token>`."));
    }
    let credential = credential.trim();
    if credential.starts_with(API_KEY_PREFIX) {
        return from_api_key(credential);
    }
    let token_like = credential.split('.').count() == 3
        && credential.len() <= MAX_CREDENTIAL_BYTES
        && credential.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    if token_like {
        Ok(Presented::Jwt(credential.to_owned()))
    } else {
        Err(unauthenticated("The bearer token is neither a JWT nor an API key."))
    }
}

/// Reads an API key.
///
/// # Errors
/// 401 for what cannot be one.
pub fn from_api_key(value: &str) -> Result<Presented, Problem> {
    let key_like = value.starts_with(API_KEY_PREFIX)
        && value.len() <= MAX_CREDENTIAL_BYTES
        && value.bytes().all(|byte| byte.is_ascii_graphic());
    if key_like {
        Ok(Presented::ApiKey(value.to_owned()))
    } else {
        Err(unauthenticated("The API key is not one of this server's."))
    }
}

/// The languages that headers accept, as `Accept-Language` lists them.
pub fn languages_of(headers: &HeaderMap) -> Arc<str> {
    let accepted = headers.get_all(ACCEPT_LANGUAGE).filter_map(|value| value.to_str().ok());
    accepted_languages(&accepted.collect::<Vec<_>>().join(","))
}

/// What of an `Accept-Language` header is looked at, wherever it came from.
pub fn accepted_languages(value: &str) -> Arc<str> {
    value.chars().take(MAX_LANGUAGES).collect::<String>().into()
}

/// The slug in a `Cairn-Issuer` header.
///
/// # Errors
/// 400 for what cannot be a slug.
pub fn issuer_slug(value: &str) -> Result<String, Problem> {
    let slug = value.trim();
    let slug_like = (1..=128).contains(&slug.len())
        && slug.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    if slug_like {
        Ok(slug.to_owned())
    } else {
        Err(Problem::new(Code::BadRequest, "The header Cairn-Issuer is not the slug of an issuer."))
    }
}

/// 401 with the challenge that RFC 6750, section 3 asks for.
pub fn unauthenticated(message: &'static str) -> Problem {
    Problem::new(Code::Unauthenticated, message)
        .with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer error=\"invalid_token\""))
}

fn single<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Problem> {
    let mut values = headers.get_all(name);
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Problem::new(Code::BadRequest, format!("The header {name} is given twice.")));
    }
    match value.to_str() {
        Ok(text) => Ok(Some(text)),
        Err(_) => Err(Problem::new(Code::BadRequest, format!("The header {name} is not plain text."))),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderName;

    use super::*;

    fn caller(headers: &[(&'static str, &str)]) -> Result<Caller, Code> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        Caller::from_headers(&map).map_err(|problem| problem.code)
    }

    #[test]
    fn reads_each_kind() {
        let key = Presented::ApiKey("cairn_abc".into());
        assert_eq!(caller(&[]).unwrap().presented, Presented::None);
        assert_eq!(
            caller(&[("authorization", "bearer aa.bb.cc")]).unwrap().presented,
            Presented::Jwt("aa.bb.cc".into())
        );
        assert_eq!(caller(&[("authorization", "Bearer cairn_abc")]).unwrap().presented, key);
        assert_eq!(caller(&[("x-api-key", "cairn_abc")]).unwrap().presented, key);
        let both =
            [("x-api-key", "cairn_abc"), ("authorization", "Bearer cairn_abc"), ("cairn-issuer", "ou")];
        let both = caller(&both).unwrap();
        assert_eq!((both.presented, both.issuer.as_deref()), (key, Some("ou")));
    }

    #[test]
    fn what_is_not_a_credential_is_never_anonymous() {
        for headers in [
            &[("authorization", "")][..],
            &[("authorization", "Bearer")],
            &[("authorization", "Bearer ")],
            &[("authorization", "Basic dXNlcjpwdw==")],
            &[("authorization", "Bearer not-a-token")],
            &[("authorization", "Bearer a.b.c d")],
            &[("x-api-key", "")],
            &[("x-api-key", "secret")],
            &[("x-api-key", "cairn_a"), ("authorization", "Bearer cairn_b")],
        ] {
            assert_eq!(caller(headers).err(), Some(Code::Unauthenticated), "{headers:?}");
        }
        for headers in [
            &[("authorization", "Bearer a.b.c"), ("authorization", "Bearer a.b.c")][..],
            &[("cairn-issuer", "a b")],
            &[("cairn-issuer", "")],
        ] {
            assert_eq!(caller(headers).err(), Some(Code::BadRequest), "{headers:?}");
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        assert!(!format!("{:?}", Presented::ApiKey("cairn_secret".into())).contains("secret"));
    }
}
