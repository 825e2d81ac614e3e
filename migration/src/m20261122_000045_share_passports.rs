//! How persons share their passports: with whom, until when, under which name, and what is shown of them.

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
                on.table("passport_share")
                    .col(on.uuid("person_id"))
                    .col(on.key("token"))
                    .col(on.text("visibility"))
                    .col(on.optional(on.timestamp("shared_until")))
                    .col(on.optional(on.text("name")))
                    .col(on.optional(on.json("credentials")))
                    .col(on.boolean("shows_projects"))
                    .col(on.boolean("shows_progress"))
                    .col(on.bigint("views"))
                    .col(on.timestamp("created_at"))
                    .col(on.timestamp("updated_at"))
                    .foreign_key(&mut on.refers("person_id", "person"))
                    .to_owned(),
            )
            .await?;
        on.unique(manager, "passport_share", &["person_id"]).await?;
        on.unique(manager, "passport_share", &["token"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("passport_share").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
