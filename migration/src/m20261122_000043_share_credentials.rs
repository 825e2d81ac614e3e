//! Until when a credential's page is shown, and how often it was opened.

use sea_orm_migration::prelude::*;

use crate::dialect::{Dialect, add};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        add(manager, "credential", on.optional(on.timestamp("shared_until"))).await?;
        manager
            .create_table(
                Table::create()
                    .table("credential_view")
                    .col(ColumnDef::new("credential_id").uuid().not_null().primary_key())
                    .col(on.bigint("count"))
                    .foreign_key(&mut on.refers("credential_id", "credential"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("credential_view").to_owned()).await?;
        manager.alter_table(Table::alter().table("credential").drop_column("shared_until").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
