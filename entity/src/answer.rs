//! Table `answer`. A question that was put in an attempt, and the answer to it.

use sea_orm::entity::prelude::*;

/// A question that was put in an attempt, and the answer to it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "answer")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The attempt.
    pub attempt_id: Uuid,
    /// The question.
    pub question_id: Uuid,
    /// Place in the attempt, from 1.
    pub position: i32,
    /// What was answered.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub given: Option<Json>,
    /// Points for it, in ten-thousandths; none while not marked.
    pub points: Option<i64>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
