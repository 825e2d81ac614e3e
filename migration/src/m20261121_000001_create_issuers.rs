//! Issuers, their signing keys, the server's own keys, and status lists.

use sea_orm_migration::prelude::*;

use crate::dialect::Dialect;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        issuer(manager, on).await?;
        signing_key(manager, on).await?;
        server_key(manager, on).await?;
        status_list(manager, on).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["status_list", "server_key", "signing_key", "issuer"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn issuer(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.table("issuer")
                .col(on.key("slug"))
                .col(on.text("name"))
                .col(on.text("kind"))
                .col(on.optional(on.text("url")))
                .col(on.optional(on.text("email")))
                .col(on.optional(on.text("country")))
                .col(on.optional(on.text("description")))
                .col(on.text("time_zone"))
                .col(on.text("public_base"))
                .col(on.text("did"))
                .col(on.optional(on.text("image_url")))
                .col(on.json("accreditations"))
                .col(on.json("attributes"))
                .col(on.timestamp("created_at"))
                .col(on.timestamp("updated_at"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "issuer", &["slug"]).await?;
    Ok(())
}

async fn signing_key(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("signing_key")
                .col(on.text("algorithm"))
                .col(on.text("public_multibase"))
                .col(on.blob("sealed_secret"))
                .col(on.text("status"))
                .col(on.timestamp("created_at"))
                .col(on.optional(on.timestamp("retired_at")))
                .col(on.optional(on.timestamp("compromised_at")))
                .to_owned(),
        )
        .await?;
    on.index(manager, "signing_key", &["issuer_id", "status"]).await?;
    Ok(())
}

async fn server_key(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.table("server_key")
                .col(on.key("purpose"))
                .col(on.blob("public_key"))
                .col(on.blob("sealed_secret"))
                .col(on.timestamp("created_at"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "server_key", &["purpose"]).await?;
    Ok(())
}

async fn status_list(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("status_list")
                .col(on.text("purpose"))
                .col(on.integer("number"))
                .col(on.integer("size"))
                .col(on.integer("used"))
                .col(on.blob("permutation_key"))
                .col(on.bigint("revision"))
                .col(on.optional(on.text("document")))
                .col(on.bigint("document_revision"))
                .col(on.optional(on.timestamp("document_until")))
                .col(on.timestamp("updated_at"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "status_list", &["issuer_id", "purpose", "number"]).await?;
    Ok(())
}
