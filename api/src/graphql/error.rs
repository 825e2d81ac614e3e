//! How errors of the service reach clients: what a caller can mend as `userErrors`, denial and faults as top-level errors with a code.

use async_graphql::{Enum, ErrorExtensionValues, SimpleObject};
use cairn_service::error as service;

/// Short for results of resolvers.
pub type Result<T, E = ApiError> = std::result::Result<T, E>;

/// A service error on its way to the client. It has no `Display` on purpose: async-graphql shows clients the text of any error that has one.
pub struct ApiError(pub service::Error);

impl From<service::Error> for ApiError {
    fn from(error: service::Error) -> Self {
        Self(error)
    }
}

impl From<ApiError> for async_graphql::Error {
    fn from(error: ApiError) -> Self {
        let error = error.0;
        match &error {
            service::Error::Internal(what, cause) => tracing::error!(cause = %cause, "{what}"),
            service::Error::Unavailable(what, cause) => tracing::warn!(cause = %cause, "{what}"),
            _ => {}
        }
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", error.code());
        let mut shown = async_graphql::Error::new(error.public_message());
        shown.extensions = Some(extensions);
        shown
    }
}

/// What a caller can mend.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "service::UserErrorCode")]
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

/// Something that the caller can mend.
#[derive(SimpleObject, Clone, Debug)]
pub struct UserError {
    /// Path into the input, one step an item, list positions in digits: `["rows", "3", "email"]`; null where no field is at fault.
    pub field: Option<Vec<String>>,
    /// For people, in English.
    pub message: String,
    /// For programs.
    pub code: UserErrorCode,
}

impl From<service::UserError> for UserError {
    fn from(error: service::UserError) -> Self {
        let field = (!error.field.is_empty()).then_some(error.field);
        Self { field, message: error.message, code: error.code.into() }
    }
}

/// Turns a list of service errors into what clients see.
pub fn user_errors(errors: Vec<service::UserError>) -> Vec<UserError> {
    errors.into_iter().map(UserError::from).collect()
}
