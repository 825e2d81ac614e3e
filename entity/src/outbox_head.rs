//! Table `outbox_head`. One row: the last place that an event was given. Whoever gives places holds it.

use sea_orm::entity::prelude::*;

/// The last place that an event was given.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox_head")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The last place; 0 before the first.
    pub position: i64,
    /// The last place whose event is no longer kept; 0 while all are.
    pub pruned: i64,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
