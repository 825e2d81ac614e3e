//! Table `webhook_delivery`. One message to one endpoint, from when it is due until it is accepted or given up.

use sea_orm::entity::prelude::*;

use crate::enums::WebhookDeliveryStatus;

/// One message to one endpoint.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_delivery")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// Where it goes.
    pub endpoint_id: Uuid,
    /// The message's own id, the same however often it is sent to the endpoint.
    pub message_id: Uuid,
    /// The place of its event in the outbox; 0 for what is no event.
    pub position: i64,
    /// What it tells, by name: `credential.issued`.
    #[sea_orm(column_type = "Text")]
    pub event_type: String,
    /// Of which thing: messages of one thing are sent in order.
    pub subject_id: Uuid,
    /// The bytes that are sent.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// Where it stands.
    pub status: WebhookDeliveryStatus,
    /// Tries so far.
    pub attempt_count: i32,
    /// HTTP status of the last try; null where it was not answered.
    pub last_response_status: Option<i32>,
    /// When it is tried next; null once it is delivered or given up.
    pub next_attempt_at: Option<DateTimeUtc>,
    /// When it was first tried.
    pub first_attempt_at: Option<DateTimeUtc>,
    /// When it was accepted.
    pub delivered_at: Option<DateTimeUtc>,
    /// The delivery that it repeats.
    pub redelivery_of_id: Option<Uuid>,
    /// The node that sends it.
    #[sea_orm(column_type = "Text", nullable)]
    pub lease_owner: Option<String>,
    /// Until when no other node does.
    pub lease_until: Option<DateTimeUtc>,
    /// The trace that the request is part of, and its flags; null where it came without one.
    #[sea_orm(column_type = "Text", nullable)]
    pub trace: Option<String>,
    /// When made.
    pub created_at: DateTimeUtc,
    /// When last moved.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
