//! Table `notice_template`. The words of an issuer's own for one kind of notice in one language.

use sea_orm::entity::prelude::*;

use crate::enums::NoticeKind;

/// The words of an issuer's own for one kind of notice in one language.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice_template")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer: the tenant.
    pub issuer_id: Uuid,
    /// Of what.
    pub kind: NoticeKind,
    /// In which language: BCP 47, in lower case.
    #[sea_orm(column_type = "Text")]
    pub language: String,
    /// The subject line, with placeholders.
    #[sea_orm(column_type = "Text")]
    pub subject: String,
    /// The text, with placeholders.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// When made.
    pub created_at: DateTimeUtc,
    /// When last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
