//! Places in status lists for documents that the VC API signed, which are not kept themselves.

use sea_orm_migration::prelude::*;

use crate::dialect::Dialect;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        manager
            .create_table(
                on.owned_table("given_status")
                    .col(on.text("document_digest"))
                    .col(on.text("purpose"))
                    .col(on.uuid("list_id"))
                    .col(on.integer("list_index"))
                    .col(on.integer("value"))
                    .col(on.optional(on.timestamp("signed_at")))
                    .col(on.optional(on.timestamp("set_at")))
                    .foreign_key(&mut on.belongs("list_id", "status_list"))
                    .to_owned(),
            )
            .await?;
        on.unique(manager, "given_status", &["issuer_id", "document_digest", "purpose"]).await?;
        on.unique(manager, "given_status", &["list_id", "list_index"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("given_status").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
