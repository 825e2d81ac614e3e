//! Table `learning_outcome`. What the learner can do after.

use sea_orm::entity::prelude::*;

/// What the learner can do after.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "learning_outcome")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The version.
    pub version_id: Uuid,
    /// The program's own code for it.
    #[sea_orm(column_type = "Text")]
    pub code: String,
    /// In words.
    #[sea_orm(column_type = "Text")]
    pub statement: String,
    /// Place in the order, from 1.
    pub position: i32,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
