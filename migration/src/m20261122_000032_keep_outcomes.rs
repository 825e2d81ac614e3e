//! What became of requests that carry an idempotency key.

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
                Table::create()
                    .table("kept_outcome")
                    .col(on.key("key_digest").primary_key())
                    .col(on.text("request_digest"))
                    .col(on.timestamp("created_at"))
                    .col(on.optional(on.json("outcome")))
                    .to_owned(),
            )
            .await?;
        on.index(manager, "kept_outcome", &["created_at"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("kept_outcome").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
