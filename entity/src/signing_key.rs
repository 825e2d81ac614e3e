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
    /// Private part, encrypted under the master key; empty where an external signer keeps it.
    pub sealed_secret: Vec<u8>,
    /// Where it stands.
    pub status: KeyStatus,
    /// When made.
    pub created_at: DateTimeUtc,
    /// When it stopped signing.
    pub retired_at: Option<DateTimeUtc>,
    /// From when its signatures are not to be trusted.
    pub compromised_at: Option<DateTimeUtc>,
    /// What the external signer that keeps the private part calls it; null where it is kept here.
    #[sea_orm(column_type = "Text", nullable)]
    pub remote_name: Option<String>,
    /// Why it was given up, in the words of who did; may be personal.
    #[sea_orm(column_type = "Text", nullable)]
    pub compromise_note: Option<String>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
