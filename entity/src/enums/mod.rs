//! Values of enumerated columns, stored as text: the variant's name in snake case, in the database as in JSON.

mod assessment;
mod credential;
mod enrollment;
mod issuer;
mod notice;
mod operation;
mod prior;
mod program;

pub use assessment::*;
pub use credential::*;
pub use enrollment::*;
pub use issuer::*;
pub use notice::*;
pub use operation::*;
pub use prior::*;
pub use program::*;

/// An enumerated column: what all of them derive, and how they are stored, in one place.
macro_rules! text_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($body:tt)* }) => {
        $(#[$meta])*
        #[derive(
            Clone,
            Copy,
            Debug,
            PartialEq,
            Eq,
            PartialOrd,
            Ord,
            Hash,
            sea_orm::EnumIter,
            sea_orm::DeriveActiveEnum,
            serde::Serialize,
            serde::Deserialize,
        )]
        #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($body)* }
    };
}
use text_enum;
