//! Credentials and their entries in status lists.

use sea_orm_migration::prelude::*;

use crate::dialect::Dialect;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        credential(manager, on).await?;
        status_entry(manager, on).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["status_entry", "credential"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn credential(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("credential")
                .col(on.uuid("learner_id"))
                .col(on.uuid("program_id"))
                .col(on.uuid("version_id"))
                .col(on.uuid("award_id"))
                .col(on.optional(on.uuid("enrollment_id")))
                .col(on.optional(on.uuid("cohort_id")))
                .col(on.integer("cycle"))
                .col(on.integer("revision"))
                .col(on.text("status"))
                .col(on.key("share_token"))
                .col(on.text("visibility"))
                .col(on.uuid("signing_key_id"))
                .col(on.json("claims"))
                .col(on.optional(on.text("document")))
                .col(on.timestamp("issued_at"))
                .col(on.timestamp("valid_from"))
                .col(on.optional(on.timestamp("valid_until")))
                .col(on.timestamp("sort_valid_until"))
                .col(on.optional(on.timestamp("revoked_at")))
                .col(on.optional(on.text("revocation_reason")))
                .col(on.optional(on.text("revocation_note")))
                .col(on.optional(on.uuid("renews_id")))
                .col(on.optional(on.uuid("replaces_id")))
                .col(on.optional(on.uuid("bulk_operation_id")))
                .col(on.timestamp("updated_at"))
                .foreign_key(&mut on.belongs("learner_id", "learner"))
                .foreign_key(&mut on.belongs("program_id", "program"))
                .foreign_key(&mut on.belongs("version_id", "program_version"))
                .foreign_key(&mut on.belongs("award_id", "award"))
                .foreign_key(&mut on.belongs("enrollment_id", "enrollment"))
                .foreign_key(&mut on.belongs("cohort_id", "cohort"))
                .foreign_key(&mut on.belongs("signing_key_id", "signing_key"))
                .foreign_key(&mut on.belongs("renews_id", "credential"))
                .foreign_key(&mut on.belongs("replaces_id", "credential"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "credential", &["share_token"]).await?;
    on.unique(manager, "credential", &["learner_id", "award_id", "cycle", "revision"]).await?;
    on.unique_where(manager, "credential", &["learner_id", "award_id", "cycle"], "status <> 'revoked'")
        .await?;
    on.index(manager, "credential", &["issuer_id", "issued_at", "id"]).await?;
    on.index(manager, "credential", &["issuer_id", "sort_valid_until", "id"]).await?;
    on.index(manager, "credential", &["issuer_id", "updated_at", "id"]).await?;
    on.index(manager, "credential", &["program_id", "issued_at", "id"]).await?;
    on.index(manager, "credential", &["enrollment_id"]).await?;
    on.index(manager, "credential", &["renews_id"]).await?;
    on.index(manager, "credential", &["replaces_id"]).await?;
    on.index(manager, "credential", &["issuer_id", "status"]).await?;
    Ok(())
}

async fn status_entry(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("status_entry")
                .col(on.uuid("list_id"))
                .col(on.integer("list_index"))
                .col(on.uuid("credential_id"))
                .col(on.integer("value"))
                .col(on.optional(on.timestamp("set_at")))
                .foreign_key(&mut on.belongs("list_id", "status_list"))
                .foreign_key(&mut on.belongs("credential_id", "credential"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "status_entry", &["list_id", "list_index"]).await?;
    on.unique(manager, "status_entry", &["credential_id", "list_id"]).await?;
    on.index(manager, "status_entry", &["list_id", "value"]).await?;
    Ok(())
}
