//! Budgets of cost that all nodes share.

use sea_orm_migration::prelude::*;

use crate::dialect::Dialect;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        let mut account = on.uuid("account_id");
        let table =
            Table::create().table("budget").col(account.primary_key()).col(on.bigint("full_at")).to_owned();
        manager.create_table(table).await?;
        on.index(manager, "budget", &["full_at"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("budget").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
