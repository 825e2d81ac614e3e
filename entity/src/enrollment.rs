//! Table `enrollment`. A learner in one program version.

use sea_orm::entity::prelude::*;

use crate::enums::EnrollmentStatus;

/// A learner in one program version.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "enrollment")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// Who.
    pub learner_id: Uuid,
    /// In what.
    pub program_id: Uuid,
    /// In which version.
    pub version_id: Uuid,
    /// In which cohort.
    pub cohort_id: Option<Uuid>,
    /// The cohort, or the program where there is none: with learner and ordinal the natural key.
    pub place_id: Uuid,
    /// Which enrollment of this learner at this place, from 1.
    pub ordinal: i32,
    /// The sender's own id.
    #[sea_orm(column_type = "Text", nullable)]
    pub external_id: Option<String>,
    /// Where it stands.
    pub status: EnrollmentStatus,
    /// Code of its track.
    #[sea_orm(column_type = "Text", nullable)]
    pub track: Option<String>,
    /// When the learner's identity was checked.
    pub identity_verified_at: Option<DateTimeUtc>,
    /// When made.
    pub enrolled_at: DateTimeUtc,
    /// When begun.
    pub started_at: Option<DateTimeUtc>,
    /// When completed.
    pub completed_at: Option<DateTimeUtc>,
    /// When given up.
    pub withdrawn_at: Option<DateTimeUtc>,
    /// When ended without success.
    pub failed_at: Option<DateTimeUtc>,
    /// When it ran out of time.
    pub expired_at: Option<DateTimeUtc>,
    /// When it will run out of time, or was to end.
    pub ends_at: Option<DateTimeUtc>,
    /// When anything was last heard of it; `enrolled_at` at first.
    pub last_activity_at: DateTimeUtc,
    /// The learner's `sort_name`, so that a roster pages by it without a join.
    #[sea_orm(column_type = "Text")]
    pub sort_name: String,
    /// Share done, percent in ten-thousandths.
    pub percent: i64,
    /// Overall score, percent in ten-thousandths; -1 where there is none, since sort keys are never null.
    pub score: i64,
    /// Required components done.
    pub required_done: i32,
    /// Required components.
    pub required_total: i32,
    /// Since when a changed grade no longer supports its completion; null where it does.
    pub unsupported_since: Option<DateTimeUtc>,
    /// Since when nothing is awarded because what it rests on is in doubt; null where it is not.
    pub held_since: Option<DateTimeUtc>,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// When last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
