//! Table `appeal`. An objection to a grade.

use sea_orm::entity::prelude::*;

use crate::enums::{ActorKind, AppealStatus};

/// An objection to a grade.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "appeal")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The attempt.
    pub attempt_id: Uuid,
    /// Where it stands.
    pub status: AppealStatus,
    /// Why, in words.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// When made.
    pub filed_at: DateTimeUtc,
    /// What made it.
    pub filed_by_kind: ActorKind,
    /// Who made it.
    pub filed_by_id: Option<Uuid>,
    /// Points that it objects to, in ten-thousandths.
    pub score_before: Option<i64>,
    /// Points after the decision, in ten-thousandths.
    pub score_after: Option<i64>,
    /// The decision, in words.
    #[sea_orm(column_type = "Text", nullable)]
    pub decision: Option<String>,
    /// When decided.
    pub decided_at: Option<DateTimeUtc>,
    /// What decided.
    pub decided_by_kind: Option<ActorKind>,
    /// Who decided.
    pub decided_by_id: Option<Uuid>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
