//! How an issuer's certificates look: texts, colors, paper, signatures.

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
                on.owned_table("certificate_template")
                    .col(on.optional(on.text("heading")))
                    .col(on.optional(on.text("introduction")))
                    .col(on.optional(on.text("statement")))
                    .col(on.optional(on.text("primary_color")))
                    .col(on.optional(on.text("secondary_color")))
                    .col(on.optional(on.text("paper")))
                    .col(on.json("signatures"))
                    .col(on.timestamp("created_at"))
                    .col(on.timestamp("updated_at"))
                    .index(Index::create().name("certificate_template_issuer").col("issuer_id").unique())
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("certificate_template").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
