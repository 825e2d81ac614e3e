//! Table `skill_framework`. A published framework of skills: ESCO, O*NET, a CASE framework.

use sea_orm::entity::prelude::*;

/// A published framework of skills: ESCO, O*NET, a CASE framework.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "skill_framework")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The publisher's address of it.
    #[sea_orm(column_type = "Text")]
    pub uri: String,
    /// Name.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Who publishes it.
    #[sea_orm(column_type = "Text", nullable)]
    pub publisher: Option<String>,
    /// Under which licence.
    #[sea_orm(column_type = "Text", nullable)]
    pub license: Option<String>,
    /// When loaded.
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
