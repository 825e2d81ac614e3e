//! Table `signing_key`. A key that signs an issuer's credentials.

use sea_orm::entity::prelude::*;

use crate::enums::{KeyAlgorithm, KeyStatus};

/// A key that signs an issuer's credentials.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_key")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// Signature algorithm.
    pub algorithm: KeyAlgorithm,
    /// Multikey form of the public part.
    #[sea_orm(column_type = "Text")]
    pub public_multibase: String,
    /// Private part, encrypted under the master key.
    pub sealed_secret: Vec<u8>,
    /// Where it stands.
    pub status: KeyStatus,
    /// When made.
    pub created_at: DateTimeUtc,
    /// When it stopped signing.
    pub retired_at: Option<DateTimeUtc>,
    /// From when its signatures are not to be trusted.
    pub compromised_at: Option<DateTimeUtc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
