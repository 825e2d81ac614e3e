//! Table `program`. What can be earned: the stable thing behind its versions.

use sea_orm::entity::prelude::*;

/// What can be earned: the stable thing behind its versions.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "program")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The issuer's own id.
    #[sea_orm(column_type = "Text", nullable)]
    pub external_id: Option<String>,
    /// Short name in addresses; unique on the server, never changes.
    #[sea_orm(column_type = "Text")]
    pub slug: String,
    /// The version that the public sees: the newest published one.
    pub current_version_id: Option<Uuid>,
    /// The version being written.
    pub draft_version_id: Option<Uuid>,
    /// When made.
    pub created_at: DateTimeUtc,
    /// When it or a version last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
