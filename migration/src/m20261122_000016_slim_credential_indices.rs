//! Hardly any credential renews or replaces another: only those that do are in the indices of these links.

use sea_orm_migration::prelude::*;

use crate::dialect::Dialect;

#[derive(DeriveMigrationName)]
pub struct Migration;

const LINKS: [&str; 2] = ["renews_id", "replaces_id"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for link in LINKS {
            drop_index(manager, link).await?;
            let sql =
                format!("CREATE INDEX credential_{link}_idx ON credential ({link}) WHERE {link} IS NOT NULL");
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for link in LINKS {
            drop_index(manager, link).await?;
            Dialect::of(manager).index(manager, "credential", &[link]).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn drop_index(manager: &SchemaManager<'_>, link: &str) -> Result<(), DbErr> {
    let name = format!("credential_{link}_idx");
    manager.drop_index(Index::drop().name(name).table("credential").to_owned()).await
}
