//! Table `enrollment_change`. A change of an enrollment's state: who, when, why.

use sea_orm::entity::prelude::*;

use crate::enums::{ActorKind, EnrollmentChangeKind, EnrollmentStatus};

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
    /// What was changed.
    pub kind: EnrollmentChangeKind,
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
    /// What it was before: a track's code, the id of a cohort or version; by the kind.
    #[sea_orm(column_type = "Text", nullable)]
    pub from_value: Option<String>,
    /// What it is since.
    #[sea_orm(column_type = "Text", nullable)]
    pub to_value: Option<String>,
    /// Why: a code or the caller's words without personal data.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
