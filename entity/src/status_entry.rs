//! Table `status_entry`. One credential's place in a status list.

use sea_orm::entity::prelude::*;

/// One credential's place in a status list.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "status_entry")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The list.
    pub list_id: Uuid,
    /// Index in the list.
    pub list_index: i32,
    /// The credential.
    pub credential_id: Uuid,
    /// The bit: 0 or 1.
    pub value: i32,
    /// When the bit was last changed.
    pub set_at: Option<DateTimeUtc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
