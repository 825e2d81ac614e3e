//! Table `integrity_flag`. A doubt about the integrity of an attempt.

use sea_orm::entity::prelude::*;

use crate::enums::{ActorKind, FlagStatus, IntegrityConcern};

/// A doubt about the integrity of an attempt.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "integrity_flag")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The attempt.
    pub attempt_id: Uuid,
    /// What is doubted.
    pub concern: IntegrityConcern,
    /// Where it stands.
    pub status: FlagStatus,
    /// In words.
    #[sea_orm(column_type = "Text")]
    pub note: String,
    /// When raised.
    pub raised_at: DateTimeUtc,
    /// What raised it.
    pub raised_by_kind: ActorKind,
    /// Who raised it.
    pub raised_by_id: Option<Uuid>,
    /// Ids of the credentials that it suspended.
    #[sea_orm(column_type = "JsonBinary")]
    pub suspended: Json,
    /// What was found, in words.
    #[sea_orm(column_type = "Text", nullable)]
    pub finding: Option<String>,
    /// When cleared or confirmed.
    pub closed_at: Option<DateTimeUtc>,
    /// What closed it.
    pub closed_by_kind: Option<ActorKind>,
    /// Who closed it.
    pub closed_by_id: Option<Uuid>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
