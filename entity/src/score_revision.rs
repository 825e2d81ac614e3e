//! Table `score_revision`. A score that was given to an attempt; the newest is the attempt's.

use sea_orm::entity::prelude::*;

use crate::enums::ActorKind;

/// A score that was given to an attempt; the newest is the attempt's.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "score_revision")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The attempt.
    pub attempt_id: Uuid,
    /// Points, in ten-thousandths.
    pub score: i64,
    /// Whether it passed.
    pub passed: Option<bool>,
    /// When.
    pub graded_at: DateTimeUtc,
    /// What graded.
    pub grader_kind: ActorKind,
    /// Who graded: a person or an API key.
    pub grader_id: Option<Uuid>,
    /// Why it was changed.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
