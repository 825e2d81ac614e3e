//! Table `program_version_award`. An award as one version states it.

use sea_orm::entity::prelude::*;

/// An award as one version states it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "program_version_award")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The version.
    pub version_id: Uuid,
    /// The award.
    pub award_id: Uuid,
    /// Place in the order, from 1.
    pub position: i32,
    /// Title.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// What it is good for.
    #[sea_orm(column_type = "Text", nullable)]
    pub description: Option<String>,
    /// For how long it is valid; null for ever.
    pub valid_months: Option<i32>,
    /// The credit given: list of {amount, scheme}.
    #[sea_orm(column_type = "JsonBinary")]
    pub credits: Json,
    /// Whether it is issued as soon as it is earned, without being asked for.
    pub issued_by_itself: bool,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
