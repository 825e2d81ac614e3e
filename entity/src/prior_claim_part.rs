//! Table `prior_claim_part`. An outcome or a component that a claim is about, and what was judged of it.

use sea_orm::entity::prelude::*;

use crate::enums::PriorVerdict;

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
    /// The claim's enrollment.
    pub enrollment_id: Uuid,
    /// Place in the order, from 1.
    pub position: i32,
    /// The outcome.
    pub outcome_id: Option<Uuid>,
    /// The component.
    pub component_id: Option<Uuid>,
    /// What was judged of it; none while it was not.
    pub verdict: Option<PriorVerdict>,
    /// The assessor's words.
    #[sea_orm(column_type = "Text", nullable)]
    pub feedback: Option<String>,
    /// Since when it is recognized.
    pub recognized_at: Option<DateTimeUtc>,
    /// Since when it is recognized no more.
    pub taken_back_at: Option<DateTimeUtc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
