//! Judgements of several graders, appeals against grades, and flags on the integrity of attempts and enrollments.

use sea_orm_migration::prelude::*;

use crate::dialect::{Dialect, add};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        add(manager, "attempt", on.boolean("awaits_moderation").default(false).to_owned()).await?;
        add(manager, "attempt", on.boolean("disqualified").default(false).to_owned()).await?;
        add(manager, "enrollment", on.optional(on.timestamp("held_since"))).await?;
        add(manager, "program_version", on.text("on_integrity_flag").default("keep").to_owned()).await?;
        review(manager, on).await?;
        appeal(manager, on).await?;
        integrity_flag(manager, on).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["integrity_flag", "appeal", "review"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        for (table, column) in [
            ("program_version", "on_integrity_flag"),
            ("enrollment", "held_since"),
            ("attempt", "disqualified"),
            ("attempt", "awaits_moderation"),
        ] {
            manager.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn review(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("review")
                .col(on.uuid("attempt_id"))
                .col(on.text("kind"))
                .col(on.optional(on.uuid("person_id")))
                .col(on.optional(on.uuid("enrollment_id")))
                .col(on.text("status"))
                .col(on.optional(on.bigint("score")))
                .col(on.boolean("requires_changes"))
                .col(on.optional(on.text("feedback")))
                .col(on.json("rubric"))
                .col(on.timestamp("assigned_at"))
                .col(on.optional(on.timestamp("submitted_at")))
                .foreign_key(&mut on.belongs("attempt_id", "attempt"))
                .foreign_key(&mut on.belongs("enrollment_id", "enrollment"))
                .foreign_key(&mut on.refers("person_id", "person"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "review", &["attempt_id", "person_id"]).await?;
    on.unique(manager, "review", &["attempt_id", "enrollment_id"]).await?;
    on.index(manager, "review", &["enrollment_id", "id"]).await
}

async fn appeal(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("appeal")
                .col(on.uuid("attempt_id"))
                .col(on.text("status"))
                .col(on.text("reason"))
                .col(on.timestamp("filed_at"))
                .col(on.text("filed_by_kind"))
                .col(on.optional(on.uuid("filed_by_id")))
                .col(on.optional(on.bigint("score_before")))
                .col(on.optional(on.bigint("score_after")))
                .col(on.optional(on.text("decision")))
                .col(on.optional(on.timestamp("decided_at")))
                .col(on.optional(on.text("decided_by_kind")))
                .col(on.optional(on.uuid("decided_by_id")))
                .foreign_key(&mut on.belongs("attempt_id", "attempt"))
                .to_owned(),
        )
        .await?;
    on.unique_where(manager, "appeal", &["attempt_id"], "status = 'open'").await?;
    on.index(manager, "appeal", &["attempt_id"]).await?;
    on.index(manager, "appeal", &["issuer_id", "filed_at", "id"]).await
}

async fn integrity_flag(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("integrity_flag")
                .col(on.uuid("enrollment_id"))
                .col(on.optional(on.uuid("attempt_id")))
                .col(on.text("category"))
                .col(on.text("status"))
                .col(on.text("note"))
                .col(on.timestamp("raised_at"))
                .col(on.text("raised_by_kind"))
                .col(on.optional(on.uuid("raised_by_id")))
                .col(on.optional(on.text("finding")))
                .col(on.optional(on.timestamp("resolved_at")))
                .col(on.optional(on.text("resolved_by_kind")))
                .col(on.optional(on.uuid("resolved_by_id")))
                .foreign_key(&mut on.belongs("enrollment_id", "enrollment"))
                .foreign_key(&mut on.belongs("attempt_id", "attempt"))
                .to_owned(),
        )
        .await?;
    on.index(manager, "integrity_flag", &["enrollment_id", "status"]).await?;
    on.index(manager, "integrity_flag", &["attempt_id"]).await?;
    on.index(manager, "integrity_flag", &["issuer_id", "raised_at", "id"]).await
}
