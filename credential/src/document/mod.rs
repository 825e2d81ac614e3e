//! Open Badges 3.0 documents: the model's classes as types, what an issuer claims, and the way from claims to a signed document.
//! What is signed is well-formed by construction; what the types cannot say (dates in order, links that lead somewhere) is
//! checked before signing, member by member.

mod claims;
pub(crate) mod direct;
mod endorsement;
mod given;
mod model;
mod number;
mod recipient;
mod record;
mod tag;
mod validate;
pub mod vocabulary;

pub use claims::{Claims, Prepared, Signed, StatusEntry, prepare};
pub use endorsement::{EndorsementClaims, prepare_endorsement};
pub use given::{Given, prepare_given};
pub use model::{
    Achievement, AchievementSubject, Address, Alignment, CredentialSchema, Criteria, Evidence,
    GeoCoordinates, IdentifierEntry, Image, Profile, RefreshService, Related, Result, ResultDescription,
    RubricCriterionLevel, TermsOfUse,
};
pub use number::Number;
pub use recipient::{IdentityObject, identity_hash};
pub use record::{Association, RecordClaims, RecordRoom, prepare_record};
pub use validate::{ClaimsError, Problem, is_iri};
