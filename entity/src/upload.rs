//! Table `upload`. A file that was uploaded to be imported.

use sea_orm::entity::prelude::*;

/// A file that was uploaded to be imported.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "upload")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// Its format: csv or jsonl.
    #[sea_orm(column_type = "Text")]
    pub format: String,
    /// How many bytes it has.
    pub bytes: i64,
    /// Whether all of it has come.
    pub whole: bool,
    /// The operation that imports it.
    pub operation_id: Option<Uuid>,
    /// When its upload began.
    pub created_at: DateTimeUtc,
    /// Until when it is kept.
    pub expires_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
