//! Table `learning_outcome_skill`. An outcome's alignment to a skill.

use sea_orm::entity::prelude::*;

/// An outcome's alignment to a skill.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "learning_outcome_skill")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The outcome.
    pub outcome_id: Uuid,
    /// The skill.
    pub skill_id: Uuid,
    /// Place in the order, from 1.
    pub position: i32,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
