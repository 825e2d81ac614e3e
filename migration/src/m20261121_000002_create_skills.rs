//! Published skills frameworks; shared by all issuers.

use sea_orm_migration::prelude::*;

use crate::dialect::Dialect;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        skill_framework(manager, on).await?;
        skill(manager, on).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["skill", "skill_framework"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn skill_framework(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.table("skill_framework")
                .col(on.key("uri"))
                .col(on.text("name"))
                .col(on.optional(on.text("publisher")))
                .col(on.optional(on.text("license")))
                .col(on.timestamp("created_at"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "skill_framework", &["uri"]).await?;
    Ok(())
}

async fn skill(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.table("skill")
                .col(on.uuid("framework_id"))
                .col(on.key("uri"))
                .col(on.text("name"))
                .col(on.optional(on.text("code")))
                .col(on.optional(on.text("description")))
                .col(on.optional(on.text("kind")))
                .col(on.json("alternative_labels"))
                .foreign_key(&mut on.refers("framework_id", "skill_framework"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "skill", &["uri"]).await?;
    on.index(manager, "skill", &["framework_id"]).await?;
    Ok(())
}
