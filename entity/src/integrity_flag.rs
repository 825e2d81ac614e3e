//! Table `integrity_flag`. A doubt about the integrity of an attempt, or of an enrollment as a whole.

use sea_orm::entity::prelude::*;

use crate::enums::{ActorKind, FlagStatus, IntegrityCategory};

/// A doubt about the integrity of an attempt, or of an enrollment as a whole.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "integrity_flag")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The enrollment.
    pub enrollment_id: Uuid,
    /// The attempt; none where the enrollment as a whole is in doubt.
    pub attempt_id: Option<Uuid>,
    /// What is in doubt.
    pub category: IntegrityCategory,
    /// Where it stands.
    pub status: FlagStatus,
    /// In words.
    #[sea_orm(column_type = "Text")]
    pub note: String,
    /// When raised.
    pub raised_at: DateTimeUtc,
    /// What raised it.
    pub raised_by_kind: ActorKind,
    /// Who raised it.
    pub raised_by_id: Option<Uuid>,
    /// What was found, in words.
    #[sea_orm(column_type = "Text", nullable)]
    pub finding: Option<String>,
    /// When resolved.
    pub resolved_at: Option<DateTimeUtc>,
    /// What resolved it.
    pub resolved_by_kind: Option<ActorKind>,
    /// Who resolved it.
    pub resolved_by_id: Option<Uuid>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
