//! Learner records: what a person achieved as one signed document, kept for whoever asks again.

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
                on.owned_table("learner_record")
                    .col(on.uuid("person_id"))
                    .col(on.uuid("signing_key_id"))
                    .col(on.text("digest"))
                    .col(on.text("document"))
                    .col(on.timestamp("created_at"))
                    .col(on.timestamp("valid_until"))
                    .foreign_key(&mut on.refers("person_id", "person"))
                    .foreign_key(&mut on.belongs("signing_key_id", "signing_key"))
                    .to_owned(),
            )
            .await?;
        on.unique(manager, "learner_record", &["person_id", "digest", "signing_key_id"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("learner_record").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
