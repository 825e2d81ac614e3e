//! Table `component`. A place in a version, filled by a module or by another program.

use sea_orm::entity::prelude::*;

/// A place in a version, filled by a module or by another program.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "component")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The version.
    pub version_id: Uuid,
    /// Place in the order, from 1.
    pub position: i32,
    /// Whether it must be done.
    pub required: bool,
    /// The group of electives it belongs to.
    #[sea_orm(column_type = "Text", nullable)]
    pub group_code: Option<String>,
    /// The module that fills it.
    pub module_id: Option<Uuid>,
    /// The program that fills it.
    pub component_program_id: Option<Uuid>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
