//! Table `portfolio_attachment`. What a project shows: an outcome, a skill or a credential.

use sea_orm::entity::prelude::*;

/// What a project shows. One of outcome, skill and credential is set.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "portfolio_attachment")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub person_id: Uuid,
    /// The project.
    pub project_id: Uuid,
    /// Place in the order among those of its kind, from 1.
    pub position: i32,
    /// The learning outcome that it shows.
    pub outcome_id: Option<Uuid>,
    /// The skill that it shows.
    pub skill_id: Option<Uuid>,
    /// The credential that it belongs to.
    pub credential_id: Option<Uuid>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
