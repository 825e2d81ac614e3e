//! Table `bulk_operation`. Work that goes on after the answer.

use sea_orm::entity::prelude::*;

use crate::enums::{ActorKind, BulkKind, BulkStatus, BulkSubject};

/// Work that goes on after the answer.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bulk_operation")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// What it does.
    pub kind: BulkKind,
    /// What it is about.
    pub subject: BulkSubject,
    /// Whether its file names people.
    pub personal: bool,
    /// Where it stands.
    pub status: BulkStatus,
    /// What asked for it.
    pub actor_kind: ActorKind,
    /// Who asked for it.
    pub actor_id: Option<Uuid>,
    /// The request that asked for it.
    #[sea_orm(column_type = "Text", nullable)]
    pub request_id: Option<String>,
    /// The trace that the request is part of, and its flags; null where it came without one.
    #[sea_orm(column_type = "Text", nullable)]
    pub trace: Option<String>,
    /// What was asked for: ids only.
    #[sea_orm(column_type = "JsonBinary")]
    pub input: Json,
    /// Rows in all; null until known.
    pub total: Option<i32>,
    /// Rows done.
    pub processed: i32,
    /// Rows that came out well.
    pub succeeded: i32,
    /// Rows that did not.
    pub failed: i32,
    /// The next row to do.
    pub next_index: i32,
    /// The last enrollment that was turned into a row, while rows are being made.
    pub resume_after: Option<Uuid>,
    /// What its file goes on after, while that is being written.
    #[sea_orm(column_type = "Text", nullable)]
    pub resume_key: Option<String>,
    /// The node that works on it.
    #[sea_orm(column_type = "Text", nullable)]
    pub lease_owner: Option<String>,
    /// Until when it may, without a word from it.
    pub lease_until: Option<DateTimeUtc>,
    /// When asked for.
    pub created_at: DateTimeUtc,
    /// When begun.
    pub started_at: Option<DateTimeUtc>,
    /// When ended.
    pub finished_at: Option<DateTimeUtc>,
    /// When last moved.
    pub updated_at: DateTimeUtc,
    /// Since when it is to stop.
    pub cancel_requested_at: Option<DateTimeUtc>,
    /// Until when its file is kept; null where there is none.
    pub file_expires_at: Option<DateTimeUtc>,
    /// Until when its rows are kept; null while it has not ended, and once they are gone.
    pub rows_expire_at: Option<DateTimeUtc>,
    /// Why it failed as a whole: list of {field, message, code}.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub errors: Option<Json>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
