//! Table `endorsement`. One issuer's signed statement for another.

use sea_orm::entity::prelude::*;

/// One issuer's signed statement for another.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "endorsement")]
pub struct Model {
    /// Time-sortable id; also the id of the signed document.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that endorses: the tenant.
    pub issuer_id: Uuid,
    /// The issuer that is endorsed.
    pub endorsed_issuer_id: Uuid,
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
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
