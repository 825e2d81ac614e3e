//! Table `prior_claim`. A claim that something was learned before.

use sea_orm::entity::prelude::*;

use crate::enums::{ActorKind, PriorClaimStatus};

/// A claim that something was learned before.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "prior_claim")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// Of which enrollment.
    pub enrollment_id: Uuid,
    /// Where it stands.
    pub status: PriorClaimStatus,
    /// What is claimed, in words.
    #[sea_orm(column_type = "Text")]
    pub statement: String,
    /// The assessor's words on the whole.
    #[sea_orm(column_type = "Text", nullable)]
    pub feedback: Option<String>,
    /// When last handed in.
    pub submitted_at: Option<DateTimeUtc>,
    /// When decided, or more evidence asked for.
    pub decided_at: Option<DateTimeUtc>,
    /// What reviews or decided it.
    pub assessor_kind: Option<ActorKind>,
    /// Who reviews or decided it.
    pub assessor_id: Option<Uuid>,
    /// Why it was withdrawn, or its decision taken back.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    /// When made.
    pub created_at: DateTimeUtc,
    /// When last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
