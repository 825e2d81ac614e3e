//! Table `learner`. A person as one issuer knows them.

use sea_orm::entity::prelude::*;

use crate::enums::NoticeChoice;

/// A person as one issuer knows them.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "learner")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The issuer's own id.
    #[sea_orm(column_type = "Text")]
    pub external_id: String,
    /// The person, once linked; e-mail alone never links.
    pub person_id: Option<Uuid>,
    /// Full name.
    #[sea_orm(column_type = "Text", nullable)]
    pub name: Option<String>,
    /// Given name.
    #[sea_orm(column_type = "Text", nullable)]
    pub given_name: Option<String>,
    /// Family name.
    #[sea_orm(column_type = "Text", nullable)]
    pub family_name: Option<String>,
    /// What lists sort by, case-folded; empty when unknown.
    #[sea_orm(column_type = "Text")]
    pub sort_name: String,
    /// An attribute, never an identity.
    #[sea_orm(column_type = "Text", nullable)]
    pub email: Option<String>,
    /// Their decentralized identifier, where they gave one.
    #[sea_orm(column_type = "Text", nullable)]
    pub did: Option<String>,
    /// Preferred language, BCP 47.
    #[sea_orm(column_type = "Text", nullable)]
    pub language: Option<String>,
    /// Further attributes of the sender.
    #[sea_orm(column_type = "JsonBinary")]
    pub attributes: Json,
    /// When made.
    pub created_at: DateTimeUtc,
    /// When last changed.
    pub updated_at: DateTimeUtc,
    /// When erased: from then on no personal value is kept.
    pub erased_at: Option<DateTimeUtc>,
    /// When the issuer made sure that the address is theirs.
    pub email_verified_at: Option<DateTimeUtc>,
    /// The record that this duplicate was merged into.
    pub merged_into_id: Option<Uuid>,
    /// Whether they get notices by e-mail.
    pub notices: NoticeChoice,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
