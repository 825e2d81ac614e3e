//! Table `attempt`. One try at an assessment.

use sea_orm::entity::prelude::*;

use crate::enums::{AttemptStatus, IdentityCheck, Supervision};

/// One try at an assessment.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attempt")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// Whose.
    pub enrollment_id: Uuid,
    /// At what.
    pub assessment_id: Uuid,
    /// Which try, from 1.
    pub number: i32,
    /// The sender's own id, unique in the enrollment.
    #[sea_orm(column_type = "Text", nullable)]
    pub external_id: Option<String>,
    /// Where it stands.
    pub status: AttemptStatus,
    /// Points, in ten-thousandths.
    pub score: Option<i64>,
    /// Points to be had, in ten-thousandths.
    pub max_score: i64,
    /// Whether it passed.
    pub passed: Option<bool>,
    /// The grader's words.
    #[sea_orm(column_type = "Text", nullable)]
    pub feedback: Option<String>,
    /// When handed in.
    pub submitted_at: Option<DateTimeUtc>,
    /// When graded.
    pub graded_at: Option<DateTimeUtc>,
    /// `submitted_at`, else `graded_at`, else when made: never null.
    pub sort_submitted_at: DateTimeUtc,
    /// `graded_at`, or the end of time while not graded.
    pub sort_graded_at: DateTimeUtc,
    /// The event that made it.
    pub event_id: Option<Uuid>,
    /// When begun, where that was told.
    pub started_at: Option<DateTimeUtc>,
    /// When its time is up.
    pub ends_at: Option<DateTimeUtc>,
    /// Until when it was due.
    pub due_at: Option<DateTimeUtc>,
    /// Points before what was taken off for handing in late, in ten-thousandths.
    pub earned: Option<i64>,
    /// Share of the points that is taken off for handing in late, percent in ten-thousandths.
    pub penalty: i64,
    /// How it was supervised, as observed.
    pub supervision: Option<Supervision>,
    /// Who supervised.
    #[sea_orm(column_type = "Text", nullable)]
    pub proctor: Option<String>,
    /// How identity was checked, as observed.
    pub identity_check: Option<IdentityCheck>,
    /// By what identity was checked.
    #[sea_orm(column_type = "Text", nullable)]
    pub identity_method: Option<String>,
    /// When that was recorded.
    pub observed_at: Option<DateTimeUtc>,
    /// Whether its graders are so far apart that a moderator decides.
    pub awaits_moderation: bool,
    /// Whether it was taken out because a doubt about its integrity was upheld: it uses up its try.
    pub disqualified: bool,
    /// When made.
    pub created_at: DateTimeUtc,
    /// When last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
