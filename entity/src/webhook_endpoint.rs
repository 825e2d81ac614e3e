//! Table `webhook_endpoint`. Where webhooks go.

use sea_orm::entity::prelude::*;

use crate::enums::WebhookDisabledReason;

/// Where webhooks go.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_endpoint")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// Its address.
    #[sea_orm(column_type = "Text")]
    pub url: String,
    /// What it hears of: names of types, such as `credential.issued`.
    #[sea_orm(column_type = "JsonBinary")]
    pub events: Json,
    /// Of which programs alone: their ids; all where empty.
    #[sea_orm(column_type = "JsonBinary")]
    pub programs: Json,
    /// Of which cohorts alone: their ids; all where empty.
    #[sea_orm(column_type = "JsonBinary")]
    pub cohorts: Json,
    /// Whether anything is sent to it.
    pub enabled: bool,
    /// It hears of events after this place in the outbox: those since it was last enabled.
    pub since_position: i64,
    /// The secret that messages are signed with, sealed under the master key.
    pub sealed_secret: Vec<u8>,
    /// The secret before rotation, sealed likewise.
    pub previous_sealed_secret: Option<Vec<u8>>,
    /// Until when the secret before rotation signs, too.
    pub previous_until: Option<DateTimeUtc>,
    /// The first failure since something was last accepted.
    pub failing_since: Option<DateTimeUtc>,
    /// Why it is not enabled.
    pub disabled_reason: Option<WebhookDisabledReason>,
    /// Since when it is not enabled.
    pub disabled_at: Option<DateTimeUtc>,
    /// When made.
    pub created_at: DateTimeUtc,
    /// When last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
