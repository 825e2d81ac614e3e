//! Table `outbox`. Something that happened, for those who listen; holds ids, never personal values.

use sea_orm::entity::prelude::*;

/// Something that happened, for those who listen; holds ids, never personal values.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    /// Place in the order in which rows were written.
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
    /// PostgreSQL's id of the transaction that wrote it; 0 on SQLite. A reader goes only as far as the oldest one running.
    pub transaction_id: i64,
    /// When.
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
