//! The classes of the Open Badges 3.0 model (section B, "Open Badges v3 Data Model"), with the members that the current context defines.
//! `endorsementJwt` is not among those, so it cannot be signed and is left out.

/// Defines a class: every optional member absent when empty, members in camel case.
macro_rules! class {
    ($(#[$meta:meta])* $name:ident { $($(#[$member:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $name { $($(#[$member])* pub $field: $kind,)* }
    };
}

mod achievement;
mod annex;
mod organization;
mod subject;

pub use achievement::{Achievement, Alignment, Criteria, Related, ResultDescription, RubricCriterionLevel};
pub use annex::{CredentialSchema, RefreshService, TermsOfUse};
pub use organization::{Address, GeoCoordinates, IdentifierEntry, Image, Profile};
pub use subject::{AchievementSubject, Evidence, Result};
