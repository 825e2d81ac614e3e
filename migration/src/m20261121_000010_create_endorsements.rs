//! One issuer's signed statements for another.

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
                on.owned_table("endorsement")
                    .col(on.uuid("endorsed_issuer_id"))
                    .col(on.text("statement"))
                    .col(on.uuid("signing_key_id"))
                    .col(on.text("document"))
                    .col(on.timestamp("issued_at"))
                    .foreign_key(&mut on.refers("endorsed_issuer_id", "issuer"))
                    .foreign_key(&mut on.belongs("signing_key_id", "signing_key"))
                    .to_owned(),
            )
            .await?;
        on.index(manager, "endorsement", &["endorsed_issuer_id", "id"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("endorsement").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
