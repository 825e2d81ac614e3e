//! Keys at an external signer, why a key was given up, and credentials signed in further forms.

use sea_orm_migration::prelude::*;

use crate::dialect::Dialect;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        // SQLite adds one column a statement.
        for column in ["remote_name", "compromise_note"] {
            let mut table = Table::alter();
            table.table("signing_key").add_column(on.optional(on.text(column)));
            manager.alter_table(table).await?;
        }
        manager
            .create_table(
                on.owned_table("credential_export")
                    .col(on.uuid("credential_id"))
                    .col(on.text("form"))
                    .col(on.uuid("signing_key_id"))
                    .col(on.text("document"))
                    .col(on.timestamp("created_at"))
                    .foreign_key(&mut on.belongs("credential_id", "credential"))
                    .foreign_key(&mut on.belongs("signing_key_id", "signing_key"))
                    .to_owned(),
            )
            .await?;
        on.unique(manager, "credential_export", &["credential_id", "form", "signing_key_id"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("credential_export").to_owned()).await?;
        for column in ["remote_name", "compromise_note"] {
            let mut table = Table::alter();
            table.table("signing_key").drop_column(column);
            manager.alter_table(table).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
