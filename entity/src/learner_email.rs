//! Table `learner_email`. A further e-mail address of a learner; the primary one is the learner's own.

use sea_orm::entity::prelude::*;

/// A further e-mail address of a learner; the primary one is the learner's own.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "learner_email")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// Whose.
    pub learner_id: Uuid,
    /// The address.
    #[sea_orm(column_type = "Text")]
    pub address: String,
    /// When the issuer made sure that it is theirs.
    pub verified_at: Option<DateTimeUtc>,
    /// When added.
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
