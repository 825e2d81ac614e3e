//! The request, and the trace that it is part of, for what is done on its behalf later.

use sea_orm_migration::prelude::*;

use crate::dialect::{Dialect, add};

#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: [(&str, &str); 4] = [
    ("outbox", "trace"),
    ("webhook_delivery", "trace"),
    ("bulk_operation", "trace"),
    ("bulk_operation", "request_id"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        for (table, column) in COLUMNS {
            add(manager, table, on.optional(on.text(column))).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in COLUMNS {
            manager.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
