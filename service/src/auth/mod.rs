//! From what a request presents to an `Actor`. What does not hold is refused, never taken for anonymous.

pub mod api_key;
mod foreign;
mod jwks;
pub(crate) mod person;
pub mod provider;
mod token;

pub use api_key::{NewApiKey, create as create_api_key};
pub use person::{ensure as ensure_person, ensure_all as ensure_persons};
pub(crate) use token::sealed_for as token_key_sealed_for;
pub use token::{MintToken, TokenKey, mint};

use crate::Service;
use crate::actor::Actor;
use crate::error::Result;

/// What a request presents.
pub enum Presented {
    /// Nothing.
    Nothing,
    /// A JSON Web Token.
    Jwt(String),
    /// An API key.
    ApiKey(String),
}

/// Finds out who calls. `issuer_hint` is the slug of the header `Cairn-Issuer`.
#[crate::boxed]
pub async fn authenticate(
    service: &Service,
    presented: Presented,
    issuer_hint: Option<&str>,
) -> Result<Actor> {
    match presented {
        Presented::Nothing => Ok(Actor::anonymous()),
        Presented::ApiKey(secret) => api_key::authenticate(service, &secret).await,
        Presented::Jwt(jwt) => token::authenticate(service, &jwt, issuer_hint).await,
    }
}
