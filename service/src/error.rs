//! The one error type of the service and its table of codes. It is rendered at the edge only; internals are logged there once and never shown.

use std::fmt;

/// Short for results of the service.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a caller can mend, by code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum UserErrorCode {
    /// Not of the right form.
    Invalid,
    /// Missing.
    Required,
    /// In use already.
    Taken,
    /// Names nothing that the caller may see.
    NotFound,
    /// Does not fit the present state.
    Conflict,
    /// The rule is not satisfied.
    NotEligible,
    /// No more are allowed.
    LimitReached,
    /// A prerequisite is missing.
    PrerequisiteMissing,
    /// Was done before.
    AlreadyDone,
    /// May be done later, and not yet.
    TooEarly,
    /// Was to be done earlier.
    TooLate,
    /// What it rests on is being looked into.
    UnderReview,
}

/// Something that the caller can mend: where, what and which kind.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct UserError {
    /// Path into the input, list positions in digits; empty where no field is at fault.
    pub field: Vec<String>,
    /// For people, in English.
    pub message: String,
    /// For programs.
    pub code: UserErrorCode,
}

impl UserError {
    /// An error at a dotted path: `rows.3.email`.
    pub fn at(path: &str, code: UserErrorCode, message: impl Into<String>) -> Self {
        let field = path.split('.').filter(|step| !step.is_empty()).map(str::to_owned).collect();
        Self { field, message: message.into(), code }
    }

    /// The same error, one level further in: `email` under `rows.3` becomes `rows.3.email`.
    #[must_use]
    pub fn under(mut self, path: &str) -> Self {
        let mut field: Vec<String> =
            path.split('.').filter(|step| !step.is_empty()).map(str::to_owned).collect();
        field.append(&mut self.field);
        self.field = field;
        self
    }
}

/// Why a command or a query failed.
pub enum Error {
    /// The caller can mend it: bad input or a state conflict. Nothing was written.
    User(Vec<UserError>),
    /// Nobody is signed in, or what was presented does not hold.
    Unauthenticated(&'static str),
    /// The caller may not; says what is missing.
    Forbidden(String),
    /// A single thing that was asked for by name does not exist, or not for this caller.
    NotFound(String),
    /// The idempotency key was sent before with something else.
    KeyReused,
    /// The command was done before under the same idempotency key, with this outcome; told again by `idempotency::once`.
    Repeated(serde_json::Value),
    /// A malformed request beyond what `User` can carry, such as a broken cursor.
    BadRequest(String),
    /// Something that this takes is away for now, an external signer say: what it is for the caller, and the cause for the log.
    Unavailable(&'static str, Box<dyn std::error::Error + Send + Sync>),
    /// A fault of ours: the first is for the log, readable alone; the second its cause.
    Internal(&'static str, Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// One user error at a dotted path.
    pub fn user(path: &str, code: UserErrorCode, message: impl Into<String>) -> Self {
        Self::User(vec![UserError::at(path, code, message)])
    }

    /// The same, with the paths of user errors one level further in.
    #[must_use]
    pub fn under(self, path: &str) -> Self {
        match self {
            Self::User(errors) => Self::User(errors.into_iter().map(|error| error.under(path)).collect()),
            other => other,
        }
    }

    /// A fault of ours.
    pub fn internal(what: &'static str, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(what, cause.into())
    }

    /// Whether another command, running at the same moment, was first with a value that is there only once. Done again, this one finds it.
    pub(crate) fn came_second(&self) -> bool {
        use sea_orm::{DbErr, SqlErr};
        let Error::Internal(_, cause) = self else { return false };
        let cause = cause.downcast_ref::<DbErr>().and_then(DbErr::sql_err);
        matches!(cause, Some(SqlErr::UniqueConstraintViolation(_)))
    }

    /// The code of a top-level GraphQL error; one table for all of them.
    pub fn code(&self) -> &'static str {
        match self {
            Error::User(_) | Error::BadRequest(_) => "BAD_REQUEST",
            Error::Unauthenticated(_) => "UNAUTHENTICATED",
            Error::Forbidden(_) => "FORBIDDEN",
            Error::NotFound(_) => "NOT_FOUND",
            Error::KeyReused => "IDEMPOTENCY_KEY_REUSED",
            Error::Unavailable(..) | Error::Internal(..) | Error::Repeated(_) => "INTERNAL",
        }
    }

    /// What may be shown to the caller.
    pub fn public_message(&self) -> String {
        match self {
            Error::User(errors) => errors
                .iter()
                .map(|error| match error.field.is_empty() {
                    true => error.message.clone(),
                    false => format!("{}: {}", error.field.join("."), error.message),
                })
                .collect::<Vec<_>>()
                .join("; "),
            Error::Unauthenticated(message) => (*message).to_owned(),
            Error::Forbidden(message) | Error::NotFound(message) | Error::BadRequest(message) => {
                message.clone()
            }
            Error::Unavailable(what, _) => format!("{what}; try again later"),
            Error::KeyReused => {
                "this idempotency key was sent before with other arguments or for another mutation".to_owned()
            }
            Error::Internal(..) | Error::Repeated(_) => {
                "internal error; the request id names it in the server's log".to_owned()
            }
        }
    }
}

/// For logs and for the command line; never for clients.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Unavailable(what, cause) | Error::Internal(what, cause) => write!(f, "{what}: {cause}"),
            other => f.write_str(&other.public_message()),
        }
    }
}

impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        Error::internal("a database statement failed", error)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Error::internal("a stored JSON value could not be read or written", error)
    }
}
