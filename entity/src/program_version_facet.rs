//! Table `program_version_facet`. A fact of a version that lists are filtered by.

use sea_orm::entity::prelude::*;

use crate::enums::FacetKind;

/// A fact of a version that lists are filtered by.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "program_version_facet")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The version.
    pub version_id: Uuid,
    /// Which kind of fact.
    pub kind: FacetKind,
    /// Its text: `EQF:6`, `ECTS`, `GBP`, a skill's id.
    #[sea_orm(column_type = "Text")]
    pub value: String,
    /// Its number, in ten-thousandths; 0 where it has none.
    pub amount: i64,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
