//! Persons who sign in, their identities, learners, cohort staff, identity providers and API keys.

use sea_orm_migration::prelude::*;

use crate::dialect::Dialect;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        person(manager, on).await?;
        identity_provider(manager, on).await?;
        identity_provider_issuer(manager, on).await?;
        identity(manager, on).await?;
        learner(manager, on).await?;
        cohort_staff(manager, on).await?;
        event_source(manager, on).await?;
        api_key(manager, on).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            "api_key",
            "event_source",
            "cohort_staff",
            "learner",
            "identity",
            "identity_provider_issuer",
            "identity_provider",
            "person",
        ] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn person(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.table("person").col(on.optional(on.text("name"))).col(on.timestamp("created_at")).to_owned(),
        )
        .await?;
    Ok(())
}

async fn identity_provider(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.table("identity_provider")
                .col(on.key("issuer_url"))
                .col(on.text("audience"))
                .col(on.text("jwks_uri"))
                .col(on.text("roles_claim"))
                .col(on.boolean("creates_learners"))
                .col(on.timestamp("created_at"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "identity_provider", &["issuer_url", "audience"]).await?;
    Ok(())
}

async fn identity_provider_issuer(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("identity_provider_issuer")
                .col(on.uuid("provider_id"))
                .foreign_key(&mut on.refers("provider_id", "identity_provider"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "identity_provider_issuer", &["provider_id", "issuer_id"]).await?;
    Ok(())
}

async fn identity(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.table("identity")
                .col(on.optional(on.uuid("provider_id")))
                .col(on.key("provider_key"))
                .col(on.key("subject"))
                .col(on.uuid("person_id"))
                .col(on.timestamp("created_at"))
                .foreign_key(&mut on.refers("provider_id", "identity_provider"))
                .foreign_key(&mut on.refers("person_id", "person"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "identity", &["provider_key", "subject"]).await?;
    on.index(manager, "identity", &["person_id"]).await?;
    Ok(())
}

async fn learner(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("learner")
                .col(on.key("external_id"))
                .col(on.optional(on.uuid("person_id")))
                .col(on.optional(on.text("name")))
                .col(on.optional(on.text("given_name")))
                .col(on.optional(on.text("family_name")))
                .col(on.key("sort_name"))
                .col(on.optional(on.text("email")))
                .col(on.optional(on.text("language")))
                .col(on.json("attributes"))
                .col(on.timestamp("created_at"))
                .col(on.timestamp("updated_at"))
                .col(on.optional(on.timestamp("erased_at")))
                .foreign_key(&mut on.refers("person_id", "person"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "learner", &["issuer_id", "external_id"]).await?;
    on.index(manager, "learner", &["person_id"]).await?;
    Ok(())
}

async fn cohort_staff(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("cohort_staff")
                .col(on.uuid("cohort_id"))
                .col(on.uuid("person_id"))
                .col(on.text("role"))
                .col(on.timestamp("created_at"))
                .foreign_key(&mut on.belongs("cohort_id", "cohort"))
                .foreign_key(&mut on.refers("person_id", "person"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "cohort_staff", &["cohort_id", "person_id", "role"]).await?;
    on.index(manager, "cohort_staff", &["person_id"]).await?;
    Ok(())
}

async fn event_source(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("event_source").col(on.key("name")).col(on.timestamp("created_at")).to_owned(),
        )
        .await?;
    on.unique(manager, "event_source", &["issuer_id", "name"]).await?;
    Ok(())
}

async fn api_key(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.table("api_key")
                .col(on.optional(on.uuid("issuer_id")))
                .col(on.optional(on.uuid("source_id")))
                .col(on.text("name"))
                .col(on.key("prefix"))
                .col(on.blob("secret_hash"))
                .col(on.optional(on.blob("previous_hash")))
                .col(on.optional(on.timestamp("previous_until")))
                .col(on.json("scopes"))
                .col(on.timestamp("created_at"))
                .col(on.optional(on.timestamp("expires_at")))
                .col(on.optional(on.timestamp("last_used_at")))
                .col(on.optional(on.timestamp("revoked_at")))
                .foreign_key(&mut on.refers("issuer_id", "issuer"))
                .foreign_key(&mut on.refers("source_id", "event_source"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "api_key", &["prefix"]).await?;
    on.index(manager, "api_key", &["issuer_id", "id"]).await?;
    Ok(())
}
