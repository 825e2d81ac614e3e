//! Table `prior_claim`. A claim that something was learned before.

use sea_orm::entity::prelude::*;

use crate::enums::{ActorKind, ClaimStatus};

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
    pub status: ClaimStatus,
    /// What is claimed, in words.
    #[sea_orm(column_type = "Text")]
    pub statement: String,
    /// When made.
    pub filed_at: DateTimeUtc,
    /// What made it.
    pub filed_by_kind: ActorKind,
    /// Who made it.
    pub filed_by_id: Option<Uuid>,
    /// The judgement, in words.
    #[sea_orm(column_type = "Text", nullable)]
    pub words: Option<String>,
    /// When judged.
    pub decided_at: Option<DateTimeUtc>,
    /// What judged.
    pub decided_by_kind: Option<ActorKind>,
    /// Who judged.
    pub decided_by_id: Option<Uuid>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
