//! Table `learning_event`. An immutable statement about an enrollment.

use sea_orm::entity::prelude::*;

use crate::enums::{EventOutcome, EventType};

/// An immutable statement about an enrollment.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "learning_event")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The sender.
    pub source_id: Uuid,
    /// The sender's id: with source the natural key.
    #[sea_orm(column_type = "Text")]
    pub event_id: String,
    /// SHA-256 of the content, to tell a repeat from a conflict.
    pub content_hash: Vec<u8>,
    /// What it states.
    pub event_type: EventType,
    /// Of which.
    pub enrollment_id: Uuid,
    /// Of which component; null for the whole.
    pub component_id: Option<Uuid>,
    /// At what.
    pub assessment_id: Option<Uuid>,
    /// When it happened, by the sender.
    pub occurred_at: DateTimeUtc,
    /// When it came in.
    pub received_at: DateTimeUtc,
    /// Share done, percent in ten-thousandths.
    pub percent: Option<i64>,
    /// Points, in ten-thousandths.
    pub score: Option<i64>,
    /// Points to be had, in ten-thousandths.
    pub max_score: Option<i64>,
    /// The sender's id of the event that this one corrects or voids.
    #[sea_orm(column_type = "Text", nullable)]
    pub corrects: Option<String>,
    /// The event that voided this one or took its place; null while it counts.
    pub annulled_by_id: Option<Uuid>,
    /// What it did when it came.
    pub outcome: EventOutcome,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
