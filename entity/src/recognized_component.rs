//! Table `recognized_component`. A component that counts as done because it was learned before.

use sea_orm::entity::prelude::*;

/// A component that counts as done because it was learned before.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recognized_component")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// Of which enrollment.
    pub enrollment_id: Uuid,
    /// The component.
    pub component_id: Uuid,
    /// Since when.
    pub recognized_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
