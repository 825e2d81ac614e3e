//! Events get their place in the order in which they are told once they are committed; nobody has to know PostgreSQL's transactions for that.

use sea_orm_migration::prelude::*;

use crate::dialect::Dialect;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        let position = &mut on.optional(on.bigint("position"));
        manager.alter_table(Table::alter().table("outbox").add_column(position).to_owned()).await?;
        manager.alter_table(Table::alter().table("outbox").drop_column("transaction_id").to_owned()).await?;
        let mut id = ColumnDef::new("id");
        let id = id.integer().not_null().primary_key();
        let head = Table::create().table("outbox_head").col(id).col(on.bigint("position")).to_owned();
        manager.create_table(head).await?;
        for sql in [
            "INSERT INTO outbox_head (id, position) VALUES (1, 0)",
            "CREATE UNIQUE INDEX outbox_position_key ON outbox (position) WHERE position IS NOT NULL",
            "CREATE INDEX outbox_event_position_idx ON outbox (event, position)",
            "CREATE INDEX outbox_without_position ON outbox (id) WHERE position IS NULL",
        ] {
            manager.get_connection().execute_unprepared(sql).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        for name in ["outbox_without_position", "outbox_event_position_idx", "outbox_position_key"] {
            manager.drop_index(Index::drop().name(name).table("outbox").to_owned()).await?;
        }
        manager.drop_table(Table::drop().table("outbox_head").to_owned()).await?;
        manager.alter_table(Table::alter().table("outbox").drop_column("position").to_owned()).await?;
        let transaction = &mut on.bigint("transaction_id").default(0).to_owned();
        manager.alter_table(Table::alter().table("outbox").add_column(transaction).to_owned()).await?;
        on.stamp_transaction(manager, "outbox", "transaction_id").await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
