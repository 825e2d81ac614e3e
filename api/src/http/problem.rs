//! What is said when a request is refused: one table of codes, and the refusal rendered as a well-formed GraphQL error.
//! Rules about who may do what live in `service`; here is only how a refusal looks on the wire.

use std::borrow::Cow;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::{
    StatusCode,
    header::{HeaderName, HeaderValue, RETRY_AFTER},
};
use async_graphql::{ErrorExtensionValues, ServerError};
use cairn_service::error as service;
use serde_json::json;

/// After how long it is worth asking again for something that is away.
const AWAY_FOR: Duration = Duration::from_secs(10);

/// `extensions.code` of a top-level GraphQL error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// A credential is missing where one is needed, or the one presented is not valid.
    Unauthenticated,
    /// The caller is known and may not do this.
    Forbidden,
    /// No such thing, or none that this caller may see.
    NotFound,
    /// The request is not understood, or a value in it is not of its type.
    BadRequest,
    /// The GraphQL document has a syntax error.
    GraphqlParseFailed,
    /// The GraphQL document does not fit the schema.
    GraphqlValidationFailed,
    /// The request is larger, deeper or slower than the server allows.
    LimitExceeded,
    /// Too many requests in too short a time.
    RateLimited,
    /// The document that is named is not known: it is to be sent once, with its hash.
    PersistedQueryNotFound,
    /// Nothing but trusted documents is served.
    PersistedQueryOnly,
    /// The idempotency key was used before with other arguments.
    IdempotencyKeyReused,
    /// A fault of the server; its cause is in the log under the request id.
    Internal,
}

impl Code {
    /// The spelling on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::BadRequest => "BAD_REQUEST",
            Self::GraphqlParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::GraphqlValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::LimitExceeded => "LIMIT_EXCEEDED",
            Self::RateLimited => "RATE_LIMITED",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::PersistedQueryOnly => "PERSISTED_QUERY_ONLY",
            Self::IdempotencyKeyReused => "IDEMPOTENCY_KEY_REUSED",
            Self::Internal => "INTERNAL",
        }
    }

    /// The HTTP status where the whole request is refused for this reason.
    pub fn status(self) -> StatusCode {
        match self {
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::PersistedQueryOnly => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::BadRequest
            | Self::GraphqlParseFailed
            | Self::GraphqlValidationFailed
            | Self::PersistedQueryNotFound
            | Self::LimitExceeded => StatusCode::BAD_REQUEST,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::IdempotencyKeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// A request refused as a whole, before or instead of execution.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The HTTP status; by default that of the code.
    pub status: StatusCode,
    /// The reason for programs.
    pub code: Code,
    /// The reason for people. Never holds internals, secrets or personal data.
    pub message: Cow<'static, str>,
    /// Headers that belong to the refusal (`Allow`, `WWW-Authenticate`, `Retry-After` …).
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// A refusal with the code's own status.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status: code.status(), code, message: message.into(), headers: Vec::new() }
    }

    /// The same with another status.
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The same with a header more.
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// A fault of the server: the caller learns nothing but the code. Log the cause before.
    pub fn internal() -> Self {
        Self::new(Code::Internal, "The server failed to answer this request.")
    }

    /// The HTTP response of this refusal where the answer is no GraphQL response.
    pub fn to_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status);
        for (name, value) in &self.headers {
            answer.insert_header((name.clone(), value.clone()));
        }
        answer.json(json!({
            "errors": [{ "message": self.message, "extensions": { "code": self.code.as_str() } }]
        }))
    }

    /// The GraphQL error of this refusal.
    pub fn to_error(&self) -> ServerError {
        graphql_error(self.code, self.message.clone())
    }
}

impl From<service::Error> for Problem {
    /// Logs a fault of ours and shows nothing of it.
    fn from(error: service::Error) -> Self {
        let code = match &error {
            service::Error::User(_) | service::Error::BadRequest(_) => Code::BadRequest,
            service::Error::Unauthenticated(message) => return super::auth::unauthenticated(message),
            service::Error::Forbidden(_) => Code::Forbidden,
            service::Error::NotFound(_) => Code::NotFound,
            service::Error::KeyReused => Code::IdempotencyKeyReused,
            service::Error::Unavailable(what, cause) => {
                tracing::warn!(cause = %cause, "{what}");
                return Self::new(Code::Internal, error.public_message())
                    .with_status(StatusCode::SERVICE_UNAVAILABLE)
                    .with_header(RETRY_AFTER, HeaderValue::from(AWAY_FOR.as_secs()));
            }
            service::Error::Repeated(_) => {
                tracing::error!("an idempotent repeat was not told as one");
                return Self::internal();
            }
            service::Error::Internal(what, cause) => {
                tracing::error!(cause = %cause, "{what}");
                return Self::internal();
            }
        };
        Self::new(code, error.public_message())
    }
}

/// A GraphQL error with its code, without place or path.
pub fn graphql_error(code: Code, message: impl Into<String>) -> ServerError {
    let mut error = ServerError::new(message, None);
    set_code(&mut error, code);
    error
}

/// Gives an error its `extensions.code`.
pub fn set_code(error: &mut ServerError, code: Code) {
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("code", code.as_str());
}

/// Whether an error carries an `extensions.code`.
pub fn has_code(error: &ServerError) -> bool {
    error.extensions.as_ref().is_some_and(|values| values.get("code").is_some())
}
