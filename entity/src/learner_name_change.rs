//! Table `learner_name_change`. A learner's name as it was and as it became.

use sea_orm::entity::prelude::*;

use crate::enums::ActorKind;

/// A learner's name as it was and as it became.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "learner_name_change")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// Whose.
    pub learner_id: Uuid,
    /// Full name before.
    #[sea_orm(column_type = "Text", nullable)]
    pub name_before: Option<String>,
    /// Given name before.
    #[sea_orm(column_type = "Text", nullable)]
    pub given_before: Option<String>,
    /// Family name before.
    #[sea_orm(column_type = "Text", nullable)]
    pub family_before: Option<String>,
    /// Full name after.
    #[sea_orm(column_type = "Text", nullable)]
    pub name_after: Option<String>,
    /// Given name after.
    #[sea_orm(column_type = "Text", nullable)]
    pub given_after: Option<String>,
    /// Family name after.
    #[sea_orm(column_type = "Text", nullable)]
    pub family_after: Option<String>,
    /// Why, in words; may be personal.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    /// When.
    pub changed_at: DateTimeUtc,
    /// What acted.
    pub actor_kind: ActorKind,
    /// Who acted.
    pub actor_id: Option<Uuid>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
