//! Table `component_progress`. How far an enrollment is in one component.

use sea_orm::entity::prelude::*;

use crate::enums::ComponentState;

/// How far an enrollment is in one component.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "component_progress")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The enrollment.
    pub enrollment_id: Uuid,
    /// The component.
    pub component_id: Uuid,
    /// Where it stands.
    pub state: ComponentState,
    /// Share done, percent in ten-thousandths.
    pub percent: i64,
    /// Earliest start.
    pub started_at: Option<DateTimeUtc>,
    /// Earliest completion.
    pub completed_at: Option<DateTimeUtc>,
    /// When last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
