//! Table `identity`. Whom a provider's subject stands for.

use sea_orm::entity::prelude::*;

/// Whom a provider's subject stands for.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The provider; null for this server's own tokens.
    pub provider_id: Option<Uuid>,
    /// The provider's id, or `self:` and the issuer's id (`self:` alone for operators): with `subject` the natural key, never null.
    #[sea_orm(column_type = "Text")]
    pub provider_key: String,
    /// The provider's `sub`.
    #[sea_orm(column_type = "Text")]
    pub subject: String,
    /// The person.
    pub person_id: Uuid,
    /// When first seen.
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
