//! Webhooks: where they go, what is sent, and every try; how far those who read the outbox have come, and from where on it is kept.

use sea_orm_migration::prelude::*;

use crate::dialect::{Dialect, add};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        endpoint(manager, on).await?;
        delivery(manager, on).await?;
        attempt(manager, on).await?;
        add(manager, "outbox_head", on.bigint("pruned").default(0).to_owned()).await?;
        let name = &mut on.key("name");
        let consumer = Table::create()
            .table("feed_consumer")
            .col(name.primary_key())
            .col(on.bigint("position"))
            .to_owned();
        manager.create_table(consumer).await?;
        let begin = "INSERT INTO feed_consumer (name, position) SELECT 'webhooks', position FROM outbox_head";
        manager.get_connection().execute_unprepared(begin).await.map(|_| ())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["feed_consumer", "webhook_attempt", "webhook_delivery", "webhook_endpoint"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        manager.alter_table(Table::alter().table("outbox_head").drop_column("pruned").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn endpoint(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("webhook_endpoint")
                .col(on.text("url"))
                .col(on.json("events"))
                .col(on.json("programs"))
                .col(on.json("cohorts"))
                .col(on.boolean("enabled"))
                .col(on.bigint("since_position"))
                .col(on.blob("sealed_secret"))
                .col(on.optional(on.blob("previous_sealed_secret")))
                .col(on.optional(on.timestamp("previous_until")))
                .col(on.optional(on.timestamp("failing_since")))
                .col(on.optional(on.text("disabled_reason")))
                .col(on.optional(on.timestamp("disabled_at")))
                .col(on.timestamp("created_at"))
                .col(on.timestamp("updated_at"))
                .to_owned(),
        )
        .await?;
    on.index(manager, "webhook_endpoint", &["enabled", "since_position"]).await
}

async fn delivery(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("webhook_delivery")
                .col(on.uuid("endpoint_id"))
                .col(on.uuid("message_id"))
                .col(on.bigint("position"))
                .col(on.text("event_type"))
                .col(on.uuid("subject_id"))
                .col(on.text("body"))
                .col(on.text("status"))
                .col(on.integer("attempt_count"))
                .col(on.optional(on.integer("last_response_status")))
                .col(on.optional(on.timestamp("next_attempt_at")))
                .col(on.optional(on.timestamp("first_attempt_at")))
                .col(on.optional(on.timestamp("delivered_at")))
                .col(on.optional(on.uuid("redelivery_of_id")))
                .col(on.optional(on.key("lease_owner")))
                .col(on.optional(on.timestamp("lease_until")))
                .col(on.timestamp("created_at"))
                .col(on.timestamp("updated_at"))
                .foreign_key(
                    on.belongs("endpoint_id", "webhook_endpoint").on_delete(ForeignKeyAction::Cascade),
                )
                .to_owned(),
        )
        .await?;
    for columns in [
        ["endpoint_id", "id"].as_slice(),
        &["endpoint_id", "subject_id", "position"],
        &["endpoint_id", "next_attempt_at"],
        &["endpoint_id", "message_id"],
        &["next_attempt_at"],
        &["created_at"],
    ] {
        on.index(manager, "webhook_delivery", columns).await?;
    }
    // What waits to be sent of an event waits once.
    let waiting = "next_attempt_at IS NOT NULL AND position > 0";
    on.unique_where(manager, "webhook_delivery", &["endpoint_id", "position"], waiting).await
}

async fn attempt(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("webhook_attempt")
                .col(on.uuid("delivery_id"))
                .col(on.timestamp("started_at"))
                .col(on.bigint("duration_ms"))
                .col(on.optional(on.integer("response_status")))
                .col(on.optional(on.text("error")))
                .foreign_key(
                    on.belongs("delivery_id", "webhook_delivery").on_delete(ForeignKeyAction::Cascade),
                )
                .to_owned(),
        )
        .await?;
    on.index(manager, "webhook_attempt", &["delivery_id", "id"]).await
}
