//! Table `rubric_score`. Points of an attempt for a criterion.

use sea_orm::entity::prelude::*;

/// Points of an attempt for a criterion.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rubric_score")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The attempt.
    pub attempt_id: Uuid,
    /// The criterion.
    pub criterion_id: Uuid,
    /// The level reached.
    pub level_id: Option<Uuid>,
    /// Points, in ten-thousandths.
    pub points: i64,
    /// In words.
    #[sea_orm(column_type = "Text", nullable)]
    pub feedback: Option<String>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
