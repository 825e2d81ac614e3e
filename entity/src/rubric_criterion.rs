//! Table `rubric_criterion`. A criterion of a rubric.

use sea_orm::entity::prelude::*;

/// A criterion of a rubric.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rubric_criterion")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The assessment.
    pub assessment_id: Uuid,
    /// Place in the order, from 1.
    pub position: i32,
    /// In words.
    #[sea_orm(column_type = "Text")]
    pub criterion: String,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
