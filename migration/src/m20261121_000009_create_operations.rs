//! Bulk operations, the audit log and the outbox.

use sea_orm_migration::prelude::*;

use crate::dialect::Dialect;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        bulk_operation(manager, on).await?;
        bulk_row(manager, on).await?;
        audit_entry(manager, on).await?;
        outbox(manager, on).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["outbox", "audit_entry", "bulk_row", "bulk_operation"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn bulk_operation(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("bulk_operation")
                .col(on.text("kind"))
                .col(on.text("status"))
                .col(on.text("actor_kind"))
                .col(on.optional(on.uuid("actor_id")))
                .col(on.json("input"))
                .col(on.optional(on.integer("total")))
                .col(on.integer("processed"))
                .col(on.integer("succeeded"))
                .col(on.integer("failed"))
                .col(on.integer("next_index"))
                .col(on.optional(on.uuid("resume_after")))
                .col(on.optional(on.key("lease_owner")))
                .col(on.optional(on.timestamp("lease_until")))
                .col(on.timestamp("created_at"))
                .col(on.optional(on.timestamp("started_at")))
                .col(on.optional(on.timestamp("finished_at")))
                .col(on.timestamp("updated_at"))
                .to_owned(),
        )
        .await?;
    on.index(manager, "bulk_operation", &["status", "lease_until"]).await?;
    on.index(manager, "bulk_operation", &["issuer_id", "id"]).await?;
    Ok(())
}

async fn bulk_row(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("bulk_row")
                .col(on.uuid("operation_id"))
                .col(on.integer("row_index"))
                .col(on.optional(on.uuid("enrollment_id")))
                .col(on.optional(on.uuid("award_id")))
                .col(on.optional(on.uuid("credential_id")))
                .col(on.optional(on.text("outcome")))
                .col(on.json("errors"))
                .foreign_key(&mut on.belongs("operation_id", "bulk_operation"))
                .foreign_key(&mut on.belongs("enrollment_id", "enrollment"))
                .foreign_key(&mut on.belongs("award_id", "award"))
                .foreign_key(&mut on.belongs("credential_id", "credential"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "bulk_row", &["operation_id", "row_index"]).await?;
    on.index(manager, "bulk_row", &["operation_id", "outcome", "row_index"]).await?;
    Ok(())
}

async fn audit_entry(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.table("audit_entry")
                .col(on.optional(on.uuid("issuer_id")))
                .col(on.timestamp("occurred_at"))
                .col(on.text("actor_kind"))
                .col(on.optional(on.uuid("actor_id")))
                .col(on.optional(on.text("actor_name")))
                .col(on.key("action"))
                .col(on.key("subject_type"))
                .col(on.optional(on.uuid("subject_id")))
                .col(on.json("detail"))
                .col(on.optional(on.text("request_id")))
                .foreign_key(&mut on.refers("issuer_id", "issuer"))
                .to_owned(),
        )
        .await?;
    on.index(manager, "audit_entry", &["issuer_id", "id"]).await?;
    on.index(manager, "audit_entry", &["subject_id"]).await?;
    Ok(())
}

async fn outbox(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.serial_table("outbox")
                .col(on.optional(on.uuid("issuer_id")))
                .col(on.key("subject_type"))
                .col(on.uuid("subject_id"))
                .col(on.key("event"))
                .col(on.json("payload"))
                .col(on.bigint("transaction_id").default(0))
                .col(on.timestamp("created_at"))
                .foreign_key(&mut on.refers("issuer_id", "issuer"))
                .to_owned(),
        )
        .await?;
    on.stamp_transaction(manager, "outbox", "transaction_id").await?;
    on.index(manager, "outbox", &["subject_id", "id"]).await?;
    on.index(manager, "outbox", &["event", "id"]).await?;
    Ok(())
}
