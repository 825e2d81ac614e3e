//! Table `award`. One thing that a program gives when its rule is met; the same across versions.

use sea_orm::entity::prelude::*;

use crate::enums::AwardKind;

/// One thing that a program gives when its rule is met; the same across versions.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "award")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The program.
    pub program_id: Uuid,
    /// The issuer's own id, unique in the program.
    #[sea_orm(column_type = "Text")]
    pub external_id: String,
    /// What it is.
    pub kind: AwardKind,
    /// When made.
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
