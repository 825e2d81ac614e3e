//! Table `endorsement`. One issuer's signed statement for another, or for one of its achievements.

use sea_orm::entity::prelude::*;

/// One issuer's signed statement for another, or for one of its achievements.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "endorsement")]
pub struct Model {
    /// Time-sortable id; also the id of the signed document.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that endorses: the tenant.
    pub issuer_id: Uuid,
    /// The issuer that is endorsed, or whose achievement is.
    pub endorsed_issuer_id: Uuid,
    /// The award as one published version gives it, where that is what is endorsed.
    pub version_award_id: Option<Uuid>,
    /// What it says.
    #[sea_orm(column_type = "Text")]
    pub statement: String,
    /// The key that signed it.
    pub signing_key_id: Uuid,
    /// The signed EndorsementCredential.
    #[sea_orm(column_type = "Text")]
    pub document: String,
    /// When signed.
    pub issued_at: DateTimeUtc,
    /// Until when it holds; null without end.
    pub valid_until: Option<DateTimeUtc>,
    /// The endorser's status list that tells of its withdrawal.
    pub list_id: Option<Uuid>,
    /// Its index in the list.
    pub list_index: Option<i32>,
    /// When its endorser withdrew it.
    pub withdrawn_at: Option<DateTimeUtc>,
    /// When the endorsed declined it.
    pub declined_at: Option<DateTimeUtc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
