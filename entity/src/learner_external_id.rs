//! Table `learner_external_id`. A further external id of a learner, in another system of the issuer's.

use sea_orm::entity::prelude::*;

/// A further external id of a learner, in another system of the issuer's.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "learner_external_id")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// Whose.
    pub learner_id: Uuid,
    /// Which system: `sis`, `lms`; `merged` for the id of a duplicate, `erased` for what stands in the place of one
    /// of an erased learner.
    #[sea_orm(column_type = "Text")]
    pub system: String,
    /// The id there; no two learners of an issuer share one, whatever the system.
    #[sea_orm(column_type = "Text")]
    pub external_id: String,
    /// When added.
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
