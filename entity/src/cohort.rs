//! Table `cohort`. A run of a program.

use sea_orm::entity::prelude::*;

use crate::enums::DeliveryMode;

/// A run of a program.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cohort")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The program.
    pub program_id: Uuid,
    /// The version it runs; null for the current one.
    pub version_id: Option<Uuid>,
    /// The issuer's own id.
    #[sea_orm(column_type = "Text", nullable)]
    pub external_id: Option<String>,
    /// Name.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// First day, in the issuer's time zone.
    pub starts_on: Option<Date>,
    /// Last day.
    pub ends_on: Option<Date>,
    /// From when one may enroll.
    pub enrollment_opens_at: Option<DateTimeUtc>,
    /// Until when one may enroll.
    pub enrollment_closes_at: Option<DateTimeUtc>,
    /// Until when its learners may complete; then what is under way expires.
    pub complete_by: Option<DateTimeUtc>,
    /// Most learners at once; null without limit.
    pub capacity: Option<i32>,
    /// How one takes part, where it differs.
    pub delivery_mode: Option<DeliveryMode>,
    /// Ways to pay, where they differ.
    #[sea_orm(column_type = "JsonBinary")]
    pub prices: Json,
    /// When made.
    pub created_at: DateTimeUtc,
    /// When last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
