//! Table `program_version_party`. A party's part in a version.

use sea_orm::entity::prelude::*;

use crate::enums::PartyRole;

/// A party's part in a version.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "program_version_party")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The version.
    pub version_id: Uuid,
    /// The party.
    pub party_id: Uuid,
    /// What it does.
    pub role: PartyRole,
    /// Place in the order, from 1.
    pub position: i32,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
