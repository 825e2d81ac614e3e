//! Table `learner_merge`. Two records of one learner made into one.

use sea_orm::entity::prelude::*;

use crate::enums::ActorKind;

/// Two records of one learner made into one.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "learner_merge")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The record that stays.
    pub survivor_id: Uuid,
    /// The duplicate.
    pub merged_id: Uuid,
    /// What was moved, so that it can be moved back: ids and numbers.
    #[sea_orm(column_type = "JsonBinary")]
    pub moved: Json,
    /// Why, in words; may be personal.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    /// When.
    pub merged_at: DateTimeUtc,
    /// What acted.
    pub actor_kind: ActorKind,
    /// Who acted.
    pub actor_id: Option<Uuid>,
    /// When undone.
    pub undone_at: Option<DateTimeUtc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
