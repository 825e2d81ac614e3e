//! Table `outbox`. Something that happened, for those who listen; holds ids, never personal values.

use sea_orm::entity::prelude::*;

/// Something that happened, for those who listen; holds ids, never personal values.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    /// Taken when it was written: events of one subject have it in their true order, those of others may be committed in another.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Whose; null for the server's own.
    pub issuer_id: Option<Uuid>,
    /// About what kind of thing.
    #[sea_orm(column_type = "Text")]
    pub subject_type: String,
    /// About which: messages of one subject are delivered in order.
    pub subject_id: Uuid,
    /// What happened: `credential.issued`.
    #[sea_orm(column_type = "Text")]
    pub event: String,
    /// Ids and numbers.
    #[sea_orm(column_type = "JsonBinary")]
    pub payload: Json,
    /// Its place in the order in which events are told: given once it is committed, gapless, the same for all who listen; null until then.
    pub position: Option<i64>,
    /// The trace that the request is part of, and its flags; null where it came without one.
    #[sea_orm(column_type = "Text", nullable)]
    pub trace: Option<String>,
    /// When.
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
