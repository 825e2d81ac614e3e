//! Table `cohort_staff`. Who teaches or assesses a cohort.

use sea_orm::entity::prelude::*;

use crate::enums::StaffRole;

/// Who teaches or assesses a cohort.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cohort_staff")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The cohort.
    pub cohort_id: Uuid,
    /// The person.
    pub person_id: Uuid,
    /// What they do.
    pub role: StaffRole,
    /// Since when.
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
