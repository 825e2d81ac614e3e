//! Table `notice_setting`. Whether and of what an issuer's learners are told by e-mail; one for each issuer that has chosen.

use sea_orm::entity::prelude::*;

/// Whether and of what an issuer's learners are told by e-mail.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice_setting")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer: the tenant.
    pub issuer_id: Uuid,
    /// Whether anything is sent.
    pub enabled: bool,
    /// What is told: list of the kinds of notices.
    #[sea_orm(column_type = "JsonBinary")]
    pub kinds: Json,
    /// How many days before its end a credential is told of.
    pub days_before_expiry: i32,
    /// Where answers go.
    #[sea_orm(column_type = "Text", nullable)]
    pub reply_to: Option<String>,
    /// The language of notices to learners whose own is not known, or has no text; BCP 47.
    #[sea_orm(column_type = "Text")]
    pub language: String,
    /// The place in the outbox after which it is told of what happens.
    pub since_position: i64,
    /// When made.
    pub created_at: DateTimeUtc,
    /// When last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
