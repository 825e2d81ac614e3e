//! Exports: what a bulk operation is about, whether its file names people, where it goes on, and the file in parts, so that every node serves it.

use sea_orm_migration::prelude::*;

use crate::dialect::{Dialect, add};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Columns that `bulk_operation` gets.
const COLUMNS: [&str; 7] = [
    "subject",
    "personal",
    "resume_key",
    "cancel_requested_at",
    "file_expires_at",
    "rows_expire_at",
    "errors",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        // All operations so far have issued credentials.
        add(manager, "bulk_operation", on.text("subject").default("credentials").to_owned()).await?;
        add(manager, "bulk_operation", on.boolean("personal").default(false).to_owned()).await?;
        add(manager, "bulk_operation", on.optional(on.text("resume_key"))).await?;
        add(manager, "bulk_operation", on.optional(on.timestamp("cancel_requested_at"))).await?;
        add(manager, "bulk_operation", on.optional(on.timestamp("file_expires_at"))).await?;
        add(manager, "bulk_operation", on.optional(on.timestamp("rows_expire_at"))).await?;
        add(manager, "bulk_operation", on.optional(on.json("errors"))).await?;
        manager
            .create_table(
                on.owned_table("export_part")
                    .col(on.uuid("operation_id"))
                    .col(on.integer("part"))
                    .col(on.blob("bytes"))
                    .foreign_key(&mut on.belongs("operation_id", "bulk_operation"))
                    .to_owned(),
            )
            .await?;
        on.unique(manager, "export_part", &["operation_id", "part"]).await?;
        on.index(manager, "bulk_operation", &["file_expires_at"]).await?;
        on.index(manager, "bulk_operation", &["rows_expire_at"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("export_part").to_owned()).await?;
        for index in ["bulk_operation_file_expires_at_idx", "bulk_operation_rows_expire_at_idx"] {
            manager.drop_index(Index::drop().name(index).table("bulk_operation").to_owned()).await?;
        }
        for column in COLUMNS {
            manager
                .alter_table(Table::alter().table("bulk_operation").drop_column(column).to_owned())
                .await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
