//! Table `party`. An organization that has a part in programs.

use sea_orm::entity::prelude::*;

/// An organization that has a part in programs.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "party")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// Name.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Its site.
    #[sea_orm(column_type = "Text", nullable)]
    pub url: Option<String>,
    /// The issuer here, where it is one.
    pub linked_issuer_id: Option<Uuid>,
    /// When made.
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
