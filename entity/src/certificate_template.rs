//! Table `certificate_template`. How an issuer's certificates look, where it has chosen; one for each issuer.

use sea_orm::entity::prelude::*;

use crate::enums::Paper;

/// How an issuer's certificates look, where it has chosen.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate_template")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer: the tenant.
    pub issuer_id: Uuid,
    /// At the top.
    #[sea_orm(column_type = "Text", nullable)]
    pub heading: Option<String>,
    /// Before the holder's name.
    #[sea_orm(column_type = "Text", nullable)]
    pub introduction: Option<String>,
    /// Between the holder's name and the title.
    #[sea_orm(column_type = "Text", nullable)]
    pub statement: Option<String>,
    /// The same three by language: list of {language, heading, introduction, statement}; absent where there are none.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub translations: Option<Json>,
    /// Color of what stands out, as `#rrggbb`.
    #[sea_orm(column_type = "Text", nullable)]
    pub primary_color: Option<String>,
    /// Color beside it.
    #[sea_orm(column_type = "Text", nullable)]
    pub secondary_color: Option<String>,
    /// On which paper where nobody asks for another.
    pub paper: Option<Paper>,
    /// Who signs by hand: list of {name, role, picture}, pictures as PNG in base64.
    #[sea_orm(column_type = "JsonBinary")]
    pub signatures: Json,
    /// When made.
    pub created_at: DateTimeUtc,
    /// When last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
