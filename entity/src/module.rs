//! Table `module`. A unit of learning in one version.

use sea_orm::entity::prelude::*;

/// A unit of learning in one version.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "module")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The version.
    pub version_id: Uuid,
    /// The issuer's own id, unique in the version.
    #[sea_orm(column_type = "Text")]
    pub external_id: String,
    /// Title.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// Notional hours, in ten-thousandths.
    pub workload_hours: Option<i64>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
