//! Table `portfolio_project`. Something that a person made and keeps beside what they earned. It belongs to the person, and to no issuer.

use sea_orm::entity::prelude::*;

/// Something that a person made and keeps beside what they earned.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "portfolio_project")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub person_id: Uuid,
    /// Title.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// In a line or two.
    #[sea_orm(column_type = "Text", nullable)]
    pub description: Option<String>,
    /// At length.
    #[sea_orm(column_type = "Text", nullable)]
    pub text: Option<String>,
    /// When begun.
    pub started_on: Option<Date>,
    /// When finished.
    pub ended_on: Option<Date>,
    /// Where to see it: list of {title, url}.
    #[sea_orm(column_type = "JsonBinary")]
    pub links: Json,
    /// What belongs to it and lies elsewhere: list of {name, mediaType, size, digest, url}.
    #[sea_orm(column_type = "JsonBinary")]
    pub files: Json,
    /// Whether the shared passport shows it.
    pub shown: bool,
    /// When made.
    pub created_at: DateTimeUtc,
    /// When last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
