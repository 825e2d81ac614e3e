//! Table `feed_consumer`. How far each of those has come who work the outbox off, once for all nodes.

use sea_orm::entity::prelude::*;

/// How far one who works the outbox off has come.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feed_consumer")]
pub struct Model {
    /// Who.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub name: String,
    /// The place of the last event that is done.
    pub position: i64,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
