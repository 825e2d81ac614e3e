//! Table `skill`. An entry of a published framework.

use sea_orm::entity::prelude::*;

/// An entry of a published framework.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "skill")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The framework.
    pub framework_id: Uuid,
    /// The framework's own address of it.
    #[sea_orm(column_type = "Text")]
    pub uri: String,
    /// Preferred label.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// The framework's code for it.
    #[sea_orm(column_type = "Text", nullable)]
    pub code: Option<String>,
    /// In words.
    #[sea_orm(column_type = "Text", nullable)]
    pub description: Option<String>,
    /// The framework's kind of entry.
    #[sea_orm(column_type = "Text", nullable)]
    pub kind: Option<String>,
    /// Other labels: list of strings.
    #[sea_orm(column_type = "JsonBinary")]
    pub alternative_labels: Json,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
