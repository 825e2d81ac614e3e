//! Table `bulk_row`. A row of a bulk operation.

use sea_orm::entity::prelude::*;

use crate::enums::BulkOutcome;

/// A row of a bulk operation.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bulk_row")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The operation.
    pub operation_id: Uuid,
    /// Place in the input, from 0.
    pub row_index: i32,
    /// What it is about.
    pub enrollment_id: Option<Uuid>,
    /// The award that it is about.
    pub award_id: Option<Uuid>,
    /// The credential issued or found.
    pub credential_id: Option<Uuid>,
    /// What came of it beside these: a learner, an attempt.
    pub subject_id: Option<Uuid>,
    /// What became of it; null until done.
    pub outcome: Option<BulkOutcome>,
    /// Why not: list of {field, message, code}.
    #[sea_orm(column_type = "JsonBinary")]
    pub errors: Json,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
