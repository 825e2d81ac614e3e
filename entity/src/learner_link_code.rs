//! Table `learner_link_code`. A one-time code by which a person shows that a learner's record is theirs.

use sea_orm::entity::prelude::*;

/// A one-time code by which a person shows that a learner's record is theirs.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "learner_link_code")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// Whose.
    pub learner_id: Uuid,
    /// The part of the code that finds it.
    #[sea_orm(column_type = "Text")]
    pub selector: String,
    /// SHA-256 of the rest.
    pub secret_hash: Vec<u8>,
    /// How many wrong tries are left.
    pub tries_left: i32,
    /// When made.
    pub created_at: DateTimeUtc,
    /// Until when it holds.
    pub expires_at: DateTimeUtc,
    /// When redeemed.
    pub used_at: Option<DateTimeUtc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
