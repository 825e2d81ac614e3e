//! Table `server_key`. A key of the server itself: signs its own tokens.

use sea_orm::entity::prelude::*;

/// A key of the server itself: signs its own tokens.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "server_key")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What it is for: `token`.
    #[sea_orm(column_type = "Text")]
    pub purpose: String,
    /// Public part, raw.
    pub public_key: Vec<u8>,
    /// Private part, encrypted under the master key.
    pub sealed_secret: Vec<u8>,
    /// When made.
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
