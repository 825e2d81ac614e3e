//! Table `review`. The judgement of one of several graders of an attempt.

use sea_orm::entity::prelude::*;

use crate::enums::{ReviewKind, ReviewStatus};

/// The judgement of one of several graders of an attempt.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "review")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The attempt.
    pub attempt_id: Uuid,
    /// As what it is judged.
    pub kind: ReviewKind,
    /// Who judged; none while a fellow learner is only asked.
    pub person_id: Option<Uuid>,
    /// The enrollment in which a fellow learner is asked.
    pub enrollment_id: Option<Uuid>,
    /// Where it stands.
    pub status: ReviewStatus,
    /// Points, in ten-thousandths.
    pub score: Option<i64>,
    /// Whether the work should be given back.
    pub requires_changes: bool,
    /// In words.
    #[sea_orm(column_type = "Text", nullable)]
    pub feedback: Option<String>,
    /// Points by criterion.
    #[sea_orm(column_type = "JsonBinary")]
    pub rubric: Json,
    /// Since when it is theirs to judge.
    pub assigned_at: DateTimeUtc,
    /// When judged.
    pub submitted_at: Option<DateTimeUtc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
