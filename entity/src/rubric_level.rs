//! Table `rubric_level`. A level of a criterion.

use sea_orm::entity::prelude::*;

/// A level of a criterion.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rubric_level")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The criterion.
    pub criterion_id: Uuid,
    /// Place in the order, lowest first, from 1.
    pub position: i32,
    /// Its name.
    #[sea_orm(column_type = "Text")]
    pub label: String,
    /// Its points, in ten-thousandths.
    pub points: i64,
    /// In words.
    #[sea_orm(column_type = "Text", nullable)]
    pub description: Option<String>,
    /// Whether work at this level is given back for changes.
    pub requires_changes: bool,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
