//! What belongs to people: further addresses and external ids of learners, changes of names, merged duplicates, codes that link a record to a person,
//! erasures, and how a provider of identity names learners.

use sea_orm_migration::prelude::*;

use crate::dialect::{Dialect, add};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        add(manager, "learner", on.optional(on.timestamp("email_verified_at"))).await?;
        add(manager, "learner", on.optional(on.uuid("merged_into_id"))).await?;
        add(manager, "identity_provider", on.optional(on.text("learner_claim"))).await?;
        email(manager, on).await?;
        external_id(manager, on).await?;
        name_change(manager, on).await?;
        merge(manager, on).await?;
        link_code(manager, on).await?;
        erasure(manager, on).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            "erasure",
            "learner_link_code",
            "learner_merge",
            "learner_name_change",
            "learner_external_id",
            "learner_email",
        ] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        for (table, column) in [
            ("identity_provider", "learner_claim"),
            ("learner", "merged_into_id"),
            ("learner", "email_verified_at"),
        ] {
            manager.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// A table of things that one learner has.
fn of_learner(on: Dialect, name: &'static str) -> TableCreateStatement {
    on.owned_table(name)
        .col(on.uuid("learner_id"))
        .foreign_key(&mut on.belongs("learner_id", "learner"))
        .to_owned()
}

async fn email(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            of_learner(on, "learner_email")
                .col(on.key("address"))
                .col(on.optional(on.timestamp("verified_at")))
                .col(on.timestamp("created_at"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "learner_email", &["learner_id", "address"]).await
}

async fn external_id(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            of_learner(on, "learner_external_id")
                .col(on.key("system"))
                .col(on.key("external_id"))
                .col(on.timestamp("created_at"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "learner_external_id", &["issuer_id", "external_id"]).await?;
    on.index(manager, "learner_external_id", &["learner_id"]).await
}

async fn name_change(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    let mut table = of_learner(on, "learner_name_change");
    for column in [
        "name_before",
        "given_before",
        "family_before",
        "name_after",
        "given_after",
        "family_after",
        "reason",
    ] {
        table.col(on.optional(on.text(column)));
    }
    table.col(on.timestamp("changed_at")).col(on.text("actor_kind")).col(on.optional(on.uuid("actor_id")));
    manager.create_table(table).await?;
    on.index(manager, "learner_name_change", &["learner_id", "id"]).await
}

async fn merge(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("learner_merge")
                .col(on.uuid("survivor_id"))
                .col(on.uuid("merged_id"))
                .col(on.json("moved"))
                .col(on.optional(on.text("reason")))
                .col(on.timestamp("merged_at"))
                .col(on.text("actor_kind"))
                .col(on.optional(on.uuid("actor_id")))
                .col(on.optional(on.timestamp("undone_at")))
                .foreign_key(&mut on.belongs("survivor_id", "learner"))
                .foreign_key(&mut on.belongs("merged_id", "learner"))
                .to_owned(),
        )
        .await?;
    on.index(manager, "learner_merge", &["survivor_id"]).await?;
    on.unique_where(manager, "learner_merge", &["merged_id"], "undone_at IS NULL").await
}

async fn link_code(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            of_learner(on, "learner_link_code")
                .col(on.key("selector"))
                .col(on.blob("secret_hash"))
                .col(on.integer("tries_left"))
                .col(on.timestamp("created_at"))
                .col(on.timestamp("expires_at"))
                .col(on.optional(on.timestamp("used_at")))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "learner_link_code", &["selector"]).await?;
    on.index(manager, "learner_link_code", &["learner_id"]).await
}

async fn erasure(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            of_learner(on, "erasure")
                .col(on.timestamp("erased_at"))
                .col(on.integer("revoked_credentials"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "erasure", &["learner_id"]).await
}
