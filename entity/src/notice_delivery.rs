//! Table `notice_delivery`. One notice to the holder of a credential, from when it is due until it is sent or given up. Neither the address nor the
//! text is kept here: both are made anew at every try, from what is known then.

use sea_orm::entity::prelude::*;

use crate::enums::{NoticeKind, NoticeReason, NoticeStatus};

/// One notice to the holder of a credential.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice_delivery")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// Of which credential: notices of one credential are sent in order.
    pub credential_id: Uuid,
    /// What it tells.
    pub kind: NoticeKind,
    /// What its Message-ID is made of: the same at every try, and unique.
    pub message_id: Uuid,
    /// The place in the outbox at which it was made.
    pub position: i64,
    /// Where it stands.
    pub status: NoticeStatus,
    /// Why it was not sent.
    pub reason: Option<NoticeReason>,
    /// Tries so far.
    pub attempt_count: i32,
    /// SMTP reply code of the last try (RFC 5321, section 4.2); null where it was not answered.
    pub last_code: Option<i32>,
    /// When it is tried next; null once it has ended.
    pub next_attempt_at: Option<DateTimeUtc>,
    /// When it was first tried.
    pub first_attempt_at: Option<DateTimeUtc>,
    /// When the mail server took it.
    pub sent_at: Option<DateTimeUtc>,
    /// The node that sends it.
    #[sea_orm(column_type = "Text", nullable)]
    pub lease_owner: Option<String>,
    /// Until when no other node does.
    pub lease_until: Option<DateTimeUtc>,
    /// When made.
    pub created_at: DateTimeUtc,
    /// When last moved.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
