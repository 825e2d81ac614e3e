//! Table `kept_outcome`. What became of a request that carried an idempotency key, for a repeat of it.

use sea_orm::entity::prelude::*;

/// What became of a request that carried an idempotency key.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "kept_outcome")]
pub struct Model {
    /// SHA-256 of who asked, with which rights, and of the key; in hexadecimal digits.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub key_digest: String,
    /// SHA-256 of the mutation's field and of its arguments; in hexadecimal digits.
    #[sea_orm(column_type = "Text")]
    pub request_digest: String,
    /// When the key was first used.
    pub created_at: DateTimeUtc,
    /// The outcome: ids, row outcomes, user errors. None while the command has not ended.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub outcome: Option<Json>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
