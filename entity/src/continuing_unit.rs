//! Table `continuing_unit`. Continuing units that one activity earned.

use sea_orm::entity::prelude::*;

/// Continuing units that one activity earned.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "continuing_unit")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// For which enrollment.
    pub enrollment_id: Uuid,
    /// The sender's own id, unique in the enrollment.
    #[sea_orm(column_type = "Text")]
    pub external_id: String,
    /// Of which category.
    #[sea_orm(column_type = "Text")]
    pub category: String,
    /// How many, in ten-thousandths.
    pub amount: i64,
    /// What was done.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// Where it is shown.
    #[sea_orm(column_type = "Text", nullable)]
    pub url: Option<String>,
    /// When earned.
    pub earned_at: DateTimeUtc,
    /// When taken back; it counts no more.
    pub withdrawn_at: Option<DateTimeUtc>,
    /// When made.
    pub created_at: DateTimeUtc,
    /// When last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
