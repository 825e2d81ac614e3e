//! Table `budget`. What a person or an API key has used of its budget of cost; one without a row has used nothing.

use sea_orm::entity::prelude::*;

/// What a person or an API key has used of its budget of cost.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "budget")]
pub struct Model {
    /// The person or key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    /// When the budget is full again, in microseconds since 1970.
    pub full_at: i64,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
