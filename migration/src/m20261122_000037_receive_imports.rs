//! Imports: uploaded files in parts, and what came of a row.

use sea_orm_migration::prelude::*;

use crate::dialect::{Dialect, add};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        add(manager, "bulk_row", on.optional(on.uuid("subject_id"))).await?;
        manager
            .create_table(
                on.owned_table("upload")
                    .col(on.text("format"))
                    .col(on.bigint("bytes"))
                    .col(on.boolean("whole"))
                    .col(on.optional(on.uuid("operation_id")))
                    .col(on.timestamp("created_at"))
                    .col(on.timestamp("expires_at"))
                    .foreign_key(&mut on.belongs("operation_id", "bulk_operation"))
                    .to_owned(),
            )
            .await?;
        on.index(manager, "upload", &["expires_at"]).await?;
        manager
            .create_table(
                on.owned_table("upload_part")
                    .col(on.uuid("upload_id"))
                    .col(on.integer("part"))
                    .col(on.blob("bytes"))
                    .foreign_key(&mut on.belongs("upload_id", "upload"))
                    .to_owned(),
            )
            .await?;
        on.unique(manager, "upload_part", &["upload_id", "part"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["upload_part", "upload"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        let column = Table::alter().table("bulk_row").drop_column("subject_id").to_owned();
        manager.alter_table(column).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
