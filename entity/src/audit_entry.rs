//! Table `audit_entry`. A line of the audit log; holds ids, never personal values.

use sea_orm::entity::prelude::*;

use crate::enums::ActorKind;

/// A line of the audit log; holds ids, never personal values.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entry")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose; null for the server's own.
    pub issuer_id: Option<Uuid>,
    /// When.
    pub occurred_at: DateTimeUtc,
    /// What acted.
    pub actor_kind: ActorKind,
    /// Who acted.
    pub actor_id: Option<Uuid>,
    /// The name of the key, or the role; never a person's name.
    #[sea_orm(column_type = "Text", nullable)]
    pub actor_name: Option<String>,
    /// Did what: `credential.revoked`.
    #[sea_orm(column_type = "Text")]
    pub action: String,
    /// To what kind of thing.
    #[sea_orm(column_type = "Text")]
    pub subject_type: String,
    /// To which.
    pub subject_id: Option<Uuid>,
    /// More: ids, numbers, codes.
    #[sea_orm(column_type = "JsonBinary")]
    pub detail: Json,
    /// In which request.
    #[sea_orm(column_type = "Text", nullable)]
    pub request_id: Option<String>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
