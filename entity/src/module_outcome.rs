//! Table `module_outcome`. An outcome that a module leads to.

use sea_orm::entity::prelude::*;

/// An outcome that a module leads to.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "module_outcome")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The module.
    pub module_id: Uuid,
    /// The outcome.
    pub outcome_id: Uuid,
    /// Place in the order, from 1.
    pub position: i32,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
