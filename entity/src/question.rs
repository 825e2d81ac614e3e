//! Table `question`. A question of an assessment, with the key that it is marked by.

use sea_orm::entity::prelude::*;

use crate::enums::QuestionKind;

/// A question of an assessment, with the key that it is marked by.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "question")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The assessment.
    pub assessment_id: Uuid,
    /// Place in the order, from 1.
    pub position: i32,
    /// The issuer's own id, unique in the assessment.
    #[sea_orm(column_type = "Text")]
    pub external_id: String,
    /// How it is answered.
    pub kind: QuestionKind,
    /// What is asked.
    #[sea_orm(column_type = "Text")]
    pub prompt: String,
    /// Points to be had, in ten-thousandths.
    pub points: i64,
    /// What there is to choose from: ids and texts, never which are right.
    #[sea_orm(column_type = "JsonBinary")]
    pub choices: Json,
    /// What is right. Read only for marking, and for those who may see keys.
    #[sea_orm(column_type = "JsonBinary")]
    pub answer_key: Json,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
