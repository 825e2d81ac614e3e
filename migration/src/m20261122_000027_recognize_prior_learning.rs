//! Claims of prior learning with their parts and evidence, the components that they gave, and how much of a version may come by them.

use sea_orm_migration::prelude::*;

use crate::dialect::{Dialect, add};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        add(manager, "program_version", on.optional(on.json("prior_learning"))).await?;
        prior_claim(manager, on).await?;
        prior_claim_part(manager, on).await?;
        prior_claim_evidence(manager, on).await?;
        recognized_component(manager, on).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["recognized_component", "prior_claim_evidence", "prior_claim_part", "prior_claim"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        manager
            .alter_table(Table::alter().table("program_version").drop_column("prior_learning").to_owned())
            .await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn prior_claim(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("prior_claim")
                .col(on.uuid("enrollment_id"))
                .col(on.text("status"))
                .col(on.text("statement"))
                .col(on.optional(on.text("feedback")))
                .col(on.optional(on.timestamp("submitted_at")))
                .col(on.optional(on.timestamp("decided_at")))
                .col(on.optional(on.text("assessor_kind")))
                .col(on.optional(on.uuid("assessor_id")))
                .col(on.optional(on.text("reason")))
                .col(on.timestamp("created_at"))
                .col(on.timestamp("updated_at"))
                .foreign_key(&mut on.belongs("enrollment_id", "enrollment"))
                .to_owned(),
        )
        .await?;
    let open = "status IN ('draft', 'submitted', 'under_review', 'more_evidence')";
    on.unique_where(manager, "prior_claim", &["enrollment_id"], open).await?;
    on.index(manager, "prior_claim", &["enrollment_id", "id"]).await
}

async fn prior_claim_part(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("prior_claim_part")
                .col(on.uuid("claim_id"))
                .col(on.uuid("enrollment_id"))
                .col(on.integer("position"))
                .col(on.optional(on.uuid("outcome_id")))
                .col(on.optional(on.uuid("component_id")))
                .col(on.optional(on.text("verdict")))
                .col(on.optional(on.text("feedback")))
                .col(on.optional(on.timestamp("recognized_at")))
                .col(on.optional(on.timestamp("taken_back_at")))
                .foreign_key(&mut on.belongs("claim_id", "prior_claim"))
                .foreign_key(&mut on.belongs("enrollment_id", "enrollment"))
                .foreign_key(&mut on.belongs("outcome_id", "learning_outcome"))
                .foreign_key(&mut on.belongs("component_id", "component"))
                .to_owned(),
        )
        .await?;
    on.index(manager, "prior_claim_part", &["claim_id"]).await?;
    on.index(manager, "prior_claim_part", &["enrollment_id"]).await
}

async fn prior_claim_evidence(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("prior_claim_evidence")
                .col(on.uuid("claim_id"))
                .col(on.uuid("part_id"))
                .col(on.integer("position"))
                .col(on.text("name"))
                .col(on.optional(on.text("url")))
                .col(on.optional(on.text("description")))
                .col(on.optional(on.text("digest")))
                .foreign_key(&mut on.belongs("claim_id", "prior_claim"))
                .foreign_key(&mut on.belongs("part_id", "prior_claim_part"))
                .to_owned(),
        )
        .await?;
    on.index(manager, "prior_claim_evidence", &["claim_id"]).await?;
    on.index(manager, "prior_claim_evidence", &["part_id"]).await
}

async fn recognized_component(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("recognized_component")
                .col(on.uuid("enrollment_id"))
                .col(on.uuid("component_id"))
                .col(on.timestamp("recognized_at"))
                .foreign_key(&mut on.belongs("enrollment_id", "enrollment"))
                .foreign_key(&mut on.belongs("component_id", "component"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "recognized_component", &["enrollment_id", "component_id"]).await
}
