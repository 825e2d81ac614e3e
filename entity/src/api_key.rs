//! Table `api_key`. A key of a program; it has no issuer when it is an operator's.

use sea_orm::entity::prelude::*;

/// A key of a program; it has no issuer when it is an operator's.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_key")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer it acts for; null for an operator's.
    pub issuer_id: Option<Uuid>,
    /// The source that events sent with it belong to.
    pub source_id: Option<Uuid>,
    /// Name.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// First characters, by which it is looked up.
    #[sea_orm(column_type = "Text")]
    pub prefix: String,
    /// SHA-256 of the secret.
    pub secret_hash: Vec<u8>,
    /// SHA-256 of the secret before rotation.
    pub previous_hash: Option<Vec<u8>>,
    /// Until when the secret before rotation still works.
    pub previous_until: Option<DateTimeUtc>,
    /// What it may do: list of scopes.
    #[sea_orm(column_type = "JsonBinary")]
    pub scopes: Json,
    /// What its own budget of cost holds when full; null where it has none.
    pub budget_maximum: Option<i64>,
    /// What of it comes back each second; null where it has none.
    pub budget_restore_rate: Option<i64>,
    /// When made.
    pub created_at: DateTimeUtc,
    /// When it ends.
    pub expires_at: Option<DateTimeUtc>,
    /// When last used, to the minute.
    pub last_used_at: Option<DateTimeUtc>,
    /// When revoked.
    pub revoked_at: Option<DateTimeUtc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
