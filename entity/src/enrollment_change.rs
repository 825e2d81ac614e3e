//! Table `enrollment_change`. A change of an enrollment's state: who, when, why.

use sea_orm::entity::prelude::*;

use crate::enums::{ActorKind, EnrollmentStatus};

/// A change of an enrollment's state: who, when, why.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "enrollment_change")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The enrollment.
    pub enrollment_id: Uuid,
    /// Where it stood; null when made.
    pub from_status: Option<EnrollmentStatus>,
    /// Where it stands since.
    pub to_status: EnrollmentStatus,
    /// When it happened.
    pub occurred_at: DateTimeUtc,
    /// When it was written down.
    pub recorded_at: DateTimeUtc,
    /// What acted.
    pub actor_kind: ActorKind,
    /// Who acted.
    pub actor_id: Option<Uuid>,
    /// Why: a code or the caller's words without personal data.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
