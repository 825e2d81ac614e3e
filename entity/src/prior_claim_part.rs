//! Table `prior_claim_part`. An outcome or a component that a claim is about, and what was judged of it.

use sea_orm::entity::prelude::*;

/// An outcome or a component that a claim is about, and what was judged of it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "prior_claim_part")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The claim.
    pub claim_id: Uuid,
    /// Place in the order, from 1.
    pub position: i32,
    /// The outcome.
    pub outcome_id: Option<Uuid>,
    /// The component.
    pub component_id: Option<Uuid>,
    /// Whether it is recognized; none while not judged.
    pub recognized: Option<bool>,
    /// In words.
    #[sea_orm(column_type = "Text", nullable)]
    pub words: Option<String>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
