//! Table `cohort_due_date`. Until when a cohort is to hand in for an assessment of its program.

use sea_orm::entity::prelude::*;

/// Until when a cohort is to hand in for an assessment of its program.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cohort_due_date")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The cohort.
    pub cohort_id: Uuid,
    /// External id of the assessment, in whatever version.
    #[sea_orm(column_type = "Text")]
    pub assessment: String,
    /// Until when.
    pub due_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
