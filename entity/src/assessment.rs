//! Table `assessment`. A test of what a learner can do: of a version, or a line item of one cohort.

use sea_orm::entity::prelude::*;

use crate::enums::{AssessmentKind, GradingMode, IdentityCheck, Supervision};

/// A test of what a learner can do: of a version, or a line item of one cohort.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "assessment")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The program.
    pub program_id: Uuid,
    /// The version it is frozen with.
    pub version_id: Option<Uuid>,
    /// The cohort it belongs to.
    pub cohort_id: Option<Uuid>,
    /// The module it belongs to.
    pub module_id: Option<Uuid>,
    /// The issuer's own id, unique in the version or cohort.
    #[sea_orm(column_type = "Text")]
    pub external_id: String,
    /// Title.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// In words.
    #[sea_orm(column_type = "Text", nullable)]
    pub description: Option<String>,
    /// The gradebook's category.
    #[sea_orm(column_type = "Text", nullable)]
    pub category: Option<String>,
    /// What it is.
    pub kind: AssessmentKind,
    /// Place in the order, from 1.
    pub position: i32,
    /// Share of the overall score, in ten-thousandths.
    pub weight: i64,
    /// Points to pass, in ten-thousandths.
    pub pass_mark: Option<i64>,
    /// Fewest points, in ten-thousandths.
    pub min_score: i64,
    /// Points to be had, in ten-thousandths.
    pub max_score: i64,
    /// Most attempts; null without limit.
    pub max_attempts: Option<i32>,
    /// How supervised.
    pub supervision: Supervision,
    /// How identity is checked.
    pub identity_check: IdentityCheck,
    /// Who grades.
    pub grading: GradingMode,
    /// Until when.
    pub due_at: Option<DateTimeUtc>,
    /// Rules beyond points and tries: `service::attempt::Rules`.
    #[sea_orm(column_type = "JsonBinary")]
    pub rules: Json,
    /// When made.
    pub created_at: DateTimeUtc,
    /// When last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
